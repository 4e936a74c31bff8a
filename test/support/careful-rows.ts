import type { JsonDecoder, DecodeReport } from '../../pipeline/decode/json-decoder.ts';
import type { RecordBatch } from '../../pipeline/kafka/record-source.ts';
import { appendRecord } from '../../pipeline/rows/append-rows.ts';
import { jsonFormat } from '../../pipeline/rows/json-format.ts';
import type { RowFormat } from '../../pipeline/rows/row-format.ts';
import { rawRecordAt } from '../../pipeline/rows/raw-record.ts';

/** What a decoder does with the records of a batch that its fast path does not understand. */
export function carefulRows(
  decoder: JsonDecoder,
  batch: RecordBatch,
  format: RowFormat = jsonFormat,
): DecodeReport['careful'] {
  return place => appendRecord(decoder, format, rawRecordAt(batch, place));
}
