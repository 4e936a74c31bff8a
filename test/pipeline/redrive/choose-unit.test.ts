import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chooseUnit, isLater } from '../../../pipeline/redrive/choose-unit.ts';
import type { DeadLetterFile } from '../../../pipeline/redrive/dead-letter-files.ts';

const LIMITS = { letters: 100, bytes: 1000 };

function file(
  name: string,
  change: { letters?: number; bytes?: number; partition?: string } = {},
): DeadLetterFile {
  const { letters = 40, bytes = 10, partition } = change;
  return {
    specId: 0,
    sequenceNumber: 5n,
    snapshotId: 55n,
    dataFile: {
      content: 'data',
      filePath: name,
      fileFormat: 'PARQUET',
      partition: partition === undefined ? [] : [partition],
      recordCount: BigInt(letters),
      fileSizeInBytes: BigInt(bytes),
    },
  };
}

function chosen(files: readonly DeadLetterFile[], done: readonly string[] = []): string[] {
  const left = files.filter(({ dataFile }) => !done.includes(dataFile.filePath));
  return chooseUnit(left, LIMITS).map(({ dataFile }) => dataFile.filePath);
}

describe('a unit of dead-letter files', () => {
  test('is the oldest that are left, up to the limits of letters and bytes', () => {
    const files = ['a', 'b', 'c', 'd'].map(name => file(name));
    assert.deepEqual(chosen(files), ['a', 'b']);
    assert.deepEqual(chosen(files, ['a', 'b']), ['c', 'd']);
    assert.deepEqual(chosen(files, ['a', 'b', 'c', 'd']), []);
    assert.deepEqual(chosen([file('a', { bytes: 600 }), file('b', { bytes: 600 })]), ['a']);
  });

  test('is one file at least, however large', () => {
    assert.deepEqual(chosen([file('huge', { letters: 1_000_000, bytes: 1e9 }), file('b')]), ['huge']);
  });

  test('is of one partition, so that what stays can go into one file', () => {
    const files = [
      file('a', { partition: 'x' }),
      file('b', { partition: 'y' }),
      file('c', { partition: 'x' }),
    ];
    assert.deepEqual(chosen(files), ['a', 'c']);
    assert.deepEqual(chosen(files, ['a', 'c']), ['b']);
  });
});

test('letters that a pipeline adds meanwhile are left for the next time, files that others rewrite are not', () => {
  const snapshots = (operation: string): Parameters<typeof isLater>[1]['snapshots'] => [
    { snapshotId: 55n, sequenceNumber: 5n, timestampMs: 0, summary: { operation } },
  ];
  assert.equal(isLater(file('a'), { snapshots: snapshots('append'), start: 4n }), true);
  assert.equal(isLater(file('a'), { snapshots: snapshots('append'), start: 5n }), false);
  assert.equal(isLater(file('a'), { snapshots: snapshots('replace'), start: 4n }), false);
  assert.equal(isLater(file('a'), { snapshots: snapshots('overwrite'), start: 4n }), false);
  assert.equal(isLater(file('a'), { snapshots: [], start: 4n }), false);
});
