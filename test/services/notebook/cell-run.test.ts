import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { createReference, deleteReference, getConfig, getReference } from '../../../catalog/nessie.ts';
import { catalogName } from '../../../catalog/trino/catalogs.ts';
import { connectTrino, queryAll } from '../../../catalog/trino/client.ts';
import { quoteIdentifier } from '../../../catalog/trino/quote.ts';
import { createSession, type TrinoSession } from '../../../catalog/trino/session.ts';
import { createCatalogSource } from '../../../client/catalog/catalog-source.ts';
import { runCell, type StatementEnd } from '../../../client/notebook/cell-run.ts';
import { prepareStatement } from '../../../client/notebook/prepare-statement.ts';
import { openReferenceCatalog } from '../../../client/notebook/reference-catalog.ts';
import { createResultsWorker } from '../../../client/notebook/results/worker-link.ts';
import { statementsOf } from '../../../client/notebook/statements.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

const endpoints = testEndpoints();
const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-cell-'));
const worker = createResultsWorker();
const source = createCatalogSource(endpoints);
const { nessie } = source;
const branch = `notebook-${process.pid}`;
after(async () => {
  await deleteReference(nessie, { reference: await getReference(nessie, branch) });
  const { defaultBranch } = await getConfig(nessie);
  const host = { staticCatalog: endpoints.trino.catalog, defaultBranch };
  const catalog = catalogName(host, { kind: 'reference', name: branch });
  await queryAll(connectTrino(endpoints.trino), `DROP CATALOG IF EXISTS ${quoteIdentifier(catalog)}`);
  source.dispose();
  await worker[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe('running cells', () => {
  test('on a branch leaves the default branch alone, and the next cell is back there', async () => {
    const { defaultBranch } = await getConfig(nessie);
    const main = await getReference(nessie, defaultBranch);
    await createReference(nessie, { name: branch, type: 'BRANCH', from: main });
    const session = createSession({ catalog: endpoints.trino.catalog });
    const made = await run(
      `-- @branch ${branch}\nCREATE SCHEMA notebook_cells; CREATE TABLE notebook_cells.t AS SELECT 1 AS a; SELECT * FROM notebook_cells.t`,
      session,
    );
    assert.deepEqual(
      made.ends.map(end => end.error?.message),
      [undefined, undefined, undefined],
    );
    assert.deepEqual(made.ends[2]?.output.table?.page.rows, [['1']]);
    assert.equal(made.ends[1]?.output.progress.updateType, 'CREATE TABLE');
    assert.equal(made.session.catalog, endpoints.trino.catalog);
    const missing = await run('SELECT * FROM notebook_cells.t', made.session);
    assert.equal(missing.ends[0]?.error?.name, 'SCHEMA_NOT_FOUND');
  });

  test('stops behind a statement that failed', async () => {
    const { ends, isSuccess } = await run('SELECT 1; SELECT nosuch; SELECT 3', createSession());
    assert.equal(isSuccess, false);
    assert.deepEqual(
      ends.map(end => end.error?.name),
      [undefined, 'COLUMN_NOT_FOUND'],
    );
  });

  test('sends session properties of the cell and takes them back', async () => {
    const { ends, session } = await run(
      "-- @session query_max_run_time = '7m'\nSHOW SESSION LIKE 'query_max_run_time'",
      createSession(),
    );
    assert.equal(ends[0]?.output.table?.page.rows[0]?.[1], '7m');
    assert.equal(session.properties.size, 0);
  });

  test('shows what a statement would read and write', async () => {
    await run('CREATE SCHEMA IF NOT EXISTS iceberg.notebook_io', createSession());
    const { ends } = await run(
      'EXPLAIN (TYPE IO) CREATE TABLE iceberg.notebook_io.copy AS SELECT * FROM tpch.tiny.nation WHERE regionkey = 1',
      createSession(),
    );
    assert.deepEqual(
      ends[0]?.output.plan?.fragments.map(({ title, root }) => [title, root.name]) ?? ends[0]?.error,
      [
        ['Written · 1 table', 'iceberg.notebook_io.copy'],
        ['Read · 1 table', 'tpch.tiny.nation'],
      ],
    );
    await run('DROP SCHEMA iceberg.notebook_io', createSession());
  });

  test('of 200,000 rows puts only a head into the notebook', async () => {
    const { ends } = await run(
      '-- @limit 1000000\nSELECT orderkey, custkey, orderdate FROM tpch.sf1.orders LIMIT 200000',
      createSession(),
    );
    const [end] = ends;
    assert.equal(end?.output.table?.rowCount, 200_000);
    assert.ok(JSON.stringify(end.output).length < 20_000);
  });

  test('names a branch that is not there', async () => {
    await assert.rejects(
      run('-- @branch nosuch\nSELECT 1', createSession()),
      /Nessie has no branch "nosuch"/,
    );
  });
});

async function run(
  text: string,
  session: TrinoSession,
): Promise<{ ends: StatementEnd[]; session: TrinoSession; isSuccess: boolean }> {
  const ends: StatementEnd[] = [];
  const result = await runCell(
    {
      text,
      statements: statementsOf(text),
      firstText: '',
      endpoints,
      session,
      rowLimit: 1000,
      worker,
      newPath: handle => path.join(folder, `${handle}.arrow`),
      catalogOf: reference => openReferenceCatalog(source, reference),
      prepare: async statement => prepareStatement(statement, { cells: [], values: new Map() }),
      signal: new AbortController().signal,
    },
    { open: () => ({ show: () => undefined, progress: () => undefined }), ended: end => void ends.push(end) },
  );
  return { ends, ...result };
}
