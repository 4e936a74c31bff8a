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
    const nulls = countNulls(column, rows);
    found.values += rows;
    found.nulls += nulls;
    addExtremes(found, column, { count: rows, isDense: nulls === 0 });
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

/** The first `count` rows of a column; `isDense`: none of them is null, so that nobody has to look. */
interface Rows {
  readonly count: number;
  readonly isDense: boolean;
}

function addExtremes(found: ColumnStatistics, column: Column, rows: Rows): void {
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
      return addDecimals(found, column, rows.count);
    case KIND.string:
      return addStrings(found, column, rows.count);
    case KIND.boolean:
      return addBooleans(found, column, rows.count);
    default:
      // Readers do not agree on the order of uuid, fixed and binary: no bounds are always right.
      return undefined;
  }
}

function addNumbers(
  found: ColumnStatistics,
  column: Column,
  values: Int32Array | Float32Array | Float64Array,
  { count, isDense }: Rows,
): void {
  let min = (found.min as number | undefined) ?? Infinity;
  let max = (found.max as number | undefined) ?? -Infinity;
  let seen = found.min !== undefined;
  for (let row = 0; row < count; row++) {
    if (!isDense && !isValid(column, row)) continue;
    const value = values[row] ?? NaN;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value !== value) found.nans += 1;
    else seen = true;
  }
  if (seen) Object.assign(found, { min, max });
}

/** Compares by the halves: reading them as bigint would make every row pay for an object. */
function addInt64s(found: ColumnStatistics, column: Column, { count, isDense }: Rows): void {
  const { i32, i64 } = column;
  let minRow = -1;
  let maxRow = -1;
  // The halves of the extremes so far, the low ones without a sign.
  let minHigh = 0;
  let minLow = 0;
  let maxHigh = 0;
  let maxLow = 0;
  for (let row = 0; row < count; row++) {
    if (!isDense && !isValid(column, row)) continue;
    const high = i32[row * 2 + 1] ?? 0;
    const low = (i32[row * 2] ?? 0) >>> 0;
    if (minRow < 0 || high < minHigh || (high === minHigh && low < minLow)) {
      minRow = row;
      minHigh = high;
      minLow = low;
    }
    if (maxRow < 0 || high > maxHigh || (high === maxHigh && low > maxLow)) {
      maxRow = row;
      maxHigh = high;
      maxLow = low;
    }
  }
  if (minRow < 0) return;
  merge(found, i64[minRow] ?? 0n, i64[maxRow] ?? 0n);
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
