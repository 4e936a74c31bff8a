import { parse } from 'csv-parse';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { rawJson } from './arrow-json.ts';
import { type ProduceRow, ROWS_PER_BATCH, type RowStream } from './rows.ts';

export interface TextOptions {
  /** Told now and then how many bytes of the file were read. */
  readonly onBytes?: (bytes: number) => void;
}

export interface CsvOptions extends TextOptions {
  /** What stands between two cells (default: a comma). */
  readonly delimiter?: string;
  /** Columns whose cells stay texts, whatever they look like. */
  readonly textColumns?: ReadonlySet<string>;
}

/**
 * The rows of a CSV file with a header line. A cell becomes a number, true or false where it reads like one in JSON, null
 * where it is empty, and a string otherwise; numbers keep their spelling. Throws for a header that names no column or one twice.
 */
export async function* readCsvRows(file: string, options: CsvOptions = {}): RowStream {
  const { delimiter = ',', textColumns } = options;
  const input = createReadStream(file);
  // As lists of cells: the parser's own objects lose a column that is called `__proto__`.
  const parser = input.pipe(parse({ bom: true, delimiter }));
  const valueOf = (name: string, cell: string): unknown =>
    textColumns?.has(name) !== true ? cellValue(cell) : cell === '' ? null : cell;
  let names: readonly string[] | undefined;
  // An error of the file must reach whoever reads the rows.
  input.once('error', error => parser.destroy(error));
  try {
    yield* inBatches(
      parser as AsyncIterable<readonly string[]>,
      cells => {
        if (names === undefined) {
          names = checkHeader(cells);
          return undefined;
        }
        return Object.fromEntries(names.map((name, index) => [name, valueOf(name, cells[index] ?? '')]));
      },
      () => options.onBytes?.(input.bytesRead),
    );
  } catch (error) {
    throw unevenLine(file, error) ?? error;
  } finally {
    input.destroy();
  }
}

/** The parser's own words for a line with more or fewer cells than the header name no file. */
function unevenLine(file: string, error: unknown): Error | undefined {
  const { code, lines, record } = error as { code?: unknown; lines?: unknown; record?: unknown };
  if (code !== 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH' || !Array.isArray(record)) return undefined;
  const cells = record.length === 1 ? '1 cell' : `${record.length} cells`;
  return new Error(
    `${file}:${String(lines)} has ${cells}, unlike the header: cells with the delimiter in them need quotes.`,
    { cause: error },
  );
}

function checkHeader(names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  names.forEach((name, index) => {
    if (name.trim() === '') throw new Error(`The header has no name for column ${index + 1}.`);
    if (seen.has(name)) throw new Error(`The header names the column ${JSON.stringify(name)} twice.`);
    seen.add(name);
  });
  return names;
}

/** The rows of a file with one JSON object per line. Throws for a line that is none, with its number. */
export async function* readNdjsonRows(file: string, { onBytes }: TextOptions = {}): RowStream {
  const input = createReadStream(file);
  const lines = createInterface({ input, crlfDelay: Infinity });
  let number = 0;
  yield* inBatches(
    lines,
    line => {
      number += 1;
      // A byte order mark is no part of the first object.
      const text = number === 1 ? line.replace(/^\ufeff/, '') : line;
      return text.trim() === '' ? undefined : parseLine(text, `${file}:${number}`);
    },
    () => onBytes?.(input.bytesRead),
  );
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function cellValue(cell: string): unknown {
  if (cell === '') return null;
  if (cell === 'true') return true;
  if (cell === 'false') return false;
  return JSON_NUMBER.test(cell) ? rawJson(cell) : cell;
}

function parseLine(line: string, place: string): ProduceRow {
  let value: unknown;
  try {
    value = parseWithSource(line, keepNumber);
  } catch (error) {
    throw new Error(`${place} is no JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${place} is no JSON object.`);
  return value as ProduceRow;
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

function keepNumber(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' && source !== undefined ? rawJson(source) : value;
}

async function* inBatches<T>(
  items: AsyncIterable<T>,
  convert: (item: T) => ProduceRow | undefined,
  onBatch: () => void,
): AsyncGenerator<ProduceRow[]> {
  let batch: ProduceRow[] = [];
  for await (const item of items) {
    const row = convert(item);
    if (row === undefined) continue;
    batch.push(row);
    if (batch.length < ROWS_PER_BATCH) continue;
    onBatch();
    yield batch;
    batch = [];
  }
  onBatch();
  if (batch.length > 0) yield batch;
}
