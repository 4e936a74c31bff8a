import { type Column, type ColumnSpec, decimalAt, KIND, type Kind } from '../decode/column.ts';
import { parseDecimal } from '../decode/decimal.ts';
import { kindName } from '../decode/spec.ts';
import {
  type Instant,
  readDate,
  readTime,
  readTimestamp,
  TIMESTAMP_INVALID,
  TIMESTAMP_WITH_ZONE,
} from '../decode/temporal.ts';
import { FilterFault, type Operand } from './filter.ts';

/** How the value of a row stands to another: below 0, 0, above 0, or NaN where there is no order. Nulls are not asked. */
export type Compare = (row: number) => number;

type LiteralOperand = Extract<Operand, { kind: 'text' | 'number' | 'boolean' }>;

/** Compares a column with a value of the condition. Throws FilterFault where the two do not fit. */
export function compareWithLiteral(column: Column, literal: LiteralOperand): Compare {
  const { spec } = column;
  switch (spec.kind) {
    case KIND.int:
    case KIND.float:
    case KIND.double:
      return compareNumber(column, Number(numberOf(spec, literal)));
    case KIND.long:
      return compareLong(column, numberOf(spec, literal));
    case KIND.decimal:
      return compareDecimal(column, numberOf(spec, literal));
    case KIND.date:
      return compareNumber(column, timeOf(spec, literal) / MICROS_PER_DAY);
    case KIND.time:
    case KIND.timestamp:
    case KIND.timestamptz:
      return compareMicros(column, exactTimeOf(spec, literal));
    case KIND.boolean:
      return compareBoolean(column, literal);
    case KIND.string:
      return compareBytes(column, Buffer.from(textOf(spec, literal), 'utf8'));
    case KIND.uuid:
      return compareFixed(column, uuidOf(spec, literal));
    default:
      throw misfit(spec, literal);
  }
}

/** Compares two columns of a row. Throws FilterFault where they do not fit. */
export function compareColumns(left: Column, right: Column, at: number): Compare {
  const [a, b] = [left.spec.kind, right.spec.kind];
  if (NUMERIC.has(a) && NUMERIC.has(b)) {
    if (INEXACT.has(a) || INEXACT.has(b)) return row => numberAt(left, row) - numberAt(right, row);
    const scale = Math.max(left.spec.scale, right.spec.scale);
    return row => order(exactAt(left, row, scale), exactAt(right, row, scale));
  }
  if (a !== b || !COMPARABLE.has(a))
    throw new FilterFault(`${kindName(left.spec)} and ${kindName(right.spec)} cannot be compared.`, at);
  if (a === KIND.string) return row => Buffer.compare(bytesAt(left, row), bytesAt(right, row));
  if (a === KIND.uuid) return row => Buffer.compare(fixedAt(left, row), fixedAt(right, row));
  if (a === KIND.boolean) return row => bitAt(left, row) - bitAt(right, row);
  if (a === KIND.date) return row => (left.i32[row] ?? 0) - (right.i32[row] ?? 0);
  return row => order(left.i64[row] ?? 0n, right.i64[row] ?? 0n);
}

const NUMERIC: ReadonlySet<Kind> = new Set([KIND.int, KIND.long, KIND.float, KIND.double, KIND.decimal]);
const INEXACT: ReadonlySet<Kind> = new Set([KIND.float, KIND.double]);
const COMPARABLE: ReadonlySet<Kind> = new Set([
  KIND.string,
  KIND.uuid,
  KIND.boolean,
  KIND.date,
  KIND.time,
  KIND.timestamp,
  KIND.timestamptz,
]);

/** A difference would say the same, but as a double it is an object of its own for every row. */
function numberOrder(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return a === b ? 0 : NaN;
}

function order<T extends number | bigint>(a: T, b: T): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function compareNumber(column: Column, literal: number): Compare {
  switch (column.spec.kind) {
    case KIND.double:
      return row => numberOrder(column.f64[row] ?? 0, literal);
    case KIND.float:
      return row => numberOrder(column.f32[row] ?? 0, literal);
    default:
      return row => (column.i32[row] ?? 0) - literal;
  }
}

/** Read as a double, a long keeps its order to every number that a double holds with all its digits. */
function compareLong(column: Column, text: string): Compare {
  const literal = Number(text);
  const whole = parseDecimal(text, 0);
  if (whole === undefined || Number.isSafeInteger(literal))
    return row => numberOrder(longAt(column, row), literal);
  return row => order(column.i64[row] ?? 0n, whole);
}

function compareMicros(column: Column, micros: bigint): Compare {
  const literal = Number(micros);
  if (Number.isSafeInteger(literal)) return row => numberOrder(longAt(column, row), literal);
  return row => order(column.i64[row] ?? 0n, micros);
}

function compareDecimal(column: Column, text: string): Compare {
  const digits = /\.(\d+)/.exec(text)?.[1]?.length ?? 0;
  const scale = Math.max(column.spec.scale, digits);
  const literal = parseDecimal(text, scale);
  // An exponent that leaves no digits for the scale.
  if (literal === undefined) return row => numberAt(column, row) - Number(text);
  return row => order(exactAt(column, row, scale), literal);
}

function compareBoolean(column: Column, literal: LiteralOperand): Compare {
  if (literal.kind !== 'boolean') throw misfit(column.spec, literal);
  const bit = literal.value ? 1 : 0;
  return row => bitAt(column, row) - bit;
}

/** The order of the bytes of UTF-8 is the order of its code points, which is Trino's order of text. */
function compareBytes(column: Column, literal: Uint8Array): Compare {
  return row => {
    const { bytes, offsets } = column;
    const start = offsets[row] ?? 0;
    const length = (offsets[row + 1] ?? start) - start;
    const common = Math.min(length, literal.length);
    for (let i = 0; i < common; i++) {
      const difference = (bytes[start + i] ?? 0) - (literal[i] ?? 0);
      if (difference !== 0) return difference;
    }
    return length - literal.length;
  };
}

function compareFixed(column: Column, literal: Uint8Array): Compare {
  return row => Buffer.compare(fixedAt(column, row), literal);
}

function longAt({ i32 }: Column, row: number): number {
  return (i32[row * 2 + 1] ?? 0) * 4_294_967_296 + ((i32[row * 2] ?? 0) >>> 0);
}

function numberAt(column: Column, row: number): number {
  const { kind, scale } = column.spec;
  if (kind === KIND.double) return column.f64[row] ?? 0;
  if (kind === KIND.float) return column.f32[row] ?? 0;
  if (kind === KIND.int) return column.i32[row] ?? 0;
  return kind === KIND.long ? longAt(column, row) : Number(`${decimalAt(column, row)}e-${scale}`);
}

/** An integer or decimal as an integer of units at a scale that is not below the column's. */
function exactAt(column: Column, row: number, scale: number): bigint {
  const { kind } = column.spec;
  if (kind === KIND.decimal) return decimalAt(column, row) * 10n ** BigInt(scale - column.spec.scale);
  const value = kind === KIND.long ? (column.i64[row] ?? 0n) : BigInt(column.i32[row] ?? 0);
  return value * 10n ** BigInt(scale);
}

function bitAt({ bytes }: Column, row: number): number {
  return ((bytes[row >> 3] ?? 0) >> (row & 7)) & 1;
}

function bytesAt({ bytes, offsets }: Column, row: number): Uint8Array {
  return bytes.subarray(offsets[row], offsets[row + 1]);
}

function fixedAt({ bytes, spec }: Column, row: number): Uint8Array {
  return bytes.subarray(row * spec.width, (row + 1) * spec.width);
}

function numberOf(spec: ColumnSpec, literal: LiteralOperand): string {
  if (literal.kind !== 'number') throw misfit(spec, literal);
  return literal.text;
}

function textOf(spec: ColumnSpec, literal: LiteralOperand): string {
  if (literal.kind !== 'text') throw misfit(spec, literal);
  return literal.text;
}

function uuidOf(spec: ColumnSpec, literal: LiteralOperand): Uint8Array {
  const bytes = Buffer.from(textOf(spec, literal).replaceAll('-', ''), 'hex');
  if (bytes.length !== 16) throw misfit(spec, literal);
  return bytes;
}

const MICROS_PER_DAY = 86_400e6;

function timeOf(spec: ColumnSpec, literal: LiteralOperand): number {
  return Number(exactTimeOf(spec, literal));
}

/** The microseconds of a date or time as ISO 8601 writes it, for a time of day since midnight. Without a zone it is UTC. */
function exactTimeOf(spec: ColumnSpec, literal: LiteralOperand): bigint {
  const bytes = Buffer.from(textOf(spec, literal), 'utf8');
  if (spec.kind === KIND.time) {
    const micros = readTime(bytes, 0, bytes.length);
    if (Number.isNaN(micros)) throw misfit(spec, literal);
    return BigInt(micros);
  }
  if (bytes.length === 10) {
    const days = readDate(bytes, 0);
    if (Number.isNaN(days)) throw misfit(spec, literal);
    return BigInt(days) * BigInt(MICROS_PER_DAY);
  }
  const instant: Instant = { seconds: 0, micros: 0 };
  const found = spec.kind === KIND.date ? TIMESTAMP_INVALID : readTimestamp(bytes, 0, bytes.length, instant);
  const hasZone = found === TIMESTAMP_WITH_ZONE;
  if (found === TIMESTAMP_INVALID || (hasZone && spec.kind === KIND.timestamp)) throw misfit(spec, literal);
  return BigInt(instant.seconds) * 1_000_000n + BigInt(instant.micros);
}

function misfit(spec: ColumnSpec, literal: LiteralOperand): FilterFault {
  const value =
    literal.kind === 'text'
      ? `the text '${literal.text}'`
      : literal.kind === 'number'
        ? `the number ${literal.text}`
        : String(literal.value);
  return new FilterFault(
    `${JSON.stringify(spec.name)} is ${kindName(spec)} and cannot be compared with ${value}.`,
    literal.at,
  );
}
