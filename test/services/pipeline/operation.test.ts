import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { command as etl } from '../../../bin/commands/etl.ts';
import type { RunningPipeline } from '../../../pipeline/pipeline.ts';
import { PipelineHalt } from '../../../pipeline/errors.ts';
import { backfillName, parseBound } from '../../../pipeline/offset-range.ts';
import { idsIn } from '../../support/pipeline-halts.ts';
import { openPlayground, type Playground, type RunOptions } from '../../support/pipeline-playground.ts';
import { parseExposition } from '../../support/prometheus.ts';
import { runCommand } from '../../support/run-command.ts';
import { waitUntil } from '../../support/wait-until.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-operation-'));
after(() => rmSync(folder, { recursive: true }));

function rows(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => `{"id":${from + i}}`);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, id) => id);
}

/** A pipeline that does not outlive its test. */
function stopping(pipeline: RunningPipeline): RunningPipeline & AsyncDisposable {
  return {
    ...pipeline,
    [Symbol.asyncDispose]: async () => {
      pipeline.stop();
      await pipeline.finished.catch(() => {});
    },
  };
}

function writePipeline({ table, yaml }: Playground): string {
  const file = `${table}.pipeline.yaml`;
  writeFileSync(path.join(folder, file), yaml);
  return file;
}

interface Status {
  readonly lastCommit: { readonly seq: number; readonly writer: string; readonly ageSeconds: number };
  readonly partitions: readonly { readonly committed: number; readonly end: number; readonly lag: number }[];
  readonly rows: number;
  readonly backfills: readonly { readonly name: string; readonly loaded: readonly object[] }[];
}

async function statusOf(file: string): Promise<Status> {
  const { code, stdout } = await runCommand(etl, {
    values: { json: true },
    positionals: ['status', file],
    cwd: folder,
  });
  assert.equal(code, 0);
  const [status] = JSON.parse(stdout) as Status[];
  assert.ok(status);
  return status;
}

describe('a back-fill', () => {
  test('loads what came before the pipeline began, exactly once, although it is interrupted, beside the running pipeline', async () => {
    await using ground = await openPlayground('backfill', {
      schema: 'id: long',
      settings: 'commit: { interval: 100ms, rows: 20 }',
      partitions: 2,
    });
    const source = { topics: [ground.topic], format: 'json', start: 'latest' } as const;
    await ground.produce(rows(0, 100).map((value, id) => ({ key: null, value, partition: id % 2 })));
    await using pipeline = stopping(ground.start({ config: { source } }));
    await waitUntil('the pipeline stands at the end', async () => pipeline.metrics().commits > 0);
    await ground.produce(rows(100, 110).map(value => ({ key: null, value, partition: 0 })));
    await waitUntil('it has read on', () => pipeline.metrics().rowsCommitted === 10n);

    const texts = { from: 'earliest', to: '0=50,1=50' };
    const range = { from: parseBound(texts.from, source), to: parseBound(texts.to, source) };
    const config = { source, name: backfillName(ground.table, texts) };
    let commits = 0;
    const afterCommit = (): void => {
      if (++commits === 1) throw new Error('The process dies here.');
    };
    await assert.rejects(ground.run({ config, range, hooks: { afterCommit } }), /dies here/);
    const half = (await idsIn(ground)).length;
    assert.ok(half > 10 && half < 110, `${half} rows`);
    await ground.run({ config, range });
    await ground.produce(rows(110, 115).map(value => ({ key: null, value, partition: 0 })));
    await waitUntil('the pipeline goes on', () => pipeline.metrics().rowsCommitted === 15n);
    pipeline.stop();
    await pipeline.finished;
    assert.deepEqual(await idsIn(ground), upTo(115));

    const file = writePipeline(ground);
    const backfill = (from: string, to: string): ReturnType<typeof runCommand> =>
      runCommand(etl, { values: { from, to, json: true }, positionals: ['backfill', file], cwd: folder });
    const again = await backfill(texts.from, texts.to);
    assert.match(again.stdout, /"kind":"stopped","summary":\{"rows":"0"/);
    await assert.rejects(backfill('0=49', 'latest'), (error: unknown) => {
      assert.ok(error instanceof PipelineHalt);
      assert.equal(error.code, 'already-loaded');
      assert.match(error.message, /offsets 49 to 64 are asked for, but \S+ has loaded 50 to 64/);
      return true;
    });
    await assert.rejects(backfill('yesterday', 'latest'), /"yesterday" is no place in a topic/);
    const status = await statusOf(file);
    assert.deepEqual(status.backfills, [
      {
        name: config.name,
        loaded: [0, 1].map(partition => ({ topic: ground.topic, partition, from: 0, to: 50 })),
      },
    ]);
    assert.deepEqual(await idsIn(ground), upTo(115));
  });

  test('takes times, and stops exactly at its end within a fetched batch', async () => {
    await using ground = await openPlayground('times', { schema: 'id: long', partitions: 2 });
    await ground.produce(rows(0, 30));
    const time = Date.now() + 1;
    await waitUntil('the clock has gone on', () => Date.now() > time + 1);
    await ground.produce(rows(30, 50));
    const source = { topics: [ground.topic] };
    const load = (from: string, to: string): Promise<unknown> =>
      ground.run({
        range: { from: parseBound(from, source), to: parseBound(to, source) },
        config: { name: backfillName(ground.table, { from, to }) },
      } satisfies RunOptions);
    const middle = new Date(time).toISOString();
    await load('earliest', middle);
    assert.deepEqual(await idsIn(ground), upTo(30));
    await load(middle, '0=1000000,1=1000000');
    assert.deepEqual(await idsIn(ground), upTo(50));
  });

  test('is not loaded again by a pipeline that begins after it', async () => {
    await using ground = await openPlayground('backfill_first', { schema: 'id: long', partitions: 1 });
    await ground.produce(rows(0, 10));
    const source = { topics: [ground.topic] };
    const load = (from: string, to: string): Promise<unknown> =>
      ground.run({
        range: { from: parseBound(from, source), to: parseBound(to, source) },
        config: { name: backfillName(ground.table, { from, to }) },
      } satisfies RunOptions);
    await load('0=4', '0=6');
    await assert.rejects(ground.run(), (error: unknown) => {
      assert.ok(error instanceof PipelineHalt);
      assert.equal(error.code, 'already-loaded');
      assert.match(error.message, /would begin at offset 0 of \S+, but \S+ has loaded 4 to 5 .*Load 0 to 3/s);
      return true;
    });
    await load('earliest', '0=4');
    await ground.run();
    assert.deepEqual(await idsIn(ground), upTo(10));
  });
});

describe('the operation of pipelines', () => {
  test('tells how far a pipeline is from its table alone, wherever it ran', async () => {
    await using ground = await openPlayground('status', { schema: 'id: long', partitions: 2 });
    const file = writePipeline(ground);
    await ground.produce(rows(0, 10));
    await ground.run();
    await ground.produce(['{"id":10}', 'bad']);
    const status = await statusOf(file);
    assert.equal(status.lastCommit.seq, 1);
    assert.match(status.lastCommit.writer, new RegExp(`.+/${process.pid}$`));
    assert.ok(status.lastCommit.ageSeconds >= 0 && status.lastCommit.ageSeconds < 60);
    const sum = (of: 'committed' | 'end' | 'lag'): number =>
      status.partitions.reduce((total, partition) => total + partition[of], 0);
    assert.deepEqual([sum('committed'), sum('end'), sum('lag'), status.rows], [10, 12, 2, 10]);
    const { stdout } = await runCommand(etl, { positionals: ['status', file], cwd: folder });
    assert.match(stdout, /last\s+commit 1, \d+ s ago, by \S+\/\d+\nbehind\s+2 records, \d+ s\n/);
    await ground.run();
    const later = await runCommand(etl, { positionals: ['status', file], cwd: folder });
    assert.match(
      later.stdout,
      /\nrate\s+[\d,]+ rows\/s, from its last commit \(\d+ s\)\nbehind\s+0 records\n/,
    );
  });

  test('runs several pipelines side by side; one that halts does not stop the others', async () => {
    await using one = await openPlayground('side_one', { schema: 'id: long' });
    await using two = await openPlayground('side_two', { schema: 'id: long', settings: 'onError: fail' });
    await using three = await openPlayground('side_three', { schema: 'id: long' });
    await one.produce(rows(0, 10));
    await two.produce(['bad']);
    await three.produce(rows(0, 20));
    const positionals = ['run', ...[one, two, three].map(writePipeline)];
    const run = runCommand(etl, { values: { once: true }, positionals, cwd: folder });
    await assert.rejects(run, /offset 0 is no row/);
    assert.deepEqual([await idsIn(one), await idsIn(three)], [upTo(10), upTo(20)]);
    const twice = runCommand(etl, { positionals: [writePipeline(one), writePipeline(one)], cwd: folder });
    await assert.rejects(twice, /Two of the files are named/);
  });

  test('serves live metrics on request, on loopback, until it is stopped', async () => {
    await using ground = await openPlayground('metrics', {
      schema: 'id: long',
      settings: 'commit: { interval: 100ms }',
      partitions: 2,
    });
    await ground.produce(rows(0, 10));
    const stop = new AbortController();
    let said = '';
    const run = runCommand(etl, {
      values: { 'metrics-port': '0' },
      positionals: [writePipeline(ground)],
      cwd: folder,
      signal: stop.signal,
      onStderr: text => (said += text),
    });
    const uriIn = (text: string): string | undefined => /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(text)?.[0];
    await waitUntil('the address is told', () => uriIn(said) !== undefined);
    const uri = uriIn(said) ?? '';
    const fetchValue = async (name: string): Promise<number> => {
      const response = await fetch(uri);
      assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
      const { samples = [] } = parseExposition(await response.text()).get(name) ?? {};
      return samples.reduce((sum, { value }) => sum + Number(value), 0);
    };
    await waitUntil(
      'all rows are committed and the lag is known',
      async () =>
        (await fetchValue('lakehouse_pipeline_rows_committed_total')) === 10 &&
        (await fetchValue('lakehouse_pipeline_end_offset')) === 10 &&
        (await fetchValue('lakehouse_pipeline_lag_records')) === 0,
    );
    assert.equal((await fetch(uri.replace('/metrics', '/'))).status, 404);
    stop.abort();
    assert.equal((await run).code, 0);
    await assert.rejects(fetch(uri));
  });
});
