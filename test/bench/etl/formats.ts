import type { NestedField } from '../../../catalog/iceberg/types.ts';
import type { ProduceRow } from '../../../pipeline/produce/rows.ts';
import { TAXI_SCHEMA } from '../../../pipeline/produce/taxi.ts';
import type { FormatPlan } from '../../../pipeline/rows/row-format.ts';
import { avroWriter } from '../../support/avro-library.ts';
import { encodingAlone } from './floors.ts';

/** How fast the same rows become files where their messages are of another format, the worker alone. */
export interface FormatFloor {
  readonly rowsPerSecond: number;
  readonly microsPerRow: number;
}

/** Taxi trips, given as JSON, as Avro of one schema and as CSV. */
export async function formatsAlone(
  trips: readonly string[],
  rows: number,
): Promise<Readonly<Record<'avro' | 'csv', FormatFloor>>> {
  const schema = Object.entries(TAXI_SCHEMA).map(([name, kind]): NestedField => ({
    id: 0,
    name,
    required: false,
    type: { kind },
  }));
  const sample = trips.map(trip => JSON.parse(trip) as ProduceRow);
  return {
    avro: await encodingAlone(schema, avroMessages(schema, sample), { rows, format: avroPlan(schema) }),
    csv: await encodingAlone(schema, csvMessages(schema, sample), { rows, format: csvPlan(schema) }),
  };
}

const AVRO_TYPES: Readonly<Record<string, unknown>> = {
  long: 'long',
  double: 'double',
  string: 'string',
  timestamp: { type: 'long', logicalType: 'local-timestamp-micros' },
  timestamptz: { type: 'long', logicalType: 'timestamp-micros' },
};

function avroSchema(schema: readonly NestedField[]): unknown {
  const fields = schema.map(({ name, type }) => ({ name, type: ['null', AVRO_TYPES[type.kind]] }));
  return { type: 'record', name: 'Row', fields };
}

function avroPlan(schema: readonly NestedField[]): FormatPlan {
  return { kind: 'avro', schemas: { kind: 'fixed', schema: JSON.stringify(avroSchema(schema)) } };
}

function avroMessages(schema: readonly NestedField[], sample: readonly ProduceRow[]): Uint8Array[] {
  const write = avroWriter(avroSchema(schema));
  return sample.map(row =>
    write(Object.fromEntries(schema.map(({ name, type }) => [name, avroValue(type.kind, row[name])]))),
  );
}

function avroValue(kind: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (kind === 'long') return { long: BigInt(value as number) };
  if (!kind.startsWith('timestamp')) return { [kind]: value };
  const text = value as string;
  return { long: BigInt(Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)) * 1000n };
}

function csvPlan(schema: readonly NestedField[]): FormatPlan {
  const columns = schema.map(({ name }) => name);
  return { kind: 'csv', dialect: { columns, delimiter: ',', header: false, nullText: '' } };
}

function csvMessages(schema: readonly NestedField[], sample: readonly ProduceRow[]): string[] {
  return sample.map(row => schema.map(({ name }) => csvCell(row[name])).join(','));
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return JSON.stringify(value);
  return /[",\r\n]/.test(value) || value === '' ? `"${value.replaceAll('"', '""')}"` : value;
}
