import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LakehouseEndpoints } from '../../../catalog/endpoints.ts';
import type { RunningPipeline } from '../../../pipeline/pipeline.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { openPlayground, type Playground, type RunOptions } from '../../support/pipeline-playground.ts';
import { openTcpProxy, type TcpMode, type TcpProxy } from '../../support/tcp-proxy.ts';
import { waitUntil } from '../../support/wait-until.ts';

type Server = 'Kafka' | 'Nessie' | 'The object store';
const SERVERS: readonly Server[] = ['Kafka', 'Nessie', 'The object store'];
/** Of every client: each gives up several times within an outage. */
const PATIENCE_MS = 500;
const DOWN_MS = 2_500;

/** A way to a server through a proxy that can be shut. */
interface Way extends AsyncDisposable {
  readonly proxy: TcpProxy;
  readonly options: RunOptions;
}

async function openWay(server: Server): Promise<Way> {
  const endpoints = testEndpoints();
  if (server === 'Kafka') {
    const [host = '', port] = (endpoints.kafka.brokers[0] ?? '').split(':');
    const proxy = await openTcpProxy({ host, port: Number(port) });
    const kafkaRoute = () => ({ host: '127.0.0.1', port: proxy.port });
    return { ...wayOver(proxy), options: { kafkaRoute, patienceMs: 2 * PATIENCE_MS } };
  }
  const uri = new URL(server === 'Nessie' ? endpoints.nessie.uri : endpoints.objectStore.endpoint);
  const proxy = await openTcpProxy({ host: uri.hostname, port: Number(uri.port) });
  uri.port = String(proxy.port);
  const through: LakehouseEndpoints =
    server === 'Nessie'
      ? { ...endpoints, nessie: { uri: uri.href } }
      : { ...endpoints, objectStore: { ...endpoints.objectStore, endpoint: uri.href } };
  return { ...wayOver(proxy), options: { endpoints: through, patienceMs: PATIENCE_MS } };
}

function wayOver(proxy: TcpProxy): Omit<Way, 'options'> {
  return { proxy, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() };
}

interface Watched {
  readonly pipeline: RunningPipeline;
  readonly notices: string[];
}

function startWatched(ground: Playground, options: RunOptions): Watched {
  const notices: string[] = [];
  const onReport: NonNullable<RunOptions['onReport']> = report => {
    if (report.kind === 'notice') notices.push(report.text);
  };
  const pipeline = ground.start({ ...options, onReport });
  // Whoever waits for the end hears of a failure.
  pipeline.finished.catch(() => {});
  return { pipeline, notices };
}

function rows(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => `{"id":${from + i}}`);
}

async function committed(pipeline: RunningPipeline, count: number): Promise<void> {
  await waitUntil(`${count} rows are committed`, () => pipeline.metrics().rowsCommitted >= BigInt(count));
}

async function assertExact(ground: Playground, count: number): Promise<void> {
  const [row] = await ground.query(`SELECT count(*), count(DISTINCT id) FROM ${ground.sqlName}`);
  assert.deepEqual(row, [BigInt(count), BigInt(count)]);
}

describe('a server that is down while a pipeline runs', { concurrency: 3 }, () => {
  const CASES: readonly (readonly [Server, Extract<TcpMode, string>])[] = [
    ...SERVERS.map(server => [server, 'cut'] as const),
    ...SERVERS.map(server => [server, 'stall'] as const),
    ['Nessie', 'mute'],
  ];
  for (const [server, mode] of CASES) {
    test(`is waited for, told once, and work goes on by itself: ${server}, ${mode}`, async () => {
      await using ground = await openPlayground('down', {
        schema: 'id: long',
        settings: 'commit: { interval: 100ms }',
      });
      await using way = await openWay(server);
      const { proxy, options } = way;
      await ground.produce(rows(0, 10));
      const { pipeline, notices } = startWatched(ground, options);
      await committed(pipeline, 10);
      proxy.mode = mode;
      await ground.produce(rows(10, 300));
      if (server === 'Kafka') await ground.produce(rows(300, 400));
      else await waitUntil('the outage is noticed', () => pipeline.metrics().waitingFor.includes(server));
      const total = server === 'Kafka' ? 400 : 300;
      const until = performance.now() + DOWN_MS;
      await waitUntil('some time has passed', () => performance.now() > until);
      assert.equal(pipeline.metrics().state, 'running');
      proxy.mode = 'pass';
      await committed(pipeline, total);
      pipeline.stop();
      await pipeline.finished;
      await assertExact(ground, total);
      if (server === 'Kafka') return;
      assert.deepEqual(pipeline.metrics().waitingFor, []);
      const told = notices.filter(text => text.startsWith(`${server} `));
      assert.equal(told.length, 2, notices.join('\n'));
      assert.match(told[0] ?? '', /fails: .*The pipeline waits and goes on by itself; nothing is lost\.$/);
      assert.match(told[1] ?? '', / answers again after \d+ s\.$/);
    });
  }

  for (const server of SERVERS) {
    test(`is waited for at the start as well: ${server}`, async () => {
      await using ground = await openPlayground('late', {
        schema: 'id: long',
        settings: 'commit: { interval: 100ms }',
      });
      await using way = await openWay(server);
      const { proxy, options } = way;
      await ground.produce(rows(0, 10));
      proxy.mode = 'cut';
      const { pipeline, notices } = startWatched(ground, options);
      await waitUntil('the outage is told', () => notices.length > 0);
      assert.equal(pipeline.metrics().state, 'starting');
      proxy.mode = 'pass';
      await committed(pipeline, 10);
      pipeline.stop();
      await pipeline.finished;
      await assertExact(ground, 10);
    });
  }

  test('does not keep a pipeline that has nothing to commit from stopping', async () => {
    await using ground = await openPlayground('stopped', { schema: 'id: long' });
    await using way = await openWay('Nessie');
    const { proxy, options } = way;
    proxy.mode = 'cut';
    const { pipeline } = startWatched(ground, options);
    await waitUntil('the outage is noticed', () => pipeline.metrics().waitingFor.includes('Nessie'));
    pipeline.stop();
    await pipeline.finished;
  });

  test('does not keep a member from leaving when it cannot tell its group', async () => {
    await using ground = await openPlayground('left', { schema: 'id: long', settings: 'members: shared' });
    await using way = await openWay('Kafka');
    const { pipeline } = startWatched(ground, way.options);
    await waitUntil('it reads', () => pipeline.metrics().state === 'running');
    way.proxy.mode = 'cut';
    pipeline.stop();
    assert.equal((await pipeline.finished).commits, 0);
  });
});
