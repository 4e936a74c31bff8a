import { type JsonObject, readArray, readObject } from '../json.ts';
import { bytesToBigint, bytesToUuid } from './bounds.ts';
import { type AvroRecord, type AvroSchema, AvroError } from './avro.ts';
import type { IcebergValue } from './value.ts';

/**
 * Finds the fields of a record that somebody else wrote: by Iceberg's field id, and by name where a writer left the ids out.
 * Names alone will not do, since the specification has renamed some; ids alone will not do, since some writers have none.
 */
export interface FieldFinder {
  /** The value of the field, or undefined when the record has no such field or it is null. */
  get(record: AvroRecord, id: number, name: string): unknown;
  /** The schema of the field's values, without its null branch. */
  schemaOf(id: number, name: string): AvroSchema | undefined;
}

export function findFields(recordSchema: AvroSchema): FieldFinder {
  const fields = recordFields(recordSchema);
  const byId = new Map<number, string>();
  for (const field of fields) {
    if (typeof field.raw['field-id'] === 'number') byId.set(field.raw['field-id'], field.name);
  }
  const nameOf = (id: number, name: string): string => byId.get(id) ?? name;
  return {
    get: (record, id, name) => record[nameOf(id, name)] ?? undefined,
    schemaOf: (id, name) => {
      const found = fields.find(field => field.name === nameOf(id, name));
      return found === undefined ? undefined : withoutNull(found.raw['type']);
    },
  };
}

/** A field of a record's schema. */
export interface AvroField {
  readonly name: string;
  readonly raw: JsonObject;
}

export function recordFields(schema: AvroSchema | undefined): AvroField[] {
  if (schema === undefined) return [];
  return readArray(readObject(schema, 'Avro schema')['fields'], 'Avro fields').map(item => {
    const raw = readObject(item, 'Avro field');
    if (typeof raw['name'] !== 'string') throw new AvroError('A field of the Avro schema has no name');
    return { name: raw['name'], raw };
  });
}

/** The items' schema of an array. */
export function itemsOf(schema: AvroSchema | undefined): AvroSchema {
  return readObject(schema, 'Avro array')['items'] ?? null;
}

/** A primitive value of a partition as Iceberg has it in memory, told by the Avro type it was written with. */
export function avroToValue(schema: AvroSchema | undefined, value: unknown): IcebergValue | null {
  if (value === null || value === undefined) return null;
  const logicalType =
    typeof schema === 'object' && schema !== null ? (schema as JsonObject)['logicalType'] : undefined;
  if (value instanceof Uint8Array) {
    if (logicalType === 'decimal') return bytesToBigint(value);
    if (logicalType === 'uuid') return bytesToUuid(value);
  }
  return value as IcebergValue;
}

export function withoutNull(type: AvroSchema | undefined): AvroSchema | undefined {
  return Array.isArray(type) ? (type as AvroSchema[]).find(branch => branch !== 'null') : type;
}

/** An object with the member, or without it where there is no value: `{ ...present('nan', nan) }`. */
export function present<K extends string, T>(name: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]?: T });
}

/** The library writes only Buffers; this one shares its memory with the array. */
export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
