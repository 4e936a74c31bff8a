import {
  type JsonObject,
  type JsonValue,
  optional,
  readArray,
  readInteger,
  readObject,
  readString,
} from '../json.ts';
import { indexFields, type Schema } from './schema.ts';
import { isPrimitive, type PrimitiveType } from './types.ts';

/** How a partition value is made of a column's value (specification, "Partition Transforms"). */
export type Transform =
  | { readonly kind: 'identity' | 'year' | 'month' | 'day' | 'hour' | 'void' }
  | { readonly kind: 'bucket'; readonly buckets: number }
  | { readonly kind: 'truncate'; readonly width: number }
  /** A transform that a newer specification added, kept by its text. */
  | { readonly kind: 'other'; readonly text: string };

/** One field of a partition spec (Iceberg specification, "Partitioning"). */
export interface PartitionField {
  readonly sourceId: number;
  /** From 1000 on; unique in the table and never used again for another field. */
  readonly fieldId: number;
  readonly name: string;
  readonly transform: Transform;
}

export interface PartitionSpec {
  readonly specId: number;
  readonly fields: readonly PartitionField[];
}

/** The last partition field id of a table that was never partitioned. */
export const UNPARTITIONED_LAST_ID = 999;

/** Reads a transform's text, e.g. `bucket[16]`. Never fails: an unknown text stays text. */
export function parseTransform(text: string): Transform {
  switch (text) {
    case 'identity':
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
    case 'void':
      return { kind: text };
  }
  const parameter = /^(bucket|truncate)\[(\d+)\]$/.exec(text);
  if (parameter?.[1] === 'bucket') return { kind: 'bucket', buckets: Number(parameter[2]) };
  if (parameter?.[1] === 'truncate') return { kind: 'truncate', width: Number(parameter[2]) };
  return { kind: 'other', text };
}

/** The text of a transform as metadata has it, e.g. `bucket[16]`. */
export function transformToText(transform: Transform): string {
  switch (transform.kind) {
    case 'bucket':
      return `bucket[${transform.buckets}]`;
    case 'truncate':
      return `truncate[${transform.width}]`;
    case 'other':
      return transform.text;
    default:
      return transform.kind;
  }
}

/** Reads a spec. Fields of format version 1 have no ids of their own and get 1000, 1001 … in order. */
export function parsePartitionSpec(value: JsonValue | undefined, path = 'partition-spec'): PartitionSpec {
  const raw = readObject(value, path);
  return {
    specId: readInteger(raw['spec-id'], `${path}.spec-id`),
    fields: parsePartitionFields(raw['fields'], `${path}.fields`),
  };
}

export function parsePartitionFields(value: JsonValue | undefined, path: string): PartitionField[] {
  return readArray(value, path).map((item, index) => {
    const at = `${path}[${index}]`;
    const raw = readObject(item, at);
    return {
      sourceId: readInteger(raw['source-id'], `${at}.source-id`),
      fieldId: optional(raw['field-id'], `${at}.field-id`, readInteger) ?? UNPARTITIONED_LAST_ID + 1 + index,
      name: readString(raw['name'], `${at}.name`),
      transform: parseTransform(readString(raw['transform'], `${at}.transform`)),
    };
  });
}

export function partitionSpecToJson(spec: PartitionSpec): JsonObject {
  return { 'spec-id': spec.specId, fields: partitionFieldsToJson(spec.fields) };
}

/** The form that a manifest's header carries, too. */
export function partitionFieldsToJson(fields: readonly PartitionField[]): JsonObject[] {
  return fields.map(field => ({
    name: field.name,
    transform: transformToText(field.transform),
    'source-id': field.sourceId,
    'field-id': field.fieldId,
  }));
}

/** The type of a transform's results for a source type. */
function transformResultType(transform: Transform, source: PrimitiveType): PrimitiveType {
  switch (transform.kind) {
    case 'bucket':
    case 'year':
    case 'month':
    case 'hour':
      return { kind: 'int' };
    case 'day':
      // The specification says int; every writer declares date, which is the same number of days.
      return { kind: 'date' };
    default:
      return source;
  }
}

/** A partition field together with the type of its values in one schema. */
export interface TypedPartitionField extends PartitionField {
  readonly sourceType: PrimitiveType;
  readonly resultType: PrimitiveType;
}

/**
 * The fields of a spec with their types. A field whose column was dropped keeps a type of `other`, as its values can only be
 * carried along.
 */
export function typePartitionFields(spec: PartitionSpec, schema: Schema): TypedPartitionField[] {
  const index = indexFields(schema.fields);
  return spec.fields.map(field => {
    const type = index.get(field.sourceId)?.field.type;
    const sourceType: PrimitiveType =
      type !== undefined && isPrimitive(type) ? type : { kind: 'other', text: 'unknown' };
    return { ...field, sourceType, resultType: transformResultType(field.transform, sourceType) };
  });
}
