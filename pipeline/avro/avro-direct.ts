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
  setNull,
  setValid,
} from '../decode/column.ts';
import type { JsonDecoder } from '../decode/json-decoder.ts';
import { BadRecord } from '../rows/raw-record.ts';
import { advance, type AvroInput, finish, readVarint, take } from './avro-input.ts';
import { compileRead } from './avro-reader.ts';
import { FIRST_DAY, LAST_DAY, MILLIS_PER_DAY } from './avro-text.ts';
import type { AvroDecimal, AvroField, AvroType, LongLogical } from './avro-type.ts';

/** Reads a message into a row of the decoder's columns. False: nothing was decided, ask the careful path. */
export type AvroScan = (input: AvroInput, row: number) => boolean;

type Write = (input: AvroInput, row: number) => void;

/**
 * The fast path for messages of one schema: from bytes into columns, without a value in between. Whatever does not fit as it
 * is makes it give up, and the careful path decides and says why. Undefined where every message would need that path.
 */
export function compileAvroScan(type: AvroType, decoder: JsonDecoder): AvroScan | undefined {
  if (type.kind !== 'record' || hasRules(decoder)) return undefined;
  const { columns, watch, scanner } = decoder;
  const names = new Set(type.fields.map(({ name }) => name));
  const missing = columns.filter(({ spec }) => !names.has(spec.name));
  if (missing.some(({ spec }) => spec.required)) return undefined;
  const unknown = type.fields.filter(({ name }) => !columns.some(({ spec }) => spec.name === name));
  // Whoever watches for members without a column must see them, at any depth.
  if (watch !== undefined && (unknown.length > 0 || type.fields.some(isNested))) return undefined;
  for (const { name } of unknown) scanner.unknownNames.add(name);
  const writes = type.fields.map(field => {
    const column = columns.find(({ spec }) => spec.name === field.name);
    return column === undefined ? compileRead(field.type) : compileWrite(field.type, column);
  });
  return (input, row) => {
    try {
      for (const write of writes) write(input, row);
      finish(input);
    } catch (error) {
      if (error instanceof BadRecord || error instanceof RangeError) return false;
      throw error;
    }
    for (const column of missing) setNull(column, row);
    return true;
  };
}

/** Whether there is more to do than to put members into the columns of their names. */
function hasRules({ columns, filter }: JsonDecoder): boolean {
  return filter !== undefined || columns.some(({ spec }) => spec.rule !== undefined);
}

function isNested({ type }: Pick<AvroField, 'type'>): boolean {
  if (type.kind === 'union') return type.branches.some(branch => isNested({ type: branch }));
  return type.kind === 'record' || type.kind === 'array' || type.kind === 'map';
}

/** The way from a type into a column; for a pair that is rare, by way of a value. */
function compileWrite(type: AvroType, column: Column): Write {
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
const GIVE_UP = new BadRecord('the fast path does not take it');

function nullableWrite(branches: readonly AvroType[], column: Column): Write | undefined {
  const [first, second, ...others] = branches;
  if (first === undefined || second === undefined || others.length > 0) return undefined;
  const nullAt = [first.kind, second.kind].indexOf('null');
  if (nullAt < 0) return undefined;
  const write = compileWrite(nullAt === 0 ? second : first, column);
  const isRequired = column.spec.required;
  return (input, row) => {
    const branch = readVarint(input);
    if (branch === 1 - nullAt) write(input, row);
    else if (branch === nullAt && !isRequired) setNull(column, row);
    else throw GIVE_UP;
  };
}

function plainWrite(type: AvroType, column: Column): Write | undefined {
  const { kind, width } = column.spec;
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
