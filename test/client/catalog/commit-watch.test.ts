import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TableMetadata } from '../../../catalog/iceberg/metadata.ts';
import type { LeafNode } from '../../../client/catalog/catalog-nodes.ts';
import { type CommittedProgress, createCommitWatch } from '../../../client/catalog/commit-watch.ts';

const NODE: LeafNode = { kind: 'leaf', leaf: 'table', ref: 'main', key: ['demo', 'rides'] };
const OFFSETS = { 'lakehouse.rides.offsets': '{"topics":{}}' };

function metadataOf(properties: Readonly<Record<string, string>>): TableMetadata {
  const snapshots = Array.from({ length: 90 }, (_, i) => ({
    snapshotId: BigInt(i),
    sequenceNumber: BigInt(i),
    timestampMs: i,
    summary: {},
  }));
  return { properties: { ...properties, comment: 'x' }, snapshots } as unknown as TableMetadata;
}

describe('the line of a table that a pipeline elsewhere fills', () => {
  test('is told when there is an answer, drawn again when it changes, and says nothing when nobody answers', async () => {
    const drawn: unknown[] = [];
    const asked: CommittedProgress[] = [];
    let answer: string | undefined | Error = '5 rows/s · lag 1 · from commits';
    const watch = createCommitWatch({
      browser: { knownTable: () => metadataOf(OFFSETS), redraw: node => drawn.push(node) },
      describe: progress => {
        asked.push(progress);
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    });
    assert.equal(watch.text(NODE), undefined);
    await watch.refresh();
    assert.equal(watch.text(NODE), '5 rows/s · lag 1 · from commits');
    assert.deepEqual(drawn, [NODE]);
    assert.equal(asked.length, 1);
    // What is sent is little: the offsets, and the newest snapshots.
    assert.deepEqual(asked[0]?.properties, OFFSETS);
    assert.deepEqual([asked[0]?.snapshots[0]?.snapshotId, asked[0]?.snapshots.length], [89n, 40]);
    await watch.refresh();
    assert.equal(drawn.length, 1);
    answer = new Error('Kafka is away');
    await watch.refresh();
    assert.equal(watch.text(NODE), undefined);
    assert.equal(drawn.length, 2);
  });

  test('costs nothing where no pipeline writes it, or nothing was read of it', async () => {
    const found = [undefined, metadataOf({})];
    for (const metadata of found) {
      const watch = createCommitWatch({
        browser: { knownTable: () => metadata, redraw: () => assert.fail('drawn') },
        describe: () => assert.fail('asked'),
      });
      assert.equal(watch.text(NODE), undefined);
      await watch.refresh();
    }
  });
});
