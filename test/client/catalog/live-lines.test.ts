import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { liveLines } from '../../../client/catalog/live-lines.ts';
import type { PipelineMetrics } from '../../../pipeline/metrics.ts';
import type { PipelineRun } from '../../../client/pipelines/pipeline-runs.ts';

type Running = Extract<PipelineRun, { kind: 'running' }>;

const metrics: PipelineMetrics = {
  state: 'running',
  waitingFor: [],
  rowsRead: 90n,
  rowsCommitted: 90n,
  poisonRecords: 0n,
  rowsFiltered: 0n,
  rowsPerSecond: 1234.4,
  rowsCommittedPerSecond: 1200,
  bytesRead: 1000n,
  bytesWritten: 500n,
  filesWritten: 1,
  lagPerPartition: [{ topic: 'rides', partition: 0, committed: 90n, end: 9007199254740993n, seconds: 1 }],
  commits: 1,
  lastCommitMs: 20,
  commitSeconds: { sum: 0.02, counts: [] },
  rssBytes: 1,
};
const run = {
  kind: 'running',
  isStopping: false,
  target: { branch: 'main', table: ['demo', 'a.b'] },
  metrics,
} satisfies Running;

describe('what a running pipeline says on the page of its table', () => {
  test('is its rate and the lag of every partition, exactly', () => {
    const lines = liveLines({ running: () => [run] }, 'main', ['demo', 'a.b']);
    assert.deepEqual(lines, [
      'running · 1,234 rows/s · lag 9,007,199,254,740,903',
      'rides [0]: committed up to 90 of 9,007,199,254,740,993, lag 9,007,199,254,740,903',
    ]);
  });

  test('is nothing for another table, another branch, or when none runs', () => {
    const runs = { running: () => [run] };
    assert.deepEqual(liveLines(runs, 'dev', ['demo', 'a.b']), []);
    assert.deepEqual(liveLines(runs, 'main', ['demo', 'a', 'b']), []);
    assert.deepEqual(liveLines({ running: () => [] }, 'main', ['demo', 'a.b']), []);
  });
});
