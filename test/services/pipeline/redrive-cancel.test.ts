import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectNessie } from '../../../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../../../catalog/storage.ts';
import { deleteForgotten } from '../../../pipeline/compact/maintain-table.ts';
import type { TableCatalog } from '../../../pipeline/iceberg/table-state.ts';
import { framed } from '../../support/framed-avro.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { NAMESPACE, openPlayground, type Playground } from '../../support/pipeline-playground.ts';
import { openTestCatalog, redrive, unneededFiles } from '../../support/redrive.ts';
import { startStandInRegistry } from '../../support/stand-in-registry.ts';
import { openTcpProxy, type TcpMode, type TcpProxy } from '../../support/tcp-proxy.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** Less than the patience of any client with a silent server (half a minute), and enough for a busy machine. */
const AT_ONCE_MS = 20_000;
const LETTERS = 50;

/** A table whose column has become wide enough for all of its dead letters. */
async function openWidened(name: string): Promise<Playground> {
  const ground = await openPlayground(name, {
    schema: 'id: int',
    settings: 'onError: { maxRatio: 1 }',
    partitions: 1,
  });
  await ground.produce(Array.from({ length: LETTERS }, (_, i) => `{"id":${3_000_000_000 + i}}`));
  await ground.run();
  await ground.query(`ALTER TABLE ${ground.sqlName} ALTER COLUMN id SET DATA TYPE bigint`);
  return ground;
}

interface Ways extends AsyncDisposable {
  readonly catalog: TableCatalog;
  readonly nessie: TcpProxy;
  readonly store: TcpProxy;
}

/** The catalog of the test lakehouse through proxies that can be shut; clients have their own, long, patience. */
async function openWays(): Promise<Ways> {
  const { nessie, objectStore } = testEndpoints();
  const nessieUri = new URL(nessie.uri);
  const storeUri = new URL(objectStore.endpoint);
  const nessieProxy = await openTcpProxy({ host: nessieUri.hostname, port: Number(nessieUri.port) });
  const storeProxy = await openTcpProxy({ host: storeUri.hostname, port: Number(storeUri.port) });
  nessieUri.port = String(nessieProxy.port);
  storeUri.port = String(storeProxy.port);
  const client = createS3Client({ ...objectStore, endpoint: storeUri.href });
  return {
    catalog: {
      nessie: connectNessie({ uri: nessieUri.href }),
      store: createObjectStore(client),
      warehouse: `s3://${objectStore.bucket}`,
    },
    nessie: nessieProxy,
    store: storeProxy,
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await nessieProxy[Symbol.asyncDispose]();
      await storeProxy[Symbol.asyncDispose]();
    },
  };
}

/** Nothing is left that no snapshot names, once the journal has been read; and another redrive moves every letter. */
async function assertNothingLost(ground: Playground): Promise<void> {
  using catalog = openTestCatalog();
  for (const key of [ground.table, `${ground.table}__dead_letters`]) {
    const place = { catalog, branch: 'main', key: [NAMESPACE, key] };
    await deleteForgotten({ ...place, olderThanMs: Date.now() + 60_000 });
  }
  assert.deepEqual(await unneededFiles(catalog, ground), []);
  await redrive(catalog, ground);
  const [row] = await ground.query(
    `SELECT count(*), count(DISTINCT id), (SELECT count(*) FROM ${ground.deadLetters}) FROM ${ground.sqlName}`,
  );
  assert.deepEqual(row, [BigInt(LETTERS), BigInt(LETTERS), 0n]);
  assert.deepEqual(await unneededFiles(catalog, ground), []);
}

/** Cancels a redrive and waits for its end, which comes at once. */
async function cancel(cancelling: AbortController, redriving: Promise<unknown>): Promise<void> {
  const started = performance.now();
  cancelling.abort();
  await assert.rejects(redriving, { name: 'AbortError' });
  const took = performance.now() - started;
  assert.ok(took < AT_ONCE_MS, `the cancel took ${Math.round(took)} ms`);
}

describe('a redrive that is cancelled while a server is away', { concurrency: true }, () => {
  const CASES: readonly (readonly ['nessie' | 'store', Extract<TcpMode, string>, 'start' | 'commit'])[] = [
    ['nessie', 'stall', 'start'],
    ['nessie', 'mute', 'commit'],
    ['store', 'stall', 'start'],
    ['store', 'mute', 'commit'],
    ['store', 'cut', 'commit'],
  ];
  for (const [server, mode, moment] of CASES) {
    test(`ends at once and leaves nothing half-written: ${server}, ${mode}, at the ${moment}`, async () => {
      await using ground = await openWidened(`redrive_away_${server}_${mode}`);
      await using ways = await openWays();
      const cancelling = new AbortController();
      const isAway = Promise.withResolvers<void>();
      const shut = (): void => {
        ways[server].mode = mode;
        isAway.resolve();
      };
      if (moment === 'start') shut();
      const notices: string[] = [];
      const redriving = redrive(ways.catalog, ground, {
        signal: cancelling.signal,
        hooks: moment === 'commit' ? { beforeCommit: shut } : {},
        onNotice: text => notices.push(text),
      });
      redriving.catch(isAway.reject);
      await isAway.promise;
      if (mode === 'cut') await waitUntil('the outage is noticed', () => notices.length > 0);
      await cancel(cancelling, redriving);
      await assertNothingLost(ground);
    });
  }

  test('ends at once also where the encoder waits for the schema registry', async () => {
    await using registry = await startStandInRegistry();
    await using ground = await openPlayground('redrive_away_registry', {
      schema: 'id: long',
      settings: 'onError: { maxRatio: 1 }',
      partitions: 1,
    });
    const schema = { type: 'record', name: 'R', fields: [{ name: 'id', type: 'long' }] };
    const source = {
      ...ground.config.source,
      format: 'avro',
      schemas: { kind: 'registry', url: registry.url },
    };
    const config = { ...ground.config, source } as typeof ground.config;
    await ground.produce(
      Array.from({ length: LETTERS }, (_, id) => Buffer.from(framed(7, schema, { id: BigInt(id) }))),
    );
    await ground.run({ config });
    assert.equal(await ground.value(`SELECT count(*) FROM ${ground.deadLetters}`), BigInt(LETTERS));
    registry.schemas.set(7, { schema: JSON.stringify(schema) });
    registry.failure = { status: 503, body: '' };
    using catalog = openTestCatalog();
    const cancelling = new AbortController();
    const notices: string[] = [];
    const redriving = redrive(catalog, ground, {
      config,
      signal: cancelling.signal,
      onNotice: text => notices.push(text),
    });
    await waitUntil('the registry is missed', () => notices.length > 0);
    await cancel(cancelling, redriving);
    registry.failure = undefined;
    await assertNothingLost({ ...ground, config });
  });
});
