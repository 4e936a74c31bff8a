import { type Column, type ColumnSpec, KIND, setInstant, setInt64, setValid } from '../decode/column.ts';
import { roundDecimal } from '../decode/decimal.ts';
import { type Instant, readDate, readTime, readTimestamp, TIMESTAMP_INVALID } from '../decode/temporal.ts';
import { readPattern } from './time-format.ts';

const SECONDS_PER_DAY = 86_400;
/** The years 1 to 9999, as everywhere. */
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

/** Whether a column holds dates or times. */
export function isTemporal({ kind }: ColumnSpec): boolean {
  return kind === KIND.date || kind === KIND.time || kind === KIND.timestamp || kind === KIND.timestamptz;
}

/**
 * Reads a date or time as a column's rule says into `out`, for a time of day counted from midnight. Without a zone a text is
 * in UTC; a timestamp is enough for a date, and a date for a timestamp.
 */
export function readInstant(
  { kind, rule }: ColumnSpec,
  bytes: Uint8Array,
  [start, end]: readonly [start: number, end: number],
  out: Instant,
): boolean {
  const format = rule?.format;
  if (format?.kind === 'epoch') return readEpoch(bytes, [start, end], format.perSecond, out);
  if (format?.kind === 'pattern') return readPattern(format.parts, bytes, [start, end], out);
  if (kind === KIND.time) {
    const micros = readTime(bytes, start, end);
    if (Number.isNaN(micros)) return false;
    out.seconds = Math.floor(micros / 1e6);
    out.micros = micros - out.seconds * 1e6;
    return true;
  }
  if (end - start !== 10) return readTimestamp(bytes, start, end, out) !== TIMESTAMP_INVALID;
  const days = readDate(bytes, start);
  out.seconds = days * SECONDS_PER_DAY;
  out.micros = 0;
  return !Number.isNaN(days);
}

/** Writes what {@link readInstant} read; false where the column has no room for it. */
export function writeInstant(column: Column, row: number, { seconds, micros }: Instant): boolean {
  if (!(seconds >= FIRST_SECOND && seconds <= LAST_SECOND)) return false;
  switch (column.spec.kind) {
    case KIND.date:
      column.i32[row] = Math.floor(seconds / SECONDS_PER_DAY);
      setValid(column, row);
      return true;
    case KIND.time:
      setInt64(column, row, secondOfDay(seconds) * 1e6 + micros);
      return true;
    default:
      setInstant(column, row, seconds, micros);
      return true;
  }
}

/** The ISO 8601 text of an instant for a column; undefined where the column has no room for it. */
export function instantToText({ kind }: ColumnSpec, { seconds, micros }: Instant): string | undefined {
  if (!(seconds >= FIRST_SECOND && seconds <= LAST_SECOND)) return undefined;
  const [day = '', clock = ''] = new Date(seconds * 1000).toISOString().slice(0, 19).split('T');
  const time = `${clock}.${String(micros).padStart(6, '0')}`;
  if (kind === KIND.date) return day;
  if (kind === KIND.time) return time;
  return `${day}T${time}${kind === KIND.timestamptz ? 'Z' : ''}`;
}

function secondOfDay(seconds: number): number {
  return seconds - Math.floor(seconds / SECONDS_PER_DAY) * SECONDS_PER_DAY;
}

/** Digits that a double holds, in seconds, milliseconds or microseconds; anything rarer goes the exact way. */
function readEpoch(
  bytes: Uint8Array,
  [start, end]: readonly [start: number, end: number],
  perSecond: number,
  out: Instant,
): boolean {
  const first = bytes[start] === 45 ? start + 1 : start;
  let value = 0;
  let position = first;
  for (; position < end; position++) {
    const digit = (bytes[position] ?? 0) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (position < end || end - first > 15 || end === first)
    return readExactEpoch(Buffer.from(bytes.subarray(start, end)).toString('latin1'), perSecond, out);
  if (first > start) value = -value;
  out.seconds = Math.floor(value / perSecond);
  out.micros = (value - out.seconds * perSecond) * (1_000_000 / perSecond);
  return true;
}

/** The microseconds are rounded, and everything is a whole number by then. */
function readExactEpoch(text: string, perSecond: number, out: Instant): boolean {
  const scale = perSecond === 1 ? 6 : perSecond === 1_000 ? 3 : 0;
  const micros = roundDecimal(text, scale);
  if (micros === undefined) return false;
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  out.seconds = Number((micros - rest) / 1_000_000n);
  out.micros = Number(rest);
  return true;
}
