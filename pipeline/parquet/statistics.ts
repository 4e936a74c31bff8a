import { encodeBound, truncateLower, truncateUpper } from '../../catalog/iceberg/bounds.ts';
import type { DataFile } from '../../catalog/iceberg/manifest.ts';
import type { PrimitiveType } from '../../catalog/iceberg/types.ts';
import { type Column, countNulls, decimalAt, isValid, KIND } from '../decode/column.ts';

/** The smallest and largest value of a column that has an order which all readers agree on; strings as their UTF-8 bytes. */
type Extreme = number | bigint | Uint8Array;

interface ColumnStatistics {
  readonly type: PrimitiveType;
  values: number;
  nulls: number;
  nans: number;
  hasNans: boolean;
  min: Extreme | undefined;
  max: Extreme | undefined;
}

/** Counts and bounds of one data file, by field id, gathered over its row groups. */
export type FileStatistics = Map<number, ColumnStatistics>;

/** Takes the first `rows` rows of the columns into account; structs by their members, lists and maps not at all. */
export function addStatistics(statistics: FileStatistics, columns: readonly Column[], rows: number): void {
  for (const column of columns) {
    const { kind, id, type } = column.spec;
    if (kind === KIND.struct) addStatistics(statistics, column.children, rows);
    if (type.kind === 'struct' || type.kind === 'list' || type.kind === 'map') continue;
    let found = statistics.get(id);
    if (found === undefined) {
      const hasNans = kind === KIND.double || kind === KIND.float;
      found = { type, values: 0, nulls: 0, nans: 0, hasNans, min: undefined, max: undefined };
      statistics.set(id, found);
    }
    found.values += rows;
    found.nulls += countNulls(column, rows);
    addExtremes(found, column, rows);
  }
}

/** The part of a manifest entry that says what a file holds. */
export function toFileMetrics(
  statistics: FileStatistics,
): Pick<DataFile, 'valueCounts' | 'nullValueCounts' | 'nanValueCounts' | 'lowerBounds' | 'upperBounds'> {
  const lowerBounds = new Map<number, Uint8Array>();
  const upperBounds = new Map<number, Uint8Array>();
  const nanValueCounts = new Map<number, bigint>();
  for (const [id, column] of statistics) {
    if (column.hasNans) nanValueCounts.set(id, BigInt(column.nans));
    const lower = column.min === undefined ? undefined : lowerBound(column.type, column.min);
    const upper = column.max === undefined ? undefined : upperBound(column.type, column.max);
    if (lower !== undefined) lowerBounds.set(id, lower);
    if (upper !== undefined) upperBounds.set(id, upper);
  }
  return {
    valueCounts: new Map([...statistics].map(([id, column]) => [id, BigInt(column.values)])),
    nullValueCounts: new Map([...statistics].map(([id, column]) => [id, BigInt(column.nulls)])),
    nanValueCounts,
    lowerBounds,
    upperBounds,
  };
}

function lowerBound(type: PrimitiveType, min: Extreme): Uint8Array {
  if (min instanceof Uint8Array) return encodeBound(type, truncateLower(textOf(min)));
  if (type.kind === 'boolean') return encodeBound(type, min !== 0);
  // Both zeros are equal to a reader, so a bound must include the other one.
  return encodeBound(type, min === 0 ? -0 : min);
}

function upperBound(type: PrimitiveType, max: Extreme): Uint8Array | undefined {
  if (max instanceof Uint8Array) {
    const bound = truncateUpper(textOf(max));
    return bound === undefined ? undefined : encodeBound(type, bound);
  }
  if (type.kind === 'boolean') return encodeBound(type, max !== 0);
  return encodeBound(type, max === 0 ? 0 : max);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function addExtremes(found: ColumnStatistics, column: Column, rows: number): void {
  switch (column.spec.kind) {
    case KIND.int:
    case KIND.date:
      return addNumbers(found, column, column.i32, rows);
    case KIND.float:
      return addNumbers(found, column, column.f32, rows);
    case KIND.double:
      return addNumbers(found, column, column.f64, rows);
    case KIND.long:
    case KIND.time:
    case KIND.timestamp:
    case KIND.timestamptz:
      return addInt64s(found, column, rows);
    case KIND.decimal:
      return addDecimals(found, column, rows);
    case KIND.string:
      return addStrings(found, column, rows);
    case KIND.boolean:
      return addBooleans(found, column, rows);
    default:
      // Readers do not agree on the order of uuid, fixed and binary: no bounds are always right.
      return undefined;
  }
}

function addNumbers(
  found: ColumnStatistics,
  column: Column,
  values: Int32Array | Float32Array | Float64Array,
  rows: number,
): void {
  let min = (found.min as number | undefined) ?? Infinity;
  let max = (found.max as number | undefined) ?? -Infinity;
  let seen = found.min !== undefined;
  for (let row = 0; row < rows; row++) {
    if (!isValid(column, row)) continue;
    const value = values[row] ?? NaN;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value !== value) found.nans += 1;
    else seen = true;
  }
  if (seen) Object.assign(found, { min, max });
}

function addInt64s(found: ColumnStatistics, column: Column, rows: number): void {
  const { i32, i64 } = column;
  let minRow = -1;
  let maxRow = -1;
  for (let row = 0; row < rows; row++) {
    if (!isValid(column, row)) continue;
    if (minRow < 0) minRow = maxRow = row;
    else if (isLess(i32, row, minRow)) minRow = row;
    else if (isLess(i32, maxRow, row)) maxRow = row;
  }
  if (minRow < 0) return;
  const [min, max] = [i64[minRow] ?? 0n, i64[maxRow] ?? 0n];
  merge(found, min, max);
}

/** Compares two 64-bit integers by their halves: reading them as bigint would make every row pay for an object. */
function isLess(halves: Int32Array, left: number, right: number): boolean {
  const highLeft = halves[left * 2 + 1] ?? 0;
  const highRight = halves[right * 2 + 1] ?? 0;
  if (highLeft !== highRight) return highLeft < highRight;
  return (halves[left * 2] ?? 0) >>> 0 < (halves[right * 2] ?? 0) >>> 0;
}

function addDecimals(found: ColumnStatistics, column: Column, rows: number): void {
  for (let row = 0; row < rows; row++) {
    if (!isValid(column, row)) continue;
    const value = decimalAt(column, row);
    merge(found, value, value);
  }
}

function addBooleans(found: ColumnStatistics, column: Column, rows: number): void {
  for (let row = 0; row < rows; row++) {
    if (!isValid(column, row)) continue;
    const value = ((column.bytes[row >> 3] ?? 0) >> (row & 7)) & 1;
    merge(found, value, value);
  }
}

function merge(found: ColumnStatistics, min: number | bigint, max: number | bigint): void {
  if (found.min === undefined || min < (found.min as number | bigint)) found.min = min;
  if (found.max === undefined || max > (found.max as number | bigint)) found.max = max;
}

/** Code point order is the order of UTF-8 bytes, so no string is made until the extremes are known. */
function addStrings(found: ColumnStatistics, column: Column, rows: number): void {
  const { bytes, offsets } = column;
  let minRow = -1;
  let maxRow = -1;
  for (let row = 0; row < rows; row++) {
    if (!isValid(column, row)) continue;
    if (minRow < 0) minRow = maxRow = row;
    else if (compareRows(bytes, offsets, row, minRow) < 0) minRow = row;
    else if (compareRows(bytes, offsets, row, maxRow) > 0) maxRow = row;
  }
  if (minRow < 0) return;
  const at = (row: number): Uint8Array => bytes.slice(offsets[row] ?? 0, offsets[row + 1] ?? 0);
  const [min, max] = [at(minRow), at(maxRow)];
  if (found.min === undefined || Buffer.compare(min, found.min as Uint8Array) < 0) found.min = min;
  if (found.max === undefined || Buffer.compare(max, found.max as Uint8Array) > 0) found.max = max;
}

function compareRows(bytes: Uint8Array, offsets: Int32Array, left: number, right: number): number {
  let a = offsets[left] ?? 0;
  let b = offsets[right] ?? 0;
  const endA = offsets[left + 1] ?? 0;
  const endB = offsets[right + 1] ?? 0;
  for (; a < endA && b < endB; a++, b++) {
    const difference = (bytes[a] ?? 0) - (bytes[b] ?? 0);
    if (difference !== 0) return difference;
  }
  return endA - a - (endB - b);
}
