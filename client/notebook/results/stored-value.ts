import { quoteLongIntegers } from '../../../catalog/trino/long-integers.ts';
import type { TrinoType as ProtocolType } from '../../../catalog/trino/types.ts';
import { decoderOf, type TrinoValue } from '../../../catalog/trino/values.ts';
import { formatDouble, formatFloat } from './number-format.ts';
import { isNested, storageOf, type TrinoType } from './trino-type.ts';

/** A value as a column holds it. */
export type StoredValue = boolean | number | bigint | string | Uint8Array | null;

/**
 * Makes the function that turns one value of a result into the value a column of this type holds. Rows, arrays and maps
 * become JSON text with every number exact.
 */
function valueReader(type: TrinoType): (value: TrinoValue) => StoredValue {
  const storage = storageOf(type);
  switch (storage) {
    case 'bool':
    case 'int32':
    case 'int64':
    case 'float32':
    case 'float64':
      return value => value as StoredValue;
    case 'binary':
      return bytesOf;
    case 'text':
      if (isNested(type)) return value => (value == null ? null : nestedJson(value, type));
      return value => (value == null ? null : textOf(value));
  }
}

/** The function that turns the JSON of one value, as Trino sends it, into the value a column of this type holds. */
export function jsonReader(type: TrinoType): (json: string) => StoredValue {
  const decode = decoderOf(protocolType(type));
  const store = valueReader(type);
  return json => store(decode(parseValue(json)));
}

/** The function that turns the JSON of one value, as Trino sends it, into its exact text. */
export function jsonTextReader(type: TrinoType): (json: string) => string | null {
  const decode = decoderOf(protocolType(type));
  const text = textReader(type);
  return json => text(decode(parseValue(json)));
}

/** Within a list, because a long integer is known by what stands before it. */
function parseValue(json: string): unknown {
  return (JSON.parse(quoteLongIntegers(`[${json}]`)) as unknown[])[0];
}

function protocolType({ base, children }: TrinoType): ProtocolType {
  return { name: base, text: base, arguments: children.map(child => ({ type: protocolType(child.type) })) };
}

/** The function that turns one value of a result into its exact text, as a store of it would show. */
export function textReader(type: TrinoType): (value: TrinoValue) => string | null {
  const storage = storageOf(type);
  if (storage === 'text') return valueReader(type) as (value: TrinoValue) => string | null;
  if (storage === 'binary') {
    return value => {
      const bytes = bytesOf(value);
      return bytes === null ? null : hexText(bytes);
    };
  }
  if (storage === 'float32')
    return value => (value === null ? null : formatFloat(Math.fround(value as number)));
  if (storage === 'float64') return value => (value === null ? null : formatDouble(value as number));
  return value => (value === null ? null : String(value));
}

/** Bytes, or the base64 text that the protocol has for the bytes of sketches. */
function bytesOf(value: TrinoValue): Uint8Array | null {
  return typeof value === 'string' ? Buffer.from(value, 'base64') : (value as Uint8Array | null);
}

function hexText(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`;
}

function textOf(value: TrinoValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value, (_, item: unknown) => exactNumber(item));
}

function exactNumber(item: unknown): unknown {
  return typeof item === 'bigint' ? item.toString() : item;
}

/** JSON text of a row, array or map. A row with field names is an object, a row without is an array. */
function nestedJson(value: TrinoValue, type: TrinoType): string {
  if (value === null) return 'null';
  const [first, second] = type.children;
  if (!isList(value) || first === undefined) return scalarJson(value, type);
  if (type.base === 'array') return `[${value.map(item => nestedJson(item, first.type)).join(', ')}]`;
  if (type.base === 'row') return rowJson(value, type);
  const entries = value.map(entry => {
    const [key = null, item = null] = isList(entry) ? entry : [];
    return `${keyJson(key, first.type)}: ${nestedJson(item, (second ?? first).type)}`;
  });
  return `{${entries.join(', ')}}`;
}

function isList(value: TrinoValue): value is readonly TrinoValue[] {
  return Array.isArray(value);
}

/** JSON knows only texts as keys. */
function keyJson(key: TrinoValue, type: TrinoType): string {
  const text = nestedJson(key, type);
  return text.startsWith('"') ? text : JSON.stringify(text);
}

function rowJson(values: readonly TrinoValue[], type: TrinoType): string {
  const isNamed = type.children.every(field => field.name !== undefined);
  const items = type.children.map((field, i) => {
    const text = nestedJson(values[i] ?? null, field.type);
    return isNamed ? `${JSON.stringify(field.name)}: ${text}` : text;
  });
  return isNamed ? `{${items.join(', ')}}` : `[${items.join(', ')}]`;
}

function scalarJson(value: TrinoValue, type: TrinoType): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return `"${value}"`;
    return Object.is(value, -0) ? '-0.0' : JSON.stringify(value);
  }
  if (type.base === 'decimal' && typeof value === 'string' && /^-?[\d.]+$/.test(value)) return value;
  if (value instanceof Uint8Array) return `"${hexText(value)}"`;
  if (storageOf(type) === 'binary') return `"${hexText(Buffer.from(value as string, 'base64'))}"`;
  return JSON.stringify(value);
}
