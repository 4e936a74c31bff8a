import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectNessie, getConfig } from '../../../catalog/nessie.ts';
import { parseEndpoints } from '../../../client/lakehouse/endpoints-file.ts';
import { createRemoteControl } from '../../../client/lakehouse/remote-control.ts';
import { reachService } from '../../../client/lakehouse/reach.ts';
import type { LakehouseEvent, ServiceName } from '../../../docker/events.ts';

const TEXT = JSON.stringify({
  kafka: { brokers: ['127.0.0.1:29092'] },
  objectStore: {
    endpoint: 'http://127.0.0.1:9000',
    region: 'r',
    bucket: 'b',
    accessKeyId: 'k',
    secretAccessKey: 's',
  },
  nessie: { uri: 'http://127.0.0.1:19120/api/v2' },
  icebergRest: { uri: 'http://127.0.0.1:19120/iceberg' },
  trino: { uri: 'http://127.0.0.1:8083', user: 'u', catalog: 'iceberg' },
});
const ENDPOINTS = parseEndpoints(TEXT, 'endpoints.json');

const NO_SIGNAL = new AbortController().signal;

describe('a lakehouse that somebody else runs', () => {
  test('is up when all four services answer', async () => {
    const { events, listen } = recorder();
    await remote(async () => undefined).up(listen, NO_SIGNAL);
    assert.deepEqual(lastKinds(events), {
      kafka: 'ready',
      objectStore: 'ready',
      nessie: 'ready',
      trino: 'ready',
    });
  });

  test('names the service that does not answer, its address and why, and shows the others', async () => {
    const { events, listen } = recorder();
    const control = remote(async service => {
      if (service === 'nessie')
        throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    });
    await assert.rejects(control.up(listen, NO_SIGNAL), {
      message: 'Nessie at http://127.0.0.1:19120/api/v2 does not answer: connect ECONNREFUSED.',
    });
    assert.deepEqual(lastKinds(events), {
      kafka: 'ready',
      objectStore: 'ready',
      nessie: 'failed',
      trino: 'ready',
    });
  });

  test('a Nessie that wants a login answers, and says itself what to do', async () => {
    const { listen } = recorder();
    const control = remote(async service => {
      if (service !== 'nessie') return;
      const fetch = async () => new Response('', { status: 401 });
      await getConfig(connectNessie({ uri: 'http://127.0.0.1:19120/api/v2', fetch }));
    });
    await assert.rejects(control.up(listen, NO_SIGNAL), {
      message: /^Nessie at http:\/\/127\.0\.0\.1:19120\/api\/v2 asks for a login, and none is set/,
    });
  });

  test('shows every service as failed when its endpoints file cannot be read', async () => {
    const { events, listen } = recorder();
    const readEndpoints = (): Promise<never> => Promise.reject(new Error('no such file'));
    const control = createRemoteControl({ file: 'e.json', readEndpoints, reach: async () => undefined });
    await assert.rejects(control.up(listen, NO_SIGNAL), /no such file/);
    assert.deepEqual(new Set(Object.values(lastKinds(events))), new Set(['failed']));
  });

  test('is looked at until nobody follows it any more', async () => {
    const { events, listen } = recorder();
    const following = new AbortController();
    const done = remote(async () => undefined).follow(event => {
      listen(event);
      if (events.length === 4) following.abort();
    }, following.signal);
    await done;
    assert.deepEqual(lastKinds(events), {
      kafka: 'ready',
      objectStore: 'ready',
      nessie: 'ready',
      trino: 'ready',
    });
  });

  test('offers nothing that only its owner may do', () => {
    assert.equal(remote(async () => undefined).owner, undefined);
  });
});

describe('looking at a service', () => {
  test('rejects with the reason when nothing listens', async () => {
    const nowhere = { ...ENDPOINTS, kafka: { brokers: ['127.0.0.1:1'] } };
    await assert.rejects(reachService('kafka', nowhere, AbortSignal.timeout(5000)), /ECONNREFUSED/);
  });
});

describe('an endpoints file', () => {
  test('is refused with its name and the part that is wrong', () => {
    assert.throws(() => parseEndpoints('{', 'e.json'), /^Error: The endpoints file e\.json is not JSON/);
    assert.throws(() => parseEndpoints('{}', 'e.json'), /has no text at objectStore\.endpoint/);
    const broken = JSON.stringify({ ...JSON.parse(TEXT), kafka: { brokers: [1] } });
    assert.throws(() => parseEndpoints(broken, 'e.json'), /has no list of texts at kafka\.brokers/);
  });
});

function remote(reach: (service: ServiceName) => Promise<void>): ReturnType<typeof createRemoteControl> {
  return createRemoteControl({ file: 'endpoints.json', readEndpoints: async () => ENDPOINTS, reach });
}

function recorder(): { events: LakehouseEvent[]; listen: (event: LakehouseEvent) => void } {
  const events: LakehouseEvent[] = [];
  return { events, listen: event => events.push(event) };
}

function lastKinds(events: readonly LakehouseEvent[]): Record<string, string> {
  return Object.fromEntries(
    events.flatMap(event => (event.kind === 'service' ? [[event.service, event.state.kind]] : [])),
  );
}
