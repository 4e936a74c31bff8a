import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import type { DataFile } from '../../../catalog/iceberg/manifest.ts';
import { connectNessie, listHistory } from '../../../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../../../catalog/storage.ts';
import { connectTrino, queryAll } from '../../../catalog/trino/client.ts';
import { quoteName } from '../../../catalog/trino/quote.ts';
import { createBatchEncoder } from '../../../pipeline/batch-encoder.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { PipelineHalt, PositionsMoved } from '../../../pipeline/errors.ts';
import type { CommitUnit } from '../../../pipeline/iceberg/commit-unit.ts';
import { type Committer, createCommitter } from '../../../pipeline/iceberg/committer.ts';
import { partitionFieldsOf, uploadDataFile } from '../../../pipeline/iceberg/data-files.ts';
import { ensureTables } from '../../../pipeline/iceberg/ensure-tables.ts';
import { readCommittedOffsets } from '../../../pipeline/iceberg/offsets.ts';
import { loadBranch, type LoadedTable, type TableCatalog } from '../../../pipeline/iceberg/table-state.ts';
import { planTable } from '../../../pipeline/session-tables.ts';
import { openFaultProxy } from '../../support/fault-proxy.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { batchOf } from '../../support/record-batch.ts';
import { waitUntil } from '../../support/wait-until.ts';

const endpoints = testEndpoints();
const client = createS3Client(endpoints.objectStore);
after(() => client.destroy());
const CATALOG: TableCatalog = {
  nessie: connectNessie({ uri: endpoints.nessie.uri }),
  store: createObjectStore(client),
  warehouse: `s3://${endpoints.objectStore.bucket}`,
};
const FIELDS = [{ id: 0, name: 'id', required: false, type: { kind: 'long' } }] as const;
const trino = connectTrino({ uri: endpoints.trino.uri, user: endpoints.trino.user });

/** A pipeline `p` that writes to a main table and to others, which the first commit that needs them makes. */
interface Fan extends AsyncDisposable {
  readonly keys: { readonly main: string[]; readonly a: string[]; readonly b: string[] };
  open(
    catalog?: TableCatalog,
    change?: { readonly forget?: string; readonly fromSnapshot?: boolean; readonly signal?: AbortSignal },
  ): Promise<Committer>;
  ids(key: readonly string[]): Promise<unknown[]>;
}

async function openFan(): Promise<Fan> {
  const name = `fan_${randomUUID().slice(0, 8)}`;
  const keys = {
    main: ['pipeline_test', name],
    a: ['pipeline_test', `${name}_a`],
    // Its namespace does not exist either.
    b: [`${name}_new`, 'b'],
  };
  await ensureTables(CATALOG, 'main', [{ key: keys.main, fields: FIELDS, partitioning: [] }]);
  const sql = (key: readonly string[]): string => quoteName([endpoints.trino.catalog, ...key]);
  return {
    keys,
    open: async (catalog = CATALOG, { forget, fromSnapshot = false, signal } = {}) => {
      const loaded = await loadBranch(CATALOG, 'main', [keys.main]);
      const committer = createCommitter(
        {
          catalog,
          branch: 'main',
          pipeline: 'p',
          cluster: 'c',
          writer: 'test',
          anchorKey: keys.main,
          deadLetterKey: undefined,
          planned: [],
          forgottenCommit: forget,
          fromSnapshot,
          onNotice: () => {},
          onTrouble: () => {},
          ...(signal === undefined ? {} : { signal }),
        },
        loaded,
      );
      for (const key of [keys.a, keys.b])
        await committer.addTable(planTable(CATALOG, { key, fields: FIELDS }));
      return committer;
    },
    ids: async key => {
      const { rows } = await queryAll(trino, `SELECT id FROM ${sql(key)} ORDER BY id`);
      return rows.map(row => Number(row[0]));
    },
    [Symbol.asyncDispose]: async () => {
      for (const key of Object.values(keys)) await queryAll(trino, `DROP TABLE IF EXISTS ${sql(key)}`);
      await queryAll(
        trino,
        `DROP SCHEMA IF EXISTS ${quoteName([endpoints.trino.catalog, ...keys.b.slice(0, -1)])}`,
      );
    },
  };
}

async function fileOf({ metadata }: LoadedTable, ids: readonly number[]): Promise<DataFile> {
  const encoder = createBatchEncoder({
    pipeline: 'p',
    table: [],
    deadLetters: [],
    columns: toColumnSpecs(metadata.schemas[0]!.fields), // Every table has a schema.
    partitionFields: partitionFieldsOf(metadata),
    targetFileBytes: 1 << 30,
    onError: 'skip',
  });
  await encoder.add(batchOf(ids.map(id => `{"id":${id}}`)));
  const [file] = await encoder.flush();
  assert.ok(file);
  return uploadDataFile(CATALOG.store, metadata, file);
}

async function unitOf(
  committer: Committer,
  [start, next]: readonly [bigint, bigint],
  rows: readonly (readonly [key: readonly string[], ids: readonly number[]])[],
): Promise<CommitUnit> {
  const writes = rows.map(async ([key, ids]) => {
    const table = committer.state().tables.get(JSON.stringify(key));
    assert.ok(table);
    return { key, files: [await fileOf(table, ids)], schemaId: 0, specId: 0 };
  });
  return {
    id: randomUUID(),
    spans: new Map([['t/0', { start, next }]]),
    writes: await Promise.all(writes),
    rows: next - start,
  };
}

async function offsetsIn(key: readonly string[]): Promise<bigint | undefined> {
  const { tables } = await loadBranch(CATALOG, 'main', [key]);
  return tables[0] === undefined
    ? undefined
    : readCommittedOffsets(tables[0].metadata, { pipeline: 'p' })?.next.get('t/0');
}

describe('a pipeline that writes several tables', () => {
  test('makes new tables and their namespace in the commit of their first rows, and leaves no table ahead of another', async () => {
    await using fan = await openFan();
    const { main, a, b } = fan.keys;
    const committer = await fan.open();
    const before = (await loadBranch(CATALOG, 'main', [main])).hash;
    await committer.commit(
      await unitOf(
        committer,
        [0n, 3n],
        [
          [main, [0]],
          [a, [1]],
          [b, [2]],
        ],
      ),
    );
    const log = [];
    for await (const entry of listHistory(
      CATALOG.nessie,
      { name: 'main' },
      { limitHash: before, withOperations: true },
    )) {
      if (entry.commit.message.startsWith('p: ')) log.push(entry);
    }
    const [entry] = log.filter(({ operations }) =>
      operations?.some(({ key }) => String(key) === String(main)),
    );
    assert.equal(entry?.commit.message, 'p: append 3 rows to 3 tables from t (0: 0–3)');
    assert.deepEqual(entry.operations?.map(({ type }) => type).sort(), ['PUT', 'PUT', 'PUT', 'PUT']);
    // Rows for one table only: the main table takes part all the same, so that no other writer can pass by.
    await committer.commit(await unitOf(committer, [3n, 5n], [[a, [3, 4]]]));
    assert.deepEqual([await fan.ids(main), await fan.ids(a), await fan.ids(b)], [[0], [1, 3, 4], [2]]);
    assert.deepEqual([await offsetsIn(main), await offsetsIn(a), await offsetsIn(b)], [5n, 5n, 3n]);
  });

  test('recognises its commit of several tables when the answer is lost, also after another run went on behind it', async () => {
    await using fan = await openFan();
    const { main, a, b } = fan.keys;
    const origin = new URL(endpoints.nessie.uri).origin;
    const other = await fan.open();
    const [lost, passedBy] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let isLost = false;
    await using proxy = await openFaultProxy(origin, ({ method, url = '' }) => {
      if (isLost) return { until: passedBy.promise };
      isLost = method === 'POST' && url.includes('/history/commit');
      if (isLost) lost.resolve();
      return isLost ? 'lose' : 'pass';
    });
    const nessie = connectNessie({ uri: endpoints.nessie.uri.replace(origin, proxy.origin) });
    const slow = await fan.open({ ...CATALOG, nessie });
    const unit = await unitOf(
      slow,
      [0n, 2n],
      [
        [a, [0]],
        [b, [1]],
      ],
    );
    const landing = slow.commit(unit);
    // Between the loss and the second look somebody else goes on from the table.
    await lost.promise;
    await waitUntil('the commit is made', async () => (await offsetsIn(main)) !== undefined);
    const next = await fan.open();
    await next.commit(await unitOf(next, [2n, 3n], [[a, [2]]]));
    passedBy.resolve();
    await landing;
    assert.deepEqual([await fan.ids(a), await fan.ids(b)], [[0, 2], [1]]);
    // A zombie that read the same records is refused, although it would write to a table that nobody has touched since.
    const zombie = await unitOf(other, [0n, 2n], [[main, [0, 1]]]);
    await assert.rejects(other.commit(zombie), PositionsMoved);
    assert.deepEqual(await fan.ids(main), []);
  });

  test('refuses a commit that arrives after its writer died and another run has begun', async () => {
    await using fan = await openFan();
    const { main, a } = fan.keys;
    const origin = new URL(endpoints.nessie.uri).origin;
    const begun = Promise.withResolvers<void>();
    const isCommit = (url = ''): boolean => url.includes('/history/commit');
    await using proxy = await openFaultProxy(origin, ({ url }) =>
      isCommit(url) ? { until: begun.promise } : 'pass',
    );
    const death = new AbortController();
    const nessie = connectNessie({ uri: endpoints.nessie.uri.replace(origin, proxy.origin), timeoutMs: 300 });
    const dying = await fan.open({ ...CATALOG, nessie }, { signal: death.signal });
    const unit = await unitOf(dying, [0n, 2n], [[a, [0, 1]]]);
    const died = assert.rejects(dying.commit(unit));
    const next = await fan.open();
    death.abort();
    await died;
    // The dead writer's request is still on its way, and lands between the new run's reading and its commit.
    const second = await unitOf(next, [0n, 2n], [[a, [0, 1]]]);
    begun.resolve();
    await waitUntil('the late commit lands', async () => (await offsetsIn(main)) === 2n);
    await assert.rejects(next.commit(second), PositionsMoved);
    assert.deepEqual(await fan.ids(a), [0, 1]);
  });

  test('halts when one of its tables was rolled back or dropped alone', async () => {
    await using fan = await openFan();
    const { main, a } = fan.keys;
    const committer = await fan.open();
    await committer.commit(
      await unitOf(
        committer,
        [0n, 1n],
        [
          [a, [0]],
          [main, [1]],
        ],
      ),
    );
    await committer.commit(await unitOf(committer, [1n, 2n], [[a, [1]]]));
    const name = quoteName([endpoints.trino.catalog, ...main]);
    await queryAll(trino, `DROP TABLE ${name}`);
    await ensureTables(CATALOG, 'main', [{ key: main, fields: FIELDS, partitioning: [] }]);
    await assert.rejects(fan.open(), (error: unknown) => {
      assert.ok(error instanceof PipelineHalt);
      assert.equal(error.code, 'tables-apart');
      assert.match(error.message, /_a holds its commit 2, pipeline_test\.fan_\w+ only 0\..*--reset-offsets/);
      return true;
    });
    const reset = await fan.open(CATALOG, { forget: '' });
    await reset.commit(await unitOf(reset, [0n, 2n], [[a, [2]]]));
    assert.deepEqual(await fan.ids(a), [0, 1, 2]);
    await fan.open();
  });
});
