import type { TrinoColumn } from '../../../catalog/trino/client.ts';
import { quoteLongIntegers } from '../../../catalog/trino/long-integers.ts';
import { decoderOf } from '../../../catalog/trino/values.ts';
import { textReader } from '../results/stored-value.ts';
import { separatedField } from '../results/text-formats.ts';
import { orderingOf, parseTrinoType, storageOf } from '../results/trino-type.ts';

/** Rows as CSV: the bytes are good until the next call. */
export type CsvBytes = (data: Uint8Array) => { readonly csv: Uint8Array; readonly rows: number };

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const OPEN = 91;
const BACKSLASH = 92;
const CLOSE = 93;
const LINE_END = 10;

/** How the values of a column go over. Whatever is not as expected is read and written by the readers of the type. */
type Way =
  /** Digits or true and false, as they stand. */
  | 'literal'
  /** A text in which nothing has to be quoted. */
  | 'plain text'
  | 'text'
  /** Digits with a fraction; whole numbers lose theirs. */
  | 'float'
  | 'read';

interface Column {
  readonly way: Way;
  /** The field of a value given as JSON. */
  read(json: string): string;
}

/**
 * Turns the JSON of Trino's rows into CSV without making values in between, byte by byte. What it writes is to the byte what
 * `createTextFormat('CSV')` makes of the same values. Throws a SyntaxError for what is no JSON array of arrays.
 */
export function createCsvBytes(types: readonly TrinoColumn[]): CsvBytes {
  const columns = types.map(columnOf);
  let out: Buffer = Buffer.allocUnsafe(1 << 16);
  return data => {
    // A field is never longer than its JSON, except those that are read, which look for room themselves.
    if (out.length < data.length + SLACK) out = Buffer.allocUnsafe(data.length * 2 + SLACK);
    const page: Page = { data, out, at: 1, used: 0 };
    let rows = 0;
    while (data[page.at] === OPEN) {
      page.at++;
      writeRow(page, columns);
      rows++;
      if (data[page.at] === COMMA) page.at++;
    }
    if (page.at !== data.length - 1 || data[page.at] !== CLOSE) throw notRows(page.at);
    ({ out } = page);
    return { csv: out.subarray(0, page.used), rows };
  };
}

const SLACK = 64;

interface Page {
  readonly data: Uint8Array;
  out: Buffer;
  /** The next byte to read, and the number of bytes written. */
  at: number;
  used: number;
}

function columnOf({ type }: TrinoColumn): Column {
  const parsed = parseTrinoType(type.text);
  const decode = decoderOf(type);
  const text = textReader(parsed);
  const isPlain = orderingOf(parsed) !== 'text' && orderingOf(parsed) !== 'bytes';
  return {
    way: wayOf(parsed.base, isPlain, storageOf(parsed)),
    read: json => {
      const value = text(decode(JSON.parse(quoteLongIntegers(json))));
      return value === null ? '' : isPlain ? value : separatedField(value, ',');
    },
  };
}

function wayOf(base: string, isPlain: boolean, storage: string): Way {
  if (storage === 'float32' || storage === 'float64') return 'float';
  if (storage === 'text') return /^(row|array|map)$/.test(base) ? 'read' : isPlain ? 'plain text' : 'text';
  return storage === 'binary' ? 'read' : 'literal';
}

function writeRow(page: Page, columns: readonly Column[]): void {
  const { data } = page;
  for (let c = 0; c < columns.length; c++) {
    const column = columns[c];
    if (column === undefined) break;
    if (c > 0) {
      if (data[page.at++] !== COMMA) throw notRows(page.at);
      page.out[page.used++] = COMMA;
    }
    writeField(page, column);
  }
  if (data[page.at++] !== CLOSE) throw notRows(page.at);
  page.out[page.used++] = LINE_END;
}

function writeField(page: Page, column: Column): void {
  const { data, at } = page;
  // NULL is nothing.
  if (data[at] === 110) page.at = at + 4;
  else {
    const isDone =
      column.way === 'literal'
        ? copyLiteral(page)
        : column.way === 'float'
          ? copyFloat(page)
          : column.way !== 'read' && copyText(page, column.way === 'plain text');
    if (!isDone) readField(page, column);
  }
}

/** Digits, a sign, true or false up to the next comma or bracket. False for anything else. */
function copyLiteral(page: Page): boolean {
  const { data, out } = page;
  let { at, used } = page;
  for (; ; at++) {
    const byte = data[at] ?? 0;
    if (byte === COMMA || byte === CLOSE) break;
    if (byte === QUOTE || byte === OPEN || byte === DOT || byte === 0) return false;
    out[used++] = byte;
  }
  page.at = at;
  page.used = used;
  return true;
}

/** A number with a fraction and no exponent; `.0` goes, except behind -0. False for anything else. */
function copyFloat(page: Page): boolean {
  const { data, out } = page;
  let { at, used } = page;
  const start = at;
  let dot = -1;
  for (; ; at++) {
    const byte = data[at] ?? 0;
    if (byte === COMMA || byte === CLOSE) break;
    if (byte === DOT) dot = at;
    else if ((byte < ZERO || byte > 57) && !(byte === MINUS && at === start)) return false;
    out[used++] = byte;
  }
  if (dot < 0) return false;
  if (at === dot + 2 && data[dot + 1] === ZERO) {
    if (data[start] === MINUS && data[start + 1] === ZERO) return false;
    used -= 2;
  }
  page.at = at;
  page.used = used;
  return true;
}

/** A text without escapes, in quotes where it needs them. False for a text with escapes and what is no text. */
function copyText(page: Page, isPlain: boolean): boolean {
  const { data, out } = page;
  let { used } = page;
  const start = page.at + 1;
  if (data[page.at] !== QUOTE) return false;
  let end = start;
  let hasComma = false;
  for (; ; end++) {
    const byte = data[end];
    if (byte === QUOTE) break;
    if (byte === BACKSLASH || byte === undefined) return false;
    if (byte === COMMA) hasComma = true;
  }
  const isQuoted = !isPlain && (hasComma || end === start);
  if (isQuoted) out[used++] = QUOTE;
  if (end - start > 64) {
    out.set(data.subarray(start, end), used);
    used += end - start;
  } else for (let i = start; i < end; i++) out[used++] = data[i] ?? 0;
  if (isQuoted) out[used++] = QUOTE;
  page.at = end + 1;
  page.used = used;
  return true;
}

function readField(page: Page, column: Column): void {
  const end = endOfValue(page.data, page.at);
  const { buffer, byteOffset } = page.data;
  const field = column.read(Buffer.from(buffer, byteOffset + page.at, end - page.at).toString('utf8'));
  page.at = end;
  // Room for the field, and for all that is still to come.
  const needed = page.used + field.length * 3 + (page.data.length - end) + SLACK;
  if (needed > page.out.length) {
    const larger = Buffer.allocUnsafe(needed * 2);
    page.out.copy(larger, 0, 0, page.used);
    page.out = larger;
  }
  page.used += page.out.write(field, page.used, 'utf8');
}

/** Where a JSON value ends. */
function endOfValue(data: Uint8Array, start: number): number {
  let depth = 0;
  let isInText = false;
  for (let at = start; at < data.length; at++) {
    const byte = data[at] ?? 0;
    if (isInText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isInText = false;
      continue;
    }
    if (byte === QUOTE) isInText = true;
    else if (byte === OPEN || byte === 123) depth++;
    else if (byte === COMMA && depth === 0) return at;
    else if ((byte === CLOSE || byte === 125) && depth-- === 0) return at;
  }
  throw notRows(start);
}

function notRows(at: number): SyntaxError {
  return new SyntaxError(`Trino's rows cannot be read at byte ${at}: they are not a JSON array of arrays.`);
}
