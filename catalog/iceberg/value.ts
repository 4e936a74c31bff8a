import { type PrimitiveType, primitiveToText } from './types.ts';

/**
 * One value of a primitive type in memory. By type: boolean → boolean; int, float, double → number; long → bigint;
 * decimal → bigint (unscaled: 1420 for 14.20); date → number (days since 1970-01-01); time → bigint (microseconds since
 * midnight); timestamp, timestamptz → bigint (microseconds since 1970, UTC for the latter; nanoseconds for `_ns`);
 * string → string; uuid → string in its 36-character form; fixed, binary and unknown types → Uint8Array.
 */
export type IcebergValue = boolean | number | bigint | string | Uint8Array;

/** A value was not of the form its type has in memory. */
export class ValueTypeError extends TypeError {
  override readonly name = 'ValueTypeError';
  constructor(type: PrimitiveType, value: unknown) {
    super(`A value of type ${primitiveToText(type)} cannot be a ${typeof value}`);
  }
}

/**
 * Orders two values of one type as Iceberg's bounds do: numbers by size (−0 below 0), strings by code point, bytes unsigned.
 */
export function compareValues(left: IcebergValue, right: IcebergValue): number {
  if (typeof left === 'string' || typeof right === 'string')
    return Buffer.compare(Buffer.from(left as string, 'utf8'), Buffer.from(right as string, 'utf8'));
  if (left instanceof Uint8Array || right instanceof Uint8Array)
    return Buffer.compare(left as Uint8Array, right as Uint8Array);
  if (left === right) return Object.is(left, -0) === Object.is(right, -0) ? 0 : Object.is(left, -0) ? -1 : 1;
  return left < right ? -1 : 1;
}

/** The value as people write it: ISO dates and times, decimal text, hex for bytes. */
export function formatValue(type: PrimitiveType, value: IcebergValue): string {
  switch (type.kind) {
    case 'date':
      return formatDate(Number(value));
    case 'time':
      return formatMicrosOfDay(BigInt(value as bigint));
    case 'timestamp':
      return formatTimestamp(value as bigint, MICROS_PER_DAY);
    case 'timestamptz':
      return `${formatTimestamp(value as bigint, MICROS_PER_DAY)}Z`;
    case 'decimal':
      return formatDecimal(value as bigint, type.scale);
    default:
      return value instanceof Uint8Array ? `0x${Buffer.from(value).toString('hex')}` : `${value}`;
  }
}

/** `14.20` of the unscaled 1420 and scale 2. */
function formatDecimal(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** ISO date of a number of days since 1970-01-01, proleptic Gregorian, years before 1 as negative numbers. */
export function formatDate(days: number): string {
  // JavaScript's dates reach ±100 million days, Iceberg's 32-bit days reach further; those are shown as the number they are.
  if (Math.abs(days) > 100_000_000) return `${days} days since 1970-01-01`;
  const iso = new Date(days * MS_PER_DAY).toISOString();
  return iso.slice(0, iso.indexOf('T'));
}

function formatTimestamp(ticks: bigint, ticksPerDay: bigint): string {
  const days = floorDivide(ticks, ticksPerDay);
  return `${formatDate(Number(days))} ${formatMicrosOfDay(ticks - days * ticksPerDay)}`;
}

function formatMicrosOfDay(micros: bigint): string {
  const pad = (value: bigint): string => value.toString().padStart(2, '0');
  const seconds = micros / 1_000_000n;
  const fraction = micros % 1_000_000n;
  const text = `${pad(seconds / 3600n)}:${pad((seconds / 60n) % 60n)}:${pad(seconds % 60n)}`;
  return fraction === 0n ? text : `${text}.${fraction.toString().padStart(6, '0')}`;
}

/** Division that rounds towards minus infinity, as every transform of times before 1970 needs it. */
export function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

export const MS_PER_DAY = 86_400_000;
export const MICROS_PER_DAY = 86_400_000_000n;
