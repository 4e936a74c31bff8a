import { isMap, isScalar, type Node } from 'yaml';
import {
  type IcebergType,
  isPrimitive,
  type NestedField,
  parsePrimitive,
} from '../../catalog/iceberg/types.ts';
import { items, pairs, readMapping, textOf, type YamlReader } from './yaml-reader.ts';

/**
 * Columns as a mapping of names to types. A type is Iceberg's text (`long`, `decimal(9,2)`, `timestamptz`); a mapping is a
 * struct, a list of one type is a list, and `{ map: { key: string, value: long } }` is a map. What must have a value (a column,
 * a member, an element, a map's value) has ` required` behind its text, or is `{ type: …, required: true }` where it is nested.
 * Ids are 0: the table gives them.
 */
export function readSchema(
  reader: YamlReader,
  node: Node | null | undefined,
): readonly NestedField[] | undefined {
  const fields = readFields(reader, node, 'schema');
  if (fields?.length !== 0) return fields;
  reader.fault(node, 'schema must have at least one column.');
  return undefined;
}

const REQUIRED = /^(.*\S)\s+(?:required|not\s+null)$/i;

function readFields(
  reader: YamlReader,
  node: Node | null | undefined,
  what: string,
): NestedField[] | undefined {
  if (!isMap(node)) {
    reader.fault(node, `${what} must be a mapping of columns to types, e.g. distance: long.`);
    return undefined;
  }
  const fields: NestedField[] = [];
  const seen = new Set<string>();
  for (const { key, value } of pairs(node)) {
    const name = textOf(key) ?? '';
    if (name === '') reader.fault(key, `${what} has a column without a name.`);
    // Trino and Spark take names without regard to case, so two that differ only in case cannot both be asked for.
    else if (seen.has(name.toLowerCase())) {
      reader.fault(
        key,
        `${what} has the column ${JSON.stringify(name)} twice; names that differ only in case count as one.`,
      );
    }
    seen.add(name.toLowerCase());
    const field = readField(reader, value, name);
    if (field !== undefined) fields.push(field);
  }
  return fields;
}

/** One column by the node of its type. */
export function readField(
  reader: YamlReader,
  node: Node | null | undefined,
  name: string,
): NestedField | undefined {
  const slot = readSlot(reader, node, name);
  return slot && { id: 0, name, ...slot };
}

/** A type at a place that may have to have a value. */
interface Slot {
  readonly type: IcebergType;
  readonly required: boolean;
}

function readSlot(reader: YamlReader, node: Node | null | undefined, name: string): Slot | undefined {
  const match = REQUIRED.exec(textOf(node) ?? '');
  const marked = markedType(node);
  const type =
    match === null
      ? readType(reader, marked?.node ?? node, name)
      : readPrimitive(reader, node, match[1] ?? '');
  return type && { type, required: match !== null || marked?.required === true };
}

/** `{ type: …, required: true }`. No struct looks like it: `true` is no type. */
function markedType(
  node: Node | null | undefined,
): { readonly node: Node | null; readonly required: boolean } | undefined {
  if (!isMap(node) || node.items.length !== 2) return undefined;
  const type = pairs(node).find(({ key }) => textOf(key) === 'type')?.value;
  const required = pairs(node).find(({ key }) => textOf(key) === 'required')?.value;
  if (type === undefined || !isScalar(required) || typeof required.value !== 'boolean') return undefined;
  return { node: type, required: required.value };
}

function readType(reader: YamlReader, node: Node | null | undefined, name: string): IcebergType | undefined {
  const text = textOf(node);
  if (text !== undefined) return readPrimitive(reader, node, text);
  const elements = items(node);
  if (elements !== undefined) {
    const [only] = elements;
    if (elements.length !== 1) {
      reader.fault(node, `The list ${JSON.stringify(name)} must name exactly one type, e.g. [string].`);
      return undefined;
    }
    const slot = readSlot(reader, only, `${name}.element`);
    return slot && { kind: 'list', elementId: 0, elementRequired: slot.required, element: slot.type };
  }
  if (isMapType(node)) return readMapType(reader, node, name);
  const fields = readFields(reader, node, `The struct ${JSON.stringify(name)}`);
  return fields && { kind: 'struct', fields };
}

function isMapType(node: Node | null | undefined): boolean {
  if (!isMap(node)) return false;
  const [only, ...others] = pairs(node);
  return others.length === 0 && textOf(only?.key) === 'map' && isMap(only?.value);
}

function readMapType(
  reader: YamlReader,
  node: Node | null | undefined,
  name: string,
): IcebergType | undefined {
  const inner = isMap(node) ? pairs(node)[0]?.value : undefined;
  const members = readMapping(reader, inner, ['key', 'value'], `The map ${JSON.stringify(name)}`);
  // A key must have a value anyway.
  const key = readSlot(reader, members.get('key'), `${name}.key`)?.type;
  const value = readSlot(reader, members.get('value'), `${name}.value`);
  if (key === undefined || value === undefined) return undefined;
  if (!isPrimitive(key)) {
    reader.fault(
      members.get('key'),
      `The keys of the map ${JSON.stringify(name)} must be of a type that is not nested.`,
    );
    return undefined;
  }
  return { kind: 'map', keyId: 0, key, valueId: 0, valueRequired: value.required, value: value.type };
}

function readPrimitive(
  reader: YamlReader,
  node: Node | null | undefined,
  text: string,
): IcebergType | undefined {
  const type = parsePrimitive(text.trim());
  if (type.kind === 'other' || type.kind === 'timestamp_ns' || type.kind === 'timestamptz_ns') {
    const known =
      'boolean, int, long, float, double, decimal(p,s), date, time, timestamp, timestamptz, string, uuid, fixed[n], binary';
    reader.fault(node, `${JSON.stringify(text)} is no Iceberg type that can be written; known are ${known}.`);
    return undefined;
  }
  if (type.kind === 'decimal' && (type.precision < 1 || type.precision > 38 || type.scale > type.precision)) {
    reader.fault(node, `${text}: a decimal has 1 to 38 digits, and no more of them behind the point.`);
    return undefined;
  }
  return type;
}
