import { isUtf8 } from 'node:buffer';
import { columnsByName, compileFilter, type RowFilter } from '../columns/compile-filter.ts';
import type { Filter } from '../columns/filter.ts';
import { filterSources } from '../columns/filter-sources.ts';
import { goneNames } from '../columns/map-rows.ts';
import {
  createMetadataFill,
  fillFrom,
  fillMetadata,
  isMetadata,
  type MetadataFill,
} from '../columns/metadata.ts';
import type { RecordBatch } from '../kafka/record-source.ts';
import type { RecordPlace } from '../rows/raw-record.ts';
import { type DriftPlan, type DriftWatch, openDriftWatch } from '../schema/drift-watch.ts';
import { type Column, type ColumnSpec, createColumn } from './column.ts';
import { defaultColumn } from './default-column.ts';
import { createKeyTable } from './key-table.ts';
import { memberTargets } from './path-tree.ts';
import { type Scanner, createScanner, scanRecord } from './scan-record.ts';

/** A record that could not become a row. */
export interface Poison extends RecordPlace {
  readonly partition: number;
  readonly offset: bigint;
  readonly reason: string;
}

/** The rows decoded so far, and what became of the records that are none of them. */
export interface JsonDecoder {
  readonly columns: readonly Column[];
  /** The columns, and those that only the condition on rows looks at. */
  readonly all: readonly Column[];
  /** Which rows are wanted; undefined: all of them. */
  readonly filter: RowFilter | undefined;
  /** Rows that were not wanted. */
  filtered: number;
  /** What comes from what Kafka knows of a record; undefined where nothing does. */
  readonly metadata: MetadataFill | undefined;
  rows: number;
  readonly capacity: number;
  readonly scanner: Scanner;
  /** Records that only the careful path understood. */
  carefulRecords: number;
  /** Judges rows with members that no column takes; undefined where those are left out. */
  readonly watch: DriftWatch | undefined;
}

/** A decoder whose columns have room for `capacity` rows; those that are appended carefully may make the room themselves. */
export function createJsonDecoder(
  specs: readonly ColumnSpec[],
  size: number | { readonly capacity: number; readonly initialRows: number },
  { dropped, filter, drift = { action: 'ignore' } }: DecodedRows = {},
): JsonDecoder {
  const { capacity, initialRows } = typeof size === 'number' ? { capacity: size, initialRows: size } : size;
  const columns = specs.map(spec => {
    const column = createColumn(spec, initialRows);
    column.fallback = defaultColumn(spec);
    return column;
  });
  const hidden =
    filter === undefined ? [] : filterSources(filter).map(spec => createColumn(spec, initialRows));
  const all = [...columns, ...hidden];
  const members = memberTargets(all, goneNames({ columns: specs, dropped, filter }));
  const scanner = createScanner(
    members.map(({ column }) => column),
    createKeyTable(members.map(({ name }) => name)),
  );
  const watch = openDriftWatch(watchedSpecs(specs), drift);
  if (watch !== undefined) scanner.onUnknown = watch.allowsNull ? 'skipNull' : 'refuse';
  return {
    columns,
    all,
    metadata: createMetadataFill(all),
    filter: filter && compileFilter(filter, columnsByName(all)),
    rows: 0,
    filtered: 0,
    capacity,
    scanner,
    carefulRecords: 0,
    watch,
  };
}

/** Which members of records and which rows nobody wants, and what is done about members that no column takes. */
export interface DecodedRows {
  readonly dropped?: readonly string[] | undefined;
  readonly filter?: Filter | undefined;
  readonly drift?: DriftPlan | undefined;
}

/** The columns that members of a record fill, as a record sees them: null is no fault where something stands in for it. */
function watchedSpecs(specs: readonly ColumnSpec[]): ColumnSpec[] {
  return specs
    .filter(spec => !isMetadata(spec))
    .map(spec => (spec.rule?.default === undefined ? spec : { ...spec, required: false }));
}

/** Whether a member is known by a name, if only because nobody wants it. */
export function isMember({ scanner }: JsonDecoder, name: string): boolean {
  const key = Buffer.from(`${JSON.stringify(name)}:`);
  return scanner.keys.keys.some(known => key.equals(known));
}

/** Keeps the row that has been written behind the others, unless it is not wanted. */
export function keepRow(decoder: JsonDecoder): void {
  if (decoder.filter?.accepts(decoder.rows) !== false) decoder.rows += 1;
  else decoder.filtered += 1;
}

/** What {@link decodeBatch} does with records that the fast path does not understand. */
export interface DecodeReport {
  /** Reads the record carefully, appending all of its rows or none. Answers why it is no row, or undefined. */
  careful(place: RecordPlace): string | undefined;
  /** False: stop behind this record. */
  onPoison(poison: Poison): boolean;
}

/**
 * Decodes records of a batch from number `from` on until the batch ends, the columns are full or the report says stop;
 * answers the first record that was not looked at. A record becomes all of its rows or none.
 */
export function decodeBatch(
  decoder: JsonDecoder,
  batch: RecordBatch,
  from: RecordPlace,
  report: DecodeReport,
): RecordPlace {
  const { bytes, keyLengths, valueLengths } = batch;
  const { scanner, metadata } = decoder;
  if (metadata !== undefined) fillFrom(metadata, batch);
  // One test for the whole batch: a piece of valid UTF-8 that begins and ends with an ASCII bracket is valid itself.
  const isBatchUtf8 = isUtf8(bytes);
  const input = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  let { record, byte } = from;
  let goOn = true;
  for (; goOn && record < batch.count && decoder.rows < decoder.capacity; record++) {
    const start = byte + Math.max(0, keyLengths[record] ?? 0);
    const length = valueLengths[record] ?? 0;
    const end = start + Math.max(0, length);
    const isUtf8Value = isBatchUtf8 || isUtf8(bytes.subarray(start, end));
    if (
      length > 0 &&
      isUtf8Value &&
      scanRecord(scanner, decoder.rows, input, start, end) &&
      (metadata === undefined || fillMetadata(metadata, decoder.rows, record, byte))
    ) {
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

/** A record of a batch that is no row, and why. */
export function poisonAt(batch: RecordBatch, place: RecordPlace, reason: string): Poison {
  const offset = batch.baseOffset + BigInt(batch.offsetDeltas[place.record] ?? 0);
  return { partition: batch.partition, offset, ...place, reason };
}
