import { isUtf8 } from 'node:buffer';
import type { RecordBatch } from '../kafka/record-source.ts';
import type { RecordPlace } from '../rows/raw-record.ts';
import { type DriftPlan, type DriftWatch, openDriftWatch } from '../schema/drift-watch.ts';
import { type Column, type ColumnSpec, createColumn } from './column.ts';
import { createKeyTable } from './key-table.ts';
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
  drift: DriftPlan = { action: 'ignore' },
): JsonDecoder {
  const { capacity, initialRows } = typeof size === 'number' ? { capacity: size, initialRows: size } : size;
  const columns = specs.map(spec => createColumn(spec, initialRows));
  const scanner = createScanner(columns, createKeyTable(specs.map(spec => spec.name)));
  const watch = openDriftWatch(specs, drift);
  if (watch !== undefined) scanner.unknown = watch.allowsNull ? 'skipNull' : 'refuse';
  return { columns, rows: 0, capacity, scanner, carefulRecords: 0, watch };
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
    if (length > 0 && isUtf8Value && scanRecord(decoder.scanner, decoder.rows, input, start, end)) {
      decoder.rows += 1;
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
