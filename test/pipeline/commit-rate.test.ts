import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Snapshot } from '../../catalog/iceberg/snapshot.ts';
import { recentRate } from '../../pipeline/commit-rate.ts';

const NOW = Date.UTC(2026, 0, 2);

/** A snapshot with the offsets of a commit; another writer's has an id of its own. */
function snapshot(secondsAgo: number, rows: number, change: Readonly<Record<string, string>> = {}): Snapshot {
  const commit = `c${secondsAgo}`;
  const offsets = { cluster: 'k', topics: {}, seq: 1, commit, writer: 'h/1' };
  return {
    snapshotId: BigInt(10_000 - secondsAgo),
    sequenceNumber: 1n,
    timestampMs: NOW - secondsAgo * 1000,
    summary: {
      'added-records': String(rows),
      'lakehouse.commit-id': commit,
      'lakehouse.rides.offsets': JSON.stringify(offsets),
      ...change,
    },
  };
}

describe('the rate of a pipeline that runs elsewhere', () => {
  test('is the rows of its last commits over the time between them, whatever their order', () => {
    const snapshots = [snapshot(1, 4_000), snapshot(21, 77_777), snapshot(11, 6_000)];
    assert.deepEqual(recentRate(snapshots, 'rides', NOW), { rowsPerSecond: 500, commits: 2, seconds: 20 });
    const many = Array.from({ length: 40 }, (_, i) => snapshot(i * 2 + 1, 1_000));
    assert.deepEqual(recentRate(many, 'rides', NOW), { rowsPerSecond: 500, commits: 10, seconds: 20 });
  });

  test('counts neither compaction nor redrives nor other pipelines, which carry its offsets along', () => {
    const others = [
      snapshot(5, 1_000_000, { 'lakehouse.commit-id': 'compaction', operation: 'replace' }),
      snapshot(6, 1_000_000, { 'lakehouse.commit-id': 'redrive' }),
      snapshot(7, 1_000_000, { 'lakehouse.rides.offsets': 'spoilt' }),
    ];
    const found = recentRate([snapshot(1, 100), ...others, snapshot(11, 100)], 'rides', NOW);
    assert.deepEqual(found, { rowsPerSecond: 10, commits: 1, seconds: 10 });
    assert.equal(recentRate([snapshot(1, 100), snapshot(2, 100)], 'flights', NOW), undefined);
  });

  test('is unknown after the first commit, and when the last is too long ago for its pace', () => {
    assert.equal(recentRate([snapshot(1, 100)], 'rides', NOW), undefined);
    assert.equal(recentRate([snapshot(70, 100), snapshot(75, 100)], 'rides', NOW), undefined);
    // One that commits every five minutes is not silent after two.
    assert.equal(recentRate([snapshot(120, 300), snapshot(420, 300)], 'rides', NOW)?.rowsPerSecond, 1);
  });
});
