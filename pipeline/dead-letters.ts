import type { NestedField } from '../catalog/iceberg/types.ts';
import type { ContentKey } from '../catalog/nessie.ts';
import { appendBytes, appendValue } from './decode/append-value.ts';
import { type Column, createColumn, setBigInt64, setInt64, setNull } from './decode/column.ts';
import type { Poison } from './decode/json-decoder.ts';
import { toColumnSpecs } from './decode/spec.ts';
import type { RecordBatch } from './kafka/record-source.ts';

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

/** Empty columns for {@link addDeadLetter}. */
export function createDeadLetterColumns(capacity: number): Column[] {
  return toColumnSpecs(DEAD_LETTER_FIELDS).map(spec => createColumn(spec, capacity));
}

export interface DeadLetter {
  readonly pipeline: string;
  readonly batch: RecordBatch;
  readonly poison: Poison;
}

/** Writes a bad record as row `row` of columns made by {@link createDeadLetterColumns}. */
export function addDeadLetter(columns: readonly Column[], row: number, letter: DeadLetter): void {
  const { batch, poison, pipeline } = letter;
  const { record, byte } = poison;
  const keyLength = batch.keyLengths[record] ?? -1;
  const valueLength = batch.valueLengths[record] ?? -1;
  const keyEnd = byte + Math.max(0, keyLength);
  const write = new Map<string, (column: Column) => void>([
    ['topic', column => void appendValue(column, row, batch.topic)],
    ['partition', column => void appendValue(column, row, batch.partition)],
    ['offset', column => setBigInt64(column, row, poison.offset)],
    ['timestamp', column => setInt64(column, row, (batch.timestamps[record] ?? 0) * 1000)],
    [
      'key',
      column => writeBytes(column, row, keyLength < 0 ? undefined : batch.bytes.subarray(byte, keyEnd)),
    ],
    [
      'value',
      column =>
        writeBytes(
          column,
          row,
          valueLength < 0 ? undefined : batch.bytes.subarray(keyEnd, keyEnd + valueLength),
        ),
    ],
    ['error', column => void appendValue(column, row, poison.reason.toWellFormed())],
    ['pipeline', column => void appendValue(column, row, pipeline)],
  ]);
  for (const column of columns) write.get(column.spec.name)?.(column);
}

function writeBytes(column: Column, row: number, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) setNull(column, row);
  else appendBytes(column, row, bytes);
}
