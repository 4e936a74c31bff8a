import { snappyUncompress } from 'hyparquet';

/** The header that Java's snappy writes around its blocks: eight magic bytes, two versions. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_LENGTH = 16;

/** Decompresses snappy as Kafka clients write it: Java's in framed blocks, others in one raw block. Throws for anything else. */
export function readSnappy(bytes: Uint8Array): Uint8Array {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!view.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return readBlock(view);
  const blocks: Uint8Array[] = [];
  for (let position = XERIAL_HEADER_LENGTH; position < view.length;) {
    const length = view.readInt32BE(position);
    blocks.push(readBlock(view.subarray(position + 4, position + 4 + length)));
    position += 4 + length;
  }
  return Buffer.concat(blocks);
}

function readBlock(block: Uint8Array): Uint8Array {
  const output = new Uint8Array(uncompressedLength(block));
  snappyUncompress(block, output);
  return output;
}

/** A block begins with its length after decompression, seven bits per byte, low bits first. */
function uncompressedLength(block: Uint8Array): number {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = block[i] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return length;
  }
  throw new Error('A snappy block begins with no length.');
}
