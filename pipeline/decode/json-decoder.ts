import { isUtf8 } from 'node:buffer';
import type { RecordBatch } from '../kafka/record-source.ts';
import { appendValue, isObject, memberOf } from './append-value.ts';
import { type Column, type ColumnSpec, createColumn } from './column.ts';
import { createKeyTable } from './key-table.ts';
import { type RecordValue, parseRecord } from './parse-record.ts';
import { type Scanner, createScanner, scanRecord } from './scan-record.ts';

/** A record that could not become a row. */
export interface Poison {
  readonly partition: number;
  readonly offset: bigint;
  readonly reason: string;
  /** Where the record stands in its batch: its number, and the first byte of its key. */
  readonly record: number;
  readonly byte: number;
}

/** The rows decoded so far, and what became of the records that are none of them. */
export interface JsonDecoder {
  readonly columns: readonly Column[];
  rows: number;
  readonly capacity: number;
  readonly scanner: Scanner;
  /** Records that only the careful path understood. */
  carefulRecords: number;
}

/** A decoder whose columns have room for `capacity` rows. */
export function createJsonDecoder(specs: readonly ColumnSpec[], capacity: number): JsonDecoder {
  const columns = specs.map(spec => createColumn(spec, capacity));
  const scanner = createScanner(columns, createKeyTable(specs.map(spec => spec.name)));
  return { columns, rows: 0, capacity, scanner, carefulRecords: 0 };
}

/** What {@link decodeBatch} reports about records that became no row. */
export interface DecodeReport {
  /** False: stop behind this record. */
  onPoison(poison: Poison): boolean;
}

/**
 * Decodes records of a batch from number `from` on until the batch ends, the columns are full or the report says stop;
 * answers the first record that was not looked at. A record becomes one whole row or none.
 */
export function decodeBatch(
  decoder: JsonDecoder,
  batch: RecordBatch,
  from: { readonly record: number; readonly byte: number },
  report: DecodeReport,
): { readonly record: number; readonly byte: number } {
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
      byte = end;
      continue;
    }
    const reason = length < 0 ? TOMBSTONE : decodeCarefully(decoder, bytes, start, end);
    if (reason === undefined) decoder.rows += 1;
    else goOn = report.onPoison({ ...placeOf(batch, record), byte, reason });
    byte = end;
  }
  return { record, byte };
}

const TOMBSTONE = 'a tombstone: the record has no value';

/** The careful path: JSON.parse and one column after the other. Answers why the record is no row, or undefined. */
export function decodeCarefully(
  decoder: JsonDecoder,
  bytes: Uint8Array,
  start: number,
  end: number,
): string | undefined {
  decoder.carefulRecords += 1;
  if (start === end) return 'an empty message';
  let value: RecordValue;
  try {
    value = parseRecord(utf8.decode(bytes.subarray(start, end)));
  } catch (error) {
    return `no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!isObject(value)) return 'no JSON object';
  for (const column of decoder.columns) {
    const reason = appendValue(column, decoder.rows, memberOf(value, column.spec.name));
    if (reason !== undefined) return reason;
  }
  return undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function placeOf(batch: RecordBatch, record: number): Pick<Poison, 'partition' | 'offset' | 'record'> {
  const offset = batch.baseOffset + BigInt(batch.offsetDeltas[record] ?? 0);
  return { partition: batch.partition, offset, record };
}
