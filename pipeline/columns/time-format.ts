import { daysFromCivil, daysInMonth, readZone, type Instant } from '../decode/temporal.ts';

/** How a producer writes dates and times: counted from 1970-01-01 in UTC, or by a pattern. Plain data. */
export type TimeFormat =
  | { readonly kind: 'epoch'; readonly perSecond: 1 | 1_000 | 1_000_000 }
  | { readonly kind: 'pattern'; readonly text: string; readonly parts: readonly PatternPart[] };

/** A run of one letter, e.g. `yyyy`, or characters that stand for themselves. */
export type PatternPart =
  { readonly letter: string; readonly width: number } | { readonly literal: Uint8Array };

const EPOCHS: ReadonlyMap<string, 1 | 1_000 | 1_000_000> = new Map([
  ['epoch seconds', 1],
  ['epoch millis', 1_000],
  ['epoch micros', 1_000_000],
]);

/** The letters of Java's DateTimeFormatter that are understood, with how often they may stand in a row. */
const WIDTHS: ReadonlyMap<string, readonly number[]> = new Map([
  ['y', [4]],
  ['M', [1, 2, 3]],
  ['d', [1, 2]],
  ['H', [1, 2]],
  ['h', [1, 2]],
  ['m', [1, 2]],
  ['s', [1, 2]],
  ['S', [1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ['a', [1]],
  ['X', [1, 2, 3]],
]);

/** `epoch seconds`, `epoch millis`, `epoch micros`, or a pattern such as `dd/MM/yyyy HH:mm:ss`. */
export function parseTimeFormat(text: string): TimeFormat | { readonly fault: string; readonly at: number } {
  const perSecond = EPOCHS.get(text);
  if (perSecond !== undefined) return { kind: 'epoch', perSecond };
  if (text.startsWith('epoch')) return { fault: `Known are ${[...EPOCHS.keys()].join(', ')}.`, at: 0 };
  const parts: PatternPart[] = [];
  for (const match of text.matchAll(/([A-Za-z])\1*|'((?:[^']|'')*)'|'|[^A-Za-z']+/gu)) {
    const [run, letter, quoted] = match;
    if (letter === undefined) {
      if (run === "'") return { fault: 'A quote is not closed.', at: match.index };
      // Two quotes are one quote, as in Java.
      const literal = quoted === undefined ? run : quoted === '' ? "'" : quoted.replaceAll("''", "'");
      parts.push({ literal: Buffer.from(literal, 'utf8') });
    } else if (WIDTHS.get(letter)?.includes(run.length) === true) {
      parts.push({ letter, width: run.length });
    } else {
      return {
        fault: `A pattern has no ${JSON.stringify(run)}; it is made of yyyy MM dd HH mm ss SSS, hh with a, MMM and XXX, and 'text' in quotes.`,
        at: match.index,
      };
    }
  }
  return { kind: 'pattern', text, parts };
}

/** What a format lacks to fill a column of a kind; undefined where it lacks nothing. */
export function formatMisfit(format: TimeFormat, kind: string): string | undefined {
  if (!['date', 'time', 'timestamp', 'timestamptz'].includes(kind))
    return `A format is for dates and times, not for ${kind}.`;
  if (format.kind === 'epoch') return kind === 'time' ? 'A time of day is not counted from 1970.' : undefined;
  const letters = new Set(format.parts.map(part => ('letter' in part ? part.letter : '')));
  const needed = kind === 'time' ? [] : ['y', 'M', 'd'];
  const missing = needed.find(letter => !letters.has(letter));
  if (missing !== undefined) return `The format has no ${missing === 'y' ? 'yyyy' : missing.repeat(2)}.`;
  if (letters.has('h') !== letters.has('a')) return 'hh and a go together.';
  if (kind === 'time' && !letters.has('H') && !letters.has('h')) return 'The format has no HH.';
  return undefined;
}

/** What {@link readPattern} found; a clock without a zone is UTC. */
interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  micros: number;
  isAfternoon: boolean;
  hasHalves: boolean;
  /** Seconds east of UTC. */
  zone: number;
}

const fields: Fields = {
  year: 1970,
  month: 1,
  day: 1,
  hour: 0,
  minute: 0,
  second: 0,
  micros: 0,
  isAfternoon: false,
  hasHalves: false,
  zone: 0,
};

/** Reads a text that follows a pattern from its first to its last byte; false where it does not. */
export function readPattern(
  parts: readonly PatternPart[],
  bytes: Uint8Array,
  [start, end]: readonly [start: number, end: number],
  out: Instant,
): boolean {
  Object.assign(fields, { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0 });
  Object.assign(fields, { micros: 0, isAfternoon: false, hasHalves: false, zone: 0 });
  let position = start;
  for (const part of parts) {
    position =
      'literal' in part
        ? matchLiteral(part.literal, bytes, position)
        : readPart(part, bytes, [position, end]);
    if (position < 0 || position > end) return false;
  }
  if (position !== end || !isPossible(fields)) return false;
  const { hasHalves, isAfternoon, hour } = fields;
  const hours = hasHalves ? (hour % 12) + (isAfternoon ? 12 : 0) : hour;
  const days = daysFromCivil(fields.year, fields.month, fields.day);
  out.seconds = days * 86_400 + hours * 3_600 + fields.minute * 60 + fields.second - fields.zone;
  out.micros = fields.micros;
  return true;
}

function isPossible({ year, month, day, hour, minute, second, hasHalves }: Fields): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return false;
  if (hasHalves ? hour < 1 || hour > 12 : hour > 23) return false;
  return minute <= 59 && second <= 59;
}

function matchLiteral(literal: Uint8Array, bytes: Uint8Array, start: number): number {
  for (let i = 0; i < literal.length; i++) if (bytes[start + i] !== literal[i]) return -1;
  return start + literal.length;
}

/** Reads one part into `fields`; answers where it ends, or -1. */
function readPart(
  { letter, width }: { readonly letter: string; readonly width: number },
  bytes: Uint8Array,
  [start, end]: readonly [start: number, end: number],
): number {
  if (letter === 'a') return readHalf(bytes, start);
  if (letter === 'X') return readOffset(bytes, [start, end], width);
  if (letter === 'M' && width === 3) return readMonthName(bytes, start);
  // One letter stands for one or two digits, more of them for exactly so many.
  const most = width === 1 && letter !== 'S' ? 2 : width;
  let position = start;
  let value = 0;
  while (position < end && position - start < most && isDigit(bytes[position]))
    value = value * 10 + (bytes[position++] ?? 0) - 48;
  if (position - start < width) return -1;
  setField(letter, value, width);
  return position;
}

function setField(letter: string, value: number, width: number): void {
  switch (letter) {
    case 'y':
      fields.year = value;
      break;
    case 'M':
      fields.month = value;
      break;
    case 'd':
      fields.day = value;
      break;
    case 'h':
      fields.hasHalves = true;
      fields.hour = value;
      break;
    case 'H':
      fields.hour = value;
      break;
    case 'm':
      fields.minute = value;
      break;
    case 's':
      fields.second = value;
      break;
    default:
      // Digits behind the microseconds are cut off, as everywhere.
      fields.micros = Math.trunc(value * 10 ** (6 - width));
  }
}

const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec';

function readMonthName(bytes: Uint8Array, start: number): number {
  const name = String.fromCharCode(...bytes.subarray(start, start + 3)).toLowerCase();
  const at = name.length === 3 ? MONTHS.indexOf(name) : -1;
  if (at < 0 || at % 3 !== 0) return -1;
  fields.month = at / 3 + 1;
  return start + 3;
}

function readHalf(bytes: Uint8Array, start: number): number {
  const half = String.fromCharCode(...bytes.subarray(start, start + 2)).toLowerCase();
  if (half !== 'am' && half !== 'pm') return -1;
  fields.isAfternoon = half === 'pm';
  return start + 2;
}

/** `Z`, or `+01`, `+0100`, `+01:00` by the number of letters. */
function readOffset(
  bytes: Uint8Array,
  [start, end]: readonly [start: number, end: number],
  width: number,
): number {
  const close = bytes[start] === 90 ? start + 1 : start + [3, 5, 6][width - 1]!; // The width is 1, 2 or 3.
  if (close > end) return -1;
  const zone = readZone(bytes, start, close);
  if (Number.isNaN(zone)) return -1;
  fields.zone = zone;
  return close;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}
