import { type IcebergValue, ValueTypeError } from './value.ts';
import type { PrimitiveType } from './types.ts';

/**
 * A value's bytes in a manifest's bounds (specification, appendix D, "Binary single-value serialization"). Throws
 * ValueTypeError when the value has not the form of its type.
 */
export function encodeBound(type: PrimitiveType, value: IcebergValue): Uint8Array {
  switch (type.kind) {
    case 'boolean':
      return Uint8Array.of(ofType(type, value, 'boolean') ? 1 : 0);
    case 'int':
    case 'date':
      return write(4, view => view.setInt32(0, ofType(type, value, 'number'), true));
    case 'float':
      return write(4, view => view.setFloat32(0, ofType(type, value, 'number'), true));
    case 'double':
      return write(8, view => view.setFloat64(0, ofType(type, value, 'number'), true));
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return write(8, view => view.setBigInt64(0, ofType(type, value, 'bigint'), true));
    case 'string':
      return new TextEncoder().encode(ofType(type, value, 'string'));
    case 'uuid':
      return uuidToBytes(ofType(type, value, 'string'));
    case 'decimal':
      return bigintToBytes(ofType(type, value, 'bigint'));
    case 'fixed':
    case 'binary':
    case 'other':
      if (value instanceof Uint8Array) return value;
      throw new ValueTypeError(type, value);
  }
}

/**
 * Reads a bound. The bytes may be of the type that the column had when the file was written: an int's four bytes under a
 * long column, a float's under a double. Bytes of an impossible length give undefined: a bound is only ever a hint.
 */
export function decodeBound(type: PrimitiveType, bytes: Uint8Array): IcebergValue | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type.kind) {
    case 'boolean':
      return bytes.length === 1 ? bytes[0] !== 0 : undefined;
    case 'int':
    case 'date':
      return bytes.length === 4 ? view.getInt32(0, true) : undefined;
    case 'float':
      return bytes.length === 4 ? view.getFloat32(0, true) : undefined;
    case 'double':
      if (bytes.length === 4) return view.getFloat32(0, true);
      return bytes.length === 8 ? view.getFloat64(0, true) : undefined;
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'timestamp_ns':
    case 'timestamptz_ns':
      if (bytes.length === 4) return BigInt(view.getInt32(0, true));
      return bytes.length === 8 ? view.getBigInt64(0, true) : undefined;
    case 'string':
      return new TextDecoder().decode(bytes);
    case 'uuid':
      return bytes.length === 16 ? bytesToUuid(bytes) : undefined;
    case 'decimal':
      return bytes.length === 0 ? undefined : bytesToBigint(bytes);
    case 'fixed':
    case 'binary':
    case 'other':
      return bytes;
  }
}

/** How many characters (code points) or bytes of a long value a bound keeps: the default of Iceberg's own writers. */
export const BOUND_LENGTH = 16;

/** A lower bound of a string: its first code points. Shorter strings stay whole. */
export function truncateLower(value: string, length = BOUND_LENGTH): string {
  return codePoints(value, length).join('');
}

/**
 * An upper bound of a string: its first code points with the last one that can be incremented incremented, so that it is
 * not below any string it stands for. Undefined when none can be (then the bound must be left out).
 */
export function truncateUpper(value: string, length = BOUND_LENGTH): string | undefined {
  const kept = codePoints(value, length);
  const isWhole = kept.join('').length === value.length;
  if (isWhole) return value;
  for (let index = kept.length - 1; index >= 0; index -= 1) {
    const next = nextCodePoint(kept[index]?.codePointAt(0) ?? LAST_CODE_POINT);
    if (next !== undefined) return kept.slice(0, index).join('') + String.fromCodePoint(next);
  }
  return undefined;
}

/** The same for bytes: a prefix with its last incrementable byte incremented. */
export function truncateUpperBytes(value: Uint8Array, length = BOUND_LENGTH): Uint8Array | undefined {
  if (value.length <= length) return value;
  for (let index = length - 1; index >= 0; index -= 1) {
    const byte = value[index] ?? 0xff;
    if (byte < 0xff) {
      const bound = value.slice(0, index + 1);
      bound[index] = byte + 1;
      return bound;
    }
  }
  return undefined;
}

/** Big-endian two's complement in the fewest bytes, as Java's BigInteger writes it. */
export function bigintToBytes(value: bigint): Uint8Array {
  let length = 1;
  while (BigInt.asIntN(length * 8, value) !== value) length += 1;
  return bigintToFixedBytes(value, length);
}

/** Big-endian two's complement in exactly `length` bytes. */
export function bigintToFixedBytes(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let index = length - 1; index >= 0; index -= 1) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

export function bytesToBigint(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}

export function uuidToBytes(uuid: string): Uint8Array {
  const hex = uuid.replaceAll('-', '');
  if (!/^[0-9a-fA-F]{32}$/.test(hex)) throw new TypeError(`"${uuid}" is not a UUID`);
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** The 16 bytes of a UUID as its text, in lower case. */
export function bytesToUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const LAST_CODE_POINT = 0x10ffff;

function nextCodePoint(codePoint: number): number | undefined {
  if (codePoint >= LAST_CODE_POINT) return undefined;
  // The range after U+D7FF belongs to surrogates, which stand for no character of their own.
  return codePoint === 0xd7ff ? 0xe000 : codePoint + 1;
}

/** The first `length` code points, found without walking the whole of a long string. */
function codePoints(value: string, length: number): string[] {
  return Array.from(value.slice(0, length * 2 + 1)).slice(0, length);
}

function write(length: number, set: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  set(new DataView(bytes.buffer));
  return bytes;
}

interface Primitives {
  readonly boolean: boolean;
  readonly number: number;
  readonly bigint: bigint;
  readonly string: string;
}

function ofType<K extends keyof Primitives>(
  type: PrimitiveType,
  value: IcebergValue,
  kind: K,
): Primitives[K] {
  if (typeof value === kind) return value as unknown as Primitives[K];
  throw new ValueTypeError(type, value);
}
