import {
  type JsonObject,
  type JsonValue,
  optional,
  readArray,
  readInteger,
  readObject,
  unknownMembers,
} from '../json.ts';
import { fieldToJson, type IcebergType, type NestedField, parseFields } from './types.ts';

/** One version of a table's columns. */
export interface Schema {
  readonly schemaId: number;
  readonly fields: readonly NestedField[];
  /** Ids of the columns that together name a row. Absent when the table has none. */
  readonly identifierFieldIds?: readonly number[];
  readonly extra?: JsonObject;
}

/** Reads a schema's JSON form. A schema of format version 1 has no id and gets 0. */
export function parseSchema(value: JsonValue | undefined, path = 'schema'): Schema {
  const raw = readObject(value, path);
  const identifiers = optional(raw['identifier-field-ids'], `${path}.identifier-field-ids`, readArray);
  const extra = unknownMembers(raw, SCHEMA_MEMBERS);
  return {
    schemaId: optional(raw['schema-id'], `${path}.schema-id`, readInteger) ?? 0,
    fields: parseFields(raw['fields'], `${path}.fields`),
    ...(identifiers === undefined
      ? {}
      : { identifierFieldIds: identifiers.map(id => readInteger(id, `${path}.identifier-field-ids`)) }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

/** The schema as `metadata.json` has it (Iceberg specification, appendix C). */
export function schemaToJson(schema: Schema): JsonObject {
  return {
    type: 'struct',
    'schema-id': schema.schemaId,
    ...(schema.identifierFieldIds === undefined ? {} : { 'identifier-field-ids': schema.identifierFieldIds }),
    fields: schema.fields.map(fieldToJson),
    ...schema.extra,
  };
}

/** A field together with where it stands: `path` is its dotted name (`address.lines.element`). */
export interface LocatedField {
  readonly field: NestedField;
  readonly path: string;
}

/** Every field of a schema by id, nested ones too; list elements and map keys and values are named `element`, `key`, `value`. */
export function indexFields(fields: readonly NestedField[]): ReadonlyMap<number, LocatedField> {
  const index = new Map<number, LocatedField>();
  const visit = (field: NestedField, prefix: string): void => {
    const path = prefix === '' ? field.name : `${prefix}.${field.name}`;
    index.set(field.id, { field, path });
    for (const child of childFields(field.type)) visit(child, path);
  };
  for (const field of fields) visit(field, '');
  return index;
}

/** The fields directly inside a type. */
export function childFields(type: IcebergType): readonly NestedField[] {
  switch (type.kind) {
    case 'struct':
      return type.fields;
    case 'list':
      return [{ id: type.elementId, name: 'element', required: type.elementRequired, type: type.element }];
    case 'map':
      return [
        { id: type.keyId, name: 'key', required: true, type: type.key },
        { id: type.valueId, name: 'value', required: type.valueRequired, type: type.value },
      ];
    default:
      return [];
  }
}

/** The highest field id in use; 0 for a schema without columns. */
export function highestFieldId(fields: readonly NestedField[]): number {
  return Math.max(0, ...indexFields(fields).keys());
}

/**
 * Gives every field, nested ones too, a fresh id after `lastId`: the columns of one level first, then what lies inside them,
 * as Iceberg's own writers number them. Answers the new fields and the last id used.
 */
export function assignFieldIds(
  fields: readonly NestedField[],
  lastId = 0,
): { readonly fields: readonly NestedField[]; readonly lastId: number } {
  let last = lastId;
  const next = (): number => (last += 1);
  const assignLevel = (level: readonly NestedField[]): NestedField[] => {
    const numbered = level.map(field => ({ ...field, id: next() }));
    return numbered.map(field => ({ ...field, type: assignInside(field.type) }));
  };
  const assignInside = (type: IcebergType): IcebergType => {
    switch (type.kind) {
      case 'struct':
        return { ...type, fields: assignLevel(type.fields) };
      case 'list': {
        const elementId = next();
        return { ...type, elementId, element: assignInside(type.element) };
      }
      case 'map': {
        const [keyId, valueId] = [next(), next()];
        return { ...type, keyId, valueId, key: assignInside(type.key), value: assignInside(type.value) };
      }
      default:
        return type;
    }
  };
  return { fields: assignLevel(fields), lastId: last };
}

const SCHEMA_MEMBERS: ReadonlySet<string> = new Set(['type', 'schema-id', 'identifier-field-ids', 'fields']);
