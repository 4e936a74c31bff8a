import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  PIPELINE_ENVIRONMENT,
  PIPELINE_EXEC_ARGV,
  type PipelineCommand,
  type PipelineEvent,
} from '../../../pipeline/child-protocol.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { openPlayground } from '../../support/pipeline-playground.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-child-'));
after(() => rmSync(folder, { recursive: true }));

const DEADLINE_MS = 60_000;

interface Child {
  readonly process: ChildProcess;
  send(command: PipelineCommand): void;
  /** Waits for the next event, also one that has come already, for which `accept` answers true. */
  event(accept: (event: PipelineEvent) => boolean): Promise<PipelineEvent>;
}

function startChild(): Child {
  const child = fork(path.resolve(import.meta.dirname, '../../../pipeline/child.ts'), [], {
    serialization: 'advanced',
    execArgv: [...PIPELINE_EXEC_ARGV],
    env: { ...process.env, ...PIPELINE_ENVIRONMENT },
  });
  const events: PipelineEvent[] = [];
  let seen = 0;
  child.on('message', event => events.push(event as PipelineEvent));
  return {
    process: child,
    send: command => void child.send(command),
    event: async accept => {
      const deadline = Date.now() + DEADLINE_MS;
      for (;;) {
        while (seen < events.length) {
          const event = events[seen++];
          if (event !== undefined && accept(event)) return event;
        }
        if (Date.now() > deadline)
          throw new Error(`Not among ${JSON.stringify(events.map(event => event.kind))}.`);
        await sleep(20);
      }
    },
  };
}

describe('the process of a pipeline', () => {
  test('streams, pauses, goes on, and commits what it has read before it stops', async () => {
    await using ground = await openPlayground('child', {
      schema: 'id: long',
      settings: 'commit: { interval: 300ms }',
    });
    const pipelineFile = path.join(folder, 'a.pipeline.yaml');
    writeFileSync(pipelineFile, ground.yaml);
    const child = startChild();
    child.send({ kind: 'start', pipelineFile, endpoints: testEndpoints() });
    await child.event(event => event.kind === 'metrics' && event.metrics.state === 'running');
    await ground.produce(['{"id":1}', '{"id":2}']);
    const committed = await child.event(event => event.kind === 'commit');
    assert.ok(committed.kind === 'commit' && committed.commit.rows >= 1n);
    assert.equal(committed.commit.table, `pipeline_test.${ground.table}`);

    child.send({ kind: 'pause' });
    await child.event(event => event.kind === 'metrics' && event.metrics.state === 'paused');
    await ground.produce(['{"id":3}']);
    const paused = await child.event(event => event.kind === 'metrics');
    assert.ok(paused.kind === 'metrics' && paused.metrics.rowsRead <= 2n);
    child.send({ kind: 'resume' });
    await child.event(event => event.kind === 'metrics' && event.metrics.rowsCommitted === 3n);

    await ground.produce(['{"id":4}']);
    await child.event(event => event.kind === 'metrics' && event.metrics.rowsRead === 4n);
    const exited = once(child.process, 'exit');
    child.send({ kind: 'stop' });
    await child.event(event => event.kind === 'stopped');
    assert.deepEqual(await exited, [0, null]);
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.sqlName}`), 4n);
  });

  test('says why it cannot run and ends with code 1', async () => {
    const pipelineFile = path.join(folder, 'bad.pipeline.yaml');
    writeFileSync(pipelineFile, 'name: 1 2\n');
    const child = startChild();
    child.send({ kind: 'start', pipelineFile, endpoints: testEndpoints() });
    const exited = once(child.process, 'exit');
    const halted = await child.event(event => event.kind === 'halted');
    assert.ok(halted.kind === 'halted');
    assert.match(halted.message, /bad\.pipeline\.yaml:1:7: name must be/);
    assert.deepEqual(await exited, [1, null]);
  });

  test('drains: reads on to where the topic ends, commits that and ends', async () => {
    await using ground = await openPlayground('drain', {
      schema: 'id: long',
      settings: 'commit: { interval: 1h }',
    });
    const pipelineFile = path.join(folder, 'c.pipeline.yaml');
    writeFileSync(pipelineFile, ground.yaml);
    await ground.produce(Array.from({ length: 500 }, (_, id) => `{"id":${id}}`));
    const child = startChild();
    child.send({ kind: 'start', pipelineFile, endpoints: testEndpoints() });
    await child.event(event => event.kind === 'metrics' && event.metrics.state === 'running');
    child.send({ kind: 'drain' });
    await child.event(event => event.kind === 'stopped');
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.sqlName}`), 500n);
  });

  test('commits and ends when its parent goes away', async () => {
    await using ground = await openPlayground('orphan', {
      schema: 'id: long',
      settings: 'commit: { interval: 1h }',
    });
    const pipelineFile = path.join(folder, 'b.pipeline.yaml');
    writeFileSync(pipelineFile, ground.yaml);
    const child = startChild();
    child.send({ kind: 'start', pipelineFile, endpoints: testEndpoints() });
    await child.event(event => event.kind === 'metrics' && event.metrics.state === 'running');
    await ground.produce(['{"id":1}']);
    await child.event(event => event.kind === 'metrics' && event.metrics.rowsRead === 1n);
    const exited = once(child.process, 'exit');
    child.process.disconnect();
    await exited;
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.sqlName}`), 1n);
  });
});
