import { ExactDecimal, type RecordValue } from '../decode/parse-record.ts';
import { BadRecord } from '../rows/raw-record.ts';
import {
  advance,
  type AvroInput,
  avroInput,
  finish,
  readBytes,
  readCount,
  readString,
  readVarint,
  take,
} from './avro-input.ts';
import {
  dateText,
  decimalText,
  durationText,
  timestampText,
  type TimestampUnit,
  timeText,
  uuidText,
} from './avro-text.ts';
import type { AvroDecimal, AvroRecordType, AvroType, LongLogical } from './avro-type.ts';

/**
 * Reads Avro's binary encoding (specification 1.12) of one type into values as JSON messages give them: longs as bigint
 * where a double does not hold them, bytes as Uint8Array, decimals exactly, logical types as texts. A library's reader is
 * of no use here: it believes whatever count a damaged message announces, which holds the thread for hours, and it
 * replaces bytes that are no UTF-8.
 */
export type AvroReader = (bytes: Uint8Array) => RecordValue;

/** Makes a reader of whole messages. It throws BadRecord for bytes that are none of this type. */
export function compileAvroReader(type: AvroType): AvroReader {
  const read = compileRead(type);
  return bytes => {
    const input = avroInput(bytes);
    const value = readWhole(read, input);
    finish(input);
    return value;
  };
}

/** Reads one value and moves on behind it. Throws BadRecord. */
export type Read = (input: AvroInput) => RecordValue;

function readWhole(read: Read, input: AvroInput): RecordValue {
  try {
    return read(input);
  } catch (error) {
    // A schema that names itself can be filled as deeply as a message is long.
    if (error instanceof RangeError) throw new BadRecord('no Avro of this schema: it is nested too deeply');
    throw error;
  }
}

export function compileRead(type: AvroType): Read {
  return compile(type, new Map());
}

function compile(type: AvroType, known: Map<AvroType, Read>): Read {
  switch (type.kind) {
    case 'null':
      return () => null;
    case 'boolean':
      return readBoolean;
    case 'int':
      return intReader(type.logical);
    case 'long':
      return longReader(type.logical);
    case 'float':
      return input => input.view.getFloat32(advance(input, 4), true);
    case 'double':
      return input => input.view.getFloat64(advance(input, 8), true);
    case 'bytes':
      return binaryReader(readBytes, type.logical);
    case 'string':
      return readString;
    case 'fixed': {
      const { size, logical } = type;
      return binaryReader(input => take(input, size), logical);
    }
    case 'enum':
      return enumReader(type.symbols);
    case 'union':
      return unionReader(type.branches.map(branch => compile(branch, known)));
    case 'array':
      return arrayReader(compile(type.items, known));
    case 'map':
      return mapReader(compile(type.values, known));
    case 'record':
      return recordReader(type, known);
  }
}

function recordReader(type: AvroRecordType, known: Map<AvroType, Read>): Read {
  const found = known.get(type);
  if (found !== undefined) return found;
  const names: string[] = [];
  const reads: Read[] = [];
  // A member of this name would not become one of an ordinary object.
  const isOdd = type.fields.some(field => field.name === '__proto__');
  const read: Read = input => {
    const record = (isOdd ? Object.create(null) : {}) as Record<string, RecordValue>;
    for (let i = 0; i < reads.length; i++) {
      // The two lists are of the same length.
      record[names[i]!] = reads[i]!(input);
    }
    return record;
  };
  known.set(type, read);
  for (const field of type.fields) {
    names.push(field.name);
    reads.push(compile(field.type, known));
  }
  return read;
}

function unionReader(branches: readonly Read[]): Read {
  return input => {
    const index = readVarint(input);
    const read = branches[Number(index)];
    if (read === undefined) throw new BadRecord(`no Avro of this schema: a union has no branch ${index}`);
    return read(input);
  };
}

function enumReader(symbols: readonly string[]): Read {
  return input => {
    const index = readVarint(input);
    const symbol = symbols[Number(index)];
    if (symbol === undefined) throw new BadRecord(`no Avro of this schema: an enum has no symbol ${index}`);
    return symbol;
  };
}

function arrayReader(readItem: Read): Read {
  return input => {
    const items: RecordValue[] = [];
    for (let count = readCount(input); count > 0; count = readCount(input)) {
      for (let i = 0; i < count; i++) items.push(readItem(input));
    }
    return items;
  };
}

function mapReader(readValue: Read): Read {
  return input => {
    // Without a prototype every key is one like any other.
    const entries = Object.create(null) as Record<string, RecordValue>;
    for (let count = readCount(input); count > 0; count = readCount(input)) {
      for (let i = 0; i < count; i++) {
        const key = readString(input);
        entries[key] = readValue(input);
      }
    }
    return entries;
  };
}

function readBoolean(input: AvroInput): boolean {
  const byte = input.bytes[advance(input, 1)];
  if (byte === 0 || byte === 1) return byte === 1;
  throw new BadRecord(`no Avro of this schema: a boolean is ${byte}`);
}

function readInt(input: AvroInput): number {
  const value = readVarint(input);
  if (typeof value === 'number' && (value | 0) === value) return value;
  throw new BadRecord(`no Avro of this schema: an int is ${value}`);
}

function intReader(logical: 'date' | 'time-millis' | undefined): Read {
  if (logical === undefined) return readInt;
  if (logical === 'date') return input => sound(readInt(input), logical, dateText);
  return input => sound(readInt(input), logical, millis => timeText(millis * 1000));
}

function longReader(logical: LongLogical | undefined): Read {
  if (logical === undefined) return readVarint;
  if (logical === 'time-micros')
    return input => sound(readVarint(input), logical, count => timeText(Number(count)));
  const unit = logical.slice(logical.lastIndexOf('-') + 1) as TimestampUnit;
  const zone = logical.startsWith('local-') ? '' : 'Z';
  return input => `${sound(readVarint(input), logical, count => timestampText(count, unit))}${zone}`;
}

/** Dates and times must lie where every reader of a table can read them. */
function sound<T extends number | bigint>(
  value: T,
  logical: string,
  toText: (value: T) => string | undefined,
): string {
  const text = toText(value);
  if (text !== undefined) return text;
  const range = logical.startsWith('time-') ? 'no time of day' : 'outside the years 0001 to 9999';
  throw new BadRecord(`the ${logical} ${value} is ${range}`);
}

function binaryReader(
  read: (input: AvroInput) => Buffer,
  logical: AvroDecimal | 'uuid' | 'duration' | undefined,
): Read {
  if (logical === undefined) return read;
  if (logical === 'uuid') return input => uuidText(read(input));
  if (logical === 'duration') return input => durationText(read(input));
  return input => new ExactDecimal(decimalText(read(input), logical.scale));
}
