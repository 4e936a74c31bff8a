import { isNested, storageOf, type TrinoType } from './trino-type.ts';

/** A value as a column holds it. */
export type StoredValue = boolean | number | bigint | string | Uint8Array | null;

/**
 * Makes the function that turns one value of Trino's JSON answer into the value a column of this type holds. Integers
 * beyond 2^53 must come in as bigint. Rows, arrays and maps become JSON text with every number exact.
 */
export function valueReader(type: TrinoType): (value: unknown) => StoredValue {
  const storage = storageOf(type);
  switch (storage) {
    case 'bool':
      return value => (value == null ? null : value === true || value === 'true');
    case 'int32':
      return value => (value == null ? null : Number(value));
    case 'int64':
      return value => (value == null ? null : toBigInt(value));
    case 'float32':
    case 'float64':
      return value => (value == null ? null : toDouble(value));
    case 'binary':
      return value => (value == null ? null : Buffer.from(textOf(value), 'base64'));
    case 'text':
      if (isNested(type)) return value => (value == null ? null : nestedJson(value, type));
      return value => (value == null ? null : textOf(value));
  }
}

function toBigInt(value: unknown): bigint {
  return typeof value === 'bigint' ? value : BigInt(value as number | string);
}

/** Trino sends NaN and the infinities as strings; `Number` reads all three. */
function toDouble(value: unknown): number {
  return typeof value === 'number' ? value : Number(value);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return value.toString();
  return JSON.stringify(value, (_, item: unknown) => exactNumber(item));
}

function exactNumber(item: unknown): unknown {
  return typeof item === 'bigint' ? item.toString() : item;
}

/** JSON text of a row, array or map. A row with field names is an object, a row without is an array. */
function nestedJson(value: unknown, type: TrinoType): string {
  if (value == null) return 'null';
  const [first, second] = type.children;
  if (type.base === 'array' && first !== undefined && Array.isArray(value)) {
    return `[${value.map(item => nestedJson(item, first.type)).join(', ')}]`;
  }
  if (type.base === 'map' && second !== undefined && typeof value === 'object') {
    const entries = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}: ${nestedJson(item, second.type)}`,
    );
    return `{${entries.join(', ')}}`;
  }
  if (type.base === 'row' && Array.isArray(value)) return rowJson(value, type);
  return scalarJson(value, type);
}

function rowJson(values: readonly unknown[], type: TrinoType): string {
  const isNamed = type.children.every(field => field.name !== undefined);
  const items = type.children.map((field, i) => {
    const text = nestedJson(values[i], field.type);
    return isNamed ? `${JSON.stringify(field.name)}: ${text}` : text;
  });
  return isNamed ? `{${items.join(', ')}}` : `[${items.join(', ')}]`;
}

function scalarJson(value: unknown, type: TrinoType): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Object.is(value, -0) ? '-0.0' : JSON.stringify(value);
  if (type.base === 'decimal' && typeof value === 'string' && /^-?[\d.]+$/.test(value)) return value;
  if (type.base === 'varbinary' && typeof value === 'string') {
    return JSON.stringify(`0x${Buffer.from(value, 'base64').toString('hex')}`);
  }
  return JSON.stringify(value);
}
