import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type LakehouseEvent, SERVICE_NAMES, type ServiceState } from '../../../docker/events.ts';
import { LakehouseStartError } from '../../../docker/lakehouse.ts';
import { isPortFree, listeningSocketsOf } from '../../../docker/ports.ts';
import { identifyProcess } from '../../../docker/process-table.ts';
import {
  AUTO_PORTS,
  commandLine,
  connectKafka,
  holdPort,
  kindsOf,
  openTemporaryLakehouse,
  pidsOf,
  queryTrino,
  waitForState,
} from './stack-clients.ts';

const IS_LINUX = process.platform === 'linux';

/** One lakehouse goes through its whole life; the tests build on each other, because every start takes its time. */
describe('a lakehouse of processes', () => {
  const stack = openTemporaryLakehouse();
  const { lakehouse, home } = stack;
  after(() => stack[Symbol.asyncDispose]());

  test('started twice at once becomes one, with every service ready', async () => {
    const events: LakehouseEvent[] = [];
    const up = (onEvent: (event: LakehouseEvent) => void) =>
      lakehouse.up({ settings: { ports: AUTO_PORTS }, onEvent });
    const [first, second] = await Promise.all([up(event => events.push(event)), up(() => undefined)]);
    assert.deepEqual(pidsOf(first), pidsOf(second));
    assert.equal(first.supervisor?.pid, second.supervisor?.pid);
    for (const name of SERVICE_NAMES) {
      assert.equal(first.services[name].state.kind, 'ready', name);
      assert.deepEqual(kindsOf(events, name).slice(-2), ['starting', 'ready']);
    }
  });

  test('has a supervisor that no library of it makes print warnings', () => {
    assert.doesNotMatch(readFileSync(path.join(home, 'logs/supervisor.log'), 'utf8'), /Warning/);
  });

  test('keeps its keys in owner-only files and off every command line', async () => {
    const { objectStore } = await lakehouse.endpoints();
    for (const file of ['endpoints.json', 'secrets.json', 'stack.json', 'logs/trino.log', 'control.sock'])
      assert.equal(statSync(path.join(home, file)).mode & 0o077, 0, file);
    if (IS_LINUX) {
      for (const pid of Object.values(pidsOf(await lakehouse.status())))
        assert.ok(!commandLine(pid).includes(objectStore.secretAccessKey));
    }
    const withSecret = filesBelow(path.join(home, 'config')).filter(file =>
      readFileSync(file, 'utf8').includes(objectStore.secretAccessKey),
    );
    assert.deepEqual(withSecret, []);
  });

  test(
    'listens on the loopback only, management and internal ports included',
    { skip: !IS_LINUX },
    async () => {
      const pids = pidsOf(await lakehouse.status());
      const sockets = listeningSocketsOf(Object.values(pids));
      assert.ok(sockets.length >= 12, `${sockets.length} sockets were found`);
      assert.deepEqual(
        sockets.filter(socket => socket.address !== '127.0.0.1' && socket.address !== '::1'),
        [],
      );
    },
  );

  test('started again when all is well changes nothing', async () => {
    const before = await lakehouse.status();
    const events: LakehouseEvent[] = [];
    const after = await lakehouse.up({ onEvent: event => events.push(event) });
    assert.deepEqual(pidsOf(after), pidsOf(before));
    for (const name of SERVICE_NAMES) assert.deepEqual(kindsOf(events, name), ['ready']);
  });

  test('starts a killed service again, alone', async () => {
    const before = pidsOf(await lakehouse.status());
    const isDown = waitForState(lakehouse, 'kafka', state => state.kind === 'failed');
    await waitForState(lakehouse, 'kafka', state => state.kind === 'ready');
    process.kill(before.kafka ?? 0, 'SIGKILL');
    const failed = await isDown;
    assert.match(failed.kind === 'failed' ? failed.cause : '', /was ended by SIGKILL/);
    await waitForState(lakehouse, 'kafka', state => state.kind === 'ready');
    const after = pidsOf(await lakehouse.status());
    assert.notEqual(after.kafka, before.kafka);
    assert.deepEqual({ ...after, kafka: 0 }, { ...before, kafka: 0 });
  });

  test('keeps tables, branches, offsets and made catalogs over a stop, and over an export and import', async () => {
    const endpoints = await lakehouse.endpoints();
    await queryTrino(endpoints, 'CREATE SCHEMA iceberg.kept');
    await queryTrino(endpoints, 'CREATE TABLE iceberg.kept.numbers AS SELECT * FROM (VALUES 1, 2, 3) t(n)');
    await createBranch(endpoints.nessie.uri, 'feature');
    await queryTrino(endpoints, branchCatalog('feature_branch', 'feature'));
    const kafka = connectKafka(endpoints);
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1, replicationFactor: 1 }] });
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic: 'kept', messages: [{ value: 'a' }, { value: 'b' }] });
    await admin.setOffsets({ groupId: 'reader', topic: 'kept', partitions: [{ partition: 0, offset: '1' }] });
    await Promise.all([producer.disconnect(), admin.disconnect()]);

    const stopped = await lakehouse.down();
    for (const name of SERVICE_NAMES) assert.equal(stopped.services[name].state.kind, 'stopped');
    await assert.rejects(lakehouse.endpoints(), /is not running: start it with 'lakehouse up'/);
    assert.equal((await lakehouse.status()).supervisor, undefined);

    const file = path.join(path.dirname(home), 'exported.tar.gz');
    await lakehouse.exportTo(file);
    await lakehouse.reset({ confirm: 'stack' });
    await lakehouse.importFrom(file);
    rmSync(file);

    await lakehouse.up();
    await assert.rejects(lakehouse.exportTo(file), /is running: stop it first/);
    assert.deepEqual(await lakehouse.endpoints(), endpoints);
    assert.deepEqual(await queryTrino(endpoints, 'SELECT sum(n) FROM iceberg.kept.numbers'), [[6]]);
    assert.deepEqual(await queryTrino(endpoints, 'SELECT count(*) FROM feature_branch.kept.numbers'), [[3]]);
    const again = connectKafka(endpoints).admin();
    await again.connect();
    assert.equal((await again.fetchTopicOffsets('kept'))[0]?.high, '2');
    const offsets = await again.fetchOffsets({ groupId: 'reader', topics: ['kept'] });
    assert.equal(offsets[0]?.partitions[0]?.offset, '1');
    await again.disconnect();
  });

  test('cleans up after a killed supervisor, names what is in the way and leaves the rest running', async () => {
    const before = await lakehouse.status();
    const endpoints = await lakehouse.endpoints();
    const orphans = pidsOf(before);
    process.kill(before.supervisor?.pid ?? 0, 'SIGKILL');
    // Two of its servers go too: somebody else takes Nessie's port, and Kafka's data is another broker's.
    process.kill(orphans.nessie ?? 0, 'SIGKILL');
    process.kill(orphans.kafka ?? 0, 'SIGKILL');
    const isThere = (pid: number): boolean => identifyProcess(pid) !== undefined;
    await waitUntil(() => !isThere(orphans.nessie ?? 0) && !isThere(orphans.kafka ?? 0));
    assert.deepEqual(Object.values(orphans).filter(isThere).length, 2);
    const nessiePort = Number(new URL(endpoints.nessie.uri).port);
    // A killed JVM keeps its sockets until the last of its threads has gone.
    await waitUntil(() => isPortFree(nessiePort));
    const holder = await holdPort(nessiePort);
    const broken = path.join(home, 'data/kafka/log/meta.properties');
    renameSync(broken, `${broken}.kept`);
    writeFileSync(broken, 'version=1\nnode.id=7\ncluster.id=AAAAAAAAAAAAAAAAAAAAAA\n');
    try {
      const error = await lakehouse.up().then(
        () => assert.fail('it started'),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof LakehouseStartError);
      assert.deepEqual(Object.values(orphans).filter(isThere), []);
      const { kafka, objectStore, nessie, trino } = error.status.services;
      assert.match(causeOf(nessie.state), new RegExp(`taken by node \\(pid ${holder.pid}\\)`));
      assert.match(causeOf(kafka.state), /ended with code 1 while it was starting/);
      assert.match(kafka.state.kind === 'failed' ? kafka.state.lastLines.join('\n') : '', /node id/i);
      assert.match(causeOf(trino.state), /needs Project Nessie, which is not ready/);
      assert.equal(objectStore.state.kind, 'ready');
      // Whoever holds Nessie's port may be another lakehouse: no command may take it for this one.
      await assert.rejects(lakehouse.endpoints(), /is not running/);
    } finally {
      await holder.end();
      renameSync(`${broken}.kept`, broken);
    }
  });

  test('repairs only what is missing, and has its data again', async () => {
    const before = pidsOf(await lakehouse.status());
    assert.deepEqual(Object.keys(before), ['objectStore', 'trino']);
    const repaired = await lakehouse.up();
    const after = pidsOf(repaired);
    for (const name of SERVICE_NAMES) assert.equal(repaired.services[name].state.kind, 'ready', name);
    assert.deepEqual([after.objectStore, after.trino], [before.objectStore, before.trino]);
    const endpoints = await lakehouse.endpoints();
    assert.deepEqual(await queryTrino(endpoints, 'SELECT sum(n) FROM iceberg.kept.numbers'), [[6]]);
  });

  test('prints the log of a service, and follows it', async () => {
    const signal = AbortSignal.timeout(60_000);
    const endpoints = await lakehouse.endpoints();
    const lines = lakehouse.logs('trino', { lines: 5, follow: true, signal });
    for (let i = 0; i < 5; i++) assert.equal((await lines.next()).done, false);
    await queryTrino(endpoints, 'SELECT 1');
    for await (const line of lines) if (line.includes('TIMELINE')) break;
    assert.equal(signal.aborted, false);
  });

  test('is deleted only under its own name', async () => {
    await assert.rejects(lakehouse.reset({ confirm: 'other' }), /type the name 'stack' to confirm/);
    mkdirSync(path.join(path.dirname(home), 'neighbour'));
    await lakehouse.reset({ confirm: 'stack' });
    assert.deepEqual(readdirSync(path.dirname(home)), ['neighbour']);
    assert.equal((await lakehouse.status()).services.kafka.state.kind, 'stopped');
  });
});

function branchCatalog(name: string, branch: string): string {
  const properties = {
    'iceberg.catalog.type': 'nessie',
    'iceberg.nessie-catalog.uri': '${ENV:LAKEHOUSE_NESSIE_URI}',
    'iceberg.nessie-catalog.ref': branch,
    'iceberg.nessie-catalog.default-warehouse-dir': '${ENV:LAKEHOUSE_WAREHOUSE}',
    'fs.native-s3.enabled': 'true',
    's3.endpoint': '${ENV:LAKEHOUSE_S3_ENDPOINT}',
    's3.region': '${ENV:LAKEHOUSE_S3_REGION}',
    's3.path-style-access': 'true',
    's3.aws-access-key': '${ENV:LAKEHOUSE_S3_ACCESS_KEY}',
    's3.aws-secret-key': '${ENV:LAKEHOUSE_S3_SECRET_KEY}',
  };
  const list = Object.entries(properties).map(([key, value]) => `"${key}" = '${value}'`);
  return `CREATE CATALOG ${name} USING iceberg WITH (${list.join(', ')})`;
}

async function createBranch(uri: string, name: string): Promise<void> {
  const main = (await (await fetch(`${uri}/trees/main`)).json()) as { reference: { hash: string } };
  const response = await fetch(`${uri}/trees?name=${name}&type=BRANCH`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'BRANCH', name: 'main', hash: main.reference.hash }),
  });
  assert.equal(response.status, 200);
}

function causeOf(state: ServiceState): string {
  return state.kind === 'failed' ? state.cause : `it is ${state.kind}`;
}

async function waitUntil(condition: () => boolean | Promise<boolean>): Promise<void> {
  const signal = AbortSignal.timeout(30_000);
  while (!(await condition())) await delay(20, undefined, { signal });
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.properties'))
    .map(entry => path.join(entry.parentPath, entry.name));
}
