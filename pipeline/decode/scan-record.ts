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
  setNull,
  setValid,
} from './column.ts';
import { type RecordValue, parseRecord } from './parse-record.ts';
import { type KeyTable, findKey, matchesKey } from './key-table.ts';
import { skipSpace, skipString, skipValue } from './skip-json.ts';
import { findUnknownInside } from './unknown-members.ts';
import { type Instant, TIMESTAMP_INVALID, TIMESTAMP_WITH_ZONE, readDate, readTimestamp } from './temporal.ts';

/**
 * The fast path of the JSON decoder: reads one record straight from its bytes into typed arrays, without making a string or
 * an object. It guesses that the keys come in the order of the record before and compares their bytes; any valid order,
 * missing and unknown keys are still understood. Whatever is rarer than that (escapes in strings, exponents, repeated keys, texts for
 * numbers) makes it give up, and the careful path decides. It accepts nothing that JSON.parse would not.
 */
export interface Scanner {
  readonly columns: readonly Column[];
  readonly keys: KeyTable;
  /** For each column the column that followed it in the last record. */
  readonly followers: Int32Array;
  /** The column that came first in the last record. */
  first: number;
  /** For each column the number of the last record that named it. */
  readonly seen: Float64Array;
  /** The number of the record being read, counted since the scanner was made. */
  record: number;
  /** Unknown members that were passed over, since the scanner was made. */
  unknownMembers: number;
  /** Names of the first unknown members, for people. */
  readonly unknownNames: Set<string>;
  /** What is done about unknown members. */
  unknown: UnknownMembers;
}

/** `skip`: they are passed over; `skipNull`: where they are null; `refuse`: never, so that the careful path decides. */
export type UnknownMembers = 'skip' | 'skipNull' | 'refuse';

const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const QUOTE = 34;
const COLON = 58;
const COMMA = 44;
const BACKSLASH = 92;
const MINUS = 45;
const POINT = 46;
const SPACE = 32;
/** No value begins with it but null. */
const LETTER_N = 110;

/** The same bytes twice: a view compares four of them at a time. */
export interface ScanInput {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export function createScanner(columns: readonly Column[], keys: KeyTable): Scanner {
  const followers = Int32Array.from(columns, (_, index) => index + 1);
  return {
    columns,
    keys,
    followers,
    first: 0,
    seen: new Float64Array(columns.length),
    record: 0,
    unknownMembers: 0,
    unknownNames: new Set(),
    unknown: 'skip',
  };
}

/**
 * Reads the record in `input[start..end)`, which must be valid UTF-8, into row `row`. False: nothing was decided, ask the
 * careful path; the row may have been written to in part and is simply written again.
 */
export function scanRecord(
  scanner: Scanner,
  row: number,
  input: ScanInput,
  start: number,
  end: number,
): boolean {
  const { bytes, view } = input;
  let position = skipSpace(bytes, start);
  if (bytes[position] !== OPEN_BRACE) return false;
  position = skipSpace(bytes, position + 1);
  const { columns, keys, followers, seen } = scanner;
  const record = ++scanner.record;
  const isStrict = scanner.unknown !== 'skip';
  let predicted = scanner.first;
  let previous = -1;
  let named = 0;
  let unknown = 0;
  while (bytes[position] === QUOTE) {
    let index = predicted;
    if (matchesKey(keys, index, view, position, end)) {
      position += keys.lengths[index] ?? 0;
    } else {
      const close = skipString(bytes, position, end);
      if (close < 0) return false;
      index = findKey(keys, view, position, close);
      if (index < 0 && scanner.unknownMembers < LOOKED_AT_UNKNOWN)
        noteUnknown(scanner, bytes, position + 1, close - 1);
      position = bytes[close] === COLON ? close + 1 : skipColon(bytes, close);
      if (position < 0) return false;
      if (index >= 0) learnOrder(scanner, previous, index);
    }
    if ((bytes[position] ?? 0) <= SPACE) position = skipSpace(bytes, position);
    if (index < 0) {
      if (isStrict && (scanner.unknown === 'refuse' || bytes[position] !== LETTER_N)) return false;
      position = skipValue(bytes, position, end);
      unknown += 1;
    } else {
      if (seen[index] === record) return false;
      seen[index] = record;
      named += 1;
      // An index below the number of columns always has a column.
      const column = columns[index]!;
      position =
        isStrict && column.children.length > 0 && bytes[position] !== LETTER_N
          ? scanStrictly(scanner, column, row, { bytes, position, end })
          : scanValue(column, row, bytes, position, end);
      previous = index;
      predicted = followers[index] ?? -1;
    }
    if (position < 0) return false;
    let byte = bytes[position];
    if (byte !== COMMA) {
      position = skipSpace(bytes, position);
      byte = bytes[position];
    }
    if (byte === CLOSE_BRACE) {
      if (position + 1 !== end && skipSpace(bytes, position + 1) !== end) return false;
      scanner.unknownMembers += unknown;
      return named === columns.length || writeMissing(scanner, row);
    }
    if (byte !== COMMA) return false;
    position += 1;
    if ((bytes[position] ?? 0) <= SPACE) position = skipSpace(bytes, position);
  }
  return false;
}

/** Reading names costs time, so only the first unknown members are looked at, and few names are kept. */
const LOOKED_AT_UNKNOWN = 2_000;
const MAX_UNKNOWN_NAMES = 20;

function noteUnknown({ unknownNames }: Scanner, bytes: Uint8Array, start: number, end: number): void {
  if (unknownNames.size >= MAX_UNKNOWN_NAMES) return;
  unknownNames.add(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8'));
}

function learnOrder(scanner: Scanner, previous: number, index: number): void {
  if (previous < 0) scanner.first = index;
  else scanner.followers[previous] = index;
}

/** The position behind the colon that follows white space; -1 where there is no colon. */
function skipColon(bytes: Uint8Array, start: number): number {
  const colon = skipSpace(bytes, start);
  return bytes[colon] === COLON ? colon + 1 : -1;
}

/** Writes null into the columns that the record did not name; false where one of them is required. */
function writeMissing(scanner: Scanner, row: number): boolean {
  const { columns, seen, record } = scanner;
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i];
    if (column === undefined || seen[i] === record) continue;
    if (column.spec.required) return false;
    setNull(column, row);
  }
  return true;
}

/** Reads one value into its column and answers the position behind it, or -1 to give up. */
function scanValue(column: Column, row: number, bytes: Uint8Array, position: number, end: number): number {
  const byte = bytes[position];
  if (byte === LETTER_N) return scanNull(column, row, bytes, position);
  switch (column.spec.kind) {
    case KIND.double:
    case KIND.float:
    case KIND.long:
    case KIND.int:
    case KIND.decimal:
      return scanNumber(column, row, bytes, position);
    case KIND.string:
      return byte === QUOTE ? scanString(column, row, bytes, position + 1, end) : -1;
    case KIND.timestamp:
    case KIND.timestamptz:
      return byte === QUOTE ? scanTimestamp(column, row, bytes, position + 1, end) : -1;
    case KIND.date:
      return byte === QUOTE ? scanDate(column, row, bytes, position + 1) : -1;
    case KIND.boolean:
      return scanBoolean(column, row, bytes, position);
    default:
      return byte === undefined ? -1 : parseAndAppend(column, row, bytes, position, end);
  }
}

function scanNull(column: Column, row: number, bytes: Uint8Array, position: number): number {
  if (bytes[position + 1] !== 117 || bytes[position + 2] !== 108 || bytes[position + 3] !== 108) return -1;
  if (column.spec.required) return -1;
  setNull(column, row);
  return position + 4;
}

function scanBoolean(column: Column, row: number, bytes: Uint8Array, position: number): number {
  const isTrue = bytes[position] === 116;
  const word = isTrue ? TRUE : FALSE;
  for (let i = 0; i < word.length; i++) if (bytes[position + i] !== word[i]) return -1;
  setBoolean(column, row, isTrue);
  return position + word.length;
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** Up to 15 digits without an exponent: the digits fit a double, and so does the power of ten, so one division rounds right. */
function scanNumber(column: Column, row: number, bytes: Uint8Array, start: number): number {
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
  if (byte === 101 || byte === 69) return -1;
  if (digits > 15) return scanLongNumber(column, row, bytes, { start, position, digits, decimals });
  const { kind, scale, precision } = column.spec;
  if (kind === KIND.double || kind === KIND.float) {
    const value = decimals === 0 ? mantissa : mantissa / (POWERS_OF_TEN[decimals] ?? NaN);
    (kind === KIND.double ? column.f64 : column.f32)[row] = isNegative ? -value : value;
    setValid(column, row);
    return position;
  }
  if (kind === KIND.decimal) {
    if (decimals > scale || digits - decimals > precision - scale) return -1;
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

function scanString(column: Column, row: number, bytes: Uint8Array, start: number, end: number): number {
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

function scanTimestamp(column: Column, row: number, bytes: Uint8Array, start: number, end: number): number {
  let close = start + 19;
  while (close < end && bytes[close] !== QUOTE) close += 1;
  const found = readTimestamp(bytes, start, close, instant);
  const wantsZone = column.spec.kind === KIND.timestamptz;
  if (found === TIMESTAMP_INVALID || (found === TIMESTAMP_WITH_ZONE) !== wantsZone) return -1;
  setInstant(column, row, instant.seconds, instant.micros);
  return close + 1;
}

function scanDate(column: Column, row: number, bytes: Uint8Array, start: number): number {
  const days = readDate(bytes, start);
  if (Number.isNaN(days) || bytes[start + 10] !== QUOTE) return -1;
  column.i32[row] = days;
  setValid(column, row);
  return start + 11;
}

/** Rarer types: the extent of the value is found here, the careful path reads it. */
function parseAndAppend(column: Column, row: number, bytes: Uint8Array, start: number, end: number): number {
  const close = skipValue(bytes, start, end);
  const value = close < 0 ? undefined : parsePiece(bytes, start, close);
  return value !== undefined && appendValue(column, row, value) === undefined ? close : -1;
}

/** A nested value in which no member may be unknown. */
function scanStrictly(
  scanner: Scanner,
  column: Column,
  row: number,
  { bytes, position, end }: { readonly bytes: Uint8Array; readonly position: number; readonly end: number },
): number {
  const close = skipValue(bytes, position, end);
  const value = close < 0 ? undefined : parsePiece(bytes, position, close);
  if (value === undefined) return -1;
  if (findUnknownInside(column.spec, value, scanner.unknown === 'skipNull') !== undefined) return -1;
  return appendValue(column, row, value) === undefined ? close : -1;
}

function parsePiece(bytes: Uint8Array, start: number, end: number): RecordValue | undefined {
  try {
    return parseRecord(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8'));
  } catch {
    return undefined;
  }
}
