import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LakehouseEndpoints } from '../../../catalog/endpoints.ts';
import type { EventListener, LakehouseControl } from '../../../client/lakehouse/control.ts';
import { createSession } from '../../../client/lakehouse/session.ts';
import type { ServiceName } from '../../../docker/events.ts';

const ENDPOINTS = { trino: { uri: 'http://127.0.0.1:1' } } as LakehouseEndpoints;
const NO_SIGNAL = new AbortController().signal;

describe('a lakehouse session', () => {
  test('knows nothing before it looks, and the endpoints and states after', async () => {
    const session = createSession(
      control({ look: async report => (ready(report, 'kafka'), ENDPOINTS) }),
      ignore,
    );
    assert.equal(session.endpoints, undefined);
    let changes = 0;
    session.onDidChange(() => (changes += 1));
    await session.refresh();
    assert.equal(session.endpoints, ENDPOINTS);
    assert.equal(session.services.kafka.kind, 'ready');
    assert.equal(changes, 2);
  });

  test('turns a failed look into no endpoints and one line in the log', async () => {
    const lines: string[] = [];
    const session = createSession(control({ look: () => Promise.reject(new Error('no file')) }), line =>
      lines.push(line),
    );
    await session.refresh();
    assert.equal(session.endpoints, undefined);
    assert.deepEqual(lines, ['Looking at a test lakehouse failed: Error: no file']);
  });

  test('starts once for two that ask at the same time, and again later', async () => {
    let starts = 0;
    const session = createSession(control({ up: async () => ((starts += 1), ENDPOINTS) }), ignore);
    await Promise.all([session.start(NO_SIGNAL, ignore), session.start(NO_SIGNAL, ignore)]);
    assert.equal(starts, 1);
    await session.start(NO_SIGNAL, ignore);
    assert.equal(starts, 2);
  });

  test('rejects when starting fails and can start again', async () => {
    let isFirst = true;
    const up = async (): Promise<LakehouseEndpoints> => {
      if (!isFirst) return ENDPOINTS;
      isFirst = false;
      throw new Error('port 9000 is taken');
    };
    const session = createSession(control({ up }), ignore);
    await assert.rejects(session.start(NO_SIGNAL, ignore), /port 9000/);
    assert.equal(await session.start(NO_SIGNAL, ignore), ENDPOINTS);
  });

  test('drops what a lakehouse reports after it was replaced', async () => {
    const slow = Promise.withResolvers<void>();
    const old = control({
      look: async report => {
        await slow.promise;
        ready(report, 'kafka');
        return ENDPOINTS;
      },
    });
    const session = createSession(old, ignore);
    const looking = session.refresh();
    await session.use(control({}));
    slow.resolve();
    await looking;
    assert.equal(session.endpoints, undefined);
    assert.equal(session.services.kafka.kind, 'stopped');
  });

  test('has no endpoints from the moment it stops', async () => {
    const session = createSession(control({ look: async () => ENDPOINTS }), ignore);
    await session.refresh();
    const stopping = session.stop(NO_SIGNAL);
    assert.equal(session.endpoints, undefined);
    await stopping;
  });
});

function control(parts: Partial<LakehouseControl>): LakehouseControl {
  return {
    title: 'a test lakehouse',
    canStart: true,
    look: async () => undefined,
    up: async () => ENDPOINTS,
    down: async () => undefined,
    logFile: () => undefined,
    ...parts,
  };
}

function ready(report: EventListener, service: ServiceName): void {
  report({ kind: 'service', at: 0, service, state: { kind: 'ready', address: 'x' } });
}

function ignore(): void {}
