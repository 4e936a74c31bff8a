import { appendValue, memberOf } from '../decode/append-value.ts';
import type { JsonDecoder } from '../decode/json-decoder.ts';
import type { RecordObject } from '../decode/parse-record.ts';
import { BadRecord, type RawRecord } from './raw-record.ts';
import type { RowFormat } from './row-format.ts';

/** Appends all rows of one record or none. Answers undefined, or why the record is no row. */
export function appendRows(decoder: JsonDecoder, rows: readonly RecordObject[]): string | undefined {
  const before = decoder.rows;
  for (const [index, row] of rows.entries()) {
    const reason = appendRow(decoder, row);
    if (reason === undefined) continue;
    decoder.rows = before;
    return rows.length === 1 ? reason : `row ${index + 1} of ${rows.length}: ${reason}`;
  }
  return undefined;
}

/** Reads a record and appends its rows, all or none. Answers undefined, or why it is no row. */
export function appendRecord(decoder: JsonDecoder, format: RowFormat, record: RawRecord): string | undefined {
  try {
    return appendRows(decoder, format.read(record));
  } catch (error) {
    if (error instanceof BadRecord) return error.message;
    throw error;
  }
}

function appendRow(decoder: JsonDecoder, row: RecordObject): string | undefined {
  for (const column of decoder.columns) {
    const reason = appendValue(column, decoder.rows, memberOf(row, column.spec.name));
    if (reason !== undefined) return reason;
  }
  decoder.rows += 1;
  return undefined;
}
