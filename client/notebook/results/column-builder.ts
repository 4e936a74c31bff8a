import {
  Binary,
  Bool,
  type Data,
  type DataType,
  Float32,
  Float64,
  Int32,
  Int64,
  makeData,
  Utf8,
} from 'apache-arrow';
import type { StoredValue } from './stored-value.ts';
import type { Storage } from './trino-type.ts';

/** Collects the values of one column and hands them out as Arrow memory. Starts small: a result may have 100,000 columns. */
export interface ColumnBuilder {
  readonly append: (value: StoredValue) => void;
  /** A value given by its bytes, of texts in UTF-8; only columns of texts and bytes have it. */
  readonly appendBytes?: (data: Uint8Array, start: number, end: number) => void;
  /**
   * The values so far as one Arrow array; the builder is empty afterwards. The array lies in the builder's own memory and
   * is good until the next `append`: a result makes no garbage per batch.
   */
  finish(): Data;
  /** Bytes held at the moment, about. */
  readonly byteLength: () => number;
}

const FIRST_CAPACITY = 8;
const LONG_TEXT = 48;

/** The Arrow type of a storage. */
export function arrowType(storage: Storage): DataType {
  switch (storage) {
    case 'bool':
      return new Bool();
    case 'int32':
      return new Int32();
    case 'int64':
      return new Int64();
    case 'float32':
      return new Float32();
    case 'float64':
      return new Float64();
    case 'binary':
      return new Binary();
    case 'text':
      return new Utf8();
  }
}

/** An empty builder for a storage. */
export function createColumnBuilder(storage: Storage): ColumnBuilder {
  switch (storage) {
    case 'bool':
      return boolBuilder();
    case 'int32':
      return fixedBuilder(storage, size => new Int32Array(size));
    case 'int64':
      return fixedBuilder(storage, size => new BigInt64Array(size));
    case 'float32':
      return fixedBuilder(storage, size => new Float32Array(size));
    case 'float64':
      return fixedBuilder(storage, size => new Float64Array(size));
    case 'binary':
    case 'text':
      return bytesBuilder(storage);
  }
}

interface Validity {
  bits: Uint8Array;
  nulls: number;
}

function emptyValidity(): Validity {
  return { bits: new Uint8Array(1), nulls: 0 };
}

/** A finished array still shows the old bits, so they are cleared when the next value comes. */
function clear(validity: Validity): void {
  validity.bits.fill(0);
  validity.nulls = 0;
}

function setValid(validity: Validity, at: number, isValid: boolean): void {
  if (at >> 3 >= validity.bits.length) validity.bits = grown(validity.bits, (at >> 3) + 1);
  if (isValid) validity.bits[at >> 3] = (validity.bits[at >> 3] ?? 0) | (1 << (at & 7));
  else validity.nulls++;
}

function grown<T extends Uint8Array | Int32Array | BigInt64Array | Float32Array | Float64Array>(
  array: T,
  needed: number,
): T {
  const create = array.constructor as new (size: number) => T;
  const larger = new create(Math.max(needed, array.length * 2, FIRST_CAPACITY));
  (larger.set as (source: T) => void)(array);
  return larger;
}

function parts(
  validity: Validity,
  length: number,
): { length: number; nullCount: number; nullBitmap: Uint8Array | null } {
  const nullBitmap = validity.nulls === 0 ? null : validity.bits.subarray(0, (length + 7) >> 3);
  return { length, nullCount: validity.nulls, nullBitmap };
}

type FixedArray = Int32Array | BigInt64Array | Float32Array | Float64Array;

function fixedBuilder(storage: Storage, create: (size: number) => FixedArray): ColumnBuilder {
  let values = create(FIRST_CAPACITY);
  const validity = emptyValidity();
  let length = 0;
  return {
    append: value => {
      if (length === 0) clear(validity);
      if (length === values.length) values = grown(values, length + 1);
      if (value !== null) values[length] = value as number & bigint;
      setValid(validity, length++, value !== null);
    },
    finish: () => {
      const data = makeData({
        type: arrowType(storage),
        data: values.subarray(0, length),
        ...parts(validity, length),
      } as never);
      length = 0;
      return data as Data;
    },
    byteLength: () => length * values.BYTES_PER_ELEMENT,
  };
}

function boolBuilder(): ColumnBuilder {
  let bits = new Uint8Array(1);
  const validity = emptyValidity();
  let length = 0;
  return {
    append: value => {
      if (length === 0) {
        clear(validity);
        bits.fill(0);
      }
      if (length >> 3 >= bits.length) bits = grown(bits, (length >> 3) + 1);
      if (value === true) bits[length >> 3] = (bits[length >> 3] ?? 0) | (1 << (length & 7));
      setValid(validity, length++, value !== null);
    },
    finish: () => {
      const data = makeData({
        type: new Bool(),
        data: bits.subarray(0, (length + 7) >> 3),
        ...parts(validity, length),
      });
      length = 0;
      return data;
    },
    byteLength: () => length >> 3,
  };
}

function bytesBuilder(storage: 'binary' | 'text'): ColumnBuilder {
  let bytes = Buffer.allocUnsafe(FIRST_CAPACITY * 8);
  let offsets = new Int32Array(FIRST_CAPACITY);
  const validity = emptyValidity();
  let length = 0;
  let used = 0;
  const reserve = (extra: number): void => {
    if (used + extra <= bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(used + extra, bytes.length * 2));
    bytes.copy(larger, 0, 0, used);
    bytes = larger;
  };
  const begin = (): void => {
    if (length > 0) return;
    clear(validity);
    used = 0;
  };
  return {
    append: value => {
      begin();
      if (length + 1 >= offsets.length) offsets = grown(offsets, length + 2);
      if (typeof value === 'string') {
        // Three bytes hold any UTF-16 unit, so the exact length need not be counted first.
        reserve(value.length * 3);
        used += bytes.write(value, used, 'utf8');
      } else if (value instanceof Uint8Array) {
        reserve(value.length);
        bytes.set(value, used);
        used += value.length;
      }
      offsets[length + 1] = used;
      setValid(validity, length++, value !== null);
    },
    appendBytes: (data, start, end) => {
      begin();
      if (length + 1 >= offsets.length) offsets = grown(offsets, length + 2);
      reserve(end - start);
      // A call costs more than the copying of a short text.
      if (end - start > LONG_TEXT) {
        bytes.set(data.subarray(start, end), used);
        used += end - start;
      } else for (let at = start; at < end; at++) bytes[used++] = data[at] ?? 0;
      offsets[length + 1] = used;
      setValid(validity, length++, true);
    },
    finish: () => {
      const data = makeData({
        type: arrowType(storage),
        valueOffsets: offsets.subarray(0, length + 1),
        data: new Uint8Array(bytes.buffer, bytes.byteOffset, used),
        ...parts(validity, length),
      } as never);
      length = 0;
      return data as Data;
    },
    byteLength: () => (length === 0 ? 0 : used + length * 4),
  };
}
