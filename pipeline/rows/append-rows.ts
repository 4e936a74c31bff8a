import { appendValue, memberOf } from '../decode/append-value.ts';
import type { JsonDecoder } from '../decode/json-decoder.ts';
import type { RecordObject } from '../decode/parse-record.ts';
import { DRIFTED } from '../schema/drift-watch.ts';
import { BadRecord, type RawRecord } from './raw-record.ts';
import type { RowFormat } from './row-format.ts';

/**
 * Appends all rows of one record or none. Answers undefined, or why the record is no row. A record that needs other columns,
 * which the table may get, is neither: the decoder's watch has noted it.
 */
export function appendRows(decoder: JsonDecoder, rows: readonly RecordObject[]): string | undefined {
  const before = decoder.rows;
  let hasDrifted = false;
  for (const [index, row] of rows.entries()) {
    const reason = appendRow(decoder, row);
    if (reason === undefined) continue;
    hasDrifted = true;
    if (reason === DRIFTED) continue;
    decoder.rows = before;
    return rows.length === 1 ? reason : `row ${index + 1} of ${rows.length}: ${reason}`;
  }
  if (hasDrifted) decoder.rows = before;
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

function appendRow(decoder: JsonDecoder, row: RecordObject): string | undefined | typeof DRIFTED {
  const misfit = writeRow(decoder, row);
  const reason = decoder.watch === undefined ? misfit : decoder.watch.judge(row, misfit);
  if (reason === undefined) decoder.rows += 1;
  return reason;
}

function writeRow(decoder: JsonDecoder, row: RecordObject): string | undefined {
  for (const column of decoder.columns) {
    const reason = appendValue(column, decoder.rows, memberOf(row, column.spec.name));
    if (reason !== undefined) return reason;
  }
  return undefined;
}
