import { isUtf8 } from 'node:buffer';
import { appendValue } from '../decode/append-value.ts';
import {
  type Column,
  growBytes,
  KIND,
  setBigInt64,
  setBoolean,
  setDecimal,
  setInt64,
  setValid,
  writeMissing,
} from '../decode/column.ts';
import { BadRecord } from '../rows/raw-record.ts';
import { advance, type AvroInput, readVarint, take } from './avro-input.ts';
import { compileRead } from './avro-reader.ts';
import { FIRST_DAY, LAST_DAY, MILLIS_PER_DAY } from './avro-text.ts';
import type { AvroDecimal, AvroType, LongLogical } from './avro-type.ts';

/** Reads a value into a row of a column. Throws {@link GIVE_UP}, or what reading throws. */
export type Write = (input: AvroInput, row: number) => void;

/** The way from a type into a column; for a pair that is rare, by way of a value. */
export function compileWrite(type: AvroType, column: Column): Write {
  return (
    (type.kind === 'union' ? nullableWrite(type.branches, column) : plainWrite(type, column)) ??
    anyWrite(type, column)
  );
}

function anyWrite(type: AvroType, column: Column): Write {
  const read = compileRead(type);
  return (input, row) => {
    if (appendValue(column, row, read(input)) !== undefined) throw GIVE_UP;
  };
}

/** Made once: where it was thrown does not matter, and the trace of a new one costs more than the message. */
export const GIVE_UP = new BadRecord('the fast path does not take it');

function nullableWrite(branches: readonly AvroType[], column: Column): Write | undefined {
  const [first, second, ...others] = branches;
  if (first === undefined || second === undefined || others.length > 0) return undefined;
  const nullAt = [first.kind, second.kind].indexOf('null');
  if (nullAt < 0) return undefined;
  const write = compileWrite(nullAt === 0 ? second : first, column);
  return (input, row) => {
    const branch = readVarint(input);
    if (branch === 1 - nullAt) write(input, row);
    else if (branch !== nullAt || !writeMissing(column, row)) throw GIVE_UP;
  };
}

/** Of the same kind on both sides, where a cast changes nothing. */
function plainWrite(type: AvroType, column: Column): Write | undefined {
  const { kind, width, rule } = column.spec;
  // By its format a time is another one than what it is by its type.
  if (rule?.format !== undefined) return undefined;
  switch (type.kind) {
    case 'boolean':
      return kind === KIND.boolean ? writeBoolean(column) : undefined;
    case 'int':
      if (type.logical === 'date')
        return kind === KIND.date ? writeInt(column, FIRST_DAY, LAST_DAY) : undefined;
      return type.logical === undefined ? integerWrite(column) : undefined;
    case 'long':
      return type.logical === undefined ? integerWrite(column) : instantWrite(type.logical, column);
    case 'float':
    case 'double':
      return realWrite(type.kind, column);
    case 'string':
      return type.logical === undefined && kind === KIND.string ? writeText(column) : undefined;
    case 'enum':
      return kind === KIND.string ? writeSymbol(type.symbols, column) : undefined;
    case 'bytes':
      if (type.logical !== undefined) return decimalWrite(type.logical, column, readSize);
      return kind === KIND.binary ? writeBytes(column, readSize) : undefined;
    case 'fixed': {
      const { size, logical } = type;
      const sizeOf = (): number => size;
      if (logical === undefined) {
        if (kind === KIND.binary) return writeBytes(column, sizeOf);
        return kind === KIND.fixed && width === size ? writeFixed(column) : undefined;
      }
      return typeof logical === 'object' ? decimalWrite(logical, column, sizeOf) : undefined;
    }
    default:
      return undefined;
  }
}

function writeBoolean(column: Column): Write {
  return (input, row) => {
    const byte = input.bytes[advance(input, 1)] ?? 2;
    if (byte > 1) throw GIVE_UP;
    setBoolean(column, row, byte === 1);
  };
}

function writeInt(column: Column, low: number, high: number): Write {
  return (input, row) => {
    const value = readVarint(input);
    if (!(value >= low && value <= high)) throw GIVE_UP;
    column.i32[row] = Number(value);
    setValid(column, row);
  };
}

function integerWrite(column: Column): Write | undefined {
  if (column.spec.kind === KIND.int) return writeInt(column, -2_147_483_648, 2_147_483_647);
  if (column.spec.kind !== KIND.long) return undefined;
  return (input, row) => {
    const value = readVarint(input);
    if (typeof value === 'number') setInt64(column, row, value);
    else setBigInt64(column, row, value);
  };
}

const FIRST_MILLI = FIRST_DAY * MILLIS_PER_DAY;
const LAST_MILLI = (LAST_DAY + 1) * MILLIS_PER_DAY - 1;

function instantWrite(logical: LongLogical, column: Column): Write | undefined {
  const wanted = logical.startsWith('local-') ? KIND.timestamp : KIND.timestamptz;
  if (column.spec.kind !== wanted) return undefined;
  if (logical.endsWith('-micros'))
    return (input, row) => {
      const value = readVarint(input);
      // Every number that a double holds lies between the years 1684 and 2255.
      if (typeof value !== 'number') throw GIVE_UP;
      setInt64(column, row, value);
    };
  if (!logical.endsWith('-millis')) return undefined;
  return (input, row) => {
    const value = readVarint(input);
    if (typeof value !== 'number' || value < FIRST_MILLI || value > LAST_MILLI) throw GIVE_UP;
    const micros = value * 1000;
    if (Number.isSafeInteger(micros)) setInt64(column, row, micros);
    else setBigInt64(column, row, BigInt(value) * 1000n);
  };
}

function realWrite(type: 'float' | 'double', column: Column): Write | undefined {
  const { kind } = column.spec;
  if (kind !== KIND.double && (kind !== KIND.float || type !== 'float')) return undefined;
  const target = kind === KIND.double ? 'f64' : 'f32';
  return type === 'double'
    ? (input, row) => {
        column[target][row] = input.view.getFloat64(advance(input, 8), true);
        setValid(column, row);
      }
    : (input, row) => {
        column[target][row] = input.view.getFloat32(advance(input, 4), true);
        setValid(column, row);
      };
}

/** Longer texts are copied and tested by the engine, shorter ones here in one go. */
const SHORT_TEXT = 48;

function writeText(column: Column): Write {
  return (input, row) => {
    const length = readSize(input);
    const { bytes } = input;
    const start = advance(input, length);
    const at = column.offsets[row] ?? 0;
    const target = growBytes(column, at, length);
    let all = 0x80;
    if (length <= SHORT_TEXT) {
      all = 0;
      for (let i = 0; i < length; i++) {
        const byte = bytes[start + i] ?? 0;
        target[at + i] = byte;
        all |= byte;
      }
    } else target.set(bytes.subarray(start, start + length), at);
    if (all >= 0x80 && !isUtf8(bytes.subarray(start, start + length))) throw GIVE_UP;
    column.offsets[row + 1] = at + length;
    setValid(column, row);
  };
}

function writeSymbol(symbols: readonly string[], column: Column): Write {
  const texts = symbols.map(symbol => Buffer.from(symbol, 'utf8'));
  return (input, row) => {
    const text = texts[Number(readVarint(input))];
    if (text === undefined) throw GIVE_UP;
    put(column, row, text);
  };
}

function writeBytes(column: Column, sizeOf: (input: AvroInput) => number): Write {
  return (input, row) => put(column, row, take(input, sizeOf(input)));
}

function put(column: Column, row: number, bytes: Uint8Array): void {
  const at = column.offsets[row] ?? 0;
  growBytes(column, at, bytes.length).set(bytes, at);
  column.offsets[row + 1] = at + bytes.length;
  setValid(column, row);
}

function writeFixed(column: Column): Write {
  const { width } = column.spec;
  return (input, row) => {
    column.bytes.set(take(input, width), row * width);
    setValid(column, row);
  };
}

/** A number of up to six bytes is one that a double holds. */
const SMALL_DECIMAL_BYTES = 6;

function decimalWrite(
  decimal: AvroDecimal,
  column: Column,
  sizeOf: (input: AvroInput) => number,
): Write | undefined {
  const { kind, scale, precision } = column.spec;
  if (kind !== KIND.decimal || decimal.scale > scale) return undefined;
  const factor = 10n ** BigInt(scale - decimal.scale);
  const limit = 10n ** BigInt(precision);
  return (input, row) => {
    const size = sizeOf(input);
    const start = advance(input, size);
    if (size === 0) throw GIVE_UP;
    const { bytes } = input;
    const written =
      size <= SMALL_DECIMAL_BYTES
        ? BigInt(bytes.readIntBE(start, size))
        : BigInt.asIntN(size * 8, BigInt(`0x${bytes.toString('hex', start, start + size)}`));
    const unscaled = written * factor;
    if (unscaled >= limit || unscaled <= -limit) throw GIVE_UP;
    setDecimal(column, row, unscaled);
  };
}

function readSize(input: AvroInput): number {
  return Number(readVarint(input));
}
