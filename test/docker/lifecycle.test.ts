import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { sightContainers } from '../../docker/containers/status.ts';
import { type LakehouseEvent, SERVICE_NAMES } from '../../docker/events.ts';
import { LakehouseStartError } from '../../docker/lakehouse.ts';
import { pickFreePort } from '../../docker/ports.ts';
import {
  AUTO_PORTS,
  connectKafka,
  holdPort,
  kindsOf,
  queryTrino,
  waitForState,
} from '../services/docker/stack-clients.ts';
import { type DockerStack, leftOf, openDockerStack } from './engine-stack.ts';

/**
 * One stack goes through its life on a real engine. The images may be stand-ins that carry the official names and
 * contracts (environment names, paths, users) around the same servers: what is proved is this code and those contracts,
 * not the official images themselves.
 */
describe('a lakehouse of containers', () => {
  let stack: DockerStack;
  before(async () => {
    stack = await openDockerStack();
  });
  after(() => stack[Symbol.asyncDispose]());

  const startTimes = async (): Promise<Record<string, string>> => {
    const sighting = await sightContainers(stack.engine, stack.stackId);
    return Object.fromEntries(
      [...sighting].map(([name, detail]) => [name, `${detail.id} ${detail.startedAt}`]),
    );
  };

  test('started twice at once becomes one, with every service ready', async () => {
    const events: LakehouseEvent[] = [];
    const settings = { ports: AUTO_PORTS };
    const [first] = await Promise.all([
      stack.lakehouse.up({ settings, onEvent: event => events.push(event) }),
      stack.reopen().up({ settings }),
    ]);
    for (const name of SERVICE_NAMES) {
      assert.equal(first.services[name].state.kind, 'ready', name);
      assert.ok(kindsOf(events, name).includes('ready'));
    }
    const containers = await stack.engine.listContainers(`dev.lakehouse.stack=${stack.stackId}`);
    assert.equal(containers.length, 4);
  });

  test('publishes every port on the loopback only and is grouped like a compose project', () => {
    const format = '{{.Ports}};{{.Label "com.docker.compose.project"}}';
    const filter = `label=dev.lakehouse.stack=${stack.stackId}`;
    const rows = execFileSync('docker', ['ps', '--format', format, '--filter', filter], { encoding: 'utf8' });
    for (const row of rows.trim().split('\n')) {
      assert.match(row, /127\.0\.0\.1:/);
      assert.doesNotMatch(row, /0\.0\.0\.0|:::/);
      assert.ok(row.endsWith(`;lakehouse-${stack.stackId}`));
    }
  });

  test('started again when all is well touches no container', async () => {
    const before = await startTimes();
    await stack.lakehouse.up();
    assert.deepEqual(await startTimes(), before);
  });

  test('tells when a container was killed, and starts that one alone', async () => {
    const before = await startTimes();
    const failed = waitForState(stack.lakehouse, 'nessie', state => state.kind === 'failed');
    await waitForState(stack.lakehouse, 'nessie', state => state.kind === 'ready');
    docker('kill', '--signal=KILL', `lakehouse-${stack.stackId}-nessie`);
    const state = await failed;
    assert.match(state.kind === 'failed' ? state.cause : '', /ended with code 137/);
    assert.ok(state.kind === 'failed' && state.lastLines.length > 0);
    const status = await stack.lakehouse.up();
    assert.equal(status.services.nessie.state.kind, 'ready');
    const after = await startTimes();
    assert.notEqual(after['nessie'], before['nessie']);
    assert.deepEqual({ ...after, nessie: '' }, { ...before, nessie: '' });
  });

  test('brings back what was deleted by hand and what was paused', async () => {
    docker('rm', '--force', '--volumes', `lakehouse-${stack.stackId}-object-store`);
    docker('pause', `lakehouse-${stack.stackId}-kafka-1`);
    const { services } = await stack.lakehouse.status();
    assert.equal(services.objectStore.state.kind, 'missing');
    assert.match(services.kafka.state.kind === 'failed' ? services.kafka.state.cause : '', /is paused/);
    const status = await stack.lakehouse.up();
    for (const name of SERVICE_NAMES) assert.equal(status.services[name].state.kind, 'ready', name);
  });

  test('keeps tables, branches, offsets and made catalogs over a stop and a re-creation', async () => {
    const endpoints = await stack.lakehouse.endpoints();
    await queryTrino(endpoints, 'CREATE SCHEMA iceberg.kept');
    await queryTrino(endpoints, 'CREATE TABLE iceberg.kept.numbers AS SELECT * FROM (VALUES 1, 2, 3) t(n)');
    await queryTrino(endpoints, 'CREATE CATALOG made USING tpch');
    const admin = connectKafka(endpoints).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1, replicationFactor: 1 }] });
    await admin.setOffsets({ groupId: 'reader', topic: 'kept', partitions: [{ partition: 0, offset: '0' }] });
    await admin.disconnect();

    const stopped = await stack.lakehouse.down();
    for (const name of SERVICE_NAMES) assert.equal(stopped.services[name].state.kind, 'stopped', name);
    for (const name of ['kafka-1', 'nessie', 'object-store', 'trino'])
      docker('rm', '--volumes', `lakehouse-${stack.stackId}-${name}`);

    await stack.lakehouse.up();
    assert.deepEqual(await queryTrino(endpoints, 'SELECT sum(n) FROM iceberg.kept.numbers'), [[6]]);
    assert.deepEqual(await queryTrino(endpoints, 'SELECT count(*) FROM made.tiny.nation'), [[25]]);
    const again = connectKafka(endpoints).admin();
    await again.connect();
    assert.deepEqual(await again.listTopics().then(topics => topics.filter(topic => topic === 'kept')), [
      'kept',
    ]);
    const offsets = await again.fetchOffsets({ groupId: 'reader', topics: ['kept'] });
    assert.equal(offsets[0]?.partitions[0]?.offset, '0');
    await again.disconnect();
  });

  test('names the holder of a port and re-creates only what a changed setting touches', async () => {
    const before = await startTimes();
    const { port, holder } = await heldPort();
    const error = await stack.lakehouse.up({ settings: { ports: { trino: port } } }).then(
      () => assert.fail('it started'),
      (reason: unknown) => reason,
    );
    await holder.end();
    assert.ok(error instanceof LakehouseStartError);
    assert.match(error.message, new RegExp(`Port ${port} of trino is taken by node \\(pid ${holder.pid}\\)`));
    const status = await stack.lakehouse.up();
    assert.equal(status.services.trino.state.kind, 'ready');
    assert.equal(new URL((await stack.lakehouse.endpoints()).trino.uri).port, String(port));
    const after = await startTimes();
    assert.notEqual(after['trino'], before['trino']);
    assert.deepEqual({ ...after, trino: '' }, { ...before, trino: '' });
  });

  test('is deleted whole under its own name, and nothing else is touched', async () => {
    const foreign = `lakehouse-${stack.stackId}-foreign`;
    docker('volume', 'create', foreign);
    docker('create', '--name', foreign, 'apache/kafka:4.3.1');
    try {
      await assert.rejects(stack.lakehouse.reset({ confirm: 'other' }), /type the name/);
      const data = await stack.lakehouse.data();
      assert.equal(data.length, 4);
      await stack.lakehouse.reset({ confirm: 'stack' });
      assert.deepEqual(await leftOf(stack.engine, stack.stackId), []);
      assert.match(docker('volume', 'ls', '--quiet'), new RegExp(foreign));
      assert.match(docker('ps', '--all', '--format', '{{.Names}}'), new RegExp(foreign));
    } finally {
      docker('rm', '--volumes', foreign);
      docker('volume', 'rm', foreign);
    }
  });
});

async function heldPort(): Promise<{ port: number; holder: Awaited<ReturnType<typeof holdPort>> }> {
  const port = await pickFreePort(new Set());
  return { port, holder: await holdPort(port) };
}

function docker(...args: string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8' });
}
