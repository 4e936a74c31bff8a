import { currentSchema, type TableMetadata } from '../catalog/iceberg/metadata.ts';
import { type NestedField, typeToText } from '../catalog/iceberg/types.ts';
import type { ContentKey } from '../catalog/nessie.ts';
import { appendBytes, appendValue } from './decode/append-value.ts';
import { type Column, type ColumnSpec, setBigInt64, setInt64, setNull } from './decode/column.ts';
import type { Poison } from './decode/json-decoder.ts';
import { toColumnSpecs } from './decode/spec.ts';
import { readHeaders, type RecordHeader } from './kafka/headers.ts';
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
  // Tables of before this column go without it, until ALTER TABLE adds it.
  {
    id: 9,
    name: 'headers',
    required: false,
    type: {
      kind: 'list',
      elementId: 10,
      elementRequired: false,
      element: {
        kind: 'struct',
        fields: [
          { id: 11, name: 'name', required: false, type: { kind: 'string' } },
          { id: 12, name: 'value', required: false, type: { kind: 'binary' } },
        ],
      },
    },
  },
];

/** The columns that a pipeline fills of a dead-letter table as it is, which may lack some and have others. */
export function deadLetterColumns(metadata: TableMetadata): ColumnSpec[] {
  const known = new Map(DEAD_LETTER_FIELDS.map(({ name, type }) => [name, typeToText(type)]));
  const { fields } = currentSchema(metadata);
  return toColumnSpecs(fields.filter(({ name, type }) => known.get(name) === typeToText(type)));
}

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
  const { topic, partition, offset, timestamp, key, value, headers } = rawRecordAt(batch, poison);
  const write = new Map<string, (column: Column) => void>([
    ['topic', column => void appendValue(column, row, topic)],
    ['partition', column => void appendValue(column, row, partition)],
    ['offset', column => setBigInt64(column, row, offset)],
    ['timestamp', column => setInt64(column, row, timestamp * 1000)],
    ['key', column => writeBytes(column, row, key)],
    ['value', column => writeBytes(column, row, value)],
    ['error', column => void appendValue(column, row, poison.reason.toWellFormed())],
    ['pipeline', column => void appendValue(column, row, pipeline)],
    ['headers', column => writeHeaders(column, row, readHeaders(headers))],
  ]);
  for (const column of columns) write.get(column.spec.name)?.(column);
}

function writeHeaders(column: Column, row: number, headers: readonly RecordHeader[]): void {
  if (headers.length === 0) return setNull(column, row);
  const values = headers.map(({ name, value }) => ({ name: name.toWellFormed(), value: value ?? null }));
  appendValue(column, row, values);
}

function writeBytes(column: Column, row: number, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) setNull(column, row);
  else appendBytes(column, row, bytes);
}
