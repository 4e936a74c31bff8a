/** Headers of the records of a batch, each record's as the Kafka protocol writes them: their number, then names and values. */
export interface PackedHeaders {
  readonly bytes: Uint8Array;
  /** Where those of each record begin; one more than records. A record without headers has no bytes. */
  readonly offsets: Int32Array;
}

export interface RecordHeader {
  readonly name: string;
  /** Undefined where the header has no value. The bytes are shared with the batch. */
  readonly value: Uint8Array | undefined;
}

/** The headers of a record in their order; a name may come more than once. `packed` is what {@link PackedHeaders} has of it. */
export function readHeaders(packed: Uint8Array | undefined): readonly RecordHeader[] {
  if (packed === undefined || packed.length === 0) return [];
  const cursor: Cursor = { bytes: packed, position: 0 };
  return Array.from({ length: readVarint(cursor) }, () => ({
    name: utf8.decode(readBytes(cursor) ?? EMPTY),
    value: readBytes(cursor),
  }));
}

/** The value of the last header of a name, which is the one that counts; undefined where there is none. */
export function lastHeader(packed: Uint8Array | undefined, name: Uint8Array): Uint8Array | undefined {
  if (packed === undefined || packed.length === 0) return undefined;
  const cursor: Cursor = { bytes: packed, position: 0 };
  let found: Uint8Array | undefined;
  for (let left = readVarint(cursor); left > 0; left--) {
    const isIt = isSame(cursor, name);
    skipBytes(cursor);
    if (isIt) found = readBytes(cursor);
    else skipBytes(cursor);
  }
  return found;
}

/** Writes headers as a record of the Kafka protocol has them. */
export function packHeaders(headers: readonly RecordHeader[]): Uint8Array {
  if (headers.length === 0) return EMPTY;
  const parts: Buffer[] = [varint(headers.length)];
  for (const { name, value } of headers) {
    const bytes = Buffer.from(name, 'utf8');
    parts.push(varint(bytes.length), bytes, varint(value?.length ?? -1));
    if (value !== undefined) parts.push(Buffer.from(value.buffer, value.byteOffset, value.length));
  }
  return Buffer.concat(parts);
}

const EMPTY = new Uint8Array(0);
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** A place in the bytes of a record. */
export interface Cursor {
  readonly bytes: Uint8Array;
  position: number;
}

/** A zigzag number of up to ten bytes; exact as far as a double is. */
export function readVarint(cursor: Cursor): number {
  const { bytes } = cursor;
  let byte = bytes[cursor.position++] ?? 0;
  if (byte < 128) return (byte >>> 1) ^ -(byte & 1);
  let value = byte & 127;
  let factor = 128;
  do {
    byte = bytes[cursor.position++] ?? 0;
    value += (byte & 127) * factor;
    factor *= 128;
  } while (byte >= 128);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function readBytes(cursor: Cursor): Uint8Array | undefined {
  const length = readVarint(cursor);
  if (length < 0) return undefined;
  const start = cursor.position;
  cursor.position += length;
  return cursor.bytes.subarray(start, cursor.position);
}

function skipBytes(cursor: Cursor): void {
  const length = readVarint(cursor);
  cursor.position += Math.max(0, length);
}

/** Whether the name at the cursor is this one; the cursor stays. */
function isSame(cursor: Cursor, name: Uint8Array): boolean {
  const { bytes, position } = cursor;
  const length = readVarint(cursor);
  const start = cursor.position;
  cursor.position = position;
  if (length !== name.length) return false;
  for (let i = 0; i < length; i++) if (bytes[start + i] !== name[i]) return false;
  return true;
}

function varint(value: number): Buffer {
  let rest = value < 0 ? -value * 2 - 1 : value * 2;
  const bytes: number[] = [];
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
