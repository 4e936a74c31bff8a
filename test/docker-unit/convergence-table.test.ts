import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { convergeContainers } from '../../docker/containers/converge.ts';
import type { ContainerDetail } from '../../docker/containers/engine-api.ts';
import { STORE_IMAGES } from '../../docker/containers/images.ts';
import {
  describeUnits,
  HASH_LABEL,
  type Unit,
  unitHash,
  type UnitSite,
} from '../../docker/containers/units.ts';
import { DEFAULT_DOCKER_SETTINGS } from '../../docker/settings.ts';
import { describeEndpoints } from '../../docker/stack.ts';
import { createMemoryEngine, type MemoryEngine } from './memory-engine.ts';
import { testSite } from './site.ts';

type Found = Partial<ContainerDetail> | 'absent' | 'twice';

/** Every state of a container that an engine can report, with the calls that bring it to running when nothing else changed. */
const STATES: readonly (readonly [string, Found, readonly string[]])[] = [
  ['absent', 'absent', ['create', 'start']],
  ['there twice', 'twice', ['remove', 'remove', 'create', 'start']],
  ['running', {}, []],
  ['running, unhealthy', { health: 'unhealthy' }, []],
  ['running without a network', { hasNetwork: false }, ['remove', 'create', 'start']],
  ['paused', { status: 'paused' }, ['unpause']],
  ['exited in order', { status: 'exited', isRunning: false, exitCode: 143 }, ['start']],
  ['exited with a fault', { status: 'exited', isRunning: false, exitCode: 1 }, ['start']],
  ['killed', { status: 'exited', isRunning: false, exitCode: 137 }, ['start']],
  ['killed for memory', { status: 'exited', isRunning: false, exitCode: 137, wasOomKilled: true }, ['start']],
  ['created', { status: 'created', isRunning: false }, ['start']],
  [
    'created, its start failed',
    { status: 'created', isRunning: false, error: 'port is already allocated' },
    ['remove', 'create', 'start'],
  ],
  ['restarting', { status: 'restarting' }, ['remove', 'create', 'start']],
  ['dead', { status: 'dead', isRunning: false }, ['remove', 'create', 'start']],
  ['being removed', { status: 'removing', isRunning: false }, ['remove', 'create', 'start']],
];

const ports = DEFAULT_DOCKER_SETTINGS.ports;
/** Every kind of change of a description, with the units that it touches. */
const CHANGES: readonly (readonly [string, UnitSite, readonly string[]])[] = [
  ['nothing', testSite(), []],
  ['the port of Kafka', testSite({ ports: { ...ports, kafka: 29192 } }), ['kafka-1']],
  ['the port of the store', testSite({ ports: { ...ports, objectStore: 9100 } }), ['object-store', 'nessie']],
  ['the port of Nessie', testSite({ ports: { ...ports, nessie: 19121 } }), ['nessie']],
  ['the port of Trino', testSite({ ports: { ...ports, trino: 8084 } }), ['trino']],
  [
    'the keys of the store',
    testSite({}, { credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }),
    ['object-store', 'nessie', 'trino'],
  ],
  ['a variable of a catalog', testSite({}, { catalogVariables: { CRM: 'x' } }), ['trino']],
  ['the catalog of the tables', testSite({}, { icebergCatalog: 'connector.name=hive\n' }), ['trino']],
  ['a place in settings that containers do not read', testSite({ reserveDiskBytes: 1 }), []],
];

const before = describeUnits(testSite());
const ALL_IMAGES = [...before.map(unit => unit.create.image), STORE_IMAGES.seaweedfs.references[0]];

/** An engine in which one unit is in a state and all others run as `site` described them. */
async function engineWith(name: string, found: Found): Promise<MemoryEngine> {
  const engine = createMemoryEngine(ALL_IMAGES);
  for (const unit of before) {
    const copies = unit.name !== name ? 1 : found === 'absent' ? 0 : found === 'twice' ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const id = await addRunning(engine, unit);
      const container = engine.containers.get(id);
      if (unit.name === name && typeof found === 'object' && container !== undefined)
        engine.containers.set(id, { ...container, ...found });
    }
  }
  engine.calls.length = 0;
  return engine;
}

async function addRunning(engine: MemoryEngine, unit: Unit): Promise<string> {
  const labels = { ...unit.create.labels, [HASH_LABEL]: unitHash(unit) };
  const id = await engine.createContainer({ ...unit.create, labels });
  await engine.startContainer(id);
  return id;
}

/** Converges without servers: what is ready is the test's to say. */
async function converge(engine: MemoryEngine, site: UnitSite): Promise<void> {
  const { failures } = await convergeContainers(engine, {
    site,
    endpoints: describeEndpoints(site.settings, site.credentials),
    ready: {},
    signal: new AbortController().signal,
    onEvent: () => undefined,
    waitReady: waiting => waiting.before(),
    isPortFree: async () => true,
  });
  assert.deepEqual([...failures], []);
}

const callsOn = (engine: MemoryEngine, unit: Unit): string[] =>
  engine.calls.filter(call => call.endsWith(` ${unit.create.name}`)).map(call => call.split(' ')[0] ?? '');

describe('every state of every container × every change of the description', () => {
  for (const [change, site, touched] of CHANGES) {
    test(`a change of ${change} touches ${touched.length === 0 ? 'nothing' : touched.join(', ')}`, async () => {
      for (const target of before) {
        for (const [state, found, expected] of STATES) {
          const engine = await engineWith(target.name, found);
          await converge(engine, site);
          for (const unit of before) {
            const isTarget = unit.name === target.name;
            const asFound = isTarget ? expected : [];
            const count = !isTarget ? 1 : found === 'absent' ? 0 : found === 'twice' ? 2 : 1;
            const anew = [...Array.from({ length: count }, () => 'remove'), 'create', 'start'];
            const wanted = touched.includes(unit.name) ? anew : asFound;
            assert.deepEqual(callsOn(engine, unit), wanted, `${unit.name} with ${target.name} ${state}`);
          }
          const running = [...engine.containers.values()].filter(item => item.isRunning);
          assert.equal(running.length, before.length, `${target.name} ${state}: all run, none twice`);
          assert.ok(running.every(item => item.status === 'running'));
          const calls = engine.calls.length;
          await converge(engine, site);
          assert.equal(engine.calls.length, calls, `${target.name} ${state}: a second start changes nothing`);
        }
      }
    });
  }

  test('an image that was replaced under its name re-creates the containers of that image alone', async () => {
    const engine = await engineWith('trino', {});
    const kafka = [...engine.containers.values()].find(item => item.create.name.endsWith('kafka-1'));
    assert.ok(kafka);
    engine.containers.set(kafka.id, { ...kafka, imageId: 'an older one' });
    await converge(engine, testSite());
    assert.deepEqual([...new Set(engine.calls.map(call => call.split(' ')[1]))], ['lakehouse-abc-kafka-1']);
  });

  test('a smaller profile takes the surplus brokers away and leaves their volumes', async () => {
    const engine = createMemoryEngine(ALL_IMAGES);
    await converge(engine, testSite({ profile: 'standard' }));
    engine.calls.length = 0;
    await converge(engine, testSite());
    assert.ok(engine.calls.includes('remove lakehouse-abc-kafka-3'));
    assert.ok(engine.volumes.has('lakehouse-abc_kafka-3'));
  });
});
