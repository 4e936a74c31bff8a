/**
 * Dates and times in JSON strings, read from their bytes: ISO 8601 in the forms that RFC 3339 and SQL write, year 0001 to
 * 9999. One reader serves the fast and the careful path, so both understand the same texts.
 */

/** What {@link readTimestamp} found. */
export const TIMESTAMP_INVALID = 0;
export const TIMESTAMP_WITHOUT_ZONE = 1;
export const TIMESTAMP_WITH_ZONE = 2;

/** The instant that {@link readTimestamp} read last: whole seconds since the epoch and the microseconds behind them. */
export interface Instant {
  seconds: number;
  micros: number;
}

const ZERO = 48;
const HYPHEN = 45;
const COLON = 58;
const POINT = 46;
const PLUS = 43;
const SECONDS_PER_DAY = 86_400;

/** Days since 1970-01-01 of `YYYY-MM-DD` at `start`; NaN where that is no date. Reads exactly ten bytes. */
export function readDate(bytes: Uint8Array, start: number): number {
  const year = digits4(bytes, start);
  const month = digits2(bytes, start + 5);
  const day = digits2(bytes, start + 8);
  if (bytes[start + 4] !== HYPHEN || bytes[start + 7] !== HYPHEN) return NaN;
  // In decimal, so that no two texts are the same number, those of days that do not exist neither.
  const date = (year * 100 + month) * 100 + day;
  if (date === known.date && (year | month | day) > 0) return known.days;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return NaN;
  known.date = date;
  known.days = daysFromCivil(year, month, day);
  return known.days;
}

/** Records that follow each other mostly happened on the same day. */
const known = { date: -1, days: 0 };

/**
 * Reads `YYYY-MM-DD` `T` or space `HH:MM:SS`, up to nine digits of a fraction and a zone, if there is one, into `out`.
 * A zone moves the instant to UTC. Digits behind the microseconds are cut off: Iceberg v2 has no place for them.
 */
export function readTimestamp(bytes: Uint8Array, start: number, end: number, out: Instant): number {
  if (end - start < 19) return TIMESTAMP_INVALID;
  const days = readDate(bytes, start);
  const separator = bytes[start + 10];
  if (separator !== 84 && separator !== 32 && separator !== 116) return TIMESTAMP_INVALID;
  const seconds = readClock(bytes, start + 11);
  if (!(days + seconds > -Infinity)) return TIMESTAMP_INVALID;
  out.seconds = days * SECONDS_PER_DAY + seconds;
  out.micros = 0;
  if (end - start === 19) return TIMESTAMP_WITHOUT_ZONE;
  const position = readFraction(bytes, start + 19, end, out);
  if (position < 0) return TIMESTAMP_INVALID;
  if (position === end) return TIMESTAMP_WITHOUT_ZONE;
  const offset = readZone(bytes, position, end);
  if (!(offset > -Infinity)) return TIMESTAMP_INVALID;
  out.seconds -= offset;
  return TIMESTAMP_WITH_ZONE;
}

/** Microseconds since midnight of `HH:MM:SS` with up to nine digits of a fraction; NaN where that is no time of day. */
export function readTime(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 8) return NaN;
  const out: Instant = { seconds: readClock(bytes, start), micros: 0 };
  const position = end - start === 8 ? end : readFraction(bytes, start + 8, end, out);
  return position === end ? out.seconds * 1e6 + out.micros : NaN;
}

function readClock(bytes: Uint8Array, start: number): number {
  const hour = digits2(bytes, start);
  const minute = digits2(bytes, start + 3);
  const second = digits2(bytes, start + 6);
  if (bytes[start + 2] !== COLON || bytes[start + 5] !== COLON) return NaN;
  if ((hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 59) return NaN;
  return hour * 3600 + minute * 60 + second;
}

/** Reads `.digits` if there is one; answers where it ends, or -1 where it is none of one to nine digits. */
function readFraction(bytes: Uint8Array, start: number, end: number, out: Instant): number {
  if (bytes[start] !== POINT) return start;
  let position = start + 1;
  let value = 0;
  while (position < end && isDigit(bytes[position])) {
    if (position - start <= 6) value = value * 10 + (bytes[position] ?? 0) - ZERO;
    position += 1;
  }
  const digits = position - start - 1;
  if (digits < 1 || digits > 9) return -1;
  for (let i = digits; i < 6; i++) value *= 10;
  out.micros = value;
  return position;
}

/** Seconds east of UTC of `Z`, `±HH`, `±HHMM` or `±HH:MM`; NaN for anything else. */
export function readZone(bytes: Uint8Array, start: number, end: number): number {
  const sign = bytes[start];
  if (sign === 90 || sign === 122) return end - start === 1 ? 0 : NaN;
  if (sign !== PLUS && sign !== HYPHEN) return NaN;
  const length = end - start;
  const hour = length >= 3 ? digits2(bytes, start + 1) : NO_DIGITS;
  let minute = 0;
  if (length === 5) minute = digits2(bytes, start + 3);
  else if (length === 6) minute = bytes[start + 3] === COLON ? digits2(bytes, start + 4) : NO_DIGITS;
  else if (length !== 3) return NaN;
  if (hour < 0 || hour > 18 || minute < 0 || minute > 59) return NaN;
  const seconds = hour * 3600 + minute * 60;
  return sign === HYPHEN ? -seconds : seconds;
}

function digits4(bytes: Uint8Array, start: number): number {
  const high = digits2(bytes, start);
  const low = digits2(bytes, start + 2);
  return (high | low) < 0 ? NO_DIGITS : high * 100 + low;
}

/** Two decimal digits; {@link NO_DIGITS} where they are none. */
function digits2(bytes: Uint8Array, start: number): number {
  const high = (bytes[start] ?? 0) - ZERO;
  const low = (bytes[start + 1] ?? 0) - ZERO;
  return high >>> 0 > 9 || low >>> 0 > 9 ? NO_DIGITS : high * 10 + low;
}

const NO_DIGITS = -1;

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= 57;
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar, counted in 400-year eras that begin on 1 March; year ≥ 1. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = (shifted / 400) | 0;
  const yearOfEra = shifted - era * 400;
  const dayOfYear = (((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) | 0) + day - 1;
  const dayOfEra = yearOfEra * 365 + (yearOfEra >> 2) - ((yearOfEra / 100) | 0) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
