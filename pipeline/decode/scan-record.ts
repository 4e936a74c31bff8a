import { type Column, KIND, type PathNode, writeMissing } from './column.ts';
import { type KeyTable, findKey, matchesKey } from './key-table.ts';
import { appendValue } from './append-value.ts';
import { parsePiece, scanNumber } from './scan-primitives.ts';
import { scanValue } from './scan-value.ts';
import { skipSpace, skipString, skipValue } from './skip-json.ts';
import { findUnknownInside } from './unknown-members.ts';

/**
 * The fast path of the JSON decoder: reads one record straight from its bytes into typed arrays, without making a string or
 * an object. It guesses that the keys come in the order of the record before and compares their bytes; any valid order,
 * missing and unknown keys are still understood. Whatever is rarer than that (escapes in strings, exponents, repeated keys, texts for
 * numbers) makes it give up, and the careful path decides. It accepts nothing that JSON.parse would not.
 */
export interface Scanner {
  readonly columns: readonly Column[];
  /** So many of them, the first ones, fill something; the others are of members that are known and not wanted. */
  readonly wanted: number;
  readonly keys: KeyTable;
  /** For each column the column that followed it in the last record. */
  readonly followers: Int32Array;
  /** The column that came first in the last record. */
  first: number;
  /** For each column the number of the last record that named it. */
  readonly seen: Float64Array;
  /** The number of the record being read, counted since the scanner was made. */
  record: number;
  /** Of that record: the column named last, -1 before the first; how many wanted columns and unknown members it named. */
  previous: number;
  named: number;
  unknown: number;
  /** Unknown members that were passed over, since the scanner was made. */
  unknownMembers: number;
  /** Names of the first unknown members, for people. */
  readonly unknownNames: Set<string>;
  /** What is done about unknown members. */
  onUnknown: UnknownMembers;
}

/** `skip`: they are passed over; `skipNull`: where they are null; `refuse`: never, so that the careful path decides. */
export type UnknownMembers = 'skip' | 'skipNull' | 'refuse';

const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const QUOTE = 34;
const COLON = 58;
const COMMA = 44;
const SPACE = 32;
/** No value begins with it but null. */
const LETTER_N = 110;

/** The same bytes twice: a view compares four of them at a time. */
export interface ScanInput {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export function createScanner(columns: readonly Column[], keys: KeyTable): Scanner {
  const unwanted = columns.findIndex(({ tree }) => tree?.leaves.length === 0);
  const followers = Int32Array.from(columns, (_, index) => index + 1);
  return {
    columns,
    wanted: unwanted < 0 ? columns.length : unwanted,
    keys,
    followers,
    first: 0,
    seen: new Float64Array(columns.length),
    record: 0,
    previous: -1,
    named: 0,
    unknown: 0,
    unknownMembers: 0,
    unknownNames: new Set(),
    onUnknown: 'skip',
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
  const { bytes } = input;
  let position = skipSpace(bytes, start);
  if (bytes[position] !== OPEN_BRACE) return false;
  position = skipSpace(bytes, position + 1);
  scanner.record += 1;
  scanner.previous = -1;
  scanner.named = 0;
  scanner.unknown = 0;
  for (;;) {
    position = scanExpected(scanner, row, input, position, end);
    if (position < 0) return false;
    if (bytes[position] !== QUOTE) break;
    position = scanSurprise(scanner, row, input, position, end);
    if (position < 0) return false;
    position = nextMember(bytes, position);
    if (position < 0) return false;
  }
  if (bytes[position] !== CLOSE_BRACE) return false;
  if (position + 1 !== end && skipSpace(bytes, position + 1) !== end) return false;
  scanner.unknownMembers += scanner.unknown;
  return scanner.named === scanner.wanted || writeUnnamed(scanner, row);
}

/**
 * Reads members as long as they come in the order of the records before: nearly always all of them. Whatever is rare stands
 * elsewhere, so that the compiler has room to put reading a key and a number into this loop: as calls they cost a quarter of
 * all decoding. Answers the place of the closing brace or of a key that was not expected, or -1 to give up.
 */
function scanExpected(
  scanner: Scanner,
  row: number,
  { bytes, view }: ScanInput,
  start: number,
  end: number,
): number {
  const { columns, keys, followers, seen, record, wanted } = scanner;
  const isStrict = scanner.onUnknown !== 'skip';
  let position = start;
  let previous = scanner.previous;
  let index = previous < 0 ? scanner.first : (followers[previous] ?? -1);
  let named = scanner.named;
  while (bytes[position] === QUOTE && matchesKey(keys, index, view, position, end)) {
    // A column that has a key is there.
    const column = columns[index]!;
    const { scan } = column;
    if (seen[index] === record || (isStrict && mayHoldMembers(column))) break;
    seen[index] = record;
    if (index < wanted) named += 1;
    position += keys.lengths[index] ?? 0;
    if ((bytes[position] ?? 0) <= SPACE) position = skipSpace(bytes, position);
    position =
      (scan === KIND.double || scan === KIND.long) && bytes[position] !== LETTER_N
        ? scanNumber(column, row, bytes, position)
        : scanValue(column, row, bytes, position, end);
    if (position < 0) return -1;
    if (bytes[position] === COMMA && bytes[position + 1] === QUOTE) position += 1;
    else position = nextMember(bytes, position);
    previous = index;
    index = followers[index] ?? -1;
  }
  scanner.previous = previous;
  scanner.named = named;
  return position;
}

/** Reads one member whose key was not expected, and learns from it. Answers the position behind it, or -1 to give up. */
function scanSurprise(
  scanner: Scanner,
  row: number,
  { bytes, view }: ScanInput,
  start: number,
  end: number,
): number {
  const { columns, keys, seen, record, previous } = scanner;
  const isStrict = scanner.onUnknown !== 'skip';
  const close = skipString(bytes, start, end);
  if (close < 0) return -1;
  const index = findKey(keys, view, start, close);
  let position = bytes[close] === COLON ? close + 1 : skipColon(bytes, close);
  if (position < 0) return -1;
  position = skipSpace(bytes, position);
  if (index < 0) {
    if (scanner.unknownMembers < LOOKED_AT_UNKNOWN) noteUnknown(scanner, bytes, start + 1, close - 1);
    if (isStrict && (scanner.onUnknown === 'refuse' || bytes[position] !== LETTER_N)) return -1;
    scanner.unknown += 1;
    return skipValue(bytes, position, end);
  }
  if (seen[index] === record) return -1;
  seen[index] = record;
  if (index < scanner.wanted) scanner.named += 1;
  if (previous < 0) scanner.first = index;
  else scanner.followers[previous] = index;
  scanner.previous = index;
  // An index below the number of columns always has a column.
  const column = columns[index]!;
  if (isStrict && column.tree !== undefined && takesNested(column.tree)) return -1;
  return isStrict && column.children.length > 0 && bytes[position] !== LETTER_N
    ? scanStrictly(scanner, column, row, { bytes, position, end })
    : scanValue(column, row, bytes, position, end);
}

/** The place of the next key behind the value that ends at `start`, or of the closing brace; -1 where there is neither. */
function nextMember(bytes: Uint8Array, start: number): number {
  let position = skipSpace(bytes, start);
  if (bytes[position] === CLOSE_BRACE) return position;
  if (bytes[position] !== COMMA) return -1;
  position = skipSpace(bytes, position + 1);
  return bytes[position] === QUOTE ? position : -1;
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
  if (findUnknownInside(column.spec, value, scanner.onUnknown === 'skipNull') !== undefined) return -1;
  return appendValue(column, row, value) === undefined ? close : -1;
}

function mayHoldMembers({ children, tree }: Column): boolean {
  return children.length > 0 || tree !== undefined;
}

/** Whether a member that fills several columns fills one in which there may be unknown members. */
function takesNested({ wholes }: PathNode): boolean {
  return wholes.some(({ children }) => children.length > 0);
}

/** Reading names costs time, so only the first unknown members are looked at, and few names are kept. */
const LOOKED_AT_UNKNOWN = 2_000;
const MAX_UNKNOWN_NAMES = 20;

function noteUnknown({ unknownNames }: Scanner, bytes: Uint8Array, start: number, end: number): void {
  if (unknownNames.size >= MAX_UNKNOWN_NAMES) return;
  unknownNames.add(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8'));
}

/** The position behind the colon that follows white space; -1 where there is no colon. */
function skipColon(bytes: Uint8Array, start: number): number {
  const colon = skipSpace(bytes, start);
  return bytes[colon] === COLON ? colon + 1 : -1;
}

/** Writes null, or what stands in for it, into the columns that the record did not name; false where one needs a value. */
function writeUnnamed(scanner: Scanner, row: number): boolean {
  const { columns, wanted, seen, record } = scanner;
  for (let i = 0; i < wanted; i++) {
    const column = columns[i];
    if (column !== undefined && seen[i] !== record && !writeMissing(column, row)) return false;
  }
  return true;
}
