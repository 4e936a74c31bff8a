import type { NestedField } from '../catalog/iceberg/types.ts';
import type { ContentKey } from '../catalog/nessie.ts';
import { appendBytes, appendValue } from './decode/append-value.ts';
import { type Column, setBigInt64, setInt64, setNull } from './decode/column.ts';
import type { Poison } from './decode/json-decoder.ts';
import type { RecordBatch } from './kafka/record-source.ts';
import { rawRecordAt } from './rows/raw-record.ts';

/** The columns of every `<table>__dead_letters`: what the record was, where it stood, and why it is not in the table. */
export const DEAD_LETTER_FIELDS: readonly NestedField[] = [
  { id: 1, name: 'topic', required: true, type: { kind: 'string' } },
  { id: 2, name: 'partition', required: true, type: { kind: 'int' } },
  { id: 3, name: 'offset', required: true, type: { kind: 'long' } },
  { id: 4, name: 'timestamp', required: false, type: { kind: 'timestamptz' } },
  { id: 5, name: 'key', required: false, type: { kind: 'binary' } },
  { id: 6, name: 'value', required: false, type: { kind: 'binary' } },
  { id: 7, name: 'error', required: true, type: { kind: 'string' } },
  { id: 8, name: 'pipeline', required: true, type: { kind: 'string' } },
];

/** The dead-letter table of a table. */
export function deadLetterKey(table: ContentKey): ContentKey {
  return [...table.slice(0, -1), `${table.at(-1) ?? ''}__dead_letters`];
}

export interface DeadLetter {
  readonly pipeline: string;
  readonly batch: RecordBatch;
  readonly poison: Poison;
}

/** Writes a bad record as row `row` of columns made of {@link DEAD_LETTER_FIELDS}. */
export function addDeadLetter(columns: readonly Column[], row: number, letter: DeadLetter): void {
  const { batch, poison, pipeline } = letter;
  const { topic, partition, offset, timestamp, key, value } = rawRecordAt(batch, poison);
  const write = new Map<string, (column: Column) => void>([
    ['topic', column => void appendValue(column, row, topic)],
    ['partition', column => void appendValue(column, row, partition)],
    ['offset', column => setBigInt64(column, row, offset)],
    ['timestamp', column => setInt64(column, row, timestamp * 1000)],
    ['key', column => writeBytes(column, row, key)],
    ['value', column => writeBytes(column, row, value)],
    ['error', column => void appendValue(column, row, poison.reason.toWellFormed())],
    ['pipeline', column => void appendValue(column, row, pipeline)],
  ]);
  for (const column of columns) write.get(column.spec.name)?.(column);
}

function writeBytes(column: Column, row: number, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) setNull(column, row);
  else appendBytes(column, row, bytes);
}
