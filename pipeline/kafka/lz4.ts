/** First bytes of a frame (LZ4 Frame Format, "General Structure of LZ4 Frame format"). */
const MAGIC = 0x184d2204;
/** A block's size with this bit is of bytes that are not compressed. */
const UNCOMPRESSED = 0x8000_0000;
const MIN_MATCH = 4;

/** Decompresses an LZ4 frame, as Kafka clients write them. Checksums are left to Kafka's own. Throws for anything else. */
export function readLz4Frame(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 7 || view.getUint32(0, true) !== MAGIC) throw new Error('These bytes are no LZ4 frame.');
  const flags = bytes[4] ?? 0;
  const hasBlockChecksum = (flags & 0x10) !== 0;
  const hasContentSize = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  let position = 7 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0);
  const output: Output = { bytes: new Uint8Array(Math.max(64, bytes.length * 4)), length: 0 };
  for (;;) {
    const size = view.getUint32(position, true);
    position += 4;
    if (size === 0) return output.bytes.subarray(0, output.length);
    const length = size & ~UNCOMPRESSED;
    const block = bytes.subarray(position, position + length);
    if (block.length < length) throw new Error('An LZ4 block is cut off.');
    if ((size & UNCOMPRESSED) === 0) readBlock(block, output);
    else append(output, block);
    position += length + (hasBlockChecksum ? 4 : 0);
  }
}

interface Output {
  bytes: Uint8Array;
  length: number;
}

function readBlock(block: Uint8Array, output: Output): void {
  let position = 0;
  const readLength = (start: number): number => {
    let length = start;
    if (start !== 15) return length;
    for (let byte = 255; byte === 255;) {
      byte = block[position++] ?? 0;
      length += byte;
    }
    return length;
  };
  while (position < block.length) {
    const token = block[position++] ?? 0;
    const literals = readLength(token >> 4);
    append(output, block.subarray(position, position + literals));
    position += literals;
    // The last sequence is literals only.
    if (position >= block.length) return;
    const distance = (block[position] ?? 0) | ((block[position + 1] ?? 0) << 8);
    position += 2;
    repeat(output, distance, readLength(token & 15) + MIN_MATCH);
  }
}

function append(output: Output, piece: Uint8Array): void {
  reserve(output, piece.length);
  output.bytes.set(piece, output.length);
  output.length += piece.length;
}

/** Copies from what was written before; source and target may overlap, which repeats a pattern. */
function repeat(output: Output, distance: number, length: number): void {
  if (distance === 0 || distance > output.length)
    throw new Error('An LZ4 match points before the beginning.');
  reserve(output, length);
  const { bytes } = output;
  for (let i = 0; i < length; i++) bytes[output.length + i] = bytes[output.length + i - distance] ?? 0;
  output.length += length;
}

function reserve(output: Output, extra: number): void {
  if (output.length + extra <= output.bytes.length) return;
  const grown = new Uint8Array(Math.max(output.length + extra, output.bytes.length * 2));
  grown.set(output.bytes.subarray(0, output.length));
  output.bytes = grown;
}
