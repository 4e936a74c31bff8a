/** An Avro schema (specification 1.12), taken apart: names are resolved, so that recursive types are cyclic graphs. */
export type AvroType =
  | { readonly kind: 'null' | 'boolean' | 'float' | 'double' }
  | { readonly kind: 'int'; readonly logical: 'date' | 'time-millis' | undefined }
  | { readonly kind: 'long'; readonly logical: LongLogical | undefined }
  | { readonly kind: 'string'; readonly logical: 'uuid' | undefined }
  | { readonly kind: 'bytes'; readonly logical: AvroDecimal | undefined }
  | FixedType
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: AvroType }
  | { readonly kind: 'map'; readonly values: AvroType }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] }
  | AvroRecordType;

export interface AvroRecordType {
  readonly kind: 'record';
  readonly name: string;
  readonly fields: readonly AvroField[];
}

export interface AvroField {
  readonly name: string;
  readonly type: AvroType;
}

interface FixedType {
  readonly kind: 'fixed';
  readonly name: string;
  readonly size: number;
  readonly logical: AvroDecimal | 'uuid' | 'duration' | undefined;
}

export interface AvroDecimal {
  readonly precision: number;
  readonly scale: number;
}

const LONG_LOGICALS = [
  'time-micros',
  'timestamp-millis',
  'timestamp-micros',
  'timestamp-nanos',
  'local-timestamp-millis',
  'local-timestamp-micros',
  'local-timestamp-nanos',
] as const;
export type LongLogical = (typeof LONG_LOGICALS)[number];

/** A text is no Avro schema. */
class AvroSchemaError extends Error {
  override readonly name = 'AvroSchemaError';
}

/**
 * Reads a schema's JSON text. `references` are the texts of schemas whose names it uses, each behind those that it uses
 * itself. A logical type that is unknown or does not fit is left out, as the specification demands. Throws AvroSchemaError.
 */
export function parseAvroSchema(text: string, references: readonly string[] = []): AvroType {
  const names = new Map<string, AvroType>();
  for (const reference of references) readType(readJson(reference), { names, namespace: '' });
  return readType(readJson(text), { names, namespace: '' });
}

interface Scope {
  readonly names: Map<string, AvroType>;
  /** That of the type around; empty for none. */
  readonly namespace: string;
}

type Attributes = Readonly<Record<string, unknown>>;

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The registry gives the schema `string` as `"string"`, but people write files.
    throw new AvroSchemaError(`The Avro schema is no JSON: ${(error as Error).message}`, { cause: error });
  }
}

function readType(schema: unknown, scope: Scope): AvroType {
  if (typeof schema === 'string') return named(schema, scope) ?? primitive(schema, {});
  if (Array.isArray(schema)) return readUnion(schema, scope);
  if (typeof schema !== 'object' || schema === null) throw invalid(schema, 'is no type');
  const attributes = schema as Attributes;
  const type = attributes['type'];
  switch (type) {
    case 'record':
    case 'error':
      return readRecord(attributes, scope);
    case 'enum':
      return define(attributes, scope, name => ({ kind: 'enum', name, symbols: symbolsOf(attributes) }));
    case 'fixed':
      return define(attributes, scope, name => readFixed(name, attributes));
    case 'array':
      return { kind: 'array', items: readType(attributes['items'], scope) };
    case 'map':
      return { kind: 'map', values: readType(attributes['values'], scope) };
    default:
      // A type in the place of a type's name is what some writers put around unions and named types.
      return typeof type === 'string'
        ? (named(type, scope) ?? primitive(type, attributes))
        : readType(type, scope);
  }
}

function readUnion(schema: readonly unknown[], scope: Scope): AvroType {
  if (schema.length === 0) throw new AvroSchemaError('The Avro schema has a union without branches.');
  return { kind: 'union', branches: schema.map(branch => readType(branch, scope)) };
}

function readRecord(attributes: Attributes, scope: Scope): AvroType {
  const raw = attributes['fields'];
  if (!Array.isArray(raw)) throw invalid(attributes, 'has no fields');
  const fields: AvroField[] = [];
  return define(
    attributes,
    scope,
    name => ({ kind: 'record', name, fields }),
    inner => {
      for (const item of raw as readonly unknown[]) {
        const field = item as Attributes | null;
        const name = field?.['name'];
        if (typeof name !== 'string') throw invalid(item, 'has no name');
        if (fields.some(other => other.name === name))
          throw invalid(attributes, `has the field ${name} twice`);
        fields.push({ name, type: readType(field?.['type'], inner) });
      }
    },
  );
}

/** Registers a named type before its insides are read, because they may name it. */
function define(
  attributes: Attributes,
  scope: Scope,
  make: (name: string) => AvroType,
  fill: (inner: Scope) => void = () => {},
): AvroType {
  const simple = attributes['name'];
  if (typeof simple !== 'string' || simple === '') throw invalid(attributes, 'has no name');
  const given = attributes['namespace'];
  const name = qualified(simple, typeof given === 'string' ? given : scope.namespace);
  const type = make(name);
  scope.names.set(name, type);
  fill({ names: scope.names, namespace: name.slice(0, Math.max(0, name.lastIndexOf('.'))) });
  return type;
}

function named(name: string, { names, namespace }: Scope): AvroType | undefined {
  return names.get(qualified(name, namespace)) ?? names.get(name);
}

function qualified(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}

function primitive(kind: string, attributes: Attributes): AvroType {
  const logical = attributes['logicalType'];
  switch (kind) {
    case 'null':
    case 'boolean':
    case 'float':
    case 'double':
      return { kind };
    case 'int':
      return { kind, logical: logical === 'date' || logical === 'time-millis' ? logical : undefined };
    case 'long':
      return { kind, logical: LONG_LOGICALS.find(known => known === logical) };
    case 'string':
      return { kind, logical: logical === 'uuid' ? logical : undefined };
    case 'bytes':
      return { kind, logical: decimalOf(attributes) };
    default:
      throw new AvroSchemaError(
        `The Avro schema names the type ${JSON.stringify(kind)}, which it does not define.`,
      );
  }
}

function readFixed(name: string, attributes: Attributes): AvroType {
  const size = attributes['size'];
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw invalid(attributes, 'has no size');
  const logical = attributes['logicalType'];
  if (logical === 'uuid' && size === 16) return { kind: 'fixed', name, size, logical };
  if (logical === 'duration' && size === 12) return { kind: 'fixed', name, size, logical };
  return { kind: 'fixed', name, size, logical: decimalOf(attributes) };
}

function decimalOf(attributes: Attributes): AvroDecimal | undefined {
  const { precision, scale = 0 } = attributes as { readonly precision?: unknown; readonly scale?: unknown };
  if (attributes['logicalType'] !== 'decimal') return undefined;
  const isSound =
    Number.isSafeInteger(precision) &&
    Number.isSafeInteger(scale) &&
    (precision as number) > 0 &&
    (scale as number) >= 0 &&
    (scale as number) <= (precision as number);
  return isSound ? { precision: precision as number, scale: scale as number } : undefined;
}

function symbolsOf(attributes: Attributes): readonly string[] {
  const symbols = attributes['symbols'];
  if (Array.isArray(symbols) && symbols.every(symbol => typeof symbol === 'string')) return symbols;
  throw invalid(attributes, 'has no symbols');
}

function invalid(schema: unknown, what: string): AvroSchemaError {
  const text = JSON.stringify(schema) ?? 'nothing';
  return new AvroSchemaError(
    `The Avro schema is not valid: ${text.length > 80 ? `${text.slice(0, 80)}…` : text} ${what}.`,
  );
}
