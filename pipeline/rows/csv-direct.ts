import { isUtf8 } from 'node:buffer';
import { isMetadata } from '../columns/metadata.ts';
import { type Column, writeMissing } from '../decode/column.ts';
import { isMember, type JsonDecoder } from '../decode/json-decoder.ts';
import type { RecordValue } from '../decode/parse-record.ts';
import { pathOf } from '../decode/path-tree.ts';
import { compileCell, type WriteCell } from './csv-cells.ts';
import type { CsvDialect } from './csv-format.ts';
import type { ReadDirect } from './row-format.ts';

const QUOTE = 34;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** A member of a line. */
interface Cell {
  readonly write: WriteCell;
  /** The columns that are filled from it. */
  readonly columns: readonly Column[];
  /** Whether a line may have something there; what no column takes may be of interest to others. */
  readonly mayBeFilled: boolean;
}

interface Line {
  readonly cells: readonly Cell[];
  /** Columns that no cell fills. */
  readonly missing: readonly Column[];
}

export interface CsvDirectParts {
  readonly decoder: JsonDecoder;
  /** What the careful path makes of the text of a cell, by the name of the cell. */
  readonly converterOf: (name: string) => (cell: string) => RecordValue;
}

/**
 * The fast path of CSV: from the bytes of lines into columns, without a text in between. Doubled quotes, cells of rare types and
 * whatever is no CSV make it give up, and the careful path decides and says why. Undefined where every message would.
 */
export function compileCsvScan(dialect: CsvDialect, parts: CsvDirectParts): ReadDirect | undefined {
  const delimiter = dialect.delimiter.charCodeAt(0);
  // A line of names is looked at by the careful path, and a delimiter of several bytes, too.
  if (dialect.header || delimiter > 127) return undefined;
  const line = compileLine(dialect.columns, parts);
  return line && scanLines(line, { delimiter, nullText: Buffer.from(dialect.nullText) }, parts.decoder);
}

function compileLine(names: readonly string[], { decoder, converterOf }: CsvDirectParts): Line | undefined {
  const { all, scanner, watch } = decoder;
  const filled = new Map<string, Column[]>();
  for (const column of all.filter(({ spec }) => !isMetadata(spec))) {
    const [name, ...inside] = pathOf(column.spec) ?? [];
    // What is taken out of JSON in a cell, and what only a condition looks at, is rare.
    if (typeof name !== 'string' || inside.length > 0 || column.spec.rule?.isHidden === true)
      return undefined;
    filled.set(name, [...(filled.get(name) ?? []), column]);
  }
  const cells: Cell[] = [];
  for (const name of names) {
    const columns = filled.get(name) ?? [];
    // One text cannot be two values.
    if (new Set(columns.map(({ spec }) => `${spec.kind} ${spec.rule?.cast === true}`)).size > 1)
      return undefined;
    // Whoever watches for members that no column takes must see those in JSON, too.
    if (watch !== undefined && columns.some(({ children }) => children.length > 0)) return undefined;
    const isKnown = columns.length > 0 || isMember(decoder, name);
    if (!isKnown && watch?.allowsNull === false) return undefined;
    if (!isKnown) scanner.unknownNames.add(name);
    cells.push({
      write: writeAll(columns.map(column => compileCell(column, converterOf(name)))),
      columns,
      mayBeFilled: isKnown || watch === undefined,
    });
    filled.delete(name);
  }
  return { cells, missing: [...filled.values()].flat() };
}

function writeAll(writes: readonly WriteCell[]): WriteCell {
  const [first, ...others] = writes;
  if (first === undefined) return () => true;
  if (others.length === 0) return first;
  return (bytes, row, start, end) => writes.every(write => write(bytes, row, start, end));
}

interface Marks {
  readonly delimiter: number;
  readonly nullText: Uint8Array;
}

function scanLines(line: Line, marks: Marks, decoder: JsonDecoder): ReadDirect {
  let known: Uint8Array | undefined;
  let isBatchUtf8 = false;
  // Several rows of one record are one after the other only where none of them is left out.
  const hasOneRow = decoder.filter !== undefined || decoder.metadata !== undefined;
  return (bytes, { row, start, end }) => {
    if (bytes !== known) {
      known = bytes;
      isBatchUtf8 = isUtf8(bytes);
    }
    if (!(isBatchUtf8 && isWhole(bytes, start, end)) && !isUtf8(bytes.subarray(start, end))) return 0;
    const limit = hasOneRow ? row + 1 : decoder.capacity;
    let position = start + (isByteOrderMark(bytes, start, end) ? 3 : 0);
    let next = row;
    while (position < end) {
      if (isLineEnd(bytes[position])) {
        position += 1;
        continue;
      }
      if (next >= limit) return 0;
      position = scanLine(line, marks, next, { bytes, position, end });
      if (position < 0) return 0;
      next += 1;
    }
    return next - row;
  };
}

/** Reads one line and answers the place behind it, or -1 to give up. */
function scanLine(
  { cells, missing }: Line,
  { delimiter, nullText }: Marks,
  row: number,
  { bytes, position, end }: { readonly bytes: Uint8Array; readonly position: number; readonly end: number },
): number {
  let at = position;
  for (let i = 0; i < cells.length; i++) {
    // There is a cell at every index.
    const cell = cells[i]!;
    if (i > 0) {
      if (at >= end || bytes[at] !== delimiter) return -1;
      at += 1;
    }
    if (at < end && bytes[at] === QUOTE) {
      const close = bytes.indexOf(QUOTE, at + 1);
      if (close < 0 || close >= end) return -1;
      if (!cell.mayBeFilled || !cell.write(bytes, row, at + 1, close)) return -1;
      at = close + 1;
      continue;
    }
    let close = at;
    for (; close < end; close++) {
      const byte = bytes[close];
      if (byte === delimiter || byte === LINE_FEED || byte === CARRIAGE_RETURN) break;
      if (byte === QUOTE) return -1;
    }
    const isWritten = isText(bytes, at, close, nullText)
      ? cell.columns.every(column => writeMissing(column, row))
      : cell.mayBeFilled && cell.write(bytes, row, at, close);
    if (!isWritten) return -1;
    at = close;
  }
  if (at < end && !isLineEnd(bytes[at])) return -1;
  for (const column of missing) if (!writeMissing(column, row)) return -1;
  return at + 1;
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}

function isText(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}

/** Whether a piece of valid UTF-8 begins and ends between characters. */
function isWhole(bytes: Uint8Array, start: number, end: number): boolean {
  return !isInside(start < end ? bytes[start] : 0) && !isInside(bytes[end]);
}

function isInside(byte = 0): boolean {
  return (byte & 0xc0) === 0x80;
}

function isByteOrderMark(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
}
