import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  createPipelineRuns,
  type PipelineLauncher,
  type PipelineRuns,
} from '../../../client/pipelines/pipeline-runs.ts';
import { describeRun, metricLines, totalLag } from '../../../client/pipelines/pipeline-text.ts';
import type { PipelineMetrics } from '../../../pipeline/metrics.ts';

const FILE = '/w/a.pipeline.yaml';

describe('the pipelines of a window', () => {
  test('start once, show their figures and end', async () => {
    const fake = fakeLauncher();
    const runs = createPipelineRuns(fake.launch);
    assert.equal(describeRun(runs.get(FILE)), '');
    await Promise.all([runs.start(FILE), runs.start(FILE)]);
    assert.equal(fake.launched(), 1);
    assert.equal(describeRun(runs.get(FILE)), 'starting');
    fake.report(metrics({ rowsPerSecond: 123_456.7 }));
    assert.equal(describeRun(runs.get(FILE)), 'running · 123,457 rows/s · lag 5');
    fake.report(metrics({ share: { partitions: 2, of: 6 } }));
    assert.match(describeRun(runs.get(FILE)), /^running · 2 of 6 partitions · /);
    assert.deepEqual(runs.running()[0]?.target, { branch: 'main', table: ['nyc', 'taxi'] });
    await settle(runs, () => fake.end());
    assert.equal(describeRun(runs.get(FILE)), 'ended · 9,007,199,254,740,993 rows');
    assert.deepEqual(runs.running(), []);
  });

  test('say that they stop until their process is gone', async () => {
    const fake = fakeLauncher();
    const runs = createPipelineRuns(fake.launch);
    await runs.start(FILE);
    const stopping = runs.stop(FILE);
    assert.equal(describeRun(runs.get(FILE)), 'stopping');
    await settle(runs, () => fake.end());
    await stopping;
    assert.equal(describeRun(runs.get(FILE)), 'ended');
    await runs.stop(FILE);
  });

  test('pass on what they are told while they run', async () => {
    const fake = fakeLauncher();
    const runs = createPipelineRuns(fake.launch);
    runs.tell(FILE, 'pause');
    await runs.start(FILE);
    for (const what of ['pause', 'resume', 'drain'] as const) runs.tell(FILE, what);
    assert.deepEqual(fake.told, ['pause', 'resume', 'drain']);
  });

  test('keep the reason why one failed and can start again', async () => {
    const fake = fakeLauncher();
    const runs = createPipelineRuns(fake.launch);
    await runs.start(FILE);
    fake.report(metrics({}));
    await settle(runs, () => fake.fail('the topic flights does not exist\nsecond line'));
    assert.equal(describeRun(runs.get(FILE)), 'failed: the topic flights does not exist');
    await runs.start(FILE);
    assert.equal(fake.launched(), 2);
    assert.equal(describeRun(runs.get(FILE)), 'starting');
  });

  test('fail when their process cannot be started', async () => {
    const runs = createPipelineRuns(() => Promise.reject(new Error('no such file')));
    await assert.rejects(runs.start(FILE), /no such file/);
    assert.equal(describeRun(runs.get(FILE)), 'failed: no such file');
  });

  test('all stop together', async () => {
    const first = fakeLauncher();
    const runs = createPipelineRuns(first.launch);
    await runs.start(FILE);
    const stopping = runs.stopAll();
    first.end();
    await stopping;
    assert.equal(first.stopped(), 1);
  });
});

describe('the figures of a pipeline', () => {
  test('sum up the lag of its partitions, never below nothing', () => {
    assert.equal(totalLag(metrics({})), 5n);
  });

  test('say how far each partition is, in records and time, and which server is waited for', () => {
    const lines = metricLines(
      metrics({
        waitingFor: ['Nessie'],
        rowsPerSecond: 1500,
        rowsCommittedPerSecond: 1200.4,
        bytesRead: 2_000_000n,
        bytesWritten: 500_000n,
        filesWritten: 3,
        lagPerPartition: [
          { topic: 't', partition: 0, committed: 10n, end: 15n, seconds: 61.4 },
          { topic: 't', partition: 1, committed: 10n, end: 10n, seconds: 0 },
        ],
      }),
    );
    for (const line of [
      'waiting for Nessie, which does not answer',
      '1,500 rows/s read, 1,200 committed',
      'lag: 5 records in 2 partitions, 61 s',
      't/0: 5 behind',
    ])
      assert.ok(lines.includes(line), `${line} is not among\n${lines.join('\n')}`);
    assert.ok(lines.some(line => /read, .* written in 3 files$/.test(line)));
  });

  test('name records that could not be decoded only when there are some', () => {
    assert.equal(
      metricLines(metrics({})).some(line => line.includes('decoded')),
      false,
    );
    const lines = metricLines(metrics({ poisonRecords: 7n, commits: 3, lastCommitMs: 41.6 }));
    assert.ok(lines.includes('7 records could not be decoded'));
    assert.ok(metricLines(metrics({ rowsFiltered: 5n })).includes('5 rows left out by the filter'));
    assert.ok(lines.includes('3 commits, the last in 42 ms'));
  });
});

function metrics(parts: Partial<PipelineMetrics>): PipelineMetrics {
  return {
    state: 'running',
    waitingFor: [],
    rowsRead: 10n,
    rowsCommitted: 9_007_199_254_740_993n,
    poisonRecords: 0n,
    rowsFiltered: 0n,
    rowsPerSecond: 0,
    rowsCommittedPerSecond: 0,
    bytesRead: 0n,
    bytesWritten: 0n,
    filesWritten: 0,
    lagPerPartition: [
      { topic: 't', partition: 0, committed: 10n, end: 15n, seconds: 0 },
      { topic: 't', partition: 1, committed: 10n, end: 9n, seconds: 0 },
    ],
    commits: 0,
    lastCommitMs: 0,
    commitSeconds: { sum: 0, counts: [] },
    rssBytes: 150e6,
    ...parts,
  };
}

interface FakeLauncher {
  readonly launch: PipelineLauncher;
  launched(): number;
  stopped(): number;
  readonly told: readonly string[];
  report(value: PipelineMetrics): void;
  end(): void;
  fail(reason: string): void;
}

/** Processes that do what the test says. */
function fakeLauncher(): FakeLauncher {
  let launched = 0;
  let stopped = 0;
  const told: string[] = [];
  let report: (value: PipelineMetrics) => void = () => undefined;
  let ended = Promise.withResolvers<void>();
  return {
    launch: async (_file, onMetrics) => {
      launched += 1;
      report = onMetrics;
      ended = Promise.withResolvers();
      const { promise } = ended;
      return {
        target: { branch: 'main', table: ['nyc', 'taxi'] },
        ended: promise,
        pause: () => told.push('pause'),
        resume: () => told.push('resume'),
        drain: () => told.push('drain'),
        stop: () => {
          stopped += 1;
          return promise;
        },
      };
    },
    launched: () => launched,
    stopped: () => stopped,
    told,
    report: value => report(value),
    end: () => ended.resolve(),
    fail: reason => ended.reject(new Error(reason)),
  };
}

/** Does something and waits for the change that it brings. */
async function settle(runs: PipelineRuns, act: () => void): Promise<void> {
  const changed = new Promise<void>(resolve => runs.onDidChange(() => resolve()));
  act();
  await changed;
}
