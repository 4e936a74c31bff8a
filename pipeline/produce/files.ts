import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { readParquetRows } from './parquet-rows.ts';
import type { RowStream } from './rows.ts';
import { readCsvRows, readNdjsonRows } from './text-rows.ts';

const READERS: Readonly<Record<string, (file: string) => RowStream>> = {
  '.parquet': readParquetRows,
  '.csv': readCsvRows,
  '.ndjson': readNdjsonRows,
  '.jsonl': readNdjsonRows,
};

/** The data files among some paths: files as they are given, folders with everything below them, in name order. */
export async function findDataFiles(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const given of paths) {
    if (!(await stat(given)).isDirectory()) {
      if (readerOf(given) === undefined)
        throw new Error(`${given} is none of ${Object.keys(READERS).join(', ')}.`);
      found.push(given);
      continue;
    }
    const inside = (await readdir(given, { recursive: true }))
      .filter(name => readerOf(name) !== undefined)
      .sort();
    if (inside.length === 0)
      throw new Error(`The folder ${given} has no file of ${Object.keys(READERS).join(', ')}.`);
    found.push(...inside.map(name => path.join(given, name)));
  }
  return found;
}

/** The rows of data files, one file after the other. */
export async function* readDataFiles(files: readonly string[]): RowStream {
  for (const file of files) {
    const read = readerOf(file);
    if (read !== undefined) yield* read(file);
  }
}

function readerOf(file: string): ((file: string) => RowStream) | undefined {
  return READERS[path.extname(file).toLowerCase()];
}
