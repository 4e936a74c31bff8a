import {
  changeMarker,
  type CellKind,
  EMPTY_MARKER,
  formatMarker,
  isEmptyMarker,
  parseMarker,
} from './sql-markers.ts';
import { dominantEol, linesOf, mergeEdit, normalizeEols } from './sql-lines.ts';

/** One cell of a notebook whose document is a plain SQL file. */
export interface SqlCell {
  readonly kind: CellKind;
  /** What the user sees and edits; of markdown the text without comment signs. */
  readonly value: string;
  readonly name?: string;
  /** Where the cell came from; absent on a cell that the user added. */
  readonly origin?: CellOrigin;
}

/** The exact text a cell was read from, so that an unchanged cell is written back to the byte. */
export interface CellOrigin {
  /** Everything between the previous cell and this one: blank lines and the marker line. */
  readonly lead: string;
  readonly raw: string;
  /** The cell's place when it was read. */
  readonly index: number;
}

export interface SqlNotebook {
  readonly cells: readonly SqlCell[];
  /** White space after the last cell. */
  readonly tail: string;
  readonly eol: '\n' | '\r\n';
}

/** Finds the statements of a text, in order, each up to and including its semicolon if it has one. */
export type StatementSplitter = (text: string) => readonly { readonly start: number; readonly end: number }[];

/**
 * Cells of an SQL text. With at least one `-- %%` line the lines are the borders; without, every statement is a cell
 * and comments belong to the statement after them, or to the one before when they stand on its last line. A line
 * `-- %% [empty]` between statements is a cell without text, and so is a file without text.
 */
export function readSqlCells(text: string, split: StatementSplitter): SqlNotebook {
  const found = hasMarker(text) ? sectionsOf(text) : statementsOf(text, split);
  const pieces: TypedPiece[] = found.length > 0 ? found : [{ lead: '', raw: '', kind: 'code' }];
  const used = pieces.reduce((sum, piece) => sum + piece.lead.length + piece.raw.length, 0);
  return {
    cells: pieces.map(({ lead, raw, kind, name }, index) => ({
      kind,
      value: kind === 'markdown' ? uncomment(raw) : raw,
      ...(name === undefined ? {} : { name }),
      origin: { lead, raw, index },
    })),
    tail: text.slice(used),
    eol: dominantEol(text),
  };
}

/**
 * The text of a notebook. Unchanged cells keep their exact text; a changed cell keeps the lines that did not change.
 * A file without markers stays without as long as its statements alone give the same cells; otherwise every cell that
 * has no marker line gets one.
 */
export function writeSqlCells(notebook: SqlNotebook, split: StatementSplitter): string {
  const { cells, tail, eol } = notebook;
  if (isUntouched(cells)) return join(cells.map(cell => cell.origin ?? { lead: '', raw: '' })) + tail;
  const hasMarkers = cells.some(cell => markerOf(cell) !== undefined);
  const [only] = cells;
  if (cells.length === 1 && only !== undefined && !hasMarkers && isBlankCode(only)) return tail;
  const pieces = piecesOf(notebook, { terminate: hasMarkers ? undefined : split });
  const text = join(pieces) + (pieces.length > 0 && tail === '' && hasNoOrigin(cells) ? eol : tail);
  if (!needsMarkers(cells) && readsBack(text, { pieces, cells, split })) return text;
  return join(piecesOf(notebook, { marked: true })) + tail;
}

interface Piece {
  readonly lead: string;
  readonly raw: string;
}

type TypedPiece = Piece & Pick<SqlCell, 'kind' | 'name'>;

function hasMarker(text: string): boolean {
  return text.includes('%%') && linesOf(text).some(line => parseMarker(line.text) !== undefined);
}

/** Cells between marker lines. The lead of each is its marker line and the blank lines around it. */
function sectionsOf(text: string): TypedPiece[] {
  const pieces: TypedPiece[] = [];
  let from = 0;
  let marker = parseMarker('');
  const finish = (end: number, bodyStart: number): void => {
    const body = text.slice(bodyStart, end);
    const split = marker?.kind === 'markdown' ? endOfComments(body) : body.length;
    const start = bodyStart + blankPrefix(body.slice(0, split));
    const stop = Math.max(start, bodyStart + body.slice(0, split).trimEnd().length);
    if (marker !== undefined || stop > start) {
      pieces.push({
        lead: text.slice(from, start),
        raw: text.slice(start, stop),
        ...(marker ?? { kind: 'code' }),
      });
      from = stop;
    }
    const restStart = bodyStart + split + blankPrefix(body.slice(split));
    const restStop = bodyStart + body.trimEnd().length;
    if (restStop <= restStart) return;
    pieces.push({ lead: text.slice(from, restStart), raw: text.slice(restStart, restStop), kind: 'code' });
    from = restStop;
  };
  let bodyStart = 0;
  for (const line of linesOf(text)) {
    const next = parseMarker(line.text);
    if (next === undefined) continue;
    finish(line.start, bodyStart);
    marker = next;
    bodyStart = line.end;
  }
  finish(text.length, bodyStart);
  return pieces;
}

/** How much of `body` is whole blank lines at its start; an indented first line keeps its indentation. */
function blankPrefix(body: string): number {
  if (body.trim() === '') return 0;
  return /^(?:[^\S\r\n]*(?:\r\n|\r|\n))*/.exec(body)?.[0].length ?? 0;
}

/** Where the comment lines of a markdown section end and statements begin. */
function endOfComments(body: string): number {
  for (const line of linesOf(body)) {
    if (line.text.trim() !== '' && !/^[ \t]*--/.test(line.text)) return line.start;
  }
  return body.length;
}

function statementsOf(text: string, split: StatementSplitter): TypedPiece[] {
  const pieces: TypedPiece[] = [];
  let from = 0;
  const add = (end: number): void => {
    for (const line of emptyMarkers(text, { from, end })) {
      addText(line.start);
      pieces.push({ lead: text.slice(from, line.end), raw: '', kind: 'code' });
      from = line.end;
    }
    addText(end);
  };
  const addText = (end: number): void => {
    const start = from + blankLength(text.slice(from, end));
    if (start >= end) return;
    const stop = start + text.slice(start, end).trimEnd().length;
    pieces.push({ lead: text.slice(from, start), raw: text.slice(start, stop), kind: 'code' });
    from = stop;
  };
  for (const span of split(text)) add(endOfLineComments(text, span.end));
  add(text.trimEnd().length);
  return pieces;
}

const GAP = /[^\S\r\n]+|\r\n|\r|\n|--[^\r\n]*|\/\*[^]*?\*\//y;

/** The lines for empty cells that stand before the first token of a stretch. */
function emptyMarkers(
  text: string,
  { from, end }: { readonly from: number; readonly end: number },
): { start: number; end: number }[] {
  if (!text.slice(from, end).includes('%%')) return [];
  const found: { start: number; end: number }[] = [];
  GAP.lastIndex = from;
  let lineStart = from;
  for (let match = GAP.exec(text); match !== null && match.index < end; match = GAP.exec(text)) {
    const [part] = match;
    const stop = match.index + part.length;
    const isOwnLine = lineStart === 0 || /[\r\n]/.test(text.charAt(lineStart - 1));
    if (isOwnLine && isEmptyMarker(text.slice(lineStart, stop))) found.push({ start: lineStart, end: stop });
    if (/[\r\n]$/.test(part)) lineStart = stop;
    else if (part.startsWith('/*')) lineStart = text.length;
  }
  return found;
}

function isBlankCode({ kind, value, name }: SqlCell): boolean {
  return kind === 'code' && name === undefined && value.trim() === '';
}

function blankLength(text: string): number {
  return text.length - text.trimStart().length;
}

/** The end of the comments that follow on the same line, if nothing else does; otherwise `end`. */
function endOfLineComments(text: string, end: number): number {
  const match =
    /^(?:[^\S\r\n]*\/\*(?:[^*]|\*(?!\/))*\*\/)*(?:[^\S\r\n]*--[^\r\n]*)?(?=[^\S\r\n]*(?:[\r\n]|$))/.exec(
      text.slice(end),
    );
  return end + (match?.[0].trimEnd().length ?? 0);
}

function uncomment(raw: string): string {
  return linesOf(raw)
    .map(({ text, eol }) => uncommentLine(text) + eol)
    .join('');
}

function uncommentLine(line: string): string {
  return line.replace(/^[ \t]*-- ?/, '');
}

function commentLine(line: string): string {
  return line === '' ? '--' : `-- ${line}`;
}

function isUntouched(cells: readonly SqlCell[]): boolean {
  return cells.every((cell, i) => cell.origin?.index === i && isUnchanged(cell)) && cells.length > 0;
}

function isUnchanged(cell: SqlCell): boolean {
  const marker = markerOf(cell);
  return (
    cell.origin !== undefined &&
    (marker?.kind ?? 'code') === cell.kind &&
    marker?.name === cell.name &&
    normalizeEols(cell.value) === normalizeEols(valueOf(cell.origin.raw, cell.kind))
  );
}

function valueOf(raw: string, kind: CellKind): string {
  return kind === 'markdown' ? uncomment(raw) : raw;
}

function markerOf(cell: SqlCell): ReturnType<typeof parseMarker> {
  const line = markerLineOf(cell.origin?.lead ?? '');
  return line === undefined ? undefined : parseMarker(line.text);
}

function markerLineOf(lead: string): ReturnType<typeof linesOf>[number] | undefined {
  return linesOf(lead).findLast(line => parseMarker(line.text) !== undefined);
}

function hasNoOrigin(cells: readonly SqlCell[]): boolean {
  return cells.every(cell => cell.origin === undefined);
}

function needsMarkers(cells: readonly SqlCell[]): boolean {
  return cells.some(
    cell => (cell.kind === 'markdown' || cell.name !== undefined) && cell.origin === undefined,
  );
}

interface PieceOptions {
  /** Give every cell a marker line. */
  readonly marked?: boolean;
  /** Close every statement but the last by a semicolon, found with this splitter. */
  readonly terminate?: StatementSplitter | undefined;
}

function piecesOf({ cells, eol }: SqlNotebook, { marked = false, terminate }: PieceOptions): Piece[] {
  const pieces: Piece[] = [];
  const isAnyMarked = marked || cells.some(cell => markerOf(cell) !== undefined);
  const lastText = cells.findLastIndex(cell => cell.value.trim() !== '');
  cells.forEach((cell, i) => {
    const previous = cells[i - 1];
    let raw = rawOf(cell, eol);
    if (terminate !== undefined && i < lastText) raw = terminated(raw, terminate);
    const before = i === 0 ? -1 : previous?.origin?.index;
    const follows = before !== undefined && before + 1 === cell.origin?.index;
    const isGlued = previous !== undefined && !isUnchanged(previous);
    const needsMarker = marked || (isAnyMarked && cell.origin === undefined);
    const isEmpty = !isAnyMarked && raw.trim() === '';
    if (isEmpty) raw = '';
    const lead = leadOf(cell, { isFirst: pieces.length === 0, follows, isGlued, needsMarker, isEmpty, eol });
    pieces.push({ lead, raw });
  });
  return pieces;
}

function rawOf(cell: SqlCell, eol: '\n' | '\r\n'): string {
  const { origin, kind } = cell;
  const isSameKind = (markerOf(cell)?.kind ?? 'code') === kind;
  const original = isSameKind ? (origin?.raw ?? '') : '';
  if (original !== '' && normalizeEols(valueOf(original, kind)) === normalizeEols(cell.value))
    return original;
  return mergeEdit(original, cell.value, {
    eol,
    ...(kind === 'markdown' ? { show: uncommentLine, write: commentLine } : {}),
  });
}

interface LeadOptions {
  readonly isFirst: boolean;
  /** The cell before this one is the one that was there when the file was read. */
  readonly follows: boolean;
  /** The text before this cell changed, so the old gap may be too small. */
  readonly isGlued: boolean;
  readonly needsMarker: boolean;
  /** Needs a line that stands for it, because it has no text. */
  readonly isEmpty: boolean;
  readonly eol: string;
}

function leadOf(cell: SqlCell, options: LeadOptions): string {
  const { isFirst, follows, isGlued, needsMarker, isEmpty, eol } = options;
  const lead = withoutEmptyMarker(cell.origin?.lead ?? '');
  const line = markerLineOf(lead);
  let gap = line === undefined ? lead : lead.slice(0, line.start);
  if (isFirst) gap = follows ? gap : '';
  else if (!follows && !/[\r\n]/.test(gap)) gap = eol + eol;
  else if ((isGlued || needsMarker) && !/[\r\n]/.test(gap)) gap = eol;
  if (isEmpty) return gap + EMPTY_MARKER;
  if (line === undefined) return needsMarker ? gap + formatMarker(cell) + eol : gap;
  const rest = lead.slice(line.end);
  return gap + changeMarker(line.text, cell) + (line.eol === '' ? eol : line.eol) + rest;
}

/** The gap alone, of a cell that is not empty any more or gets another line. */
function withoutEmptyMarker(lead: string): string {
  const line = lead.includes('%%') ? linesOf(lead).find(each => isEmptyMarker(each.text)) : undefined;
  return line === undefined ? lead : lead.slice(0, line.start) + lead.slice(line.end);
}

/** The statement with a semicolon after its last token, before any comment that ends the text. */
function terminated(raw: string, split: StatementSplitter): string {
  if (raw.trimEnd().endsWith(';')) return raw;
  const last = split(raw).at(-1);
  if (last === undefined || raw.slice(last.start, last.end).endsWith(';')) return raw;
  return `${raw.slice(0, last.end)};${raw.slice(last.end)}`;
}

function readsBack(
  text: string,
  { pieces, cells, split }: { pieces: readonly Piece[]; cells: readonly SqlCell[]; split: StatementSplitter },
): boolean {
  const again = readSqlCells(text, split).cells;
  return (
    again.length === pieces.length &&
    again.every(
      (cell, i) =>
        cell.kind === cells[i]?.kind &&
        cell.name === cells[i].name &&
        cell.origin?.raw.trim() === pieces[i]?.raw.trim(),
    )
  );
}

function join(pieces: readonly Piece[]): string {
  return pieces.map(piece => piece.lead + piece.raw).join('');
}
