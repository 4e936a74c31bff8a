import { type ColumnSpec, KIND, type Kind } from '../decode/column.ts';
import { ExactNumber, parseRecord, type RecordObject, type RecordValue } from '../decode/parse-record.ts';
import { type CsvLine, readCsvLines } from './csv-lines.ts';
import { compileCsvScan } from './csv-direct.ts';
import { TOMBSTONE } from './json-format.ts';
import { BadRecord } from './raw-record.ts';
import type { RowFormat } from './row-format.ts';

/** How the lines of CSV messages are written. Plain data: it is sent to the worker thread. */
export interface CsvDialect {
  /** The names of the cells in their order; empty with `header`. */
  readonly columns: readonly string[];
  /** One character. */
  readonly delimiter: string;
  /** Every message begins with a line of names. */
  readonly header: boolean;
  /** A cell of this text is null, unless it is quoted. */
  readonly nullText: string;
}

export const DEFAULT_CSV: CsvDialect = { columns: [], delimiter: ',', header: false, nullText: '' };

/**
 * CSV (RFC 4180): one or several lines per message. A cell becomes a value of the column that has its name. With `guessesOthers`
 * a cell without a column becomes what it looks like, as where columns are proposed from a sample; it stays a text otherwise.
 */
export function openCsvFormat(
  dialect: CsvDialect,
  columns: readonly ColumnSpec[],
  guessesOthers = false,
): RowFormat {
  const kinds = new Map(columns.map(({ name, kind }) => [name, kind]));
  const converterOf = (name: string): Convert =>
    guessesOthers && !kinds.has(name) ? guess : converterFor(kinds.get(name));
  const { read } = openCsvReader(dialect, converterOf);
  return { read, direct: decoder => compileCsvScan(dialect, { decoder, converterOf }) ?? (() => 0) };
}

/** Reads cells as what they look like, where no column says what they are. */
export function openUntypedCsv(dialect: CsvDialect): RowFormat {
  return openCsvReader(dialect, () => guess);
}

const JSON_SCALAR = /^(?:true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

function guess(cell: string): RecordValue {
  return JSON_SCALAR.test(cell) ? parseRecord(cell) : cell;
}

/** A cell that is not null as a value. Throws BadRecord. */
type Convert = (cell: string) => RecordValue;

function openCsvReader(dialect: CsvDialect, converterOf: (name: string) => Convert): RowFormat {
  const prepare = (names: readonly string[]): readonly Cell[] =>
    names.map(name => ({ name, convert: converterOf(name) }));
  const fixed = prepare(dialect.columns);
  return {
    read: ({ value }) => {
      const lines = readLines(value, dialect);
      if (!dialect.header) return lines.map((line, index) => toRow(line, index, fixed));
      const [header, ...rest] = lines;
      const cells = prepare(namesOf(header));
      return rest.map((line, index) => toRow(line, index + 1, cells));
    },
  };
}

interface Cell {
  readonly name: string;
  readonly convert: Convert;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function readLines(value: Uint8Array | undefined, dialect: CsvDialect): readonly CsvLine[] {
  if (value === undefined) throw new BadRecord(TOMBSTONE);
  if (value.length === 0) throw new BadRecord('an empty message');
  let text: string;
  try {
    // A byte order mark is left out.
    text = utf8.decode(value);
  } catch {
    throw new BadRecord('no CSV: it is no UTF-8');
  }
  return readCsvLines(text, dialect);
}

function namesOf(header: CsvLine | undefined): readonly string[] {
  if (header === undefined) throw new BadRecord('no CSV: the line of names is missing');
  const names = header.map(name => name ?? '');
  const odd = names.find((name, index) => name === '' || names.indexOf(name) < index);
  if (odd === undefined) return names;
  throw new BadRecord(
    `no CSV: the line of names has ${odd === '' ? 'an empty one' : `${JSON.stringify(odd)} twice`}`,
  );
}

function toRow(line: CsvLine, index: number, cells: readonly Cell[]): RecordObject {
  if (line.length !== cells.length)
    throw new BadRecord(`line ${index + 1} has ${line.length} cells, ${cells.length} were expected`);
  // A column may have any name, `__proto__` too.
  const row = Object.create(null) as Record<string, RecordValue>;
  for (let i = 0; i < cells.length; i++) {
    const cell = line[i] ?? null;
    // The two lists are of the same length.
    const { name, convert } = cells[i]!;
    row[name] = cell === null ? null : convert(cell);
  }
  return row;
}

/** Texts as the values that JSON would have for the type; what is none of it stays a text, and is refused as one. */
function converterFor(kind: Kind | undefined): Convert {
  switch (kind) {
    case undefined:
    case KIND.string:
      return cell => cell;
    case KIND.boolean:
      return cell => BOOLEANS.get(cell.trim().toLowerCase()) ?? cell;
    case KIND.float:
    case KIND.double:
    case KIND.int:
    case KIND.long:
    case KIND.decimal:
      return cell => (UP_TO_15_DIGITS.test(cell) ? Number(cell) : (exactNumber(cell) ?? cell.trim()));
    case KIND.struct:
    case KIND.list:
    case KIND.map:
      return jsonCell;
    default:
      return cell => cell.trim();
  }
}

/** As PostgreSQL, MySQL and everybody else write them. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
  ['t', true],
  ['f', false],
  ['1', true],
  ['0', false],
]);

/** A number that a double holds as it is written. */
const UP_TO_15_DIGITS = /^-?(?=[\d.]{1,16}$)(?:\d{1,15}|\d+\.\d+)$/;
const NUMBER = /^([+-]?)(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** The number that a cell is, in JSON's spelling. */
function exactNumber(cell: string): ExactNumber | undefined {
  const match = NUMBER.exec(cell.trim());
  if (match === null) return undefined;
  const [, sign, digits = '', exponent = ''] = match;
  const whole = digits.startsWith('.') ? `0${digits}` : digits.replace(/\.$/, '');
  return new ExactNumber(`${sign === '-' ? '-' : ''}${whole}${exponent}`);
}

function jsonCell(cell: string): RecordValue {
  try {
    return parseRecord(cell);
  } catch (error) {
    throw new BadRecord(`no JSON in a cell: ${(error as Error).message}`);
  }
}
