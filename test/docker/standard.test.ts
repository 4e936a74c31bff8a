import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sightContainers } from '../../docker/containers/status.ts';
import { SERVICE_NAMES } from '../../docker/events.ts';
import { applyCatalogFolder } from '../../docker/federation/apply.ts';
import { findPostgres, type Postgres, startPostgres } from '../services/docker/postgres.ts';
import { AUTO_PORTS, connectKafka, queryTrino } from '../services/docker/stack-clients.ts';
import { type DockerStack, openDockerStack } from './engine-stack.ts';

const bin = findPostgres();
const noPostgres =
  bin === undefined ? 'PostgreSQL is not installed (Debian: apt-get install postgresql)' : false;
/** The machine as containers of a Linux engine see it by the name host.docker.internal. */
const BRIDGE = '172.17.0.1';

/** The second start of a tier serves everything that the first stack (one broker, MinIO) does not have. */
describe('three brokers and SeaweedFS in containers, with a database of the machine', () => {
  let stack: DockerStack;
  let postgres: Postgres | undefined;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'workspace-'));
  before(async () => {
    // Checks that never succeed, as on Podman, where health can stay "starting": the project's own probes decide.
    stack = await openDockerStack({ healthCommand: ['false'] });
  });
  after(async () => {
    await stack[Symbol.asyncDispose]();
    await postgres?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  test('become ready whatever the engine says of their health, with every broker reachable from the host', async () => {
    const { services } = await stack.lakehouse.up({
      settings: {
        ports: AUTO_PORTS,
        extraBrokerPorts: ['auto', 'auto'],
        profile: 'standard',
        objectStore: 'seaweedfs',
      },
    });
    for (const name of SERVICE_NAMES) assert.equal(services[name].state.kind, 'ready', name);
    const sighting = await sightContainers(stack.engine, stack.stackId);
    for (const [name, { health }] of sighting) assert.match(health, /^(starting|unhealthy)$/, name);
    const { kafka } = await stack.lakehouse.endpoints();
    assert.equal(kafka.brokers.length, 3);
    const admin = connectKafka({ ...(await stack.lakehouse.endpoints()) }).admin();
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    assert.deepEqual(brokers.map(broker => `127.0.0.1:${broker.port}`).sort(), [...kafka.brokers].sort());
    await admin.createTopics({ topics: [{ topic: 'wide' }] });
    const { topics } = await admin.fetchTopicMetadata({ topics: ['wide'] });
    assert.equal(topics[0]?.partitions.length, 3);
    for (const partition of topics[0]?.partitions ?? []) assert.equal(partition.replicas.length, 3);
    await admin.disconnect();
  });

  test('take records with two brokers of three, name the one that is missing, and start it alone', async () => {
    const endpoints = await stack.lakehouse.endpoints();
    docker('kill', '--signal=KILL', `lakehouse-${stack.stackId}-kafka-3`);
    const { kafka } = (await stack.lakehouse.status()).services;
    assert.match(kafka.state.kind === 'failed' ? kafka.state.cause : '', /kafka-3: Killed/);
    const producer = connectKafka(endpoints).producer();
    await producer.connect();
    await producer.send({ topic: 'wide', acks: -1, messages: [{ value: 'with two' }] });
    await producer.disconnect();
    const events: string[] = [];
    await stack.lakehouse.up({
      onEvent: event => {
        if (event.kind === 'service' && event.state.kind === 'starting') events.push(event.state.step);
      },
    });
    assert.deepEqual(
      events.filter(step => step.startsWith('container ')),
      ['container kafka-3'],
    );
  });

  test('join an Iceberg table with a real PostgreSQL of this machine', { skip: noPostgres }, async () => {
    postgres = await startPostgres(bin ?? '', BRIDGE);
    postgres.sql(
      "CREATE TABLE customers (id int, name text); INSERT INTO customers VALUES (1, 'Zoë'), (2, 'O''Hara')",
    );
    writeFileSync(
      path.join(folder, 'crm.properties'),
      [
        'connector.name=postgresql',
        `connection-url=jdbc:postgresql://host.docker.internal:${postgres.port}/postgres`,
        `connection-user=${postgres.user}`,
        'connection-password=${ENV:CRM_PASSWORD}',
      ].join('\n'),
    );
    writeFileSync(path.join(folder, 'broken.properties'), 'connector.name=nowhere\n');
    const env = { ...process.env, CRM_PASSWORD: postgres.password };
    const outcomes = await applyCatalogFolder(stack.lakehouse, folder, { env });
    assert.deepEqual(
      outcomes.map(outcome => `${outcome.name} ${outcome.kind}`),
      ['broken failed', 'crm created'],
    );
    const endpoints = await stack.lakehouse.endpoints();
    await queryTrino(endpoints, 'CREATE SCHEMA iceberg.shop');
    await queryTrino(
      endpoints,
      'CREATE TABLE iceberg.shop.orders AS SELECT * FROM (VALUES (1, 10), (2, 20), (2, 5)) t(customer, amount)',
    );
    const rows = await queryTrino(
      endpoints,
      'SELECT name, sum(amount) FROM iceberg.shop.orders JOIN crm.public.customers ON customer = id GROUP BY 1 ORDER BY 2',
    );
    assert.deepEqual(rows, [
      ['Zoë', 10],
      ["O'Hara", 25],
    ]);
    rmSync(path.join(folder, 'crm.properties'));
    const after = await applyCatalogFolder(stack.lakehouse, folder, { env });
    assert.ok(after.some(outcome => outcome.name === 'crm' && outcome.kind === 'removed'));
  });
});

function docker(...args: string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8' });
}
