import type { AvroRecordType, AvroType, LongLogical } from '../avro/avro-type.ts';
import { parseDecimal } from '../decode/decimal.ts';
import { type Instant, readDate, readTime, readTimestamp, TIMESTAMP_INVALID } from '../decode/temporal.ts';
import type { ProduceRow } from './rows.ts';

/** A value that the schema cannot hold; the message begins with its place in the row. */
export class AvroMisfit extends Error {
  override readonly name = 'AvroMisfit';
}

/** Makes a writer of rows in Avro's binary encoding (specification 1.12), from values as JSON has them. It throws AvroMisfit. */
export function compileAvroWriter(type: AvroType): (row: ProduceRow) => Buffer {
  const write = compile(type, new Map());
  return row => {
    const parts: Uint8Array[] = [];
    write(parts, row, '');
    return Buffer.concat(parts);
  };
}

type Write = (parts: Uint8Array[], value: unknown, path: string) => void;

function compile(type: AvroType, known: Map<AvroType, Write>): Write {
  switch (type.kind) {
    case 'record':
      return recordWrite(type, known);
    case 'union':
      return unionWrite(type.branches, known);
    case 'array': {
      const write = compile(type.items, known);
      return (parts, value, path) => {
        if (!Array.isArray(value)) throw misfit(path, 'array', value);
        writeBlock(parts, value as readonly unknown[], (item, index) =>
          write(parts, item, `${path}[${index}]`),
        );
      };
    }
    case 'map': {
      const write = compile(type.values, known);
      return (parts, value, path) => {
        if (!isPlainObject(value)) throw misfit(path, 'map', value);
        writeBlock(parts, Object.entries(value), ([key, item]) => {
          writeBytes(parts, Buffer.from(key, 'utf8'));
          write(parts, item, `${path}.${key}`);
        });
      };
    }
    case 'enum':
      return (parts, value, path) => {
        const index = type.symbols.indexOf(value as string);
        if (index < 0) throw misfit(path, `one of ${type.symbols.join(', ')}`, value);
        parts.push(varint(BigInt(index)));
      };
    default:
      return scalarWrite(type);
  }
}

function recordWrite(type: AvroRecordType, known: Map<AvroType, Write>): Write {
  const found = known.get(type);
  if (found !== undefined) return found;
  const fields: { readonly name: string; readonly write: Write }[] = [];
  const write: Write = (parts, value, path) => {
    if (!isPlainObject(value)) throw misfit(path, 'record', value);
    for (const field of fields) {
      const member = Object.hasOwn(value, field.name) ? value[field.name] : null;
      field.write(parts, member, path === '' ? field.name : `${path}.${field.name}`);
    }
  };
  known.set(type, write);
  for (const { name, type: inner } of type.fields) fields.push({ name, write: compile(inner, known) });
  return write;
}

/** The first branch that holds the value. */
function unionWrite(branches: readonly AvroType[], known: Map<AvroType, Write>): Write {
  const writes = branches.map(branch => compile(branch, known));
  return (parts, value, path) => {
    let failure: AvroMisfit | undefined;
    for (const [index, write] of writes.entries()) {
      const inside: Uint8Array[] = [varint(BigInt(index))];
      try {
        write(inside, value, path);
        parts.push(...inside);
        return;
      } catch (error) {
        if (!(error instanceof AvroMisfit)) throw error;
        failure = error;
      }
    }
    throw failure ?? misfit(path, 'union', value);
  };
}

type Scalar = Exclude<AvroType, { readonly kind: 'record' | 'union' | 'array' | 'map' | 'enum' }>;

function scalarWrite(type: Scalar): Write {
  const encode = scalarEncoder(type);
  const expected = 'logical' in type && typeof type.logical === 'string' ? type.logical : type.kind;
  return (parts, value, path) => {
    const bytes = encode(value);
    if (bytes === undefined) throw misfit(path, expected, value);
    parts.push(bytes);
  };
}

/** Answers undefined for values of another type. */
function scalarEncoder(type: Scalar): (value: unknown) => Uint8Array | undefined {
  switch (type.kind) {
    case 'null':
      return value => (value === null || value === undefined ? NOTHING : undefined);
    case 'boolean':
      return value => (typeof value === 'boolean' ? Uint8Array.of(value ? 1 : 0) : undefined);
    case 'int':
      return value =>
        integer(type.logical === undefined ? wholeOf(value) : dayOrTime(type.logical, value), 32);
    case 'long':
      return value => integer(type.logical === undefined ? wholeOf(value) : ticks(type.logical, value), 64);
    case 'float':
      return value => real('float', value);
    case 'double':
      return value => real('double', value);
    case 'string':
      return value => framedBytes(textOf(value));
    case 'bytes': {
      const { logical } = type;
      if (logical === undefined) return value => framedBytes(base64Of(value));
      return value => framedBytes(decimalOf(value, logical.scale, undefined));
    }
    case 'fixed': {
      const { size, logical } = type;
      const exact = (bytes: Uint8Array | undefined): Uint8Array | undefined =>
        bytes?.length === size ? bytes : undefined;
      if (logical === 'uuid') return value => exact(uuidOf(value));
      if (logical === 'duration' || logical === undefined) return value => exact(base64Of(value));
      return value => decimalOf(value, logical.scale, size);
    }
  }
}

const NOTHING = new Uint8Array(0);

/** The spelling of a number: a data file's own, where it was kept. */
function numberText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return value;
  const raw = (value as { readonly rawJSON?: unknown } | null)?.rawJSON;
  return typeof raw === 'string' ? raw : undefined;
}

function wholeOf(value: unknown): bigint | undefined {
  const text = numberText(value);
  return text === undefined ? undefined : parseDecimal(text, 0);
}

function dayOrTime(logical: 'date' | 'time-millis', value: unknown): bigint | undefined {
  if (typeof value !== 'string') return wholeOf(value);
  const bytes = Buffer.from(value, 'latin1');
  if (logical === 'time-millis') return scaled(readTime(bytes, 0, bytes.length), 1000n);
  return bytes.length === 10 ? scaled(readDate(bytes, 0), 1n) : undefined;
}

function ticks(logical: LongLogical, value: unknown): bigint | undefined {
  if (typeof value !== 'string') return wholeOf(value);
  const bytes = Buffer.from(value, 'latin1');
  if (logical === 'time-micros') return scaled(readTime(bytes, 0, bytes.length), 1n);
  const instant: Instant = { seconds: 0, micros: 0 };
  if (readTimestamp(bytes, 0, bytes.length, instant) === TIMESTAMP_INVALID) return undefined;
  const micros = BigInt(instant.seconds) * 1_000_000n + BigInt(instant.micros);
  if (logical.endsWith('nanos')) return micros * 1000n;
  return logical.endsWith('micros') ? micros : floorDivide(micros, 1000n);
}

function scaled(micros: number, perUnit: bigint): bigint | undefined {
  return Number.isNaN(micros) ? undefined : floorDivide(BigInt(micros), perUnit);
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const rest = value % divisor;
  return (value - (rest < 0n ? rest + divisor : rest)) / divisor;
}

function real(kind: 'float' | 'double', value: unknown): Uint8Array | undefined {
  const text = numberText(value);
  const number =
    typeof value === 'number' ? value : Number(text === undefined || text.trim() === '' ? NaN : text);
  if (Number.isNaN(number) && text !== 'NaN') return undefined;
  const bytes = Buffer.alloc(kind === 'float' ? 4 : 8);
  if (kind === 'float') bytes.writeFloatLE(number);
  else bytes.writeDoubleLE(number);
  return bytes;
}

function textOf(value: unknown): Uint8Array | undefined {
  const text = typeof value === 'boolean' ? undefined : numberText(value);
  return text === undefined ? undefined : Buffer.from(text, 'utf8');
}

function base64Of(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined;
  const bytes = Buffer.from(value, 'base64');
  return bytes.toString('base64') === value ? bytes : undefined;
}

function uuidOf(value: unknown): Uint8Array | undefined {
  return typeof value === 'string' && /^[0-9a-f-]{36}$/i.test(value)
    ? Buffer.from(value.replaceAll('-', ''), 'hex')
    : undefined;
}

/** The unscaled value as a big-endian two's complement integer, as short as it can be where no size is given. */
function decimalOf(value: unknown, scale: number, size: number | undefined): Uint8Array | undefined {
  const text = numberText(value);
  const unscaled = text === undefined ? undefined : parseDecimal(text, scale);
  if (unscaled === undefined) return undefined;
  let length = size ?? 1;
  while (size === undefined && BigInt.asIntN(length * 8, unscaled) !== unscaled) length += 1;
  if (BigInt.asIntN(length * 8, unscaled) !== unscaled) return undefined;
  const hex = BigInt.asUintN(length * 8, unscaled).toString(16);
  return Buffer.from(hex.padStart(length * 2, '0'), 'hex');
}

function integer(value: bigint | undefined, bits: 32 | 64): Uint8Array | undefined {
  return value === undefined || BigInt.asIntN(bits, value) !== value ? undefined : varint(value);
}

function varint(value: bigint): Uint8Array {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function framedBytes(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes === undefined ? undefined : Buffer.concat([varint(BigInt(bytes.length)), bytes]);
}

function writeBytes(parts: Uint8Array[], bytes: Uint8Array): void {
  parts.push(varint(BigInt(bytes.length)), bytes);
}

function writeBlock<T>(
  parts: Uint8Array[],
  items: readonly T[],
  write: (item: T, index: number) => void,
): void {
  if (items.length > 0) parts.push(varint(BigInt(items.length)));
  for (const [index, item] of items.entries()) write(item, index);
  parts.push(varint(0n));
}

function isPlainObject(value: unknown): value is ProduceRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('rawJSON' in value);
}

function misfit(path: string, expected: string, value: unknown): AvroMisfit {
  const text = JSON.stringify(value) ?? 'nothing';
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return new AvroMisfit(`${path === '' ? 'the row' : path} must be ${expected}, not ${shown}`);
}
