import type { TrinoColumn } from '../../../catalog/trino/client.ts';
import {
  BACKSLASH,
  CLOSE,
  COMMA,
  DOT,
  endOfValue,
  jsonText,
  MINUS,
  NINE,
  NULL_START,
  OPEN,
  QUOTE,
  readJsonRows,
  ZERO,
} from '../results/json-rows.ts';
import { jsonTextReader } from '../results/stored-value.ts';
import { isPlain, separatedField } from '../results/text-formats.ts';
import { isNested, parseTrinoType, storageOf, type TrinoType } from '../results/trino-type.ts';

/** Rows as CSV: the bytes are good until the next call. */
export type CsvBytes = (data: Uint8Array) => { readonly csv: Uint8Array; readonly rows: number };

/** What is written, and room for more. */
interface Sink {
  out: Buffer;
  used: number;
}

/** Copies a value as it stands and answers where it ends; -1, with nothing written, for a value that it cannot. */
type CopyField = (data: Uint8Array, at: number, sink: Sink) => number;

/** Room beyond what the JSON itself takes: a separator, quotes and a line end at the end of a page. */
const SLACK = 64;
const LINE_END = 10;
const LONG_TEXT = 64;

/**
 * Turns the JSON of Trino's rows into CSV without making values in between, byte by byte. What it writes is to the byte what
 * `createTextFormat('CSV')` makes of the same values. Throws a SyntaxError for what is no JSON array of arrays.
 */
export function createCsvBytes(columns: readonly TrinoColumn[]): CsvBytes {
  const sink: Sink = { out: Buffer.alloc(0), used: 0 };
  const fields = columns.map(({ type }, index) => {
    const write = fieldWriter(parseTrinoType(type.text), sink);
    return index === 0
      ? write
      : (data: Uint8Array, at: number): number => {
          sink.out[sink.used++] = COMMA;
          return write(data, at);
        };
  });
  const endLine = (): void => {
    sink.out[sink.used++] = LINE_END;
  };
  return data => {
    // A field is never longer than its JSON, except those that are read, which look for room themselves.
    if (sink.out.length < data.length + SLACK) sink.out = Buffer.allocUnsafe(data.length * 2 + SLACK);
    sink.used = 0;
    const rows = readJsonRows(data, fields, endLine);
    return { csv: sink.out.subarray(0, sink.used), rows };
  };
}

function fieldWriter(type: TrinoType, sink: Sink): (data: Uint8Array, at: number) => number {
  const plain = isPlain(type);
  const read = jsonTextReader(type);
  const copy = copierOf(type, plain);
  const slowly = (data: Uint8Array, at: number): number => {
    const end = endOfValue(data, at);
    const text = read(jsonText(data, at, end));
    if (text !== null) write(plain ? text : separatedField(text, ','), sink, data.length - end);
    return end;
  };
  return (data, at) => {
    // NULL is nothing.
    if (data[at] === NULL_START) return at + 4;
    const end = copy?.(data, at, sink) ?? -1;
    return end < 0 ? slowly(data, at) : end;
  };
}

function copierOf(type: TrinoType, plain: boolean): CopyField | undefined {
  switch (storageOf(type)) {
    case 'bool':
    case 'int32':
    case 'int64':
      return copyLiteral;
    case 'float32':
    case 'float64':
      return copyFloat;
    case 'text':
      return isNested(type) ? undefined : (data, at, sink) => copyText(data, at, { sink, plain });
    case 'binary':
      return undefined;
  }
}

/** Writes a field of any length, and leaves room for all that is still to come. */
function write(field: string, sink: Sink, bytesToCome: number): void {
  const needed = sink.used + field.length * 3 + bytesToCome + SLACK;
  if (needed > sink.out.length) {
    const larger = Buffer.allocUnsafe(needed * 2);
    sink.out.copy(larger, 0, 0, sink.used);
    sink.out = larger;
  }
  sink.used += sink.out.write(field, sink.used, 'utf8');
}

/** Digits, a sign, true or false up to the next comma or bracket. */
function copyLiteral(data: Uint8Array, start: number, sink: Sink): number {
  const { out } = sink;
  let { used } = sink;
  let at = start;
  for (; ; at++) {
    const byte = data[at] ?? 0;
    if (byte === COMMA || byte === CLOSE) break;
    if (byte === QUOTE || byte === OPEN || byte === DOT || byte === 0) return -1;
    out[used++] = byte;
  }
  sink.used = used;
  return at;
}

/** A number with a fraction and no exponent; `.0` goes, except behind -0. */
function copyFloat(data: Uint8Array, start: number, sink: Sink): number {
  const { out } = sink;
  let { used } = sink;
  let at = start;
  let dot = -1;
  for (; ; at++) {
    const byte = data[at] ?? 0;
    if (byte === COMMA || byte === CLOSE) break;
    if (byte === DOT) dot = at;
    else if ((byte < ZERO || byte > NINE) && !(byte === MINUS && at === start)) return -1;
    out[used++] = byte;
  }
  if (dot < 0) return -1;
  if (at === dot + 2 && data[dot + 1] === ZERO) {
    if (data[start] === MINUS && data[start + 1] === ZERO) return -1;
    used -= 2;
  }
  sink.used = used;
  return at;
}

/** A text without escapes, in quotes where it needs them. */
function copyText(
  data: Uint8Array,
  at: number,
  { sink, plain }: { readonly sink: Sink; readonly plain: boolean },
): number {
  if (data[at] !== QUOTE) return -1;
  const start = at + 1;
  let end = start;
  let hasComma = false;
  for (; ; end++) {
    const byte = data[end];
    if (byte === QUOTE) break;
    if (byte === BACKSLASH || byte === undefined) return -1;
    if (byte === COMMA) hasComma = true;
  }
  const { out } = sink;
  let { used } = sink;
  const isQuoted = !plain && (hasComma || end === start);
  if (isQuoted) out[used++] = QUOTE;
  if (end - start > LONG_TEXT) {
    out.set(data.subarray(start, end), used);
    used += end - start;
  } else for (let i = start; i < end; i++) out[used++] = data[i] ?? 0;
  if (isQuoted) out[used++] = QUOTE;
  sink.used = used;
  return end + 1;
}
