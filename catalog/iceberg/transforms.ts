import { bigintToBytes, uuidToBytes } from './bounds.ts';
import type { Transform } from './partition.ts';
import { type PrimitiveType, primitiveToText } from './types.ts';
import {
  floorDivide,
  formatDate,
  formatValue,
  type IcebergValue,
  MICROS_PER_DAY,
  MS_PER_DAY,
} from './value.ts';

/**
 * A transform's result for one value of a column (specification, "Partition Transforms"). Null stays null. Throws a
 * TypeError for a transform that the column's type does not allow.
 */
export function applyTransform(
  transform: Transform,
  type: PrimitiveType,
  value: IcebergValue | null,
): IcebergValue | null {
  if (value === null) return null;
  switch (transform.kind) {
    case 'identity':
      return value;
    case 'void':
      return null;
    case 'bucket':
      return bucketOf(hashValue(type, value), transform.buckets);
    case 'truncate':
      return truncate(type, value, transform.width);
    case 'year':
      return yearOf(daysOf(type, value));
    case 'month':
      return monthOf(daysOf(type, value));
    case 'day':
      return daysOf(type, value);
    case 'hour':
      return Number(floorDivide(microsOf(type, value), 3_600_000_000n));
    case 'other':
      throw new TypeError(`The transform ${transform.text} is not known to this version`);
  }
}

/** The bucket of a 32-bit hash: never negative. */
function bucketOf(hash: number, buckets: number): number {
  return (hash & 0x7fffffff) % buckets;
}

/** The 32-bit hash that `bucket` is made of (specification, appendix B). */
export function hashValue(type: PrimitiveType, value: IcebergValue): number {
  switch (type.kind) {
    case 'int':
    case 'date':
      return hashLong(BigInt(value as number));
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return hashLong(value as bigint);
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return hashLong(floorDivide(value as bigint, 1000n));
    case 'decimal':
      return murmur3(bigintToBytes(value as bigint));
    case 'string':
      return murmur3(new TextEncoder().encode(value as string));
    case 'uuid':
      return murmur3(uuidToBytes(value as string));
    case 'fixed':
    case 'binary':
      return murmur3(value as Uint8Array);
    default:
      throw new TypeError(`A column of type ${primitiveToText(type)} cannot be put into buckets`);
  }
}

/** The hash of an int or long: both are hashed as eight bytes, so that a promoted column keeps its buckets. */
function hashLong(value: bigint): number {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value, true);
  return murmur3(bytes);
}

/** MurmurHash3, x86, 32 bits, seed 0. Answers a signed 32-bit integer. */
function murmur3(bytes: Uint8Array): number {
  const blockEnd = bytes.length & ~3;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let hash = 0;
  for (let at = 0; at < blockEnd; at += 4) {
    hash ^= scramble(view.getInt32(at, true));
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = bytes.length - 1; at >= blockEnd; at -= 1) tail = (tail << 8) | (bytes[at] ?? 0);
  if (blockEnd < bytes.length) hash ^= scramble(tail);
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Years since 1970 of a number of days. */
function yearOf(days: number): number {
  return new Date(days * MS_PER_DAY).getUTCFullYear() - 1970;
}

/** Months since January 1970 of a number of days. */
function monthOf(days: number): number {
  const date = new Date(days * MS_PER_DAY);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

/** A partition value as it stands in a partition's path and in `$partitions`: `2024-03`, `2024-03-01-17`, `null`. */
export function formatPartitionValue(
  transform: Transform,
  resultType: PrimitiveType,
  value: IcebergValue | null,
): string {
  if (value === null) return 'null';
  switch (transform.kind) {
    case 'year':
      return formatDate(Date.UTC(1970 + Number(value)) / MS_PER_DAY).slice(0, -6);
    case 'month':
      return formatDate(Date.UTC(1970, Number(value)) / MS_PER_DAY).slice(0, -3);
    case 'day':
      return formatDate(Number(value));
    case 'hour': {
      const hours = Number(value);
      const days = Math.floor(hours / 24);
      return `${formatDate(days)}-${String(hours - days * 24).padStart(2, '0')}`;
    }
    default:
      return formatValue(resultType, value);
  }
}

function scramble(block: number): number {
  const product = Math.imul(block, 0xcc9e2d51);
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593);
}

function truncate(type: PrimitiveType, value: IcebergValue, width: number): IcebergValue {
  switch (type.kind) {
    case 'int': {
      const number = value as number;
      return number - (((number % width) + width) % width);
    }
    case 'long':
    case 'decimal': {
      const wide = BigInt(width);
      return floorDivide(value as bigint, wide) * wide;
    }
    case 'string':
      return Array.from((value as string).slice(0, width * 2))
        .slice(0, width)
        .join('');
    case 'binary':
      return (value as Uint8Array).slice(0, width);
    default:
      throw new TypeError(`A column of type ${primitiveToText(type)} cannot be truncated`);
  }
}

function daysOf(type: PrimitiveType, value: IcebergValue): number {
  return type.kind === 'date'
    ? (value as number)
    : Number(floorDivide(microsOf(type, value), MICROS_PER_DAY));
}

function microsOf(type: PrimitiveType, value: IcebergValue): bigint {
  switch (type.kind) {
    case 'timestamp':
    case 'timestamptz':
      return value as bigint;
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return floorDivide(value as bigint, 1000n);
    default:
      throw new TypeError(`A column of type ${primitiveToText(type)} has no time to take a part of`);
  }
}
