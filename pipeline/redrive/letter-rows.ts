import type { ObjectStore } from '../../catalog/storage.ts';
import { type Column, type ColumnSpec, isValid, KIND } from '../decode/column.ts';
import type { RecordHeader } from '../kafka/headers.ts';
import { UnreadableFile } from '../parquet/read-columns.ts';
import { type FileRanges, readColumnsByRanges } from '../parquet/read-ranges.ts';
import type { DeadLetterFile, DeadLetterFiles } from './dead-letter-files.ts';
import type { LetterPlace } from './selection.ts';

/** A dead letter as its table holds it. The bytes share memory with the columns. */
export interface Letter extends LetterPlace {
  /** Milliseconds since the epoch; -1 where the table says nothing, as in Kafka. */
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly pipeline: string;
  /** None where the record had none, and where the table has no column for them. */
  readonly headers: readonly RecordHeader[];
}

/** Some rows of a dead-letter file, without those that were deleted from it. */
export interface LetterRows {
  readonly columns: readonly Column[];
  /** Numbers of the rows in `columns`. */
  readonly rows: readonly number[];
  letter(row: number): Letter;
}

/** The rows of a dead-letter file, row group by row group, with the columns that the table has now. */
export async function* readLetters(
  store: ObjectStore,
  { file, files, specs }: { file: DeadLetterFile; files: DeadLetterFiles; specs: readonly ColumnSpec[] },
  signal?: AbortSignal,
): AsyncGenerator<LetterRows, void, undefined> {
  const { filePath, fileSizeInBytes } = file.dataFile;
  const deleted = files.deletedRows(file);
  let first = 0;
  const ranges: FileRanges = {
    size: Number(fileSizeInBytes),
    read: (start, length) => store.getRange(filePath, { start, length }, { signal }),
  };
  try {
    for await (const { columns, rows } of readColumnsByRanges(ranges, specs)) {
      const numbers: number[] = [];
      for (let row = 0; row < rows; row++) if (!deleted.has(first + row)) numbers.push(row);
      first += rows;
      yield { columns, rows: numbers, letter: letterReader(columns) };
    }
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new Error(`The file ${filePath} cannot be read as dead letters: ${error.message}.`, {
      cause: error,
    });
  }
}

/** Reads letters out of columns with the names of a dead-letter table. Throws where one of them is missing. */
export function letterReader(columns: readonly Column[]): (row: number) => Letter {
  const find = (name: string): Column => {
    const column = columns.find(({ spec }) => spec.name === name);
    if (column === undefined)
      throw new Error(`This is no table of dead letters: it has no column ${JSON.stringify(name)}.`);
    return column;
  };
  const [topic, partition, offset, timestamp] = [
    find('topic'),
    find('partition'),
    find('offset'),
    find('timestamp'),
  ];
  const [key, value, error, pipeline] = [find('key'), find('value'), find('error'), find('pipeline')];
  // Nearly all letters of a file have the same.
  const [topicAt, pipelineAt] = [repeatedText(topic), repeatedText(pipeline)];
  const headers = columns.find(({ spec }) => spec.name === 'headers');
  return row => ({
    topic: topicAt(row),
    partition: Number(integerAt(partition, row)),
    offset: integerAt(offset, row),
    timestamp: isValid(timestamp, row) ? Number(integerAt(timestamp, row) / 1000n) : -1,
    key: bytesAt(key, row),
    value: bytesAt(value, row),
    error: textAt(error, row),
    pipeline: pipelineAt(row),
    headers: headers === undefined ? [] : headersAt(headers, row),
  });
}

/** The items of a list of names and values; of a list of anything else none. */
function headersAt(column: Column, row: number): RecordHeader[] {
  const [item] = column.children;
  const [name, value] = ['name', 'value'].map(member =>
    item?.children.find(({ spec }) => spec.name === member),
  );
  if (name === undefined || value === undefined || !isValid(column, row)) return [];
  const [start = 0, end = 0] = column.offsets.subarray(row, row + 2);
  return Array.from({ length: end - start }, (_, index) => ({
    name: textAt(name, start + index),
    value: bytesAt(value, start + index) ?? undefined,
  }));
}

function bytesAt(column: Column, row: number): Uint8Array | null {
  return isValid(column, row) ? column.bytes.subarray(column.offsets[row], column.offsets[row + 1]) : null;
}

/** Reads texts of which one is mostly the same as the one before. */
function repeatedText(column: Column): (row: number) => string {
  let last: { readonly bytes: Uint8Array; readonly text: string } = { bytes: new Uint8Array(0), text: '' };
  return row => {
    const bytes = bytesAt(column, row) ?? new Uint8Array(0);
    if (Buffer.compare(bytes, last.bytes) !== 0) last = { bytes, text: utf8.decode(bytes) };
    return last.text;
  };
}

function textAt(column: Column, row: number): string {
  return utf8.decode(bytesAt(column, row) ?? undefined);
}

const utf8 = new TextDecoder();

function integerAt(column: Column, row: number): bigint {
  return column.spec.kind === KIND.int ? BigInt(column.i32[row] ?? 0) : (column.i64[row] ?? 0n);
}
