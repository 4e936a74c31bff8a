import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { openDockerLakehouse } from '../../docker/containers/backend.ts';
import { findOrphans } from '../../docker/containers/orphans.ts';
import { removeStack } from '../../docker/containers/stack.ts';
import { HOME_LABEL, HOST_LABEL, STACK_LABEL } from '../../docker/containers/units.ts';
import { homeAt } from '../../docker/home.ts';
import { createMemoryEngine, type MemoryEngine } from './memory-engine.ts';

const HERE = { host: 'laptop', isHome: (directory: string) => directory === '/alive' };

async function addStack(engine: MemoryEngine, id: string, home: string, host = 'laptop'): Promise<string> {
  const labels = { [STACK_LABEL]: id, [HOME_LABEL]: home };
  await engine.createVolume(`${id}-data`, { ...labels, [HOST_LABEL]: host });
  return engine.createContainer({
    name: `${id}-kafka-1`,
    image: 'image',
    env: {},
    labels,
    network: id,
    aliases: [],
    ports: {},
    volumes: {},
    memoryBytes: 1,
  });
}

describe('stacks whose workspace was deleted', () => {
  test('are found by their labels, with what they hold', async () => {
    const engine = createMemoryEngine(['image']);
    await addStack(engine, 'lost', '/gone');
    await addStack(engine, 'kept', '/alive');
    await engine.createVolume('lakehouse-lost_similar', {});
    assert.deepEqual(await findOrphans(engine, HERE), [
      { stackId: 'lost', home: '/gone', containers: 1, volumes: [{ name: 'volume lost-data', bytes: 0 }] },
    ]);
  });

  test('are none while one of their containers runs, or when another machine made them', async () => {
    const engine = createMemoryEngine(['image']);
    await engine.startContainer(await addStack(engine, 'running', '/gone'));
    await addStack(engine, 'remote', '/gone-too', 'server');
    assert.deepEqual(await findOrphans(engine, HERE), []);
  });

  test('are removed alone', async () => {
    const engine = createMemoryEngine(['image']);
    await addStack(engine, 'lost', '/gone');
    await addStack(engine, 'kept', '/alive');
    await removeStack(engine, 'lost');
    assert.deepEqual([...engine.volumes.keys()], ['kept-data']);
    assert.deepEqual(
      [...engine.containers.values()].map(item => item.create.name),
      ['kept-kafka-1'],
    );
  });
});

test('a home that was deleted does not come back because somebody looks at it', async () => {
  const directory = path.join(os.tmpdir(), `lakehouse-deleted-${process.pid}`);
  const lakehouse = openDockerLakehouse({
    home: homeAt(directory),
    engine: createMemoryEngine(['image']),
    resources: path.resolve(import.meta.dirname, '../..'),
  });
  assert.equal((await lakehouse.status()).services.trino.state.kind, 'missing');
  await lakehouse.plan({ ports: { trino: 'auto' } });
  await lakehouse.diagnostics();
  assert.deepEqual(await lakehouse.data(), []);
  assert.equal(existsSync(directory), false);
});
