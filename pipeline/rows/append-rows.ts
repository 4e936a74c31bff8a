import { isMetadata, writeMetadata } from '../columns/metadata.ts';
import { appendValue, memberOf } from '../decode/append-value.ts';
import { type Column, setNull } from '../decode/column.ts';
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

/** A row that the pipeline's condition leaves out is looked at by nothing else. */
function appendRow(
  decoder: JsonDecoder,
  row: RecordObject,
  record: RawRecord,
): string | undefined | typeof DRIFTED {
  const { filter, rows, watch } = decoder;
  const { misfit, unreadable } = writeRow(decoder, row, record);
  const isOut = unreadable.size === 0 ? filter?.accepts(rows) === false : filter?.rejects(rows, unreadable);
  if (isOut === true) {
    decoder.filtered += 1;
    return undefined;
  }
  const reason = watch === undefined ? misfit : watch.judge(row, misfit);
  if (reason === undefined) decoder.rows += 1;
  return reason;
}

interface WrittenRow {
  /** The first reason why a column could not be written. */
  readonly misfit: string | undefined;
  /** The columns that could not; null stands in them. */
  readonly unreadable: ReadonlySet<Column>;
}

const WRITTEN: WrittenRow = { misfit: undefined, unreadable: new Set() };

function writeRow(decoder: JsonDecoder, row: RecordObject, record: RawRecord): WrittenRow {
  const { all, filter, rows } = decoder;
  let misfit: string | undefined;
  let unreadable: Set<Column> | undefined;
  for (const column of all) {
    const reason = isMetadata(column.spec)
      ? writeMetadata(column, rows, record)
      : appendValue(column, rows, memberOf(row, column.spec.name));
    if (reason === undefined) continue;
    misfit ??= reason;
    (unreadable ??= new Set()).add(column);
    // Without a condition that may still leave the row out there is no more to know.
    if (filter === undefined) break;
    setNull(column, rows);
  }
  return unreadable === undefined ? WRITTEN : { misfit, unreadable };
}
