import {
  type Column,
  type ColumnSpec,
  KIND,
  growColumn,
  setBigInt64,
  setBoolean,
  setDecimal,
  setInstant,
  setInt64,
  setValid,
  writeBytes,
  writeMissing,
} from './column.ts';
import { ExactNumber, isObject, type RecordObject, type RecordValue } from './parse-record.ts';
import {
  type Instant,
  TIMESTAMP_INVALID,
  TIMESTAMP_WITH_ZONE,
  readDate,
  readTime,
  readTimestamp,
} from './temporal.ts';
import { castValue } from '../columns/cast-value.ts';
import { parseDecimal } from './decimal.ts';
import { entriesOf, keyValue, repeatedKey } from './map-entries.ts';
import { kindName } from './spec.ts';

/**
 * Writes one parsed value as row `row` of a column. Answers undefined when the value fits, and why it does not
 * otherwise. Nothing is bent to fit: a value that the column's type cannot hold exactly is refused, except that doubles
 * round as JSON's numbers do and times end at the microsecond.
 */
export function appendValue(column: Column, row: number, value: RecordValue | undefined): string | undefined {
  const { spec } = column;
  growColumn(column, row + 1);
  if (value === null || value === undefined) {
    if (writeMissing(column, row)) return undefined;
    return `${quoted(spec)} is required but ${value === null ? 'null' : 'missing'}`;
  }
  if (spec.rule?.cast !== true) return appendAsIs(column, row, value);
  const cast = castValue(spec, value);
  if (cast !== undefined && appendAsIs(column, row, cast) === undefined) return undefined;
  if (spec.rule.isHidden === true && writeMissing(column, row)) return undefined;
  const { format } = spec.rule;
  const form = format === undefined ? '' : format.kind === 'pattern' ? ` by ${format.text}` : ' by its epoch';
  return `${quoted(spec)} cannot be read as ${kindName(spec)}${form}: found ${describe(value)}`;
}

function appendAsIs(column: Column, row: number, value: RecordValue): string | undefined {
  const { spec } = column;
  switch (spec.kind) {
    case KIND.struct:
      return appendStruct(column, row, value);
    case KIND.list:
      return appendList(column, row, value);
    case KIND.map:
      return appendMap(column, row, value);
    default:
      return appendPrimitive(column, row, value) ? undefined : mismatch(spec, value);
  }
}

/** The member `name` of a parsed object, never one that it inherits. */
export function memberOf(object: RecordObject, name: string): RecordValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function appendPrimitive(column: Column, row: number, value: RecordValue): boolean {
  switch (column.spec.kind) {
    case KIND.boolean:
      if (typeof value !== 'boolean') return false;
      setBoolean(column, row, value);
      return true;
    case KIND.int:
    case KIND.long:
      return appendInteger(column, row, value);
    case KIND.float:
    case KIND.double:
      return appendFloat(column, row, value);
    case KIND.decimal:
      return appendDecimal(column, row, value);
    case KIND.string:
      if (typeof value !== 'string' || !value.isWellFormed()) return false;
      writeBytes(column, row, Buffer.from(value, 'utf8'));
      return true;
    case KIND.binary:
    case KIND.fixed:
      return value instanceof Uint8Array ? appendBytes(column, row, value) : appendBase64(column, row, value);
    case KIND.uuid:
      return appendUuid(column, row, value);
    default:
      if (value instanceof Date) return appendDate(column, row, value.getTime());
      return typeof value === 'string' && appendTemporal(column, row, value);
  }
}

function appendInteger(column: Column, row: number, value: RecordValue): boolean {
  const integer = integerOf(value);
  if (integer === undefined) return false;
  if (column.spec.kind === KIND.int) {
    const small = Number(integer);
    if ((small | 0) !== small) return false;
    column.i32[row] = small;
    setValid(column, row);
  } else if (typeof integer === 'number') {
    setInt64(column, row, integer);
  } else {
    if (BigInt.asIntN(64, integer) !== integer) return false;
    setBigInt64(column, row, integer);
  }
  return true;
}

function integerOf(value: RecordValue): number | bigint | undefined {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) return value;
  const text = numericText(value);
  return text === undefined ? undefined : parseDecimal(text, 0);
}

function appendFloat(column: Column, row: number, value: RecordValue): boolean {
  const number = floatOf(value);
  if (number === undefined) return false;
  // A finite number that the type can only hold as infinity is out of range, not infinite.
  if (column.spec.kind === KIND.float) {
    if (Number.isFinite(number) && !Number.isFinite(Math.fround(number))) return false;
    column.f32[row] = number;
  } else {
    column.f64[row] = number;
  }
  setValid(column, row);
  return true;
}

/** JSON has no NaN and no infinities: they travel as the strings that Protobuf's JSON mapping writes. */
function floatOf(value: RecordValue): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof ExactNumber) {
    const number = Number(value.source);
    return Number.isFinite(number) ? number : undefined;
  }
  if (value === 'NaN') return NaN;
  if (value === 'Infinity') return Infinity;
  return value === '-Infinity' ? -Infinity : undefined;
}

function appendDecimal(column: Column, row: number, value: RecordValue): boolean {
  const text = numericText(value);
  const unscaled = text === undefined ? undefined : parseDecimal(text, column.spec.scale);
  if (unscaled === undefined) return false;
  const limit = 10n ** BigInt(column.spec.precision);
  if (unscaled >= limit || unscaled <= -limit) return false;
  setDecimal(column, row, unscaled);
  return true;
}

/** Integers and decimals may come as strings too, because many producers cannot write long numbers otherwise. */
function numericText(value: RecordValue): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof ExactNumber) return value.source;
  return typeof value === 'string' && PLAIN_NUMBER.test(value) ? value : undefined;
}

const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?$/;

function appendBase64(column: Column, row: number, value: RecordValue): boolean {
  if (typeof value !== 'string') return false;
  const decoded = Buffer.from(value, 'base64');
  if (decoded.toString('base64') !== value) return false;
  return appendBytes(column, row, decoded);
}

function appendUuid(column: Column, row: number, value: RecordValue): boolean {
  if (typeof value !== 'string' || !UUID.test(value)) return false;
  return appendBytes(column, row, Buffer.from(value.replaceAll('-', ''), 'hex'));
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Writes raw bytes into a string, binary or fixed-width column; false where their number does not fit. */
export function appendBytes(column: Column, row: number, bytes: Uint8Array): boolean {
  const { kind, width } = column.spec;
  if (kind === KIND.binary || kind === KIND.string) {
    writeBytes(column, row, bytes);
    return true;
  }
  if (bytes.length !== width) return false;
  column.bytes.set(bytes, row * width);
  setValid(column, row);
  return true;
}

const DAY_MS = 86_400_000;
const MIN_TIME = Date.parse('0001-01-01T00:00:00Z');
const MAX_TIME = Date.parse('9999-12-31T23:59:59.999Z');

/** Writes an instant. Where the type has no zone it is what clocks show in UTC then, and a day begins there, too. */
function appendDate(column: Column, row: number, time: number): boolean {
  // An invalid date, or outside of what texts can say.
  if (!(time >= MIN_TIME && time <= MAX_TIME)) return false;
  if (column.spec.kind === KIND.timestamp || column.spec.kind === KIND.timestamptz) {
    const seconds = Math.floor(time / 1000);
    setInstant(column, row, seconds, (time - seconds * 1000) * 1000);
    return true;
  }
  if (column.spec.kind !== KIND.date || time % DAY_MS !== 0) return false;
  column.i32[row] = time / DAY_MS;
  setValid(column, row);
  return true;
}

const scratch = Buffer.alloc(40);
const instant: Instant = { seconds: 0, micros: 0 };

function appendTemporal(column: Column, row: number, text: string): boolean {
  if (text.length > scratch.length || !ASCII.test(text)) return false;
  const end = scratch.write(text, 0, 'latin1');
  return appendTemporalBytes(column, row, { bytes: scratch, start: 0, end });
}

const ASCII = /^[ -~]*$/;

interface ByteRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Writes a date, time or timestamp from its text. A zone must be there exactly when the column's type has one. */
function appendTemporalBytes(column: Column, row: number, { bytes, start, end }: ByteRange): boolean {
  const { kind } = column.spec;
  if (kind === KIND.date) {
    const days = end - start === 10 ? readDate(bytes, start) : NaN;
    if (Number.isNaN(days)) return false;
    column.i32[row] = days;
    setValid(column, row);
    return true;
  }
  if (kind === KIND.time) {
    const micros = readTime(bytes, start, end);
    if (Number.isNaN(micros)) return false;
    setInt64(column, row, micros);
    return true;
  }
  const found = readTimestamp(bytes, start, end, instant);
  if (found === TIMESTAMP_INVALID || (found === TIMESTAMP_WITH_ZONE) !== (kind === KIND.timestamptz))
    return false;
  setInstant(column, row, instant.seconds, instant.micros);
  return true;
}

function appendStruct(column: Column, row: number, value: RecordValue): string | undefined {
  if (!isObject(value)) return mismatch(column.spec, value);
  for (const child of column.children) {
    const reason = appendValue(child, row, memberOf(value, child.spec.name));
    if (reason !== undefined) return within(column.spec, reason);
  }
  setValid(column, row);
  return undefined;
}

function appendList(column: Column, row: number, value: RecordValue): string | undefined {
  const [element] = column.children;
  if (element === undefined || !Array.isArray(value)) return mismatch(column.spec, value);
  let position = column.offsets[row] ?? 0;
  for (const item of value as readonly RecordValue[]) {
    const reason = appendValue(element, position++, item);
    if (reason !== undefined) return within(column.spec, reason);
  }
  column.offsets[row + 1] = position;
  setValid(column, row);
  return undefined;
}

function appendMap(column: Column, row: number, value: RecordValue): string | undefined {
  const [keys, values] = column.children;
  const entries = entriesOf(value);
  if (keys === undefined || values === undefined || entries === undefined)
    return mismatch(column.spec, value);
  const start = column.offsets[row] ?? 0;
  let position = start;
  for (const [key, item] of entries) {
    const reason =
      appendValue(keys, position, keyValue(keys.spec, key)) ?? appendValue(values, position, item);
    if (reason !== undefined) return within(column.spec, reason);
    position += 1;
  }
  const twice = repeatedKey(keys, start, position);
  if (twice !== undefined) return `${quoted(column.spec)} has the key ${twice} twice`;
  column.offsets[row + 1] = position;
  setValid(column, row);
  return undefined;
}

function within(spec: ColumnSpec, reason: string): string {
  return `in ${quoted(spec)}: ${reason}`;
}

function mismatch(spec: ColumnSpec, value: RecordValue): string {
  return `${quoted(spec)} expects ${kindName(spec)}, found ${describe(value)}`;
}

function quoted(spec: ColumnSpec): string {
  return JSON.stringify(spec.name);
}

function describe(value: RecordValue): string {
  if (value instanceof ExactNumber) return value.source.slice(0, 60);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : value.toISOString();
  const text = typeof value === 'string' ? JSON.stringify(value) : undefined;
  if (text !== undefined) return text.length > 60 ? `${text.slice(0, 60)}…` : text;
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return typeof value === 'object' ? 'an object' : String(value);
}
