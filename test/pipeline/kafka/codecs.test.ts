import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readLz4Frame } from '../../../pipeline/kafka/lz4.ts';
import { readSnappy } from '../../../pipeline/kafka/snappy.ts';

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

describe('snappy', () => {
  // Lengths, literals and copies by "Snappy compressed format description", sections 1 and 2.
  const abc = [3, 0x08, 0x61, 0x62, 0x63];
  const eightTimesA = [8, 0x00, 0x61, 0x0d, 0x01];

  test('is read as librdkafka writes it, in one raw block, with copies that overlap', () => {
    assert.equal(text(readSnappy(Uint8Array.from(abc))), 'abc');
    assert.equal(text(readSnappy(Uint8Array.from(eightTimesA))), 'aaaaaaaa');
  });

  test('is read as Java writes it, in framed blocks', () => {
    const header = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1];
    const framed = [...header, 0, 0, 0, abc.length, ...abc, 0, 0, 0, eightTimesA.length, ...eightTimesA];
    assert.equal(text(readSnappy(Uint8Array.from(framed))), 'abcaaaaaaaa');
  });

  test('that is none is refused', () => {
    assert.throws(
      () => readSnappy(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff)),
      /begins with no length/,
    );
  });
});

describe('LZ4', () => {
  const MAGIC = [0x04, 0x22, 0x4d, 0x18];
  const END = [0, 0, 0, 0];
  /** One literal, a match of 15 + 4 bytes one before, five last literals ("LZ4 Block Format"). */
  const block = [0x1f, 0x61, 0x01, 0x00, 0x00, 0x50, 0x62, 0x62, 0x62, 0x62, 0x62];
  const plain = `${'a'.repeat(20)}bbbbb`;
  const sized = (bytes: readonly number[], flag = 0): number[] => [bytes.length, 0, 0, flag, ...bytes];

  test('frames are read with and without sizes and checksums, whose bytes are passed', () => {
    const bare = [...MAGIC, 0x60, 0x40, 0x82, ...sized(block), ...END];
    const full = [
      ...[...MAGIC, 0x7c, 0x40, plain.length, 0, 0, 0, 0, 0, 0, 0, 0x99],
      ...[...sized(block), 1, 2, 3, 4, ...END, 5, 6, 7, 8],
    ];
    assert.equal(text(readLz4Frame(Uint8Array.from(bare))), plain);
    assert.equal(text(readLz4Frame(Uint8Array.from(full))), plain);
  });

  test('blocks that could not be compressed stand as they are, and later blocks may look back into earlier ones', () => {
    const lookingBack = [0x04, 0x03, 0x00, 0x50, 0x78, 0x78, 0x78, 0x78, 0x78];
    const frame = [
      ...MAGIC,
      0x40,
      0x40,
      0,
      ...sized([0x61, 0x62, 0x63], 0x80),
      ...sized(lookingBack),
      ...END,
    ];
    assert.equal(text(readLz4Frame(Uint8Array.from(frame))), 'abcabcabcabxxxxx');
  });

  test('that is cut off, damaged or no frame is refused', () => {
    const start = [...MAGIC, 0x60, 0x40, 0x82];
    assert.throws(() => readLz4Frame(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)), /no LZ4 frame/);
    assert.throws(() => readLz4Frame(Uint8Array.from([...start, 50, 0, 0, 0, 1, 2])), /cut off/);
    assert.throws(
      () => readLz4Frame(Uint8Array.from([...start, ...sized([0x10, 0x61, 0x09, 0x00, 0x00]), ...END])),
      /before the beginning/,
    );
  });
});
