import kafkajs from 'kafkajs';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { readLz4Frame } from './lz4.ts';
import { readSnappy } from './snappy.ts';

/** What the client asks of a codec; it hands over its own buffer type, which has the bytes in `buffer`. */
interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

const compressZstd = promisify(zstdCompress);
const decompressZstd = promisify(zstdDecompress);

function readOnly(name: string, read: (bytes: Uint8Array) => Uint8Array): () => Codec {
  return () => ({
    compress: async () => {
      throw new Error(`Records cannot be written with ${name} here; zstd and gzip can.`);
    },
    decompress: async bytes => Buffer.from(read(bytes)),
  });
}

/** Teaches the client the compressions beside gzip that topics may have. Call it once, before a client is used. */
export function registerCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.ZSTD] = (): Codec => ({
    compress: encoder => compressZstd(encoder.buffer),
    decompress: bytes => decompressZstd(bytes),
  });
  CompressionCodecs[CompressionTypes.Snappy] = readOnly('snappy', readSnappy);
  CompressionCodecs[CompressionTypes.LZ4] = readOnly('lz4', readLz4Frame);
}
