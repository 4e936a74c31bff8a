import { isUtf8 } from 'node:buffer';
import { BadRecord } from '../rows/raw-record.ts';

/** Bytes of Avro's binary encoding (specification 1.12) that are being read. */
export interface AvroInput {
  readonly bytes: Buffer;
  /** Of the same bytes. */
  readonly view: DataView;
  position: number;
  /** Nothing behind this belongs to the message. */
  end: number;
}

export function avroInput(bytes: Uint8Array): AvroInput {
  const { buffer, byteOffset, byteLength } = bytes;
  return {
    bytes: Buffer.from(buffer, byteOffset, byteLength),
    view: new DataView(buffer, byteOffset, byteLength),
    position: 0,
    end: byteLength,
  };
}

/** Throws BadRecord where something is left over. */
export function finish({ position, end }: AvroInput): void {
  if (position < end) throw new BadRecord(`no Avro of this schema: ${end - position} bytes are left over`);
}

/** The items of a block. Each takes at least a byte, but for types that hold nothing, of which nobody makes lists. */
export function readCount(input: AvroInput): number {
  let count = Number(readVarint(input));
  if (count < 0) {
    // A negative count announces the size of the block in bytes, which nobody needs here.
    count = -count;
    readVarint(input);
  }
  if (count <= input.end - input.position) return count;
  throw new BadRecord(
    `no Avro of this schema: ${count} items are announced where ${input.end - input.position} bytes follow`,
  );
}

export function readString(input: AvroInput): string {
  const bytes = readBytes(input);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new BadRecord('no Avro of this schema: a string is no UTF-8');
}

export function readBytes(input: AvroInput): Buffer {
  return take(input, Number(readVarint(input)));
}

export function take(input: AvroInput, size: number): Buffer {
  const start = advance(input, size);
  return input.bytes.subarray(start, start + size);
}

/** Moves on by so many bytes, which must be there, and answers where they begin. */
export function advance(input: AvroInput, size: number): number {
  const start = input.position;
  if (size < 0 || size > input.end - start)
    throw new BadRecord(
      `no Avro of this schema: ${size} bytes are announced where ${input.end - start} follow`,
    );
  input.position = start + size;
  return start;
}

/** The largest eighth byte of an integer that a double holds. */
const LAST_OF_DOUBLE = 0x0f;

/** Avro's zigzag variable-length integer; a bigint only where a double does not hold it. */
export function readVarint(input: AvroInput): number | bigint {
  const { bytes, position: start, end } = input;
  let value = 0;
  let factor = 1;
  // Seven bytes hold 49 bits, and a double 53.
  const limit = Math.min(end, start + 8);
  for (let position = start; position < limit; position++) {
    const byte = bytes[position] ?? 0;
    if (byte > LAST_OF_DOUBLE && position === start + 7) break;
    value += (byte & 0x7f) * factor;
    factor *= 0x80;
    if (byte >= 0x80) continue;
    input.position = position + 1;
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
  return readLongVarint(input);
}

function readLongVarint(input: AvroInput): number | bigint {
  const { bytes, position: start, end } = input;
  let value = 0n;
  for (let index = 0; index < 10; index++) {
    const byte = start + index < end ? bytes[start + index] : undefined;
    if (byte === undefined) throw new BadRecord('no Avro of this schema: it ends too early');
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte >= 0x80) continue;
    if (value >= 1n << 64n) break;
    input.position = start + index + 1;
    const decoded = (value >> 1n) ^ -(value & 1n);
    const number = Number(decoded);
    return Number.isSafeInteger(number) ? number : decoded;
  }
  throw new BadRecord('no Avro of this schema: a number has more than 64 bits');
}
