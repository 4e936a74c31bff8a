import { appendValue } from './append-value.ts';
import {
  type Column,
  KIND,
  growBytes,
  setBigInt64,
  setBoolean,
  setDecimal,
  setInstant,
  setInt64,
  setSmallDecimal,
  setValid,
  writeMissing,
} from './column.ts';
import { type RecordValue, parseRecord } from './parse-record.ts';
import { skipNumber, skipValue } from './skip-json.ts';
import { type Instant, TIMESTAMP_INVALID, TIMESTAMP_WITH_ZONE, readDate, readTimestamp } from './temporal.ts';

/** Reading single values from the bytes of a record. Each answers the position behind the value, or -1 to give up. */

const QUOTE = 34;
const BACKSLASH = 92;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const LETTER_E = 101;
/** The bit by which e differs from E, also when 48 has been subtracted from both. */
const LOWER_CASE = 32;
const SPACE = 32;

export function scanNull(column: Column, row: number, bytes: Uint8Array, position: number): number {
  if (bytes[position + 1] !== 117 || bytes[position + 2] !== 108 || bytes[position + 3] !== 108) return -1;
  return writeMissing(column, row) ? position + 4 : -1;
}

export function scanBoolean(column: Column, row: number, bytes: Uint8Array, position: number): number {
  const isTrue = bytes[position] === 116;
  const word = isTrue ? TRUE : FALSE;
  for (let i = 0; i < word.length; i++) if (bytes[position + i] !== word[i]) return -1;
  setBoolean(column, row, isTrue);
  return position + word.length;
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** So many digits fit a 32-bit integer, in which adding them up costs a third of what it costs in a double. */
const SMALL_LENGTH = 9;

/**
 * Nearly every number of nearly every record: few digits, no exponent, a column of doubles or longs. It is as short as it is
 * so that the compiler puts it into the loop over the members; {@link scanAnyNumber} reads all others.
 */
export function scanNumber(column: Column, row: number, bytes: Uint8Array, start: number): number {
  const first = bytes[start] === MINUS ? start + 1 : start;
  let position = first;
  let point = -1;
  let mantissa = 0;
  let digit = (bytes[first] ?? 0) - ZERO;
  for (; ; digit = (bytes[++position] ?? 0) - ZERO) {
    if (digit >>> 0 < 10) mantissa = (mantissa * 10 + digit) | 0;
    else if (digit === POINT - ZERO && point < 0) point = position;
    else break;
  }
  const whole = (point < 0 ? position : point) - first;
  const isSmall =
    position - first <= SMALL_LENGTH &&
    (digit | LOWER_CASE) !== LETTER_E - ZERO &&
    (whole === 1 || (whole > 1 && bytes[first] !== ZERO));
  if (!isSmall) return scanAnyNumber(column, row, bytes, start);
  const value = first === start ? mantissa : -mantissa;
  const { kind } = column.spec;
  if (kind === KIND.double && point !== position - 1)
    column.f64[row] = point < 0 ? value : value / (POWERS_OF_TEN[position - point - 1] ?? NaN);
  else if (kind === KIND.long && point < 0) {
    column.i32[row * 2] = value;
    column.i32[row * 2 + 1] = value >> 31;
  } else return scanAnyNumber(column, row, bytes, start);
  setValid(column, row);
  return position;
}

/** Up to 15 digits without an exponent: the digits fit a double, and so does the power of ten, so one division rounds right. */
function scanAnyNumber(column: Column, row: number, bytes: Uint8Array, start: number): number {
  let position = start;
  let byte = bytes[position] ?? 0;
  const isNegative = byte === MINUS;
  if (isNegative) byte = bytes[++position] ?? 0;
  const firstDigit = position;
  let mantissa = 0;
  while (byte >= 48 && byte <= 57) {
    mantissa = mantissa * 10 + (byte - 48);
    byte = bytes[++position] ?? 0;
  }
  let digits = position - firstDigit;
  if (digits === 0 || (digits > 1 && bytes[firstDigit] === 48)) return -1;
  let decimals = 0;
  if (byte === POINT) {
    const point = position;
    byte = bytes[++position] ?? 0;
    while (byte >= 48 && byte <= 57) {
      mantissa = mantissa * 10 + (byte - 48);
      byte = bytes[++position] ?? 0;
    }
    decimals = position - point - 1;
    digits += decimals;
    if (decimals === 0) return -1;
  }
  const { kind, scale, precision } = column.spec;
  const hasExponent = byte === 101 || byte === 69;
  if (kind === KIND.double && (hasExponent || digits > 15)) return scanFullDouble(column, row, bytes, start);
  if (hasExponent) return -1;
  if (digits > 15) return scanLongNumber(column, row, bytes, { start, position, digits, decimals });
  if (kind === KIND.double || kind === KIND.float) {
    const value = decimals === 0 ? mantissa : mantissa / (POWERS_OF_TEN[decimals] ?? NaN);
    (kind === KIND.double ? column.f64 : column.f32)[row] = isNegative ? -value : value;
    setValid(column, row);
    return position;
  }
  if (kind === KIND.decimal) {
    if (decimals > scale || digits - decimals > precision - scale) return -1;
    const small = mantissa * (POWERS_OF_TEN[scale - decimals] ?? NaN);
    if (small <= Number.MAX_SAFE_INTEGER) {
      setSmallDecimal(column, row, isNegative ? -small : small);
      return position;
    }
    const unscaled = BigInt(mantissa) * 10n ** BigInt(scale - decimals);
    setDecimal(column, row, isNegative ? -unscaled : unscaled);
    return position;
  }
  if (decimals !== 0) return -1;
  const integer = isNegative ? -mantissa : mantissa;
  if (kind === KIND.long) {
    setInt64(column, row, integer);
    return position;
  }
  if ((integer | 0) !== integer) return -1;
  column.i32[row] = integer;
  setValid(column, row);
  return position;
}

/** Doubles that need all of their digits, and those with an exponent: measured values have nothing else. */
function scanFullDouble(column: Column, row: number, bytes: Uint8Array, start: number): number {
  const close = skipNumber(bytes, start);
  if (close < 0) return -1;
  const value = Number(Buffer.from(bytes.buffer, bytes.byteOffset + start, close - start).toString('latin1'));
  if (!Number.isFinite(value)) return -1;
  column.f64[row] = value;
  setValid(column, row);
  return close;
}

/** Integers of 16 to 19 digits (ids, microseconds) are common enough in long columns to stay here. */
function scanLongNumber(
  column: Column,
  row: number,
  bytes: Uint8Array,
  number: {
    readonly start: number;
    readonly position: number;
    readonly digits: number;
    readonly decimals: number;
  },
): number {
  if (column.spec.kind !== KIND.long || number.decimals !== 0 || number.digits > 19) return -1;
  const value = BigInt(String.fromCharCode(...bytes.subarray(number.start, number.position)));
  if (BigInt.asIntN(64, value) !== value) return -1;
  setBigInt64(column, row, value);
  return number.position;
}

export function scanString(
  column: Column,
  row: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const { offsets } = column;
  let write = offsets[row] ?? 0;
  // The rest of the record is always enough room, so the loop needs no test for it.
  const target = growBytes(column, write, end - start);
  let position = start;
  for (;;) {
    const byte = bytes[position];
    if (byte === QUOTE) break;
    if (byte === undefined || byte === BACKSLASH || byte < SPACE || position >= end) return -1;
    target[write++] = byte;
    position += 1;
  }
  offsets[row + 1] = write;
  setValid(column, row);
  return position + 1;
}

const instant: Instant = { seconds: 0, micros: 0 };

export function scanTimestamp(
  column: Column,
  row: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  let close = start + 19;
  while (close < end && bytes[close] !== QUOTE) close += 1;
  const found = readTimestamp(bytes, start, close, instant);
  const wantsZone = column.spec.kind === KIND.timestamptz;
  if (found === TIMESTAMP_INVALID || (found === TIMESTAMP_WITH_ZONE) !== wantsZone) return -1;
  setInstant(column, row, instant.seconds, instant.micros);
  return close + 1;
}

export function scanDate(column: Column, row: number, bytes: Uint8Array, start: number): number {
  const days = readDate(bytes, start);
  if (Number.isNaN(days) || bytes[start + 10] !== QUOTE) return -1;
  column.i32[row] = days;
  setValid(column, row);
  return start + 11;
}

/** Rarer types: the extent of the value is found here, the careful path reads it. */
export function parseAndAppend(
  column: Column,
  row: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const close = skipValue(bytes, start, end);
  const value = close < 0 ? undefined : parsePiece(bytes, start, close);
  return value !== undefined && appendValue(column, row, value) === undefined ? close : -1;
}

/** The value in a piece of a record; undefined where it is none. */
export function parsePiece(bytes: Uint8Array, start: number, end: number): RecordValue | undefined {
  try {
    return parseRecord(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8'));
  } catch {
    return undefined;
  }
}
