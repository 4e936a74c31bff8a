import zlib from 'node:zlib';
import avro from 'avsc';
import type { JsonValue } from '../json.ts';

/** The form of an Avro schema as JSON. Attributes that Avro does not know (`field-id`) are part of it. */
export type AvroSchema = JsonValue;

/** A record as it goes into and comes out of a file: longs are bigint, bytes and fixed are Uint8Array. */
export type AvroRecord = Readonly<Record<string, unknown>>;

export interface AvroFile {
  readonly schema: AvroSchema;
  /** The header's entries as text, `avro.schema` and `avro.codec` included. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly records: readonly AvroRecord[];
}

export interface AvroFileContent {
  readonly schema: AvroSchema;
  readonly metadata: Readonly<Record<string, string>>;
  readonly records: readonly AvroRecord[];
  readonly codec?: 'null' | 'deflate';
}

/** The bytes are not an Avro object container file, or one that this version cannot read. */
export class AvroError extends Error {
  override readonly name = 'AvroError';
}

/**
 * Writes an Avro object container file (Avro specification 1.11, "Object Container Files"). The header carries the schema
 * word for word: libraries drop the `field-id` attributes by which Iceberg's readers find their columns.
 */
export function writeAvroFile(content: AvroFileContent): Uint8Array {
  const type = typeOf(content.schema);
  const codec = content.codec ?? 'deflate';
  const metadata = {
    'avro.schema': JSON.stringify(content.schema),
    'avro.codec': codec,
    ...content.metadata,
  };
  const sync = crypto.getRandomValues(Buffer.alloc(SYNC_LENGTH));
  const parts: Uint8Array[] = [MAGIC, writeMetadata(metadata), sync];
  for (let start = 0; start < content.records.length; start += BLOCK_RECORDS) {
    const records = content.records.slice(start, start + BLOCK_RECORDS);
    const body = Buffer.concat(records.map(record => type.toBuffer(record)));
    const block = codec === 'deflate' ? zlib.deflateRawSync(body) : body;
    parts.push(writeLong(records.length), writeLong(block.length), block, sync);
  }
  return Buffer.concat(parts);
}

/** Reads a whole Avro object container file. Throws AvroError. */
export function readAvroFile(bytes: Uint8Array): AvroFile {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!buffer.subarray(0, MAGIC.length).equals(MAGIC)) throw new AvroError('This is not an Avro file');
  const cursor = { buffer, at: MAGIC.length };
  const metadata = readMetadata(cursor);
  const sync = take(cursor, SYNC_LENGTH);
  const schema = parseSchemaText(metadata.get('avro.schema'));
  const type = typeOf(schema);
  const decompress = decompressor(metadata.get('avro.codec') ?? 'null');
  const records: AvroRecord[] = [];
  while (cursor.at < buffer.length) {
    const count = readLong(cursor);
    const block = decompress(take(cursor, readLong(cursor)));
    readBlock(type, block, { count, records });
    if (!take(cursor, SYNC_LENGTH).equals(sync))
      throw new AvroError('An Avro block does not end where it should');
  }
  return { schema, metadata, records };
}

interface Cursor {
  readonly buffer: Buffer;
  at: number;
}

const MAGIC = Buffer.from('Obj\u0001', 'latin1');
const SYNC_LENGTH = 16;
/** So many records make a block of a few hundred kilobytes in a manifest. */
const BLOCK_RECORDS = 1000;

/** Longs as bigint: the library's own are numbers and refuse values beyond 2^53. */
const LONG = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: (value: number | string) => BigInt(value),
  toJSON: (value: bigint) => value.toString(),
  isValid: (value: unknown) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
  compare: (left: bigint, right: bigint) => (left < right ? -1 : left > right ? 1 : 0),
});

/** A `typeHook` of the library: what a schema calls a long becomes a bigint. */
export function bigintLongs(attributes: unknown): avro.Type | undefined {
  return isLong(attributes) ? LONG : undefined;
}

function typeOf(schema: AvroSchema): avro.Type {
  try {
    // The library writes into the schema it is given.
    return avro.Type.forSchema(structuredClone(schema) as avro.Schema, {
      registry: {},
      typeHook: bigintLongs,
    });
  } catch (error) {
    throw new AvroError(`The Avro schema cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

function isLong(attributes: unknown): boolean {
  return attributes === 'long' || (attributes as { readonly type?: unknown } | null)?.type === 'long';
}

function parseSchemaText(text: string | undefined): AvroSchema {
  if (text === undefined) throw new AvroError('The Avro file has no schema in its header');
  try {
    return JSON.parse(text, renamePrototype) as AvroSchema;
  } catch (error) {
    throw new AvroError('The schema in the header of the Avro file is not JSON', { cause: error });
  }
}

/** A partition by the column `__proto__` has a field of that name, whose value the library's objects would lose. */
export const SAFE_PROTOTYPE_NAME = '__proto___';

function renamePrototype(key: string, value: unknown): unknown {
  return key === 'name' && value === '__proto__' ? SAFE_PROTOTYPE_NAME : value;
}

function readBlock(
  type: avro.Type,
  block: Buffer,
  into: { readonly count: number; readonly records: AvroRecord[] },
): void {
  let at = 0;
  for (let index = 0; index < into.count; index += 1) {
    const decoded: { readonly value: unknown; readonly offset: number } = type.decode(block, at);
    if (decoded.offset < 0) throw new AvroError('An Avro block ends in the middle of a record');
    into.records.push(decoded.value as AvroRecord);
    at = decoded.offset;
  }
}

function decompressor(codec: string): (block: Buffer) => Buffer {
  switch (codec) {
    case 'null':
      return block => block;
    case 'deflate':
      return block => zlib.inflateRawSync(block);
    case 'zstandard':
      return block => zlib.zstdDecompressSync(block);
    default:
      throw new AvroError(
        `Avro files compressed with ${codec} cannot be read: null, deflate and zstandard can`,
      );
  }
}

function writeMetadata(metadata: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(metadata);
  const strings = entries.flat().map(text => Buffer.from(text, 'utf8'));
  return Buffer.concat([
    writeLong(entries.length),
    ...strings.flatMap(bytes => [writeLong(bytes.length), bytes]),
    writeLong(0),
  ]);
}

function readMetadata(cursor: Cursor): Map<string, string> {
  const metadata = new Map<string, string>();
  for (let count = readLong(cursor); count !== 0; count = readLong(cursor)) {
    // A negative count announces the size of the block in bytes, which nobody needs here.
    if (count < 0) readLong(cursor);
    for (let index = 0; index < Math.abs(count); index += 1) {
      const key = take(cursor, readLong(cursor)).toString('utf8');
      metadata.set(key, take(cursor, readLong(cursor)).toString('utf8'));
    }
  }
  return metadata;
}

/** Avro's zigzag variable-length coding, for the lengths of the container only: they are far below 2^53. */
function writeLong(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value * 2;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

function readLong(cursor: Cursor): number {
  let value = 0;
  for (let factor = 1; factor <= 2 ** 49; factor *= 0x80) {
    const byte = cursor.buffer[cursor.at];
    if (byte === undefined) break;
    cursor.at += 1;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
  throw new AvroError('The Avro file is cut off or damaged');
}

function take(cursor: Cursor, length: number): Buffer {
  const end = cursor.at + length;
  if (length < 0 || end > cursor.buffer.length) throw new AvroError('The Avro file is cut off or damaged');
  const bytes = cursor.buffer.subarray(cursor.at, end);
  cursor.at = end;
  return bytes;
}
