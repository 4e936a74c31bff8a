import { isTemporal, readInstant, writeInstant } from '../columns/cast-time.ts';
import { type Column, KIND, writeBytes } from './column.ts';
import { parseAndAppend, scanBoolean, scanNumber, scanString } from './scan-primitives.ts';
import { skipString } from './skip-json.ts';
import type { Instant } from './temporal.ts';

const QUOTE = 34;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

/**
 * Reads a value into a column that converts what it gets: the common forms straight from the bytes, and whatever else the
 * column may take by the careful path for this one value. Answers the position behind it, or -1 to give up.
 */
export function scanCast(
  column: Column,
  row: number,
  bytes: Uint8Array,
  position: number,
  end: number,
): number {
  const close = scanCommon(column, row, bytes, position, end);
  return close < 0 ? parseAndAppend(column, row, bytes, position, end) : close;
}

function scanCommon(column: Column, row: number, bytes: Uint8Array, position: number, end: number): number {
  const isText = bytes[position] === QUOTE;
  switch (column.spec.kind) {
    case KIND.string:
      return isText
        ? scanString(column, row, bytes, position + 1, end)
        : copyNumber(column, row, bytes, position);
    case KIND.boolean:
      return isText ? -1 : scanBoolean(column, row, bytes, position);
    case KIND.int:
    case KIND.long:
    case KIND.float:
    case KIND.double:
    case KIND.decimal: {
      if (!isText) return scanNumber(column, row, bytes, position);
      const close = scanNumber(column, row, bytes, position + 1);
      return close > 0 && bytes[close] === QUOTE ? close + 1 : -1;
    }
    default:
      return isTemporal(column.spec) ? scanInstant(column, row, bytes, position, end) : -1;
  }
}

const instant: Instant = { seconds: 0, micros: 0 };

function scanInstant(column: Column, row: number, bytes: Uint8Array, position: number, end: number): number {
  const { format } = column.spec.rule ?? {};
  const isText = bytes[position] === QUOTE;
  if (!isText && format?.kind !== 'epoch') return -1;
  const start = isText ? position + 1 : position;
  const close = isText ? skipString(bytes, position, end) - 1 : endOfInteger(bytes, position);
  if (close <= start || !readInstant(column.spec, bytes, [start, close], instant)) return -1;
  if (!writeInstant(column, row, instant)) return -1;
  return isText ? close + 1 : close;
}

/** The position behind an integer of at most 15 digits as JSON writes it; -1 for anything else. */
function endOfInteger(bytes: Uint8Array, start: number): number {
  const first = bytes[start] === MINUS ? start + 1 : start;
  const end = skipDigits(bytes, first);
  if (end === first || end - first > 15 || (bytes[first] === ZERO && end - first > 1)) return -1;
  return isNumberByte(bytes[end]) ? -1 : end;
}

/** Copies a number as text where it is in its shortest form already: no exponent, no zeros that say nothing, few digits. */
function copyNumber(column: Column, row: number, bytes: Uint8Array, start: number): number {
  const first = bytes[start] === MINUS ? start + 1 : start;
  let end = skipDigits(bytes, first);
  const isZero = bytes[first] === ZERO;
  if (end === first || (isZero && end - first > 1)) return -1;
  let digits = end - first;
  if (bytes[end] === POINT) {
    const fraction = end + 1;
    end = skipDigits(bytes, fraction);
    if (end === fraction || bytes[end - 1] === ZERO) return -1;
    // Below 0.000001 the shortest form has an exponent.
    if (isZero && bytes[fraction] === ZERO && bytes[fraction + 1] === ZERO) return -1;
    digits += end - fraction;
  } else if (isZero && first > start) return -1;
  if (digits > 15 || isNumberByte(bytes[end])) return -1;
  writeBytes(column, row, bytes.subarray(start, end));
  return end;
}

function skipDigits(bytes: Uint8Array, start: number): number {
  let position = start;
  while ((bytes[position] ?? 0) >= ZERO && (bytes[position] ?? 0) <= 57) position += 1;
  return position;
}

/** A point, an `e` or an `E`: the number goes on. */
function isNumberByte(byte: number | undefined): boolean {
  return byte === POINT || byte === 101 || byte === 69;
}
