import type { IcebergType, NestedField } from '../../catalog/iceberg/types.ts';
import { isObject } from '../decode/append-value.ts';
import { ExactNumber, parseRecord, type RecordValue } from '../decode/parse-record.ts';
import { temporalKind } from './temporal-kind.ts';

/** A schema proposed from a sample of records, and what a person should know before taking it. */
export interface SchemaProposal {
  /** Ids are 0: the table gives them. Every column may be null. */
  readonly fields: readonly NestedField[];
  readonly records: number;
  /** Records of the sample that are no JSON objects. */
  readonly badRecords: number;
  /** Columns whose values are not all of one type, or that were never filled. */
  readonly remarks: readonly string[];
}

/** Proposes columns for a sample of messages. Columns come in the order in which they were first seen. */
export function inferSchema(messages: readonly (Uint8Array | null)[]): SchemaProposal {
  const root = createShape();
  let records = 0;
  let badRecords = 0;
  for (const message of messages) {
    const value = message === null ? undefined : parseMessage(message);
    if (value === undefined || value === null || !isObject(value)) badRecords += 1;
    else {
      records += 1;
      observe(root, value);
    }
  }
  const remarks: string[] = [];
  const fields = fieldsOf(root, '', remarks);
  return { fields, records, badRecords, remarks };
}

/** What was seen at one place of the records: how often each kind of value, and what lies inside. */
interface Shape {
  readonly kinds: Map<ValueKind, number>;
  readonly members: Map<string, Shape>;
  element: Shape | undefined;
  /** The most digits before and behind the point of decimals that a double cannot hold. */
  wholeDigits: number;
  fractionDigits: number;
}

type ValueKind =
  | 'null'
  | 'boolean'
  | 'long'
  | 'double'
  | 'decimal'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'uuid'
  | 'string'
  | 'struct'
  | 'list';

function createShape(): Shape {
  return { kinds: new Map(), members: new Map(), element: undefined, wholeDigits: 0, fractionDigits: 0 };
}

function parseMessage(message: Uint8Array): RecordValue | undefined {
  try {
    return parseRecord(new TextDecoder('utf-8', { fatal: true }).decode(message));
  } catch {
    return undefined;
  }
}

function observe(shape: Shape, value: RecordValue): void {
  const kind = kindOf(value);
  shape.kinds.set(kind, (shape.kinds.get(kind) ?? 0) + 1);
  if (kind === 'long' || kind === 'double' || kind === 'decimal')
    observeDigits(shape, value as number | ExactNumber);
  if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      let inner = shape.members.get(name);
      if (inner === undefined) shape.members.set(name, (inner = createShape()));
      observe(inner, member);
    }
  } else if (Array.isArray(value)) {
    shape.element ??= createShape();
    for (const item of value as readonly RecordValue[]) observe(shape.element, item);
  }
}

function observeDigits(shape: Shape, value: number | ExactNumber): void {
  const text = value instanceof ExactNumber ? value.source : String(value);
  const match = /^-?(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return;
  shape.wholeDigits = Math.max(shape.wholeDigits, match[1]?.length ?? 0);
  shape.fractionDigits = Math.max(shape.fractionDigits, match[2]?.length ?? 0);
}

function kindOf(value: RecordValue): ValueKind {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'long' : 'double';
  if (value instanceof ExactNumber) return kindOfExact(value.source);
  if (typeof value === 'string') return temporalKind(value) ?? (UUID.test(value) ? 'uuid' : 'string');
  return Array.isArray(value) ? 'list' : 'struct';
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A long integer, or a number that a double would round; with an exponent a double is what was meant. */
function kindOfExact(source: string): ValueKind {
  if (/[eE]/.test(source)) return 'double';
  if (source.includes('.'))
    return source.replace(/\D/g, '').replace(/^0+/, '').length > 17 ? 'decimal' : 'double';
  return BigInt.asIntN(64, BigInt(source)) === BigInt(source) ? 'long' : 'decimal';
}

function fieldsOf(shape: Shape, path: string, remarks: string[]): NestedField[] {
  return [...shape.members].map(([name, member]) => {
    const place = path === '' ? name : `${path}.${name}`;
    return { id: 0, name, required: false, type: typeOf(member, place, remarks) };
  });
}

function typeOf(shape: Shape, path: string, remarks: string[]): IcebergType {
  const kinds = new Map(shape.kinds);
  kinds.delete('null');
  if (kinds.size === 0) {
    remarks.push(`${path} was never filled: string is a guess.`);
    return { kind: 'string' };
  }
  const kind = commonKind(kinds);
  if (kind === undefined) {
    // What most values are; the others will be dead letters, which is better seen now than later.
    const [most, ...others] = [...kinds].sort(([, a], [, b]) => b - a);
    const chosen = most?.[0] ?? 'string';
    remarks.push(
      `${path} is ${chosen} in ${most?.[1] ?? 0} records, but ${others.map(([other, count]) => `${other} in ${count}`).join(', ')}: those will be dead letters.`,
    );
    return toType(chosen, shape, { path, remarks });
  }
  return toType(kind, shape, { path, remarks });
}

/** The one kind that holds all that were seen, if there is one. */
function commonKind(kinds: ReadonlyMap<ValueKind, number>): ValueKind | undefined {
  const seen = [...kinds.keys()];
  if (seen.length === 1) return seen[0];
  const areAll = (...allowed: ValueKind[]): boolean => seen.every(kind => allowed.includes(kind));
  if (areAll('long', 'double')) return 'double';
  if (areAll('long', 'decimal') || areAll('long', 'double', 'decimal')) return 'decimal';
  return areAll('string', 'uuid', 'date', 'time', 'timestamp', 'timestamptz') ? 'string' : undefined;
}

interface Place {
  readonly path: string;
  readonly remarks: string[];
}

function toType(kind: ValueKind, shape: Shape, { path, remarks }: Place): IcebergType {
  switch (kind) {
    case 'struct':
      return shape.members.size === 0
        ? mapOfStrings(path, remarks)
        : { kind: 'struct', fields: fieldsOf(shape, path, remarks) };
    case 'list': {
      const element = typeOf(shape.element ?? createShape(), `${path}[]`, remarks);
      return { kind: 'list', elementId: 0, elementRequired: false, element };
    }
    case 'decimal': {
      const scale = Math.min(shape.fractionDigits, 37);
      return { kind: 'decimal', precision: 38, scale };
    }
    case 'null':
      return { kind: 'string' };
    default:
      return { kind };
  }
}

function mapOfStrings(path: string, remarks: string[]): IcebergType {
  remarks.push(`${path} was always an empty object: a map of strings is a guess.`);
  return {
    kind: 'map',
    keyId: 0,
    key: { kind: 'string' },
    valueId: 0,
    valueRequired: false,
    value: { kind: 'string' },
  };
}
