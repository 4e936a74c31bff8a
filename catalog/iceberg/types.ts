import {
  type JsonObject,
  type JsonValue,
  readArray,
  readBoolean,
  readInteger,
  readObject,
  readString,
  unknownMembers,
} from '../json.ts';

/** The types of Iceberg tables (specification, "Schemas and Data Types"), as data. */
export type IcebergType = PrimitiveType | StructType | ListType | MapType;

/** The primitive types that have no parameters. The `_ns` ones are of format version 3. */
const SIMPLE_TYPES = [
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'timestamp_ns',
  'timestamptz_ns',
  'string',
  'uuid',
  'binary',
] as const;
export type SimpleTypeName = (typeof SIMPLE_TYPES)[number];

/** A type without parts (Iceberg specification, "Primitive Types"). */
export type PrimitiveType =
  | { readonly kind: SimpleTypeName }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'fixed'; readonly length: number }
  /** A type that a newer specification added, kept by its text. */
  | { readonly kind: 'other'; readonly text: string };

export interface StructType {
  readonly kind: 'struct';
  readonly fields: readonly NestedField[];
}

/** A column of a table or a member of a struct. The id never changes, whatever the name does. */
export interface NestedField {
  readonly id: number;
  readonly name: string;
  readonly required: boolean;
  readonly type: IcebergType;
  readonly doc?: string;
  /** Members of the JSON form that this version does not know (defaults of format version 3 and the like). */
  readonly extra?: JsonObject;
}

export interface ListType {
  readonly kind: 'list';
  readonly elementId: number;
  readonly elementRequired: boolean;
  readonly element: IcebergType;
}

export interface MapType {
  readonly kind: 'map';
  readonly keyId: number;
  readonly key: IcebergType;
  readonly valueId: number;
  readonly valueRequired: boolean;
  readonly value: IcebergType;
}

/** Whether a type has no parts. */
export function isPrimitive(type: IcebergType): type is PrimitiveType {
  return type.kind !== 'struct' && type.kind !== 'list' && type.kind !== 'map';
}

/** Reads a primitive type's text, e.g. `decimal(9,2)`, `fixed[16]`, `timestamptz`. Never fails: an unknown text stays text. */
export function parsePrimitive(text: string): PrimitiveType {
  const simple = SIMPLE_TYPES.find(name => name === text);
  if (simple !== undefined) return { kind: simple };
  const decimal = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(text);
  if (decimal) return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  const fixed = /^fixed\[\s*(\d+)\s*\]$/.exec(text);
  if (fixed) return { kind: 'fixed', length: Number(fixed[1]) };
  return { kind: 'other', text };
}

/** Reads the JSON form of a type (specification, appendix C). Throws JsonShapeError. */
export function parseType(value: JsonValue | undefined, path = 'type'): IcebergType {
  if (typeof value === 'string') return parsePrimitive(value);
  const raw = readObject(value, path);
  switch (raw['type']) {
    case 'struct':
      return { kind: 'struct', fields: parseFields(raw['fields'], `${path}.fields`) };
    case 'list':
      return {
        kind: 'list',
        elementId: readInteger(raw['element-id'], `${path}.element-id`),
        elementRequired: readBoolean(raw['element-required'], `${path}.element-required`),
        element: parseType(raw['element'], `${path}.element`),
      };
    case 'map':
      return {
        kind: 'map',
        keyId: readInteger(raw['key-id'], `${path}.key-id`),
        key: parseType(raw['key'], `${path}.key`),
        valueId: readInteger(raw['value-id'], `${path}.value-id`),
        valueRequired: readBoolean(raw['value-required'], `${path}.value-required`),
        value: parseType(raw['value'], `${path}.value`),
      };
    default:
      return { kind: 'other', text: readString(raw['type'], `${path}.type`) };
  }
}

export function parseFields(value: JsonValue | undefined, path: string): NestedField[] {
  return readArray(value, path).map((item, index) => {
    const at = `${path}[${index}]`;
    const raw = readObject(item, at);
    const extra = unknownMembers(raw, FIELD_MEMBERS);
    return {
      id: readInteger(raw['id'], `${at}.id`),
      name: readString(raw['name'], `${at}.name`),
      required: readBoolean(raw['required'], `${at}.required`),
      type: parseType(raw['type'], `${at}.type`),
      ...(typeof raw['doc'] === 'string' ? { doc: raw['doc'] } : {}),
      ...(Object.keys(extra).length === 0 ? {} : { extra }),
    };
  });
}

/** The JSON form of a type. */
export function typeToJson(type: IcebergType): JsonValue {
  switch (type.kind) {
    case 'struct':
      return { type: 'struct', fields: type.fields.map(fieldToJson) };
    case 'list':
      return {
        type: 'list',
        'element-id': type.elementId,
        element: typeToJson(type.element),
        'element-required': type.elementRequired,
      };
    case 'map':
      return {
        type: 'map',
        'key-id': type.keyId,
        key: typeToJson(type.key),
        'value-id': type.valueId,
        value: typeToJson(type.value),
        'value-required': type.valueRequired,
      };
    default:
      return primitiveToText(type);
  }
}

export function fieldToJson(field: NestedField): JsonObject {
  return {
    id: field.id,
    name: field.name,
    required: field.required,
    type: typeToJson(field.type),
    ...(field.doc === undefined ? {} : { doc: field.doc }),
    ...field.extra,
  };
}

/** The text of a type as metadata has it, e.g. `decimal(9,2)`. */
export function primitiveToText(type: PrimitiveType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`;
    case 'fixed':
      return `fixed[${type.length}]`;
    case 'other':
      return type.text;
    default:
      return type.kind;
  }
}

/** A type for people: `list<struct<a: int, b: string>>`. */
export function typeToText(type: IcebergType): string {
  switch (type.kind) {
    case 'struct':
      return `struct<${type.fields.map(field => `${field.name}: ${typeToText(field.type)}`).join(', ')}>`;
    case 'list':
      return `list<${typeToText(type.element)}>`;
    case 'map':
      return `map<${typeToText(type.key)}, ${typeToText(type.value)}>`;
    default:
      return primitiveToText(type);
  }
}

/**
 * Whether a column may become `to` without rewriting its files (specification, "Schema Evolution", format version 2):
 * int → long, float → double, decimal to more digits of the same scale. Equal types are no promotion.
 */
export function isPromotion(from: PrimitiveType, to: PrimitiveType): boolean {
  if (from.kind === 'int') return to.kind === 'long';
  if (from.kind === 'float') return to.kind === 'double';
  return (
    from.kind === 'decimal' &&
    to.kind === 'decimal' &&
    from.scale === to.scale &&
    to.precision > from.precision
  );
}

const FIELD_MEMBERS: ReadonlySet<string> = new Set(['id', 'name', 'required', 'type', 'doc']);
