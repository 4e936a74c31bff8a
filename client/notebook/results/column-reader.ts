import type { Data } from 'apache-arrow';
import { formatDouble, formatFloat } from './number-format.ts';
import { storageOf, type Storage, type TrinoType } from './trino-type.ts';

/** Reads one column of one batch without making objects per value. */
export interface ColumnReader {
  isNull(row: number): boolean;
  /** The exact value as text, null for NULL. Binary values are `0x` and hexadecimal digits. */
  text(row: number): string | null;
  /** The value as a double, for charts and statistics; NaN for NULL and whatever is no number. */
  number(row: number): number;
  /** The raw 64-bit value; only integers have one. */
  integer(row: number): bigint;
  /** All bytes of a text or binary column, and where each value starts; absent for other columns. */
  readonly raw?: { readonly values: Uint8Array; readonly offsets: Int32Array };
}

/** A reader of an Arrow array that a column builder made for this type. */
export function readColumn(data: Data, type: TrinoType): ColumnReader {
  const storage = storageOf(type);
  const bitmap = data.nullCount > 0 ? data.nullBitmap : undefined;
  const isNull = (row: number): boolean =>
    bitmap !== undefined && bitmap.length > 0 && ((bitmap[row >> 3] ?? 0) & (1 << (row & 7))) === 0;
  if (storage === 'text' || storage === 'binary') return bytesReader(data, storage, isNull);
  return numberReader(data, storage, isNull);
}

function bytesReader(data: Data, storage: Storage, isNull: (row: number) => boolean): ColumnReader {
  const values = data.values as Uint8Array;
  const offsets = data.valueOffsets as Int32Array;
  const buffer = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const start = (row: number): number => offsets[row] ?? 0;
  const text = (row: number): string =>
    storage === 'binary'
      ? `0x${buffer.toString('hex', start(row), start(row + 1))}`
      : buffer.toString('utf8', start(row), start(row + 1));
  return {
    isNull,
    text: row => (isNull(row) ? null : text(row)),
    number: row => (isNull(row) || storage === 'binary' ? NaN : toNumber(text(row))),
    integer: () => 0n,
    raw: { values, offsets },
  };
}

function numberReader(data: Data, storage: Storage, isNull: (row: number) => boolean): ColumnReader {
  const values = data.values as Int32Array | BigInt64Array | Float32Array | Float64Array | Uint8Array;
  const at = (row: number): number | bigint =>
    storage === 'bool' ? (Number(values[row >> 3]) >> (row & 7)) & 1 : (values[row] ?? 0);
  const format = formatterOf(storage);
  return {
    isNull,
    text: row => (isNull(row) ? null : format(at(row))),
    number: row => (isNull(row) ? NaN : Number(at(row))),
    integer: row => BigInt(at(row)),
  };
}

function formatterOf(storage: Storage): (value: number | bigint) => string {
  if (storage === 'bool') return value => (value === 1 ? 'true' : 'false');
  if (storage === 'float32') return value => formatFloat(Number(value));
  if (storage === 'float64') return value => formatDouble(Number(value));
  return String;
}

function toNumber(text: string): number {
  return text === '' ? NaN : Number(text);
}
