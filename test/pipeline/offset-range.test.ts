import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PipelineHalt } from '../../pipeline/errors.ts';
import { printOffsets } from '../../pipeline/iceberg/offsets.ts';
import { createTableMetadata } from '../../pipeline/iceberg/new-table.ts';
import { batchBefore } from '../../pipeline/kafka/pack.ts';
import { backfillName, parseBound, refuseOverlap, resolveStretch } from '../../pipeline/offset-range.ts';
import type { TopicPartition } from '../../pipeline/topic-partition.ts';
import { batchOf } from '../support/record-batch.ts';

const RANGES = new Map([
  ['t/0', { low: 10n, high: 100n }],
  ['t/1', { low: 0n, high: 50n }],
] as const);
const SOURCE = {
  offsetsAt: async () =>
    new Map<TopicPartition, bigint>([
      ['t/0', 30n],
      ['t/1', 50n],
    ]),
};

describe('the ends of a stretch of topics', () => {
  test('are words, times with a zone, or offsets', () => {
    const one = { topics: ['t'] };
    assert.deepEqual(parseBound('latest', one), { kind: 'latest' });
    assert.deepEqual(parseBound('2026-01-31T08:00:00+01:00', one), {
      kind: 'time',
      time: Date.UTC(2026, 0, 31, 7),
    });
    assert.deepEqual(parseBound('2026-01-31', one), { kind: 'time', time: Date.UTC(2026, 0, 31) });
    assert.deepEqual(parseBound('0=9007199254740993,1=2', one), {
      kind: 'offsets',
      offsets: new Map([
        ['t/0', 9007199254740993n],
        ['t/1', 2n],
      ]),
    });
    const two = { topics: ['a', 'b.c'] };
    assert.deepEqual(parseBound('b.c/3=4', two), { kind: 'offsets', offsets: new Map([['b.c/3', 4n]]) });
    for (const text of ['', 'yesterday', '2026-01-31T08:00:00', '2026-13-01', '5', '0=1', 'c/0=1', 'a/0=-1'])
      assert.throws(() => parseBound(text, two), RangeError, text);
  });

  test('become offsets of the partitions that they touch, cut at what is there', async () => {
    const of = async (from: string, to: string): Promise<unknown> => {
      const source = { topics: ['t'] };
      const stretch = await resolveStretch(SOURCE, RANGES, {
        from: parseBound(from, source),
        to: parseBound(to, source),
      });
      return [[...stretch.from], [...stretch.to]];
    };
    assert.deepEqual(await of('earliest', 'latest'), [
      [
        ['t/0', 10n],
        ['t/1', 0n],
      ],
      [
        ['t/0', 100n],
        ['t/1', 50n],
      ],
    ]);
    // Nothing of partition 1 is that young.
    assert.deepEqual(await of('2026-01-01', 'latest'), [[['t/0', 30n]], [['t/0', 100n]]]);
    assert.deepEqual(await of('1=5', '1=7,0=20'), [[['t/1', 5n]], [['t/1', 7n]]]);
    assert.deepEqual(await of('0=20', '0=900'), [[['t/0', 20n]], [['t/0', 100n]]]);
    await assert.rejects(of('0=3', 'latest'), /stands at offset 3, but the topic now begins at 10/);
  });

  test('name a back-fill, and the same ones name the same', () => {
    const name = backfillName('p', { from: 'earliest', to: '0=5' });
    assert.match(name, /^p\.backfill-[0-9a-f]{8}$/);
    assert.equal(backfillName('p', { from: 'earliest', to: '0=5' }), name);
    assert.notEqual(backfillName('p', { from: 'earliest', to: '0=6' }), name);
  });

  test('must not touch what the pipeline or another back-fill of it has loaded', () => {
    const table = createTableMetadata({
      key: ['n', 't'],
      fields: [],
      partitioning: [],
      warehouse: 's3://w',
      now: 0,
    });
    const loaded = (from: bigint, to: bigint): string =>
      printOffsets({
        cluster: 'c',
        next: new Map([['t/0', to]]),
        starts: new Map([['t/0', from]]),
        times: new Map(),
        seq: 1,
        commitId: 'u',
        writer: 'w',
      });
    const properties = {
      'lakehouse.p.offsets': loaded(50n, 80n),
      'lakehouse.p.backfill-00000001.offsets': loaded(10n, 20n),
      'lakehouse.other.offsets': loaded(0n, 1000n),
    };
    const check = (from: bigint, to: bigint): void =>
      refuseOverlap({ ...table, properties }, 'p.backfill-00000002', {
        from: new Map([['t/0', from]]),
        to: new Map([['t/0', to]]),
      });
    check(20n, 50n);
    check(80n, 90n);
    const message = /offsets 40 to 50 are asked for, but p has loaded 50 to 79 into this table.*--again/;
    assert.throws(
      () => check(40n, 51n),
      (error: unknown) => error instanceof PipelineHalt && message.test(error.message),
    );
    assert.throws(() => check(0n, 11n), /p\.backfill-00000001 has loaded 10 to 19/);
  });
});

describe('a batch that reaches beyond an end', () => {
  test('is cut there, with its keys and values', () => {
    const batch = batchOf(['aa', null, 'cccc', 'd'], 100n);
    assert.equal(batchBefore(batch, undefined), batch);
    assert.equal(batchBefore(batch, 104n), batch);
    const cut = batchBefore(batch, 102n);
    assert.deepEqual([cut.count, cut.nextOffset, [...cut.valueLengths]], [2, 102n, [2, -1]]);
    assert.equal(Buffer.from(cut.bytes).toString(), 'aak1');
    assert.deepEqual([batchBefore(batch, 50n).count, batchBefore(batch, 50n).bytes.length], [0, 0]);
  });
});
