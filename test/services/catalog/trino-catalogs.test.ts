import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  commit,
  connectNessie,
  createReference,
  deleteReference,
  getConfig,
  getReference,
  listEntries,
} from '../../../catalog/nessie.ts';
import { type CatalogHost, listOpenedCatalogs, openCatalog } from '../../../catalog/trino/catalogs.ts';
import {
  connectTrino,
  createSession,
  queryAll,
  runStatement,
  type TrinoValue,
} from '../../../catalog/trino/client.ts';
import { sweepCatalogs } from '../../../catalog/trino/sweep.ts';
import { quoteName } from '../../../catalog/trino/quote.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

const endpoints = testEndpoints();
const trino = connectTrino({ uri: endpoints.trino.uri, user: endpoints.trino.user });
const nessie = connectNessie({ uri: endpoints.nessie.uri });
const MAIN = endpoints.trino.catalog;
const run = randomUUID().slice(0, 8);
const branch = `catalog-test/${run}.branch`;
const schema = `catalog_test_${run}`;

describe('a Trino catalog for every branch and commit, really', () => {
  let host: CatalogHost;

  before(async () => {
    const { defaultBranch } = await getConfig(nessie);
    // A name of its own, so that no catalog of anybody else counts as one that this test opened.
    host = { trino, staticCatalog: `catalog_test_${run}`, defaultBranch, endpoints };
    await queryAll(trino, `CREATE SCHEMA ${quoteName([MAIN, schema])}`);
    await queryAll(trino, `CREATE TABLE ${quoteName([MAIN, schema, 't'])} AS SELECT 1 AS x`);
    const main = await getReference(nessie, defaultBranch);
    await createReference(nessie, { type: 'BRANCH', name: branch, from: main });
  });

  after(async () => {
    await queryAll(trino, `DROP TABLE IF EXISTS ${quoteName([MAIN, schema, 't'])}`);
    await queryAll(trino, `DROP SCHEMA IF EXISTS ${quoteName([MAIN, schema])}`);
    const reference = await getReference(nessie, branch);
    await emptyBranch(reference.name);
    await deleteReference(nessie, { reference: await getReference(nessie, branch) });
  });

  test('a write on a branch is seen there and not on the default branch', async () => {
    const name = await openCatalog(host, { kind: 'reference', name: branch });
    assert.equal(await openCatalog(host, { kind: 'reference', name: branch }), name);
    await queryAll(trino, `INSERT INTO ${quoteName([name, schema, 't'])} VALUES 2`);
    assert.equal(await count(name), 2n);
    assert.equal(await count(MAIN), 1n);
  });

  test('a commit is shown as it was and cannot be written to', async () => {
    const before_ = await getReference(nessie, branch);
    await queryAll(
      trino,
      `INSERT INTO ${quoteName([await openCatalog(host, { kind: 'reference', name: branch }), schema, 't'])} VALUES 3`,
    );
    const name = await openCatalog(host, { kind: 'commit', hash: before_.hash });
    assert.equal(await count(name), 2n);
    await assert.rejects(queryAll(trino, `CREATE TABLE ${quoteName([name, schema, 'u'])} (x integer)`));
  });

  test('a tag is shown with the history of its tables', async () => {
    const tag = await createReference(nessie, {
      type: 'TAG',
      name: `${branch}-tag`,
      from: await getReference(nessie, branch),
    });
    const name = await openCatalog(host, { kind: 'reference', name: tag.name });
    const { rows } = await queryAll(
      trino,
      `SELECT count(*) FROM ${quoteName([name, schema, 't$snapshots'])}`,
    );
    assert.ok((rows[0]?.[0] as bigint) >= 3n);
    await deleteReference(nessie, { reference: tag });
  });

  test('catalogs that nobody uses any more are dropped, the others stay', async () => {
    const name = await openCatalog(host, { kind: 'reference', name: branch });
    const opened = await listOpenedCatalogs(host);
    assert.equal(opened.length, 3);
    const others = opened.filter(item => item !== name).sort();
    const unseen = (): boolean => false;
    // The queries of the tests above name them.
    assert.deepEqual(await sweepCatalogs(host, { references: [branch], isInSight: unseen }), []);
    const idle = { references: [branch], idleMinutes: 0 };
    assert.deepEqual(await sweepCatalogs(host, { ...idle, isInSight: item => item !== name }), []);
    assert.deepEqual((await sweepCatalogs(host, { ...idle, isInSight: unseen })).sort(), others);
    assert.deepEqual(await sweepCatalogs(host, { ...idle, isInSight: unseen }), []);
    assert.deepEqual(await sweepCatalogs(host, { ...idle, isInSight: unseen, maxOpened: 0 }), [name]);
    assert.equal(await count(MAIN), 1n);
  });

  test('the catalog of a running query stays, also when its text does not name it', async () => {
    const name = await openCatalog(host, { kind: 'reference', name: branch });
    const sweep = async (): Promise<string[]> =>
      sweepCatalogs(host, { references: [], isInSight: () => false, idleMinutes: 0 });
    const session = createSession({ catalog: name, schema });
    const running = runStatement(trino, 'SELECT count(*) FROM tpch.sf100.lineitem, t', { session });
    // Trino begins with a query when its first answer is fetched.
    let state = '';
    while (state !== 'RUNNING') {
      const { value } = await running.next();
      assert.ok(value !== undefined, 'the query ended too soon');
      state = value.statistics.state;
    }
    assert.deepEqual(await sweep(), []);
    await running.return();
    assert.deepEqual(await sweep(), [name]);
  });

  test('secrets go into a statement only for a Trino that has them not in its environment, and only when allowed', async () => {
    const bare: CatalogHost = { trino, staticCatalog: host.staticCatalog, defaultBranch: host.defaultBranch };
    const [opened] = await Promise.allSettled([openCatalog(bare, { kind: 'reference', name: branch })]);
    const idle = { references: [], isInSight: () => false, idleMinutes: 0 };
    if (opened.status === 'fulfilled') assert.deepEqual(await sweepCatalogs(host, idle), [opened.value]);
    else assert.match((opened.reason as Error).message, /was not started with the lakehouse's addresses/);
  });
});

async function count(catalog: string): Promise<TrinoValue | undefined> {
  return (await queryAll(trino, `SELECT count(*) FROM ${quoteName([catalog, schema, 't'])}`)).rows[0]?.[0];
}

/** Takes everything of this test off the branch, so that its deletion loses nothing anybody wants. */
async function emptyBranch(name: string): Promise<void> {
  const reference = await getReference(nessie, name);
  const keys: (readonly string[])[] = [];
  for await (const entry of listEntries(nessie, reference, { prefix: [schema] })) keys.push(entry.key);
  if (keys.length > 0)
    await commit(nessie, {
      branch: name,
      expectedHash: reference.hash,
      message: 'clean up',
      operations: keys.map(key => ({ type: 'DELETE', key })),
    });
}
