import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';
import { connectNessie } from '../../../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../../../catalog/storage.ts';
import { createKafkaSource } from '../../../pipeline/kafka/kafka-source.ts';
import { type PipelineSummary, startPipeline } from '../../../pipeline/pipeline.ts';
import { type Fate, openFaultProxy } from '../../support/fault-proxy.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { openPlayground, type Playground } from '../../support/pipeline-playground.ts';

const SCHEMA = 'id: long\ns: string';
const NESSIE_TIMEOUT_MS = 800;

function isCommit({ method, url = '' }: IncomingMessage): boolean {
  return method === 'POST' && url.includes('/history/commit');
}

function isPut({ method }: IncomingMessage): boolean {
  return method === 'PUT';
}

interface Servers {
  readonly nessie?: string;
  readonly store?: string;
}

/** Runs a playground's pipeline once against servers that may be proxies; answers what it noticed as well. */
async function runAgainst(
  ground: Playground,
  servers: Servers,
): Promise<{ readonly summary: PipelineSummary; readonly notices: readonly string[] }> {
  const endpoints = testEndpoints();
  const uri = endpoints.nessie.uri.replace(
    new URL(endpoints.nessie.uri).origin,
    servers.nessie ?? new URL(endpoints.nessie.uri).origin,
  );
  const client = createS3Client({
    ...endpoints.objectStore,
    endpoint: servers.store ?? endpoints.objectStore.endpoint,
  });
  const notices: string[] = [];
  const { config, kafka, topic } = ground;
  try {
    const pipeline = startPipeline({
      config,
      once: true,
      catalog: {
        nessie: connectNessie({ uri, timeoutMs: NESSIE_TIMEOUT_MS }),
        store: createObjectStore(client),
        warehouse: `s3://${endpoints.objectStore.bucket}`,
      },
      openSource: () => createKafkaSource({ kafka, topics: [topic], group: `lakehouse.${config.name}` }),
      onReport: report => {
        if (report.kind === 'notice') notices.push(report.text);
      },
    });
    return { summary: await pipeline.finished, notices };
  } finally {
    client.destroy();
  }
}

async function openRows(name: string): Promise<Playground> {
  const ground = await openPlayground(name, {
    schema: SCHEMA,
    settings: 'commit: { rows: 1 }',
    partitions: 2,
  });
  await ground.run();
  return ground;
}

let produced = 0;
async function addRows(ground: Playground): Promise<void> {
  for (let part = 0; part < 3; part++) {
    await ground.produce(Array.from({ length: 20 }, () => `{"id":${produced++},"s":"x"}`));
  }
}

/** Every record of the topic is in the table once. */
async function assertExact(ground: Playground, count: number): Promise<void> {
  const [row] = await ground.query(`SELECT count(*), count(DISTINCT id) FROM ${ground.sqlName}`);
  assert.deepEqual(row, [BigInt(count), BigInt(count)]);
}

describe('servers that fail while a pipeline commits', () => {
  test('the store denies a write: the pipeline ends with that error and commits nothing', async () => {
    await using ground = await openRows('denied');
    await addRows(ground);
    await using proxy = await openFaultProxy(testEndpoints().objectStore.endpoint, request =>
      isPut(request) && request.url?.includes('.parquet') === true ? 'deny' : 'pass',
    );
    await assert.rejects(runAgainst(ground, { store: proxy.origin }), /the store refused the credentials/);
    await assertExact(ground, 0);
  });

  test('Nessie makes a commit and its answer is lost: the commit is recognised and not made again', async () => {
    await using ground = await openRows('lost_answers');
    await addRows(ground);
    await using proxy = await openFaultProxy(new URL(testEndpoints().nessie.uri).origin, request =>
      isCommit(request) ? 'lose' : 'pass',
    );
    const { summary, notices } = await runAgainst(ground, { nessie: proxy.origin });
    assert.equal(summary.rows, 60n);
    assert.equal(proxy.faults(), summary.commits);
    assert.ok(
      notices.every(text => /Whether the commit was made is not known yet/.test(text)),
      notices.join('\n'),
    );
    await assertExact(ground, 60);
  });

  test('Nessie answers 503 for a while: the pipeline waits and goes on', async () => {
    await using ground = await openRows('unavailable');
    await addRows(ground);
    let refusals = 4;
    await using proxy = await openFaultProxy(new URL(testEndpoints().nessie.uri).origin, request =>
      isCommit(request) && refusals-- > 0 ? 'refuse' : 'pass',
    );
    await runAgainst(ground, { nessie: proxy.origin });
    assert.equal(proxy.faults(), 4);
    await assertExact(ground, 60);
  });

  test('a commit arrives after the pipeline gave it up and tried again: only one of the two is made', async () => {
    await using ground = await openRows('late_commit');
    await addRows(ground);
    const fates: Fate[] = [
      { delayMs: NESSIE_TIMEOUT_MS + 150 },
      'pass',
      { delayMs: NESSIE_TIMEOUT_MS + 700 },
    ];
    await using proxy = await openFaultProxy(new URL(testEndpoints().nessie.uri).origin, request =>
      isCommit(request) ? (fates.shift() ?? 'pass') : 'pass',
    );
    await runAgainst(ground, { nessie: proxy.origin });
    // Whatever was still on its way has arrived when this run begins.
    await ground.run();
    await assertExact(ground, 60);
  });

  test('the store refuses and loses writes: files are put again under other names', async () => {
    await using ground = await openRows('store');
    await addRows(ground);
    let puts = 0;
    const fates: readonly Fate[] = ['refuse', 'lose', 'pass'];
    await using proxy = await openFaultProxy(testEndpoints().objectStore.endpoint, request =>
      isPut(request) && puts < 12 ? (fates[puts++ % 3] ?? 'pass') : 'pass',
    );
    await runAgainst(ground, { store: proxy.origin });
    assert.ok(proxy.faults() > 0);
    await assertExact(ground, 60);
  });
});
