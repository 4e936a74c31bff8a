import { ExactDecimal, ExactNumber, isObject, type RecordValue } from '../decode/parse-record.ts';
import { temporalKind } from './temporal-kind.ts';

/** What was seen at one place of records: how often each kind of value, and what lies inside. */
export interface Shape {
  readonly kinds: Map<ValueKind, number>;
  readonly members: Map<string, Shape>;
  element: Shape | undefined;
  /** The most digits before and behind the point of numbers. */
  wholeDigits: number;
  fractionDigits: number;
}

export type ValueKind =
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
  | 'binary'
  | 'struct'
  | 'list';

export function createShape(): Shape {
  return { kinds: new Map(), members: new Map(), element: undefined, wholeDigits: 0, fractionDigits: 0 };
}

/** Takes one more value into a shape. */
export function observe(shape: Shape, value: RecordValue): void {
  const kind = kindOf(value);
  shape.kinds.set(kind, (shape.kinds.get(kind) ?? 0) + 1);
  if (kind === 'long' || kind === 'double' || kind === 'decimal')
    observeDigits(shape, value as number | bigint | ExactNumber);
  if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) observe(memberShape(shape, name), member);
  } else if (Array.isArray(value)) {
    shape.element ??= createShape();
    for (const item of value as readonly RecordValue[]) observe(shape.element, item);
  }
}

/** The shape of a member, which is made where there is none yet. */
function memberShape(shape: Shape, name: string): Shape {
  const known = shape.members.get(name);
  if (known !== undefined) return known;
  const made = createShape();
  shape.members.set(name, made);
  return made;
}

/** All that was seen at several places as if it were one. */
export function mergeShapes(shapes: Iterable<Shape>): Shape {
  const merged = createShape();
  const inside = new Map<string, Shape[]>();
  const elements: Shape[] = [];
  for (const shape of shapes) {
    for (const [kind, count] of shape.kinds) merged.kinds.set(kind, (merged.kinds.get(kind) ?? 0) + count);
    for (const [name, member] of shape.members) inside.set(name, [...(inside.get(name) ?? []), member]);
    if (shape.element !== undefined) elements.push(shape.element);
    merged.wholeDigits = Math.max(merged.wholeDigits, shape.wholeDigits);
    merged.fractionDigits = Math.max(merged.fractionDigits, shape.fractionDigits);
  }
  for (const [name, members] of inside) merged.members.set(name, mergeShapes(members));
  if (elements.length > 0) merged.element = mergeShapes(elements);
  return merged;
}

/** The one kind that holds all that were seen, if there is one. */
export function commonKind(kinds: ReadonlyMap<ValueKind, number>): ValueKind | undefined {
  const seen = [...kinds.keys()];
  if (seen.length === 1) return seen[0];
  const areAll = (...allowed: ValueKind[]): boolean => seen.every(kind => allowed.includes(kind));
  if (areAll('long', 'double')) return 'double';
  if (areAll('long', 'decimal') || areAll('long', 'double', 'decimal')) return 'decimal';
  return areAll('string', 'uuid', 'date', 'time', 'timestamp', 'timestamptz') ? 'string' : undefined;
}

function observeDigits(shape: Shape, value: number | bigint | ExactNumber): void {
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
  if (typeof value === 'bigint') return 'long';
  if (value instanceof Uint8Array) return 'binary';
  if (value instanceof ExactDecimal) return 'decimal';
  if (value instanceof ExactNumber) return kindOfExact(value.source);
  if (value instanceof Date) return 'timestamptz';
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

/** Below this many different keys an object is what it looks like. */
const MIN_MAP_KEYS = 25;
/** A map's keys are data, so that each stands in few of the objects. */
const MAX_MAP_FILL = 0.2;

/**
 * Whether objects look like maps rather than structs: their keys are ids, numbers or dates, or there are many of them and each
 * is rare; and the values are all of one kind.
 */
export function looksLikeMap({ kinds, members }: Shape): boolean {
  if (members.size === 0) return false;
  const objects = kinds.get('struct') ?? 0;
  let filled = 0;
  for (const member of members.values()) for (const count of member.kinds.values()) filled += count;
  const isSparse = members.size >= MIN_MAP_KEYS && filled / (objects * members.size) <= MAX_MAP_FILL;
  if (!isSparse && ![...members.keys()].every(isDataKey)) return false;
  const { kinds: values } = mergeShapes(members.values());
  const seen = new Map([...values].filter(([kind]) => kind !== 'null'));
  return seen.size > 0 && commonKind(seen) !== undefined;
}

function isDataKey(key: string): boolean {
  return /^\d+$/.test(key) || UUID.test(key) || temporalKind(key) !== undefined;
}
