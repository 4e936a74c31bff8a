import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  applyEvent,
  describeState,
  failedServices,
  formatBytes,
  NO_SERVICES,
  overall,
  readyCount,
  shortLogLine,
  type Services,
} from '../../../client/lakehouse/services.ts';
import type { ServiceState } from '../../../docker/events.ts';

const READY: ServiceState = { kind: 'ready', address: '127.0.0.1:1' };
const FAILED: ServiceState = { kind: 'failed', cause: 'no memory\nat line 2', lastLines: [] };

describe('the services of a lakehouse', () => {
  test('take over the state of an event and ignore a notice', () => {
    const next = applyEvent(NO_SERVICES, { kind: 'service', at: 1, service: 'trino', state: READY });
    assert.equal(next.trino, READY);
    assert.equal(applyEvent(next, { kind: 'notice', at: 2, text: 'hello' }), next);
  });

  test('are busy while one moves, ready when all are, partial when some are, stopped otherwise', () => {
    assert.equal(overall(NO_SERVICES), 'stopped');
    assert.equal(overall(all(READY)), 'ready');
    assert.equal(overall({ ...all(READY), kafka: FAILED }), 'partial');
    assert.equal(overall({ ...NO_SERVICES, kafka: FAILED }), 'partial');
    assert.equal(overall({ ...all(READY), kafka: { kind: 'stopping' } }), 'busy');
    assert.equal(overall({ ...NO_SERVICES, nessie: { kind: 'missing' } }), 'stopped');
  });

  test('show the lines of their logs without the time, which would fill the sidebar', () => {
    for (const [line, short] of [
      ['2026-11-25 07:41:34,964 INFO  [org.nessie] (main) started', 'INFO  [org.nessie] (main) started'],
      ['[2026-11-25 07:41:34,964] ERROR No space left (kafka.Log)', 'ERROR No space left (kafka.Log)'],
      ['2026-11-25T07:41:34.964+0100\tINFO\tmain\tSERVER STARTED', 'INFO\tmain\tSERVER STARTED'],
      ['2026-11-25T07:41:34Z', '2026-11-25T07:41:34Z'],
      ['   Caused by: java.io.IOException', 'Caused by: java.io.IOException'],
    ] as const)
      assert.equal(shortLogLine(line), short);
  });

  test('are counted and the failed ones named', () => {
    const services = { ...all(READY), nessie: FAILED };
    assert.equal(readyCount(services), '3/4');
    assert.deepEqual(failedServices(services), ['nessie']);
  });
});

describe('the words beside a service', () => {
  const cases: readonly (readonly [ServiceState, string])[] = [
    [{ kind: 'missing' }, 'not there yet'],
    [{ kind: 'stopped' }, 'stopped'],
    [
      { kind: 'starting', step: 'waiting for port 9000', elapsedMs: 2600 },
      'starting: waiting for port 9000 (3 s)',
    ],
    [
      { kind: 'fetching', artifact: 'trino-server', receivedBytes: 250e6, totalBytes: 1e9 },
      'fetching trino-server, 25 % of 1 GB',
    ],
    [{ kind: 'fetching', artifact: 'weed', receivedBytes: 5e6, totalBytes: 0 }, 'fetching weed, 5 MB'],
    [{ kind: 'ready', address: '127.0.0.1:8083', rssBytes: 712e6 }, '127.0.0.1:8083 · 712 MB'],
    [FAILED, 'failed: no memory'],
  ];
  for (const [state, expected] of cases) {
    test(`are '${expected}' when it is ${state.kind}`, () => {
      assert.equal(describeState(state), expected);
    });
  }

  test('give sizes in decimal units with few digits', () => {
    assert.deepEqual([0, 999, 1000, 1234, 99_960, 999_499, 999_500, 4.7e9].map(formatBytes), [
      '0 B',
      '999 B',
      '1 kB',
      '1.2 kB',
      '100 kB',
      '999 kB',
      '1 MB',
      '4.7 GB',
    ]);
  });
});

function all(state: ServiceState): Services {
  return { kafka: state, objectStore: state, nessie: state, trino: state };
}
