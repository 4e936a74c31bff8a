import { filterKey } from '../columns/filter-sources.ts';
import { isMetadata, writeMetadata } from '../columns/metadata.ts';
import { appendValue, memberOf } from '../decode/append-value.ts';
import type { JsonDecoder } from '../decode/json-decoder.ts';
import type { RecordObject } from '../decode/parse-record.ts';
import { DRIFTED } from '../schema/drift-watch.ts';
import { BadRecord, type RawRecord } from './raw-record.ts';
import type { RowFormat } from './row-format.ts';

/** What became of the rows of some records. */
export interface RowCount {
  readonly rows: number;
  /** Rows that were read and are not wanted. */
  readonly filtered: number;
}

/**
 * Appends all rows of one record or none. Answers undefined, or why the record is no row. A record that needs other columns,
 * which the table may get, is neither: the decoder's watch has noted it.
 */
export function appendRows(
  decoder: JsonDecoder,
  rows: readonly RecordObject[],
  record: RawRecord,
): string | undefined {
  const before = decoder.rows;
  const filteredBefore = decoder.filtered;
  let hasDrifted = false;
  for (const [index, row] of rows.entries()) {
    const reason = appendRow(decoder, row, record);
    if (reason === undefined) continue;
    hasDrifted = true;
    if (reason === DRIFTED) continue;
    decoder.rows = before;
    decoder.filtered = filteredBefore;
    return rows.length === 1 ? reason : `row ${index + 1} of ${rows.length}: ${reason}`;
  }
  if (hasDrifted) Object.assign(decoder, { rows: before, filtered: filteredBefore });
  return undefined;
}

/** Reads a record and appends its rows, all or none. Answers undefined, or why it is no row. */
export function appendRecord(decoder: JsonDecoder, format: RowFormat, record: RawRecord): string | undefined {
  try {
    return appendRows(decoder, format.read(record), record);
  } catch (error) {
    if (error instanceof BadRecord) return error.message;
    throw error;
  }
}

/** A row that the pipeline's condition leaves out is judged by nothing else. */
function appendRow(
  decoder: JsonDecoder,
  row: RecordObject,
  record: RawRecord,
): string | undefined | typeof DRIFTED {
  const misfit = writeRow(decoder, row, record);
  if (misfit?.isJudged !== true && !decoder.accepts(decoder.rows)) {
    decoder.filtered += 1;
    return undefined;
  }
  const reason = decoder.watch === undefined ? misfit?.reason : decoder.watch.judge(row, misfit?.reason);
  if (reason === undefined) decoder.rows += 1;
  return reason;
}

interface Misfit {
  readonly reason: string;
  /** Whether the condition looks at the column that has no value now. */
  readonly isJudged: boolean;
}

/** Writes all columns as far as they can be written; answers the first reason why one cannot. */
function writeRow(decoder: JsonDecoder, row: RecordObject, record: RawRecord): Misfit | undefined {
  const { all, judged, rows } = decoder;
  let misfit: Misfit | undefined;
  for (const column of all) {
    const reason = isMetadata(column.spec)
      ? writeMetadata(column, rows, record)
      : appendValue(column, rows, memberOf(row, column.spec.name));
    if (reason === undefined) continue;
    const isJudged = judged.has(filterKey(column.spec));
    misfit = { reason: misfit?.reason ?? reason, isJudged: isJudged || misfit?.isJudged === true };
    // Without a condition that may still leave the row out there is no more to know.
    if (judged.size === 0 || isJudged) break;
  }
  return misfit;
}
