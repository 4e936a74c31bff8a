import { fillFrom, fillMetadata } from '../columns/metadata.ts';
import { type DecodeReport, type JsonDecoder, keepRow, poisonAt } from '../decode/json-decoder.ts';
import type { RecordBatch } from '../kafka/record-source.ts';
import type { RecordPlace } from './raw-record.ts';
import type { ReadDirect } from './row-format.ts';

/** As `decodeBatch`, with the fast path of another format: each record becomes its rows, or is read carefully. */
export function decodeDirect(
  { decoder, readDirect }: { readonly decoder: JsonDecoder; readonly readDirect: ReadDirect },
  batch: RecordBatch,
  from: RecordPlace,
  report: DecodeReport,
): RecordPlace {
  const { bytes, keyLengths, valueLengths } = batch;
  const { metadata } = decoder;
  if (metadata !== undefined) fillFrom(metadata, batch);
  let { record, byte } = from;
  let goOn = true;
  for (; goOn && record < batch.count && decoder.rows < decoder.capacity; record++) {
    const start = byte + Math.max(0, keyLengths[record] ?? 0);
    const length = valueLengths[record] ?? -1;
    const end = start + Math.max(0, length);
    const rows = length >= 0 ? readDirect(bytes, { row: decoder.rows, start, end }) : 0;
    if (rows > 0 && (metadata === undefined || fillMetadata(metadata, decoder.rows, record, byte))) {
      decoder.rows += rows - 1;
      keepRow(decoder);
    } else {
      decoder.carefulRecords += 1;
      const reason = report.careful({ record, byte });
      if (reason !== undefined) goOn = report.onPoison(poisonAt(batch, { record, byte }, reason));
    }
    byte = end;
  }
  return { record, byte };
}
