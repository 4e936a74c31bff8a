import assert from 'node:assert/strict';
import type { JsonDecoder } from '../../pipeline/decode/json-decoder.ts';
import { appendRecord } from '../../pipeline/rows/append-rows.ts';
import { decodeDirect } from '../../pipeline/rows/decode-direct.ts';
import { rawRecordAt } from '../../pipeline/rows/raw-record.ts';
import type { RowFormat } from '../../pipeline/rows/row-format.ts';
import { rowsOf } from './columns.ts';
import { batchOf } from './record-batch.ts';

/** A format, and the decoder into whose columns its messages go. */
export interface OneWay {
  readonly format: RowFormat;
  readonly decoder: JsonDecoder;
  /** On the fast path as far as it goes; otherwise every message is read carefully. */
  readonly isDirect: boolean;
}

export interface DecodedRows {
  readonly rows: readonly Record<string, unknown>[];
  readonly reasons: readonly string[];
  /** Records that the fast path gave up. */
  readonly careful: number;
}

/** What messages become on one of the two ways into columns. */
export function decodeOneWay(messages: readonly (string | Uint8Array)[], way: OneWay): DecodedRows {
  const { format, decoder, isDirect } = way;
  const batch = batchOf(messages);
  const reasons: string[] = [];
  const read = format.direct?.(decoder);
  assert.ok(read !== undefined);
  decodeDirect(
    { decoder, readDirect: (bytes, place) => (isDirect ? read(bytes, place) : 0) },
    batch,
    { record: 0, byte: 0 },
    {
      careful: place => appendRecord(decoder, format, rawRecordAt(batch, place)),
      onPoison: ({ offset, reason }) => reasons.push(`${offset}: ${reason}`) > 0,
    },
  );
  return { rows: rowsOf(decoder.columns, decoder.rows), reasons, careful: decoder.carefulRecords };
}
