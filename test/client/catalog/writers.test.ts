import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AskEnds, describeProgress, describeWriters } from '../../../client/catalog/reading/writers.ts';
import { topicPartition } from '../../../pipeline/topic-partition.ts';

const NOW = Date.UTC(2026, 0, 2);
const OFFSETS =
  '{"cluster":"k1","topics":{"rides":{"p":{"0":9007199254740993,"1":5},"s":{"0":0,"1":0},"t":{"0":1767225600000}}},"seq":1200,"commit":"c","writer":"host/7"}';
const metadata = { properties: { 'lakehouse.rides.offsets': OFFSETS }, snapshots: [] };

function ends(cluster: string, ...offsets: readonly bigint[]): AskEnds {
  return async () => ({
    cluster,
    ends: new Map(offsets.map((end, partition) => [topicPartition('rides', partition), end])),
  });
}

describe('the pipelines that write a table', () => {
  test('are told with their commit, and with the lag of every partition, also of one that is new', async () => {
    const [writer] = await describeWriters(metadata, ends('k1', 9007199254740995n, 5n, 7n), NOW);
    assert.equal(writer?.title, 'Pipeline rides');
    assert.equal(writer.lines[0], 'Commit 1,200, by host/7');
    assert.equal(writer.lines[1], 'Lag 9 records');
    assert.match(
      writer.lines[2] ?? '',
      /^rides \[0\]: in the table up to offset 9,007,199,254,740,993 of 9,007,199,254,740,995, lag 2, \d+ days behind$/,
    );
    assert.deepEqual(writer.lines.slice(3), [
      'rides [1]: in the table up to offset 5 of 5, lag 0',
      'rides [2]: nothing in the table yet, of 7',
    ]);
  });

  test('have no lag where their topics lie in another cluster or Kafka is away, and say so', async () => {
    const [other] = await describeWriters(metadata, ends('k2', 1n), NOW);
    assert.match(other?.lines[1] ?? '', /another Kafka cluster \(k1\)/);
    assert.equal(other?.lines[3], 'rides [1]: in the table up to offset 5');
    const [away] = await describeWriters(
      metadata,
      async () => ({ ends: new Map(), failure: 'no broker' }),
      NOW,
    );
    assert.equal(away?.lines[1], 'How far it is behind is not known: no broker');
  });

  test('tell how fast they are and how far behind from their commits alone, in the line of the table too', async () => {
    const commit = (secondsAgo: number, rows: string, id = `${secondsAgo}`) => ({
      snapshotId: BigInt(secondsAgo),
      sequenceNumber: 1n,
      timestampMs: NOW - secondsAgo * 1000,
      summary: {
        'added-records': rows,
        'lakehouse.commit-id': id,
        'lakehouse.rides.offsets': OFFSETS.replace('"commit":"c"', `"commit":"${id}"`),
      },
    });
    const snapshots = [commit(12, '9'), commit(2, '25000', 'c')];
    const filled = { ...metadata, snapshots };
    const behind = ends('k1', 9007199254740995n, 5n);
    const [writer] = await describeWriters(filled, behind, NOW);
    assert.equal(writer?.lines[0], 'Commit 1,200, 2 s ago, by host/7');
    assert.equal(writer.lines[1], '2,500 rows/s, from its last commit (10 s)');
    assert.equal(await describeProgress(filled, behind, NOW), '2,500 rows/s · lag 2 · from commits');
    const away: AskEnds = async () => ({ ends: new Map(), failure: 'no broker' });
    assert.equal(await describeProgress(filled, away, NOW), '2,500 rows/s · lag unknown · from commits');
    const later = NOW + 300_000;
    assert.equal(await describeProgress(filled, behind, later), 'no commit for 5 min · lag 2 · from commits');
    const done = ends('k1', 9007199254740993n, 5n);
    assert.equal(await describeProgress(filled, done, later), undefined);
  });

  test('say when they are done, and what cannot be read', async () => {
    const [done] = await describeWriters(metadata, ends('k1', 9007199254740993n, 5n), NOW);
    assert.equal(done?.lines[1], 'Everything of its topics is in the table');
    const spoilt = { ...metadata, properties: { 'lakehouse.rides.offsets': '{"topics":{}}' } };
    const [unread] = await describeWriters(spoilt, ends('k1'), NOW);
    assert.deepEqual(unread?.lines, [
      'Its offsets cannot be read: another program has changed the property.',
    ]);
  });
});
