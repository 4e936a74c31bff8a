import type { IcebergType } from '../../catalog/iceberg/types.ts';
import type { ColumnRule } from '../columns/column-rule.ts';

/** How the values of a column are laid out; the numbers make the switch of the hot loop cheap. */
export const KIND = {
  boolean: 0,
  int: 1,
  long: 2,
  float: 3,
  double: 4,
  decimal: 5,
  date: 6,
  time: 7,
  timestamp: 8,
  timestamptz: 9,
  string: 10,
  uuid: 11,
  fixed: 12,
  binary: 13,
  struct: 14,
  list: 15,
  map: 16,
} as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

/** How the scanner reads a column that is not read by its kind alone. */
export const SCAN_CAST = 17;
export const SCAN_TREE = 18;

/** What a column holds: an Iceberg type, taken apart once so that nothing on the way of a record looks at text. */
export interface ColumnSpec {
  readonly id: number;
  readonly name: string;
  readonly required: boolean;
  readonly kind: Kind;
  readonly type: IcebergType;
  /** Decimals only. */
  readonly precision: number;
  readonly scale: number;
  /** Bytes per value of fixed, uuid (16) and decimal (16); 0 for all others. */
  readonly width: number;
  /** Fields of a struct; the element of a list; key and value of a map. */
  readonly children: readonly ColumnSpec[];
  /** Left out for a column that takes the member of its own name as it is. */
  readonly rule?: ColumnRule | undefined;
}

/**
 * One column under construction, in Arrow's layout. Every column has every array (empty where its kind has no use for it),
 * so that all of them share one hidden class and the hot loop stays monomorphic.
 *
 * Writing row `n` again overwrites what an earlier attempt left there: a record that fails half-way leaves nothing behind
 * as long as the row count is not moved on.
 */
export interface Column {
  readonly spec: ColumnSpec;
  /** The rows that fit without growing. */
  capacity: number;
  /** One bit per row, least significant first; set where there is a value. */
  validity: Uint8Array;
  /** int, date; also the halves of every 64-bit integer, low half first. */
  i32: Int32Array;
  /** long, time, timestamp, timestamptz. Same memory as `i32`. */
  i64: BigInt64Array;
  f32: Float32Array;
  f64: Float64Array;
  /** Where the bytes (string, binary) or elements (list, map) of each row begin; one more than rows. */
  offsets: Int32Array;
  /** string, binary: back to back; boolean: bits; fixed, uuid, decimal: `width` bytes per row (decimal little-endian). */
  bytes: Uint8Array;
  readonly children: readonly Column[];
  /** The kind, {@link SCAN_CAST} where values are converted, or {@link SCAN_TREE}. */
  scan: number;
  /** One row with the value that stands in for null. */
  fallback: Column | undefined;
  /** The columns that one member fills, where it is not this one alone; this one then holds nothing. */
  tree: PathNode | undefined;
}

/** The columns that are filled from one place of a record. */
export interface PathNode {
  /** Those that take the value there as a whole. */
  readonly wholes: readonly Column[];
  /** Names of members, as their bytes, or positions in an array, beneath which there is more. */
  readonly names: readonly Uint8Array[];
  readonly indexes: readonly number[];
  /** What each of them fills: first those of the names, then those of the positions. */
  readonly inner: readonly Column[];
  /** For each member the number of the last visit that found it. */
  readonly seen: Float64Array;
  visits: number;
  /** Every column that is filled from here or beneath. */
  readonly leaves: readonly Column[];
}

/** An empty column with room for `capacity` rows. */
export function createColumn(spec: ColumnSpec, capacity: number): Column {
  const layout = layoutOf(spec.kind);
  const i32 = new Int32Array(layout === 'int32' ? capacity : layout === 'int64' ? capacity * 2 : 0);
  return {
    spec,
    capacity,
    validity: new Uint8Array((capacity + 7) >> 3),
    i32,
    i64: layout === 'int64' ? new BigInt64Array(i32.buffer) : new BigInt64Array(0),
    f32: new Float32Array(spec.kind === KIND.float ? capacity : 0),
    f64: new Float64Array(spec.kind === KIND.double ? capacity : 0),
    offsets: new Int32Array(layout === 'offsets' || layout === 'bytes' ? capacity + 1 : 0),
    bytes: new Uint8Array(bytesFor(spec, layout, capacity)),
    children: spec.children.map(child => createColumn(child, capacity)),
    scan: spec.rule?.cast === true ? SCAN_CAST : spec.kind,
    fallback: undefined,
    tree: undefined,
  };
}

/** Makes room for at least `rows` rows, keeping what was written. Top-level columns are made large enough at once. */
export function growColumn(column: Column, rows: number): void {
  if (rows <= column.capacity) return;
  const capacity = Math.max(rows, column.capacity * 2);
  const fresh = createColumn({ ...column.spec, children: [] }, capacity);
  fresh.validity.set(column.validity);
  fresh.i32.set(column.i32);
  fresh.f32.set(column.f32);
  fresh.f64.set(column.f64);
  fresh.offsets.set(column.offsets);
  if (fresh.bytes.length < column.bytes.length) fresh.bytes = new Uint8Array(column.bytes);
  else fresh.bytes.set(column.bytes);
  const { validity, i32, i64, f32, f64, offsets, bytes } = fresh;
  Object.assign(column, { capacity, validity, i32, i64, f32, f64, offsets, bytes });
}

/** Makes room for `extra` more bytes behind `used` in a string or binary column and answers the array to write to. */
export function growBytes(column: Column, used: number, extra: number): Uint8Array {
  if (used + extra <= column.bytes.length) return column.bytes;
  const grown = new Uint8Array(Math.max(used + extra, column.bytes.length * 2));
  grown.set(column.bytes.subarray(0, used));
  column.bytes = grown;
  return grown;
}

export function setValid(column: Column, row: number): void {
  column.validity[row >> 3] = (column.validity[row >> 3] ?? 0) | (1 << (row & 7));
}

export function isValid(column: Column, row: number): boolean {
  return ((column.validity[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
}

/** Writes null, together with whatever the layout needs to stay well-formed. */
export function setNull(column: Column, row: number): void {
  column.validity[row >> 3] = (column.validity[row >> 3] ?? 0) & ~(1 << (row & 7));
  if (column.offsets.length > 0) column.offsets[row + 1] = column.offsets[row] ?? 0;
  if (column.spec.kind === KIND.struct) {
    for (const child of column.children) {
      growColumn(child, row + 1);
      setNull(child, row);
    }
  }
}

/** Writes null, or what stands in for it; false where the column must have a value. */
export function writeMissing(column: Column, row: number): boolean {
  if (column.tree !== undefined) return column.tree.leaves.every(leaf => writeMissing(leaf, row));
  if (column.fallback !== undefined) copyValue(column.fallback, column, row);
  else if (column.spec.required) return false;
  else setNull(column, row);
  return true;
}

/** Writes the first value of a column of the same primitive kind into row `row`. */
function copyValue(source: Column, target: Column, row: number): void {
  const { kind, width } = target.spec;
  switch (layoutOf(kind)) {
    case 'bits':
      setBoolean(target, row, ((source.bytes[0] ?? 0) & 1) === 1);
      return;
    case 'int32':
      target.i32[row] = source.i32[0] ?? 0;
      break;
    case 'int64':
      target.i32[row * 2] = source.i32[0] ?? 0;
      target.i32[row * 2 + 1] = source.i32[1] ?? 0;
      break;
    case 'floats':
      if (kind === KIND.double) target.f64[row] = source.f64[0] ?? 0;
      else target.f32[row] = source.f32[0] ?? 0;
      break;
    case 'fixed':
      for (let i = 0; i < width; i++) target.bytes[row * width + i] = source.bytes[i] ?? 0;
      break;
    case 'bytes':
      writeBytes(target, row, source.bytes.subarray(0, source.offsets[1]));
      break;
    default:
      throw new TypeError(`A column of kind ${kind} has no default.`);
  }
  setValid(target, row);
}

/** Writes the bytes of a string or binary value. */
export function writeBytes(column: Column, row: number, bytes: Uint8Array): void {
  const start = column.offsets[row] ?? 0;
  const target = growBytes(column, start, bytes.length);
  // Short values are the most frequent, and a call to the engine costs more than they do.
  if (bytes.length <= 32) for (let i = 0; i < bytes.length; i++) target[start + i] = bytes[i] ?? 0;
  else target.set(bytes, start);
  column.offsets[row + 1] = start + bytes.length;
  setValid(column, row);
}

/** Writes a 64-bit integer from a number that holds it exactly. */
export function setInt64(column: Column, row: number, value: number): void {
  const small = value | 0;
  if (small === value) {
    column.i32[row * 2] = small;
    column.i32[row * 2 + 1] = small >> 31;
  } else {
    const high = Math.floor(value / 4_294_967_296);
    column.i32[row * 2] = value - high * 4_294_967_296;
    column.i32[row * 2 + 1] = high;
  }
  setValid(column, row);
}

export function setBigInt64(column: Column, row: number, value: bigint): void {
  column.i64[row] = value;
  setValid(column, row);
}

/** Writes an instant as microseconds since the epoch; beyond the year 2255 they no longer fit a number exactly. */
export function setInstant(column: Column, row: number, seconds: number, micros: number): void {
  const value = seconds * 1e6 + micros;
  if (Number.isSafeInteger(value)) setInt64(column, row, value);
  else setBigInt64(column, row, BigInt(seconds) * 1_000_000n + BigInt(micros));
}

/** Writes an unscaled decimal as a 128-bit little-endian integer. */
export function setDecimal(column: Column, row: number, unscaled: bigint): void {
  const view = new DataView(column.bytes.buffer, column.bytes.byteOffset + row * 16, 16);
  view.setBigInt64(0, BigInt.asIntN(64, unscaled), true);
  view.setBigInt64(8, unscaled >> 64n, true);
  setValid(column, row);
}

/** The same for a number that holds it exactly, at a fraction of the price. */
export function setSmallDecimal({ bytes, validity }: Column, row: number, unscaled: number): void {
  const high = Math.floor(unscaled / 4_294_967_296);
  const at = row * 16;
  let word = unscaled - high * 4_294_967_296;
  for (let i = 0; i < 4; i++) bytes[at + i] = word >>> (i * 8);
  word = high | 0;
  for (let i = 0; i < 4; i++) bytes[at + 4 + i] = word >> (i * 8);
  bytes.fill(unscaled < 0 ? 255 : 0, at + 8, at + 16);
  validity[row >> 3] = (validity[row >> 3] ?? 0) | (1 << (row & 7));
}

/** The unscaled decimal of a row. */
export function decimalAt(column: Column, row: number): bigint {
  const view = new DataView(column.bytes.buffer, column.bytes.byteOffset + row * 16, 16);
  return (view.getBigInt64(8, true) << 64n) | view.getBigUint64(0, true);
}

export function setBoolean(column: Column, row: number, value: boolean): void {
  const bits = column.bytes[row >> 3] ?? 0;
  column.bytes[row >> 3] = value ? bits | (1 << (row & 7)) : bits & ~(1 << (row & 7));
  setValid(column, row);
}

/** How many of the first `rows` rows are null. */
export function countNulls(column: Column, rows: number): number {
  let present = 0;
  const whole = rows >> 3;
  for (let i = 0; i < whole; i++) present += BITS_SET[column.validity[i] ?? 0] ?? 0;
  for (let row = whole << 3; row < rows; row++) if (isValid(column, row)) present += 1;
  return rows - present;
}

type Layout = 'bits' | 'int32' | 'int64' | 'floats' | 'bytes' | 'fixed' | 'offsets' | 'none';

function layoutOf(kind: Kind): Layout {
  switch (kind) {
    case KIND.boolean:
      return 'bits';
    case KIND.int:
    case KIND.date:
      return 'int32';
    case KIND.long:
    case KIND.time:
    case KIND.timestamp:
    case KIND.timestamptz:
      return 'int64';
    case KIND.float:
    case KIND.double:
      return 'floats';
    case KIND.string:
    case KIND.binary:
      return 'bytes';
    case KIND.decimal:
    case KIND.uuid:
    case KIND.fixed:
      return 'fixed';
    case KIND.list:
    case KIND.map:
      return 'offsets';
    case KIND.struct:
      return 'none';
  }
}

function bytesFor(spec: ColumnSpec, layout: Layout, capacity: number): number {
  if (layout === 'bits') return (capacity + 7) >> 3;
  if (layout === 'fixed') return capacity * spec.width;
  return layout === 'bytes' ? capacity * 8 : 0;
}

const BITS_SET = Uint8Array.from({ length: 256 }, (_, byte) => {
  let bits = 0;
  for (let rest = byte; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
});
