import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { openDockerLakehouse } from '../../docker/containers/backend.ts';
import { convergeContainers } from '../../docker/containers/converge.ts';
import { isFarEngine } from '../../docker/containers/reach.ts';
import { describeUnits } from '../../docker/containers/units.ts';
import { homeAt } from '../../docker/home.ts';
import { describeEndpoints } from '../../docker/stack.ts';
import { createMemoryEngine } from './memory-engine.ts';
import { testSite } from './site.ts';

const directory = mkdtempSync(path.join(os.tmpdir(), 'far-engine-'));
after(() => rmSync(directory, { recursive: true }));
const site = testSite();
const origin = { host: 'tcp://10.1.2.3:2376', reason: 'DOCKER_HOST' };
const farEngine = () => ({
  ...createMemoryEngine(describeUnits(site).map(unit => unit.create.image)),
  origin,
});

describe('an engine on another machine', () => {
  test('is refused before anything is created there, with the tunnel that is needed', async () => {
    const engine = farEngine();
    const resources = path.resolve(import.meta.dirname, '../..');
    const home = homeAt(path.join(directory, 'stack'));
    const lakehouse = openDockerLakehouse({ home, engine, resources });
    const settings = {
      ports: { kafka: 'auto', objectStore: 'auto', nessie: 'auto', trino: 'auto' },
    } as const;
    await assert.rejects(
      lakehouse.up({ settings }),
      /on another machine .*first open a tunnel: ssh -N -L \d+:/,
    );
    assert.deepEqual(engine.calls, []);
    assert.equal(existsSync(home.endpointsFile), false);
  });

  test('with a tunnel is used, and the listening tunnel is not taken for a taken port', async () => {
    const engine = farEngine();
    const { failures } = await convergeContainers(engine, {
      site,
      endpoints: describeEndpoints(site.settings, site.credentials),
      ready: {},
      signal: new AbortController().signal,
      onEvent: () => undefined,
      waitReady: async () => undefined,
      isPortFree: async () => false,
    });
    assert.deepEqual([...failures], []);
    assert.equal(engine.containers.size, 4);
  });

  test('is told from one of this machine by its address', () => {
    const own = Object.values(os.networkInterfaces()).flatMap(list => list ?? []);
    const addresses = own.map(({ address, family }) =>
      family === 'IPv6' ? `[${address.split('%')[0]}]` : address,
    );
    for (const name of ['localhost', '127.0.0.2', '[::1]', ...addresses])
      assert.equal(isFarEngine({ host: `tcp://${name}:2375`, reason: '' }), false, name);
    for (const host of ['tcp://10.1.2.3:2375', 'ssh://me@host', 'https://engine.example.org'])
      assert.equal(isFarEngine({ host, reason: '' }), true, host);
    assert.equal(isFarEngine({ host: 'unix:///var/run/docker.sock', reason: '' }), false);
    assert.equal(isFarEngine({ host: 'npipe:////./pipe/docker_engine', reason: '' }), false);
  });
});
