import { isTemporal, readInstant, writeInstant } from '../columns/cast-time.ts';
import { appendValue } from '../decode/append-value.ts';
import {
  type Column,
  growBytes,
  KIND,
  setBigInt64,
  setBoolean,
  setInstant,
  setInt64,
  setSmallDecimal,
  setValid,
} from '../decode/column.ts';
import type { RecordValue } from '../decode/parse-record.ts';
import {
  type Instant,
  readDate,
  readTime,
  readTimestamp,
  TIMESTAMP_INVALID,
  TIMESTAMP_WITH_ZONE,
} from '../decode/temporal.ts';
import { BadRecord } from './raw-record.ts';

/** Writes the cell in `bytes[start..end)`, which is not null and valid UTF-8. False: nothing was decided, ask the careful path. */
export type WriteCell = (bytes: Uint8Array, row: number, start: number, end: number) => boolean;

/** The way of a cell into a column; `convert` is what the careful path makes of its text, for all that is rare. */
export function compileCell(column: Column, convert: (cell: string) => RecordValue): WriteCell {
  const write = isTemporal(column.spec) ? compileInstant(column) : compilePlain(column);
  const anyway = appendCell(column, convert);
  if (write === undefined) return anyway;
  return (bytes, row, start, end) => write(bytes, row, start, end) || anyway(bytes, row, start, end);
}

function compilePlain(column: Column): WriteCell | undefined {
  switch (column.spec.kind) {
    case KIND.string:
      return copyTo(column);
    case KIND.boolean:
      return booleanTo(column, column.spec.rule?.cast === true);
    case KIND.int:
    case KIND.long:
      return integerTo(column);
    case KIND.float:
    case KIND.double:
      return realTo(column);
    case KIND.decimal:
      return decimalTo(column);
    default:
      return undefined;
  }
}

/** What the careful path does with one cell. */
function appendCell(column: Column, convert: (cell: string) => RecordValue): WriteCell {
  return (bytes, row, start, end) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
    try {
      return appendValue(column, row, convert(text)) === undefined;
    } catch (error) {
      if (error instanceof BadRecord) return false;
      throw error;
    }
  };
}

function copyTo(column: Column): WriteCell {
  return (bytes, row, start, end) => {
    const at = column.offsets[row] ?? 0;
    const target = growBytes(column, at, end - start);
    if (end - start > 48) target.set(bytes.subarray(start, end), at);
    else for (let from = start, to = at; from < end; from++, to++) target[to] = bytes[from] ?? 0;
    column.offsets[row + 1] = at + end - start;
    setValid(column, row);
    return true;
  };
}

const [ZERO, ONE, SMALL_T, SMALL_F] = [48, 49, 116, 102];

/** `true` and `false`, and where nothing is converted their first letters too, as the careful path has it. */
function booleanTo(column: Column, isCast: boolean): WriteCell {
  return (bytes, row, start, end) => {
    const first = bytes[start];
    if (end - start === 1) {
      if (first !== ONE && first !== ZERO && (isCast || (first !== SMALL_T && first !== SMALL_F)))
        return false;
      setBoolean(column, row, first === ONE || first === SMALL_T);
      return true;
    }
    const word = first === SMALL_T ? TRUE : FALSE;
    if (end - start !== word.length) return false;
    for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false;
    setBoolean(column, row, first === SMALL_T);
    return true;
  };
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

/** What {@link scanDigits} read last: up to 15 digits as a whole number, and how many stood behind the point. */
const digits = { mantissa: 0, whole: 0, decimals: 0, isNegative: false };
const MAX_DIGITS = 15;
const MINUS = 45;
const POINT = 46;

/** Reads digits, perhaps with a point between them, that fill the cell and that a double holds. */
function scanDigits(bytes: Uint8Array, start: number, end: number): boolean {
  let position = start;
  const isNegative = bytes[position] === MINUS;
  if (isNegative) position += 1;
  const first = position;
  if (end - first > MAX_DIGITS + 1) return false;
  let mantissa = 0;
  let point = -1;
  for (; position < end; position++) {
    const byte = bytes[position] ?? 0;
    if (byte >= ZERO && byte <= 57) mantissa = mantissa * 10 + (byte - ZERO);
    else if (byte === POINT && point < 0) point = position;
    else return false;
  }
  digits.whole = (point < 0 ? end : point) - first;
  digits.decimals = point < 0 ? 0 : end - point - 1;
  if (digits.whole === 0 || (point >= 0 && digits.decimals === 0)) return false;
  digits.mantissa = mantissa;
  digits.isNegative = isNegative;
  return digits.whole + digits.decimals <= MAX_DIGITS;
}

function integerTo(column: Column): WriteCell {
  const isLong = column.spec.kind === KIND.long;
  return (bytes, row, start, end) => {
    if (!scanDigits(bytes, start, end)) return isLong && longDigits(column, row, bytes, [start, end]);
    if (digits.decimals > 0) return false;
    const value = digits.isNegative ? -digits.mantissa : digits.mantissa;
    if (isLong) {
      setInt64(column, row, value);
      return true;
    }
    if ((value | 0) !== value) return false;
    column.i32[row] = value;
    setValid(column, row);
    return true;
  };
}

const LONG_DIGITS = /^-?[1-9]\d{15,18}$/;

function longDigits(
  column: Column,
  row: number,
  bytes: Uint8Array,
  [start, end]: readonly [start: number, end: number],
): boolean {
  if (end - start > 20) return false;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  const value = LONG_DIGITS.test(text) ? BigInt(text) : undefined;
  if (value === undefined || BigInt.asIntN(64, value) !== value) return false;
  setBigInt64(column, row, value);
  return true;
}

const POWERS_OF_TEN = Float64Array.from({ length: 39 }, (_, exponent) => Number(`1e${exponent}`));

function realTo(column: Column): WriteCell {
  const target = column.spec.kind === KIND.double ? 'f64' : 'f32';
  return (bytes, row, start, end) => {
    if (!scanDigits(bytes, start, end)) return false;
    const { mantissa, decimals, isNegative } = digits;
    // Both are exact, so that one division rounds as it should.
    const value = decimals === 0 ? mantissa : mantissa / (POWERS_OF_TEN[decimals] ?? NaN);
    column[target][row] = isNegative ? -value : value;
    setValid(column, row);
    return true;
  };
}

function decimalTo(column: Column): WriteCell {
  const { scale, precision } = column.spec;
  return (bytes, row, start, end) => {
    if (!scanDigits(bytes, start, end)) return false;
    const { mantissa, whole, decimals, isNegative } = digits;
    if (decimals > scale || whole > precision - scale) return false;
    const unscaled = mantissa * (POWERS_OF_TEN[scale - decimals] ?? NaN);
    if (!(unscaled <= Number.MAX_SAFE_INTEGER)) return false;
    setSmallDecimal(column, row, isNegative ? -unscaled : unscaled);
    return true;
  };
}

const instant: Instant = { seconds: 0, micros: 0 };

function compileInstant(column: Column): WriteCell {
  const { kind, rule } = column.spec;
  if (rule?.cast === true)
    return (bytes, row, start, end) =>
      readInstant(column.spec, bytes, [start, end], instant) && writeInstant(column, row, instant);
  if (kind === KIND.date)
    return (bytes, row, start, end) => {
      const days = end - start === 10 ? readDate(bytes, start) : NaN;
      if (Number.isNaN(days)) return false;
      column.i32[row] = days;
      setValid(column, row);
      return true;
    };
  if (kind === KIND.time)
    return (bytes, row, start, end) => {
      const micros = readTime(bytes, start, end);
      if (Number.isNaN(micros)) return false;
      setInt64(column, row, micros);
      return true;
    };
  return (bytes, row, start, end) => {
    const found = readTimestamp(bytes, start, end, instant);
    if (found === TIMESTAMP_INVALID || (found === TIMESTAMP_WITH_ZONE) !== (kind === KIND.timestamptz))
      return false;
    setInstant(column, row, instant.seconds, instant.micros);
    return true;
  };
}
