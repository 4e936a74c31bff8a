import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { TrinoColumn } from '../../../catalog/trino/client.ts';
import type { ExportFormat } from '../messages.ts';
import type { ResultColumn } from '../results/result-store.ts';
import type { CsvBytes } from './csv-bytes.ts';
import { createTextFormat, escapeHtml, type TextFormatName, type TextRow } from '../results/text-formats.ts';

/** Rows on their way into a file. */
export interface RowSource {
  readonly columns: readonly ResultColumn[];
  /** Some rows at a time; read once. */
  readonly pages: AsyncIterable<readonly TextRow[]>;
  /** The same rows as Trino's JSON, where they come from it: read in place of `pages`. */
  readonly json?: JsonRows;
}

export interface JsonRows {
  readonly columns: readonly TrinoColumn[];
  /** JSON arrays of arrays in UTF-8. */
  readonly pages: AsyncIterable<Uint8Array>;
}

/** Pieces of a file. */
export type ByteStream = AsyncIterable<Uint8Array | string>;

export interface ExportOptions {
  readonly format: ExportFormat;
  readonly path: string;
  readonly onRows: (rows: number) => void;
  readonly signal: AbortSignal;
}

const WRITE_BYTES = 1 << 20;

/**
 * Streams rows into a file; only a few pages are in memory at a time. The file appears under its name when it is whole;
 * what an error or a cancel leaves is deleted. Answers the number of rows.
 */
export async function exportRows(source: RowSource, options: ExportOptions): Promise<number> {
  const part = `${options.path}.part`;
  let rows = 0;
  const count = (more: number): void => {
    rows += more;
    options.onRows(rows);
    // Between two pages, whatever the source does.
    options.signal.throwIfAborted();
  };
  const file = await open(part, 'w', 0o600);
  try {
    options.signal.throwIfAborted();
    await writeAll(file, await streamOf(source, options.format, count));
    await file.close();
    await rename(part, options.path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(part, { force: true });
    throw error;
  }
  return rows;
}

async function streamOf(
  { columns, pages, json }: RowSource,
  format: ExportFormat,
  count: (rows: number) => void,
): Promise<ByteStream> {
  if (format === 'CSV' && json !== undefined) {
    const { createCsvBytes } = await import('./csv-bytes.ts');
    return csvStream(json, createCsvBytes(json.columns), count);
  }
  const source = { columns, pages: counted(pages, count) };
  switch (format) {
    case 'Arrow':
      return (await import('./arrow-stream.ts')).arrowStream(source);
    case 'Parquet':
      return (await import('./parquet-stream.ts')).parquetStream(source);
    case 'XLSX':
      return (await import('./xlsx-stream.ts')).xlsxStream(source);
    case 'HTML':
      return framed(textStream(source, 'HTML'));
    case 'CSV':
    case 'JSON':
    case 'NDJSON':
    case 'Markdown':
      return textStream(source, format);
  }
}

async function* counted(
  pages: AsyncIterable<readonly TextRow[]>,
  count: (rows: number) => void,
): AsyncGenerator<readonly TextRow[]> {
  for await (const page of pages) {
    yield page;
    count(page.length);
  }
}

async function* csvStream(
  { columns, pages }: JsonRows,
  toCsv: CsvBytes,
  count: (rows: number) => void,
): ByteStream {
  const header = columns.map(({ name, type }) => ({ name, type: type.text }));
  yield createTextFormat('CSV', { columns: header, withHeader: true }).start;
  for await (const page of pages) {
    const { csv, rows } = toCsv(page);
    yield csv;
    count(rows);
  }
}

async function* textStream({ columns, pages }: RowSource, name: TextFormatName): ByteStream {
  const format = createTextFormat(name, { columns, withHeader: true });
  let rows = 0;
  yield format.start;
  for await (const page of pages) {
    let text = '';
    for (const row of page) text += format.row(row, rows++);
    yield text;
  }
  yield format.end(rows);
}

async function* framed(table: ByteStream): ByteStream {
  yield htmlHead('Result');
  yield* table;
  yield '</body>\n</html>\n';
}

/** The beginning of a page of its own, light or dark as its reader has it. */
export function htmlHead(title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; }
body { font: 14px/1.5 system-ui, sans-serif; margin: 2em; }
table { border-collapse: collapse; font-size: 13px; margin: 1em 0; }
th, td { border: 1px solid #8884; padding: 3px 8px; text-align: left; vertical-align: top; white-space: pre-wrap; }
th { background: #8882; } .number { text-align: right; } .null { font-style: italic; opacity: 0.7; }
pre { background: #8881; padding: 8px 12px; overflow: auto; } .note { opacity: 0.75; }
</style>
</head>
<body>
`;
}

async function writeAll(file: FileHandle, stream: ByteStream): Promise<void> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    const buffer = typeof piece === 'string' ? Buffer.from(piece, 'utf8') : Buffer.from(piece);
    waiting.push(buffer);
    bytes += buffer.length;
    if (bytes < WRITE_BYTES) continue;
    await file.writev(waiting);
    waiting = [];
    bytes = 0;
  }
  if (waiting.length > 0) await file.writev(waiting);
}
