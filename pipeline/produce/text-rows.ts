import { parse } from 'csv-parse';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { rawJson } from './arrow-json.ts';
import { type ProduceRow, ROWS_PER_BATCH, type RowStream } from './rows.ts';

/**
 * The rows of a CSV file with a header line. A cell becomes a number, true or false where it reads like one in JSON, null
 * where it is empty, and a string otherwise; numbers keep their spelling.
 */
export async function* readCsvRows(file: string): RowStream {
  const parser = createReadStream(file).pipe(parse({ columns: true, bom: true, relax_column_count: false }));
  yield* inBatches(parser as AsyncIterable<Record<string, string>>, row => {
    const object: Record<string, unknown> = {};
    for (const [name, cell] of Object.entries(row)) object[name] = cellValue(cell);
    return object;
  });
}

/** The rows of a file with one JSON object per line. Throws for a line that is none, with its number. */
export async function* readNdjsonRows(file: string): RowStream {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  let number = 0;
  yield* inBatches(lines, line => {
    number += 1;
    if (line.trim() === '') return undefined;
    return parseLine(line, `${file}:${number}`);
  });
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
): AsyncGenerator<ProduceRow[]> {
  let batch: ProduceRow[] = [];
  for await (const item of items) {
    const row = convert(item);
    if (row === undefined) continue;
    batch.push(row);
    if (batch.length < ROWS_PER_BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
