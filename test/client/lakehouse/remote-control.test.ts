import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
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

describe('a lakehouse that somebody else runs', () => {
  test('is up when all four services answer', async () => {
    const { events, listen } = recorder();
    const found = await remote(async () => undefined).up(listen, new AbortController().signal);
    assert.equal(found, ENDPOINTS);
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
      if (service === 'nessie') throw new Error('ECONNREFUSED');
    });
    await assert.rejects(
      control.up(listen, new AbortController().signal),
      /^Error: Nessie at http:\/\/127\.0\.0\.1:19120\/api\/v2 does not answer: Error: ECONNREFUSED$/,
    );
    assert.deepEqual(lastKinds(events), {
      kafka: 'ready',
      objectStore: 'ready',
      nessie: 'failed',
      trino: 'ready',
    });
    assert.equal(await control.look(listen), undefined);
  });

  test('is never stopped from here', async () => {
    await assert.rejects(
      remote(async () => undefined).down(() => undefined, new AbortController().signal),
      /somebody else/,
    );
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

function remote(probe: (service: ServiceName) => Promise<void>): ReturnType<typeof createRemoteControl> {
  return createRemoteControl({ file: 'endpoints.json', readEndpoints: async () => ENDPOINTS, probe });
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
