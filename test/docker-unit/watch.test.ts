import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { watchStack } from '../../docker/containers/follow.ts';
import { explainEnd, serviceState } from '../../docker/containers/status.ts';
import { describeUnits } from '../../docker/containers/units.ts';
import { SERVICE_NAMES, type ServiceName, type ServiceState } from '../../docker/events.ts';
import type { LakehouseStatus, ServiceStatus } from '../../docker/status.ts';
import { createMemoryEngine } from './memory-engine.ts';
import { testSite } from './site.ts';

const statusOf = (state: ServiceState): LakehouseStatus => {
  const row: ServiceStatus = { title: '', version: '', address: '', state };
  const services = Object.fromEntries(SERVICE_NAMES.map(name => [name, row])) as Record<
    ServiceName,
    ServiceStatus
  >;
  return { home: '', backend: 'docker', services, rssBytes: 0 };
};

describe('watching a stack', () => {
  test('tells an engine that is away once, however often it is asked, and the first state after it', async () => {
    const controller = new AbortController();
    let looks = 0;
    const engine = {
      ...createMemoryEngine([]),
      watchContainers: async function* () {
        for (let i = 0; i < 20; i++) yield;
      },
    };
    const status = async (): Promise<LakehouseStatus> => {
      looks += 1;
      if (looks < 5) throw new Error('connect ENOENT');
      return statusOf({ kind: 'stopped' });
    };
    const told: string[] = [];
    for await (const event of watchStack(engine, { stackId: 'abc', signal: controller.signal, status })) {
      if (event.kind === 'service') told.push(event.state.kind);
      if (told.length === 2 * SERVICE_NAMES.length) controller.abort();
    }
    assert.ok(looks >= 5);
    assert.deepEqual(told, [...SERVICE_NAMES.map(() => 'failed'), ...SERVICE_NAMES.map(() => 'stopped')]);
  });
});

test('an engine that takes requests and never answers, as a paused one does, is told within its deadline', async () => {
  const controller = new AbortController();
  const status = (): Promise<LakehouseStatus> => new Promise(() => undefined);
  const events = watchStack(createMemoryEngine([]), {
    stackId: 'abc',
    signal: controller.signal,
    status,
    deadlineMs: 20,
  });
  const first = await events.next();
  const state = first.done !== true && first.value.kind === 'service' ? first.value.state : undefined;
  assert.match(
    state?.kind === 'failed' ? state.cause : '',
    /^The Docker engine does not answer: .* said nothing for 0\.02 s/,
  );
  controller.abort();
  await events.return(undefined);
});

describe('the state of a service', () => {
  const [kafka] = describeUnits(testSite());
  assert.ok(kafka);

  test('does not follow the engine’s word on health, which flaps and on some engines never leaves "starting"', () => {
    for (const health of ['starting', 'unhealthy', 'healthy', 'none']) {
      const detail = {
        id: '1',
        imageId: 'i',
        labels: {},
        status: 'running',
        isRunning: true,
        wasOomKilled: false,
        exitCode: 0,
        error: '',
        startedAt: 'then',
        health,
        hasNetwork: true,
      };
      const view = { sighting: new Map([['kafka-1', detail]]), ready: { 1: 'then' }, address: 'x' };
      assert.equal(serviceState([kafka], view).kind, 'ready', health);
    }
  });

  test('is told with the line of the log that says why, where an exit code says nothing', () => {
    const log = [
      '2026-11-25 10:00:00,123 INFO Starting',
      '[2026-11-25 10:00:01,456] ERROR Exiting Kafka due to fatal exception (kafka.Kafka$)',
      'java.lang.OutOfMemoryError: Java heap space',
      '\tat java.base/java.nio.HeapByteBuffer.<init>(HeapByteBuffer.java:71)',
    ];
    assert.equal(
      explainEnd('Ended with exit code 1.', log),
      'Ended with exit code 1: java.lang.OutOfMemoryError: Java heap space',
    );
    assert.equal(
      explainEnd('Ended with exit code 1.', log.slice(0, 2)),
      'Ended with exit code 1: ERROR Exiting Kafka due to fatal exception (kafka.Kafka$)',
    );
    assert.equal(explainEnd('Ended with exit code 1.', log.slice(0, 1)), 'Ended with exit code 1.');
    assert.equal(explainEnd('Killed (exit code 137).', log), 'Killed (exit code 137).');
  });
});
