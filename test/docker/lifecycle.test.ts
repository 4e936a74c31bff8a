import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sightContainers } from '../../docker/containers/status.ts';
import {
  type LakehouseEvent,
  SERVICE_NAMES,
  type ServiceName,
  type ServiceState,
} from '../../docker/events.ts';
import { type Lakehouse, LakehouseStartError } from '../../docker/lakehouse.ts';
import { pickFreePort } from '../../docker/ports.ts';
import type { SettingsChange } from '../../docker/settings.ts';
import {
  AUTO_PORTS,
  connectKafka,
  holdPort,
  kindsOf,
  queryTrino,
  waitForState,
} from '../services/docker/stack-clients.ts';
import { type DockerStack, leftOf, openDockerStack } from './engine-stack.ts';
import { findLabEngine } from './lab-engine.ts';
import { runLakehouse } from './run-lakehouse.ts';

/**
 * One stack goes through its life on a real engine. The images may be stand-ins that carry the official names and
 * contracts (environment names, paths, users) around the same servers: what is proved is this code and those contracts,
 * not the official images themselves.
 */
const directory = mkdtempSync(path.join(os.tmpdir(), 'lakehouse-exported-'));
const exported = path.join(directory, 'stack.tar.gz');
after(() => rmSync(directory, { recursive: true, force: true }));
const lab = findLabEngine(process.env);
const noLab = lab === undefined ? 'only the engine of test/docker/lab may be stopped by a test' : false;

describe('a lakehouse of containers', () => {
  let stack: DockerStack;
  let unnamedBefore: string[];
  before(async () => {
    unnamedBefore = unnamedVolumes();
    stack = await openDockerStack();
  });
  after(() => stack[Symbol.asyncDispose]());

  const startTimes = async (): Promise<Record<string, string>> => {
    const sighting = await sightContainers(stack.engine, stack.stackId);
    return Object.fromEntries(
      [...sighting].map(([name, detail]) => [name, `${detail.id} ${detail.startedAt}`]),
    );
  };

  test('whose start is cancelled stops what it has started', async () => {
    const controller = new AbortController();
    const starting = stack.lakehouse.up({
      settings: { ports: AUTO_PORTS },
      signal: controller.signal,
      onEvent: event => {
        if (event.kind === 'service' && event.service === 'objectStore' && event.state.kind === 'ready')
          controller.abort(new Error('cancelled by the test'));
      },
    });
    await assert.rejects(starting, /cancelled by the test/);
    const rows = await stack.engine.listContainers(`dev.lakehouse.stack=${stack.stackId}`);
    assert.deepEqual(
      rows.filter(row => row.status === 'running'),
      [],
    );
  });

  test('goes on after its starter was killed in the middle', async () => {
    // Last before the next start: what it has asked the engine for may still come to be.
    const program = path.resolve(import.meta.dirname, '../../bin/lakehouse.ts');
    const args = [program, 'up', '--backend', 'docker', '--home', stack.lakehouse.home, '--ports', 'auto'];
    const starter = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise(resolve => starter.once('exit', resolve));
    // By then a container runs and is being probed.
    for await (const text of starter.stderr)
      if (/waiting for|looking for|asking for/.test(String(text))) break;
    starter.kill('SIGKILL');
    await ended;
    const rows = await stack.engine.listContainers(`dev.lakehouse.stack=${stack.stackId}`);
    assert.ok(rows.length > 0, 'it had begun');
  });

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
    assert.match(state.kind === 'failed' ? state.cause : '', /Killed \(exit code 137\)/);
    assert.ok(state.kind === 'failed' && state.lastLines.length > 0);
    const status = await stack.lakehouse.up();
    assert.equal(status.services.nessie.state.kind, 'ready');
    const after = await startTimes();
    assert.notEqual(after['nessie'], before['nessie']);
    assert.deepEqual({ ...after, nessie: '' }, { ...before, nessie: '' });
  });

  test('tells every container that was killed, each with its cause', async () => {
    await using watching = watchStates(stack.lakehouse);
    for (const [service, unit] of [
      ['kafka', 'kafka-1'],
      ['objectStore', 'object-store'],
      ['trino', 'trino'],
    ] as const) {
      await watching.until(states => states[service]?.kind === 'ready');
      docker('kill', '--signal=KILL', `lakehouse-${stack.stackId}-${unit}`);
      // How soon is measured by `npm run bench docker` (stateLatencySeconds).
      await watching.until(states => states[service]?.kind === 'failed');
      const state = watching.states[service];
      assert.match(state?.kind === 'failed' ? state.cause : '', /Killed \(exit code 137\)/);
    }
    assert.equal(watching.states.nessie?.kind, 'ready');
  });

  test(
    'is seen through a restart of the engine: gone, then as the engine’s lists say',
    { skip: noLab },
    async () => {
      await using watching = watchStates(stack.lakehouse);
      await watching.until(states => states.nessie?.kind === 'ready' && states.trino?.kind === 'failed');
      await lab?.stop();
      await watching.until(states =>
        Object.values(states).every(
          state => state.kind === 'failed' && state.cause.startsWith('The Docker engine does not answer'),
        ),
      );
      await lab?.start();
      await watching.until(
        ({ nessie, trino }) =>
          nessie?.kind === 'stopped' &&
          trino?.kind === 'failed' &&
          /Killed \(exit code 137\)/.test(trino.cause),
      );
      // `docker network prune` takes the network of stopped containers.
      docker('network', 'rm', `lakehouse-${stack.stackId}`);
      const status = await stack.lakehouse.up();
      for (const name of SERVICE_NAMES) assert.equal(status.services[name].state.kind, 'ready', name);
    },
  );

  test('brings back what was deleted by hand and what was paused', async () => {
    // Where the engine is nobody's to be stopped, what was killed above has not been started again yet.
    await stack.lakehouse.up();
    docker('rm', '--force', `lakehouse-${stack.stackId}-object-store`);
    docker('pause', `lakehouse-${stack.stackId}-kafka-1`);
    const { services } = await stack.lakehouse.status();
    assert.equal(services.objectStore.state.kind, 'missing');
    assert.match(services.kafka.state.kind === 'failed' ? services.kafka.state.cause : '', /is paused/);
    const status = await stack.lakehouse.up();
    for (const name of SERVICE_NAMES) assert.equal(status.services[name].state.kind, 'ready', name);
  });

  test('keeps tables, branches, offsets and made catalogs over a stop and a re-creation', async () => {
    const before = await stack.lakehouse.endpoints();
    await queryTrino(before, 'CREATE SCHEMA iceberg.kept');
    await queryTrino(before, 'CREATE TABLE iceberg.kept.numbers AS SELECT * FROM (VALUES 1, 2, 3) t(n)');
    await queryTrino(before, 'CREATE CATALOG made USING tpch');
    const admin = connectKafka(before).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1, replicationFactor: 1 }] });
    await admin.setOffsets({ groupId: 'reader', topic: 'kept', partitions: [{ partition: 0, offset: '0' }] });
    await admin.disconnect();

    const stopped = await stack.lakehouse.down();
    for (const name of SERVICE_NAMES) assert.equal(stopped.services[name].state.kind, 'stopped', name);
    await stack.lakehouse.exportTo(exported);
    for (const name of ['kafka-1', 'nessie', 'trino']) docker('rm', `lakehouse-${stack.stackId}-${name}`);

    // Too little for the store, which is killed for its memory on the way: told at once, and it alone fails.
    const store = `lakehouse-${stack.stackId}-object-store`;
    docker('update', '--memory=24m', '--memory-swap=24m', store);
    const error = await failedStart(stack.lakehouse);
    const { state } = error.status.services.objectStore;
    assert.match(
      state.kind === 'failed' ? state.cause : '',
      /^Out of memory: it wanted more than its limit of/,
    );
    const { trino } = error.status.services;
    assert.match(trino.state.kind === 'failed' ? trino.state.cause : '', /needs objectStore/);
    docker('rm', store);

    // Somebody deletes the home's own files too: the containers and volumes are found by their labels.
    rmSync(stack.lakehouse.home, { recursive: true });
    await stack.lakehouse.up({ settings: { ports: AUTO_PORTS } });
    const endpoints = await stack.lakehouse.endpoints();
    await assert.rejects(stack.lakehouse.exportTo(`${exported}.2`), /stop it first/);
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
    const change = { ports: { trino: port } };
    const taken = new RegExp(`Port ${port} of trino is taken by node \\(pid ${holder.pid}\\)`);
    try {
      assert.match((await stack.lakehouse.plan(change)).decisions[0]?.text ?? '', taken);
      assert.match((await failedStart(stack.lakehouse, change)).message, taken);
      // Whoever holds the port may be another lakehouse: no command may take it for this one.
      await assert.rejects(stack.lakehouse.endpoints(), /is not running/);
    } finally {
      await holder.end();
    }
    const status = await stack.lakehouse.up();
    assert.equal(status.services.trino.state.kind, 'ready');
    assert.equal(new URL((await stack.lakehouse.endpoints()).trino.uri).port, String(port));
    const after = await startTimes();
    assert.notEqual(after['trino'], before['trino']);
    assert.deepEqual({ ...after, trino: '' }, { ...before, trino: '' });
  });

  test('names its engine, containers and logs in diagnostics, and no secret', async () => {
    const text = await stack.lakehouse.diagnostics();
    const { objectStore } = await stack.lakehouse.endpoints();
    assert.match(text, /## engine/);
    assert.match(text, /SERVER STARTED/);
    for (const secret of [objectStore.accessKeyId, objectStore.secretAccessKey])
      assert.ok(!text.includes(secret));
  });

  test('leaves no volume without a name behind, whoever deleted a container by hand', () => {
    assert.deepEqual(unnamedVolumes(), unnamedBefore);
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

/** By the command line, as its users have it. */
describe('a lakehouse of containers in one file', () => {
  let stack: DockerStack;
  const run = (...args: string[]) => runLakehouse(stack.lakehouse.home, args);
  before(async () => {
    stack = await openDockerStack();
  });
  after(() => stack[Symbol.asyncDispose]());

  test('is planned by --dry-run, which changes nothing', async () => {
    const { code, stdout } = await run('up', '--dry-run', '--ports', 'auto');
    assert.equal(code, 0);
    assert.match(stdout, /^It would run as containers on unix:\/\/\S+ \(DOCKER_HOST\)\.\n/);
    assert.match(stdout, /^Engine: version \S+, API 1\.\d+, \d+ CPUs$/m);
    assert.match(
      stdout,
      /^kafka-1: create; image apache\/kafka:4\.3\.1 present, \d+ MB\n {2}port \d+ is free$/m,
    );
    assert.match(stdout, /^Memory: the containers may use 3\.9 GB of the engine's/m);
    assert.match(stdout, /^Disk: no image is missing; \S+ GB are free$/m);
    assert.deepEqual(await leftOf(stack.engine, stack.stackId), []);
  });

  test('comes back in another home with its data', async () => {
    const imported = await run('import', exported);
    assert.equal(imported.stdout, `The data is in ${stack.lakehouse.home}: 'lakehouse up' starts it.\n`);
    const again = await run('import', exported);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /^lakehouse import: .*has data already/m);

    const started = await run('up');
    assert.match(started.stdout, /^The lakehouse is ready \(\S+ s\)\. It runs on in the background/);
    for (const title of ['Kafka', 'Object store', 'Nessie', 'Trino'])
      assert.match(started.stderr, new RegExp(`^${title} +ready at 127\\.0\\.0\\.1:\\d+$`, 'm'));
    assert.doesNotMatch(started.stderr, /Warning/);
    const endpoints = await stack.lakehouse.endpoints();
    assert.deepEqual(await queryTrino(endpoints, 'SELECT sum(n) FROM iceberg.kept.numbers'), [[6]]);
    assert.deepEqual(await queryTrino(endpoints, 'SELECT count(*) FROM made.tiny.nation'), [[25]]);
    const admin = connectKafka(endpoints).admin();
    await admin.connect();
    const offsets = await admin.fetchOffsets({ groupId: 'reader', topics: ['kept'] });
    assert.equal(offsets[0]?.partitions[0]?.offset, '0');
    await admin.disconnect();
  });

  test('shows its services, its logs, and a failure with its cause', async () => {
    const { code, stdout } = await run('status');
    assert.equal(code, 0);
    assert.match(stdout, /^Apache Kafka 4\.3\.1 +\d+ MB +ready at 127\.0\.0\.1:\d+$/m);
    assert.match(stdout, /^Together \S+ GB of memory\. Home: \S+\nIt runs as containers on /m);
    assert.equal((await run('logs', 'trino', '--lines', '2')).stdout.split('\n').length, 3);
    docker('kill', '--signal=KILL', `lakehouse-${stack.stackId}-nessie`);
    const failed = await run('status');
    assert.equal(failed.code, 1);
    assert.match(failed.stdout, /^Project Nessie \S+ +failed: Killed \(exit code 137\)\.$/m);
  });

  test('lists what a reset deletes, and wants its name to be typed', async () => {
    const { home } = stack.lakehouse;
    const refused = await runLakehouse(home, ['reset'], 'yes\n');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, new RegExp(`B {2}volume lakehouse-${stack.stackId}_nessie$`, 'm'));
    assert.match(refused.stderr, /Nothing was deleted: type the name 'stack' to confirm/);
    const { code, stdout } = await runLakehouse(home, ['reset'], 'stack\n');
    assert.equal(code, 0, stdout);
    assert.deepEqual(await leftOf(stack.engine, stack.stackId), []);
  });

  test('is found as an orphan when its directory is deleted, and removed by its id', async () => {
    await run('import', exported);
    rmSync(stack.lakehouse.home, { recursive: true });
    const listed = await run('orphans');
    assert.match(listed.stdout, new RegExp(`^${stack.stackId} {2}${stack.lakehouse.home}: .*4 volumes`, 'm'));
    const removed = await run('orphans', '--remove', stack.stackId);
    assert.equal(removed.stdout, `Deleted what was left of ${stack.lakehouse.home}.\n`);
    assert.deepEqual(await leftOf(stack.engine, stack.stackId), []);
  });
});

/** The states of all services as they are told; each `until` waits for the next telling that fits. */
function watchStates(lakehouse: Lakehouse): {
  readonly states: Partial<Record<ServiceName, ServiceState>>;
  until(fits: (states: Partial<Record<ServiceName, ServiceState>>) => boolean): Promise<void>;
} & AsyncDisposable {
  const states: Partial<Record<ServiceName, ServiceState>> = {};
  const controller = new AbortController();
  const events = lakehouse.watch(AbortSignal.any([controller.signal, AbortSignal.timeout(120_000)]));
  return {
    states,
    until: async fits => {
      while (Object.keys(states).length < SERVICE_NAMES.length || !fits(states)) {
        const next = await events.next();
        if (next.done === true) throw new Error(`The watcher has ended with ${JSON.stringify(states)}.`);
        if (next.value.kind === 'service') states[next.value.service] = next.value.state;
      }
    },
    [Symbol.asyncDispose]: async () => {
      controller.abort();
      await events.return(undefined);
    },
  };
}

async function failedStart(
  lakehouse: Lakehouse,
  settings: SettingsChange = {},
): Promise<LakehouseStartError> {
  const error = await lakehouse.up({ settings }).then(
    () => assert.fail('it started'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof LakehouseStartError, String(error));
  return error;
}

async function heldPort(): Promise<{ port: number; holder: Awaited<ReturnType<typeof holdPort>> }> {
  const port = await pickFreePort(new Set());
  return { port, holder: await holdPort(port) };
}

function unnamedVolumes(): string[] {
  return docker('volume', 'ls', '--quiet')
    .split('\n')
    .filter(name => /^[0-9a-f]{64}$/.test(name));
}

function docker(...args: string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8' });
}
