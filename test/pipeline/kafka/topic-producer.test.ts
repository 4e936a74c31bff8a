import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cutByBytes, type OutgoingRecord } from '../../../pipeline/kafka/topic-producer.ts';

const record = (bytes: number): OutgoingRecord => ({ key: null, value: 'x'.repeat(bytes) });
const lengths = (records: readonly OutgoingRecord[]): number[] =>
  [...cutByBytes(records)].map(part => part.length);

describe('records that are sent together', () => {
  test('stay below what a broker takes at once, in their order, and none is lost', () => {
    assert.deepEqual(lengths([]), []);
    assert.deepEqual(lengths([record(10), record(10)]), [2]);
    assert.deepEqual(lengths(Array.from({ length: 2_000 }, () => record(2_000))), [441, 441, 441, 441, 236]);
    const mixed = [record(500_000), record(500_000), record(10), record(5_000_000), record(1)];
    assert.deepEqual(lengths(mixed), [1, 2, 1, 1]);
    assert.deepEqual([...cutByBytes(mixed)].flat(), mixed);
  });

  test('count as bytes, not as characters, and with their keys', () => {
    assert.deepEqual(lengths([{ key: '🛫'.repeat(200_000), value: null }, record(200_000)]), [1, 1]);
  });
});
