import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DataFile } from '../../../catalog/iceberg/manifest.ts';
import { type LiveFile, planCompaction } from '../../../pipeline/compact/plan-compaction.ts';

const POLICY = { targetBytes: 100, minFiles: 3, maxRows: Infinity };

function file(
  name: string,
  size: number,
  changes: Partial<DataFile> & { readonly specId?: number } = {},
): LiveFile {
  const { specId = 0, ...rest } = changes;
  return {
    specId,
    dataFile: {
      content: 'data',
      filePath: name,
      fileFormat: 'PARQUET',
      partition: [],
      recordCount: 10n,
      fileSizeInBytes: BigInt(size),
      ...rest,
    },
  };
}

function plan(data: readonly LiveFile[], deletes: readonly LiveFile[] = [], policy = POLICY) {
  const { groups, skipped } = planCompaction({ data, deletes }, 0, policy);
  return { groups: groups.map(group => group.files.map(({ filePath }) => filePath)), skipped };
}

describe('a plan to put files together', () => {
  test('fills files up to the target, leaves large ones alone and a few small ones for later', () => {
    const sizes = [40, 30, 25, 90, 10, 5, 5, 60, 39];
    const files = sizes.map((size, i) => file(`f${i}`, size));
    assert.deepEqual(plan(files).groups, [
      ['f0', 'f1', 'f2'],
      ['f4', 'f5', 'f6', 'f7'],
    ]);
    assert.deepEqual(plan([file('a', 10), file('b', 10)]).groups, []);
    // Two files that fill a new one are worth it.
    assert.deepEqual(plan([file('a', 50), file('b', 40)]).groups, [['a', 'b']]);
  });

  test('never mixes partitions, null and the text "null" among them', () => {
    const of = (value: string | null, name: string): LiveFile => file(name, 10, { partition: [value] });
    const files = [
      of(null, 'a'),
      of('null', 'b'),
      of(null, 'c'),
      of('null', 'd'),
      of(null, 'e'),
      of('x', 'f'),
    ];
    assert.deepEqual(plan(files).groups, [['a', 'c', 'e']]);
  });

  test('leaves files of other formats, older partitionings and partitions with deleted rows, and says so', () => {
    const files = [
      file('orc', 10, { fileFormat: 'ORC', partition: [1] }),
      file('old', 10, { specId: 7, partition: [1] }),
      ...['a', 'b', 'c'].map(name => file(name, 10, { partition: [1] })),
      ...['d', 'e', 'f'].map(name => file(name, 10, { partition: [2] })),
    ];
    const { groups, skipped } = plan(files, [file('x', 1, { partition: [1], content: 'position-deletes' })]);
    assert.deepEqual(groups, [['d', 'e', 'f']]);
    assert.deepEqual(
      skipped.map(({ files: count }) => count),
      [1, 1, 3],
    );
    const unpartitioned = plan(files, [file('x', 1, { content: 'equality-deletes' })]);
    assert.deepEqual(unpartitioned.groups, []);
  });

  test('keeps what must be sorted in memory within its rows', () => {
    const files = ['a', 'b', 'c', 'd', 'e', 'f'].map(name => file(name, 1));
    assert.deepEqual(plan(files, [], { ...POLICY, maxRows: 30 }).groups, [
      ['a', 'b', 'c'],
      ['d', 'e', 'f'],
    ]);
  });
});
