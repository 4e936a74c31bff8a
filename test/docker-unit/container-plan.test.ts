import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ContainerDetail } from '../../docker/containers/engine-api.ts';
import {
  describeMemoryShortage,
  planAction,
  planUnits,
  type UnitAction,
} from '../../docker/containers/plan.ts';
import { describeUnits, HASH_LABEL, type Unit, unitHash } from '../../docker/containers/units.ts';
import { DEFAULT_DOCKER_SETTINGS } from '../../docker/settings.ts';
import { createMemoryEngine } from './memory-engine.ts';
import { testSite } from './site.ts';

const site = testSite;

const container = (over: Partial<ContainerDetail> = {}): ContainerDetail => ({
  id: '1',
  imageId: 'image',
  labels: { [HASH_LABEL]: 'same' },
  status: 'running',
  isRunning: true,
  wasOomKilled: false,
  exitCode: 0,
  error: '',
  startedAt: 'now',
  health: 'none',
  hasNetwork: true,
  ...over,
});

/** Every state that an engine reports, and what is done when the description is the same. */
const STATES: readonly (readonly [string, Partial<ContainerDetail>, UnitAction['kind']])[] = [
  ['running', {}, 'keep'],
  ['running without a network', { hasNetwork: false }, 'recreate'],
  ['paused', { status: 'paused' }, 'unpause'],
  ['exited in order', { status: 'exited', isRunning: false, exitCode: 143 }, 'start'],
  ['exited with a fault', { status: 'exited', isRunning: false, exitCode: 1 }, 'start'],
  [
    'killed for its memory',
    { status: 'exited', isRunning: false, exitCode: 137, wasOomKilled: true },
    'start',
  ],
  ['created and never started', { status: 'created', isRunning: false }, 'start'],
  ['created, its start failed', { status: 'created', isRunning: false, error: 'port taken' }, 'recreate'],
  ['restarting', { status: 'restarting' }, 'recreate'],
  ['dead', { status: 'dead', isRunning: false }, 'recreate'],
  ['being removed', { status: 'removing', isRunning: false }, 'recreate'],
];

describe('what is done to a container', () => {
  for (const [name, state, expected] of STATES) {
    test(`that is ${name}: ${expected}`, () => {
      assert.equal(planAction('same', [container(state)]).kind, expected);
    });
    test(`that is ${name}, after a change of its description: recreate`, () => {
      const action = planAction('other', [container(state)]);
      assert.deepEqual(action, { kind: 'recreate', reason: 'its settings have changed' });
    });
  }

  test('whose image was replaced under the same name: recreate', () => {
    assert.equal(planAction('same', [container()], 'image').kind, 'keep');
    assert.equal(planAction('same', [container()], 'newer image').kind, 'recreate');
  });

  test('that was deleted by hand: create', () => {
    assert.deepEqual(planAction('same', []), { kind: 'create' });
  });

  test('of which there are two: recreate', () => {
    assert.equal(planAction('same', [container(), container({ id: '2' })]).kind, 'recreate');
  });
});

describe('what a change of settings touches', () => {
  const before = new Map(describeUnits(site()).map(unit => [unit.name, unitHash(unit)]));
  const touched = (units: readonly Unit[]): string[] =>
    units.filter(unit => before.get(unit.name) !== unitHash(unit)).map(unit => unit.name);

  test('nothing, when nothing has changed', () => {
    assert.deepEqual(touched(describeUnits(site())), []);
  });

  test('the port of Trino: Trino alone', () => {
    const ports = { ...DEFAULT_DOCKER_SETTINGS.ports, trino: 8084 };
    assert.deepEqual(touched(describeUnits(site({ ports }))), ['trino']);
  });

  test('the port of the store: the store and Nessie, which tells clients of it', () => {
    const ports = { ...DEFAULT_DOCKER_SETTINGS.ports, objectStore: 9100 };
    assert.deepEqual(touched(describeUnits(site({ ports }))), ['object-store', 'nessie']);
  });

  test('the catalog: Trino alone', () => {
    assert.deepEqual(touched(describeUnits(site({}, { icebergCatalog: 'connector.name=hive\n' }))), [
      'trino',
    ]);
  });

  test('the profile standard: three brokers, each with its own volume and port', () => {
    const brokers = describeUnits(site({ profile: 'standard' })).filter(unit => unit.service === 'kafka');
    assert.deepEqual(
      brokers.map(unit => Object.values(unit.create.ports)),
      [[29092], [39092], [49092]],
    );
    assert.equal(new Set(brokers.flatMap(unit => Object.keys(unit.create.volumes))).size, 3);
    for (const { create } of brokers) {
      assert.equal(create.env['KAFKA_DEFAULT_REPLICATION_FACTOR'], '3');
      assert.equal(create.env['KAFKA_MIN_INSYNC_REPLICAS'], '2');
    }
  });
});

describe('the plan of a stack', () => {
  test('finds containers by label, never by name', async () => {
    const units = describeUnits(site());
    const engine = createMemoryEngine(units.map(unit => unit.create.image));
    const [kafka] = units;
    assert.ok(kafka);
    await engine.createContainer({ ...kafka.create, labels: { other: 'stack' } });
    const { planned, surplus } = await planUnits(engine, 'abc', units);
    assert.deepEqual(
      planned.map(item => item.action.kind),
      ['create', 'create', 'create', 'create'],
    );
    assert.deepEqual(surplus, []);
  });

  test('names containers that the stack has no more', async () => {
    const wide = describeUnits(site({ profile: 'standard' }));
    const engine = createMemoryEngine(wide.map(unit => unit.create.image));
    for (const unit of wide) await engine.createContainer(unit.create);
    const { surplus } = await planUnits(engine, 'abc', describeUnits(site()));
    assert.deepEqual(
      surplus.map(row => row.name),
      ['lakehouse-abc-kafka-2', 'lakehouse-abc-kafka-3'],
    );
  });

  test('tells when the engine has too little memory for the profile', async () => {
    const info = {
      version: '1',
      apiVersion: '1.44',
      memoryBytes: 2 * 1024 ** 3,
      cpus: 2,
      operatingSystem: '',
      dataRoot: '',
    };
    assert.match(
      describeMemoryShortage(info, describeUnits(site())) ?? '',
      /has 2\.0 GB of memory.*use the profile small/,
    );
    assert.equal(
      describeMemoryShortage({ ...info, memoryBytes: 8 * 1024 ** 3 }, describeUnits(site())),
      undefined,
    );
  });

  test('publishes on the loopback, names an exact version everywhere and puts no secret into a file', () => {
    for (const unit of describeUnits(site({ profile: 'standard' }))) {
      for (const reference of unit.image.references) assert.match(reference, /:[^:/]*\d[^:/]*$/);
      assert.doesNotMatch(JSON.stringify(unit.files), /secret"|=secret|=id\b/);
      assert.ok(unit.create.memoryBytes > 0);
    }
  });
});
