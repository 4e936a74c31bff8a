import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHeaders, type RecordHeader } from '../../../pipeline/kafka/headers.ts';
import { rawRecordAt, placeBehind } from '../../../pipeline/rows/raw-record.ts';
import { letterName, packLetters } from '../../../pipeline/redrive/letter-batches.ts';
import type { Letter } from '../../../pipeline/redrive/letter-rows.ts';

const HEADERS = [
  { name: 'b', value: Buffer.from([0xff]) },
  { name: 'a', value: undefined },
  { name: 'b', value: Buffer.alloc(0) },
];

function plain({ name, value }: RecordHeader): unknown {
  return [name, value && [...value]];
}

function letter(change: Partial<Letter>): Letter {
  const [key, value] = [null, Buffer.from('{}')];
  const place = { topic: 't', partition: 0, offset: 0n, timestamp: 1_700_000_000_123 };
  return { ...place, key, value, error: 'e', pipeline: 'p', headers: [], ...change };
}

test('letters become records again, partition by partition and in the order of their offsets', () => {
  const letters = [
    letter({ offset: 9n, key: Buffer.from('k'), value: Buffer.from('nine'), headers: HEADERS }),
    letter({ topic: 'other', partition: 3, offset: 1n, value: Buffer.alloc(0) }),
    letter({ offset: 9_007_199_254_740_993n, value: null, timestamp: -1 }),
    letter({ offset: 2n, key: Buffer.alloc(0), value: Buffer.from([0xff, 0x00]) }),
  ];
  const batches = [...packLetters(letters)];
  assert.deepEqual(
    batches.map(({ topic, partition, count, nextOffset }) => [topic, partition, count, nextOffset]),
    [
      ['t', 0, 2, 10n],
      // Too far from the others for one batch.
      ['t', 0, 1, 9_007_199_254_740_994n],
      ['other', 3, 1, 2n],
    ],
  );
  const records = batches.flatMap(batch => {
    let place = { record: 0, byte: 0 };
    const found = [];
    while (place.record < batch.count) {
      const { offset, timestamp, key, value, headers } = rawRecordAt(batch, place);
      if (offset === 9n) assert.deepEqual(readHeaders(headers).map(plain), HEADERS.map(plain));
      else assert.equal(headers, undefined);
      found.push([offset, timestamp, key && Buffer.from(key).toString('latin1'), value && [...value]]);
      place = placeBehind(batch, place);
    }
    return found;
  });
  assert.deepEqual(records, [
    [2n, 1_700_000_000_123, '', [0xff, 0x00]],
    [9n, 1_700_000_000_123, 'k', [...Buffer.from('nine')]],
    [9_007_199_254_740_993n, -1, undefined, undefined],
    [1n, 1_700_000_000_123, undefined, []],
  ]);
});

test('a batch is about a megabyte, and a larger letter is alone', () => {
  const sizes = [400_000, 700_000, 3_000_000, 10];
  const letters = sizes.map((size, index) => letter({ offset: BigInt(index), value: Buffer.alloc(size) }));
  assert.deepEqual(
    [...packLetters(letters)].map(({ count, baseOffset }) => [baseOffset, count]),
    [
      [0n, 1],
      [1n, 1],
      [2n, 1],
      [3n, 1],
    ],
  );
});

test('a letter is named by its place and its value: a topic made anew has other records at the same offsets', () => {
  const name = letterName(letter({ value: Buffer.from('a') }));
  assert.equal(letterName(letter({ value: Buffer.from('a'), pipeline: 'p.backfill-1' })), name);
  for (const change of [
    { value: Buffer.from('b') },
    { value: null },
    { value: Buffer.alloc(0) },
    { offset: 1n },
    { partition: 1 },
    { topic: 'u' },
  ])
    assert.notEqual(letterName(letter({ value: Buffer.from('a'), ...change })), name);
});
