import { BadRecord } from './raw-record.ts';

/** The cells of a line; null for one that is the null text and not quoted. */
export type CsvLine = readonly (string | null)[];

export interface CsvCells {
  /** One character. */
  readonly delimiter: string;
  readonly nullText: string;
}

/**
 * The lines of a CSV text (RFC 4180) that are not empty. Throws BadRecord for quotes that are none. The project's CSV library
 * is made for files: it takes some 40 µs to begin with a message, and to tell quoted cells from others.
 */
export function readCsvLines(text: string, cells: CsvCells): CsvLine[] {
  if (text.includes(QUOTE)) return readQuoted(text, cells);
  const { delimiter, nullText } = cells;
  const lines: CsvLine[] = [];
  // Where nothing is quoted every delimiter and every end of a line is one.
  for (const line of text.split(LINE_END)) {
    if (line === '') continue;
    lines.push(line.split(delimiter).map(cell => (cell === nullText ? null : cell)));
  }
  return lines;
}

const QUOTE = '"';
const LINE_END = /\r\n|\n|\r/;

function readQuoted(text: string, { delimiter, nullText }: CsvCells): CsvLine[] {
  const lines: CsvLine[] = [];
  let line: (string | null)[] = [];
  let position = 0;
  while (position < text.length) {
    const isQuoted = text[position] === QUOTE;
    const end = isQuoted ? endOfQuoted(text, position, lines.length) : endOfPlain(text, position, delimiter);
    const cell = text.slice(position, end);
    if (isQuoted) line.push(cell.slice(1, -1).replaceAll('""', QUOTE));
    else if (cell.includes(QUOTE))
      throw new BadRecord(`no CSV: line ${lines.length + 1} has a quote inside a cell`);
    else line.push(cell === nullText ? null : cell);
    if (text[end] === delimiter) {
      position = end + 1;
      // Behind the last delimiter of a line there is one more cell.
      if (position < text.length && !isLineEnd(text[position])) continue;
      line.push(nullText === '' ? null : '');
    } else {
      if (end < text.length && !isLineEnd(text[end]))
        throw new BadRecord(`no CSV: line ${lines.length + 1} has something behind a closing quote`);
      position = end;
    }
    if (line.length > 1 || isQuoted || cell !== '') lines.push(line);
    line = [];
    position += text.startsWith('\r\n', position) ? 2 : 1;
  }
  return lines;
}

function endOfPlain(text: string, start: number, delimiter: string): number {
  let position = start;
  while (position < text.length && text[position] !== delimiter && !isLineEnd(text[position])) position += 1;
  return position;
}

/** The place behind the closing quote. */
function endOfQuoted(text: string, start: number, line: number): number {
  let close = text.indexOf(QUOTE, start + 1);
  while (close >= 0 && text[close + 1] === QUOTE) close = text.indexOf(QUOTE, close + 2);
  if (close < 0) throw new BadRecord(`no CSV: line ${line + 1} has a quote that is not closed`);
  return close + 1;
}

function isLineEnd(character: string | undefined): boolean {
  return character === '\n' || character === '\r';
}
