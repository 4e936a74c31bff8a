import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { readParquetRows } from '../produce/parquet-rows.ts';
import type { RowStream } from '../produce/rows.ts';
import { readCsvRows, readNdjsonRows } from '../produce/text-rows.ts';

export type FileFormat = 'csv' | 'ndjson' | 'parquet';

/** A file that a person wants to have as a table. */
export interface DataFileInput {
  readonly path: string;
  /** The name without its folders, as messages say it. */
  readonly name: string;
  readonly format: FileFormat;
  readonly bytes: number;
  /** What stands between the cells of a CSV file. */
  readonly delimiter: string;
}

/** What can be uploaded, as file dialogs and messages list it. */
const UPLOAD_EXTENSIONS: readonly string[] = ['csv', 'tsv', 'ndjson', 'jsonl', 'parquet'];

/** Looks at a file's name, its size and, for CSV, its first line. Throws where it cannot be one of the known formats. */
export async function openDataFile(file: string): Promise<DataFileInput> {
  const name = path.basename(file);
  const extension = path.extname(file).slice(1).toLowerCase();
  if (!UPLOAD_EXTENSIONS.includes(extension))
    throw new Error(`${name} is none of ${UPLOAD_EXTENSIONS.map(known => `.${known}`).join(', ')}.`);
  const found = await stat(file);
  if (!found.isFile()) throw new Error(`${name} is no file.`);
  if (found.size === 0) throw new Error(`${name} is empty.`);
  const base = { path: file, name, bytes: found.size };
  if (extension === 'parquet') return { ...base, format: 'parquet', delimiter: '' };
  if (extension === 'ndjson' || extension === 'jsonl') return { ...base, format: 'ndjson', delimiter: '' };
  return { ...base, format: 'csv', delimiter: guessDelimiter(await firstLine(file)) };
}

export interface ReadRowsOptions {
  /** Columns of a CSV file whose cells stay texts. */
  readonly textColumns?: ReadonlySet<string>;
  readonly onBytes?: (bytes: number) => void;
}

/** The rows of a file in their order. Errors name the line. */
export function readRows(file: DataFileInput, options: ReadRowsOptions = {}): RowStream {
  switch (file.format) {
    case 'csv':
      return readCsvRows(file.path, { ...options, delimiter: file.delimiter });
    case 'ndjson':
      return readNdjsonRows(file.path, options);
    case 'parquet':
      return readParquetRows(file.path);
  }
}

const DELIMITERS = [',', ';', '\t', '|'];

/** The candidate that stands most often outside of quotes in the header; a comma where none does. */
export function guessDelimiter(header: string): string {
  const bare = header.replace(/"(?:[^"]|"")*"/g, '');
  const counts = DELIMITERS.map(delimiter => bare.split(delimiter).length - 1);
  const most = Math.max(...counts);
  return most === 0 ? ',' : (DELIMITERS[counts.indexOf(most)] ?? ',');
}

const HEADER_BYTES = 64 * 1024;

async function firstLine(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead).split(/\r?\n/, 1)[0] ?? '';
  } finally {
    await handle.close();
  }
}
