import { parse } from 'csv-parse';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { DataFileInput } from './data-file.ts';

/**
 * Where a row stands, counted from 0, as an editor says it: `trips.csv, line 17`. The file is read once more for it, so
 * that reading rows costs nothing for the case that all of them are good.
 */
export async function describeRowPlace(file: DataFileInput, row: number): Promise<string> {
  switch (file.format) {
    case 'csv':
      return `${file.name}, line ${await csvLine(file, row)}`;
    case 'ndjson':
      return `${file.name}, line ${await ndjsonLine(file, row)}`;
    case 'parquet':
      return `${file.name}, row ${row + 1}`;
  }
}

/** The line that the row begins in: cells may hold line ends, of which the parser's own count makes too many. */
async function csvLine(file: DataFileInput, row: number): Promise<number> {
  const input = createReadStream(file.path);
  const parser = input.pipe(parse({ bom: true, delimiter: file.delimiter, info: true }));
  input.once('error', error => parser.destroy(error));
  // The header is a record too: the row begins where as many records end as there are rows before it, and one.
  let ended = 0;
  try {
    for await (const { info } of parser as AsyncIterable<{ info: { bytes: number } }>) {
      if (ended++ === row) return 1 + (await countLineEnds(file.path, info.bytes));
    }
  } finally {
    input.destroy();
  }
  return row + 2;
}

async function countLineEnds(file: string, bytes: number): Promise<number> {
  let count = 0;
  for await (const chunk of createReadStream(file, { end: bytes - 1 }) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count += 1;
  }
  return count;
}

async function ndjsonLine(file: DataFileInput, row: number): Promise<number> {
  const input = createReadStream(file.path);
  let line = 0;
  let at = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      line += 1;
      if (text.replace(/^\ufeff/, '').trim() !== '' && at++ === row) return line;
    }
  } finally {
    input.destroy();
  }
  return line;
}
