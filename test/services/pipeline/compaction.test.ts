import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { command as etl } from '../../../bin/commands/etl.ts';
import {
  connectNessie,
  createReference,
  deleteReference,
  getContents,
  getReference,
} from '../../../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../../../catalog/storage.ts';
import { compactTable, type CompactionResult } from '../../../pipeline/compact/compact-table.ts';
import {
  expireSnapshots,
  type ExpiryOptions,
  type ExpiryResult,
} from '../../../pipeline/compact/expire-table.ts';
import { openRewriter } from '../../../pipeline/compact/rewrite-files.ts';
import type { TableCatalog } from '../../../pipeline/iceberg/table-state.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { NAMESPACE, openPlayground, type Playground } from '../../support/pipeline-playground.ts';
import { type CommandOutcome, runCommand } from '../../support/run-command.ts';

const SCHEMA = 'id: long\ns: string\nx: double\nplace: { city: string, tags: [string] }';
const POLICY = { targetBytes: 128 * 1024 * 1024, minFiles: 2, maxRows: 1_000_000 };

/** A table of several small files, each from a commit of its own. */
async function smallFiles(ground: Playground, commits: number, first = 0): Promise<void> {
  for (let commit = first; commit < first + commits; commit++) {
    await ground.produce(Array.from({ length: 10 }, (_, i) => row(commit * 10 + i)));
    await ground.run();
  }
}

function row(id: number): string {
  return JSON.stringify({
    id,
    s: id % 4 === 0 ? null : `s${id}`,
    x: id / 4,
    place: { city: `c${id % 3}`, tags: ['a', `b${id}`] },
  });
}

const CHECK =
  "SELECT count(*), count(DISTINCT id), sum(x), count(s), count_if(place.city = 'c1'), sum(cardinality(place.tags)) FROM";

function openCatalog(): TableCatalog & { readonly [Symbol.dispose]: () => void } {
  const endpoints = testEndpoints();
  const client = createS3Client(endpoints.objectStore);
  return {
    nessie: connectNessie({ uri: endpoints.nessie.uri }),
    store: createObjectStore(client),
    warehouse: `s3://${endpoints.objectStore.bucket}`,
    [Symbol.dispose]: () => client.destroy(),
  };
}

function compact(catalog: TableCatalog, ground: Playground, policy = POLICY): Promise<CompactionResult> {
  return compactTable({
    catalog,
    branch: 'main',
    key: [NAMESPACE, ground.table],
    policy,
    openRewriter,
    onNotice: () => {},
  });
}

function expire(
  catalog: TableCatalog,
  ground: Playground,
  options: Partial<ExpiryOptions> = {},
): Promise<ExpiryResult> {
  const place = { catalog, branch: 'main', key: [NAMESPACE, ground.table] };
  return expireSnapshots({
    ...place,
    olderThanMs: Date.now() + 1000,
    retainLast: 1,
    onNotice: () => {},
    ...options,
  });
}

function meta(ground: Playground, suffix: string): string {
  return ground.sqlName.replace(/"$/, `$${suffix}"`);
}

describe('compaction', () => {
  test('puts small files together, partition by partition; every row stays, and so do history and the pipeline', async () => {
    using catalog = openCatalog();
    await using ground = await openPlayground('compact', {
      schema: SCHEMA,
      settings: 'partitioning: ["bucket(id, 2)"]',
    });
    await smallFiles(ground, 4);
    const before = await ground.query(`${CHECK} ${ground.sqlName}`);
    const result = await compact(catalog, ground);
    assert.deepEqual([result.removedFiles, result.addedFiles, result.skipped], [8, 2, []]);
    assert.deepEqual(await ground.query(`${CHECK} ${ground.sqlName}`), before);
    assert.equal(await ground.value(`SELECT count(*) FROM ${meta(ground, 'files')}`), 2n);
    const [last] = await ground.query(
      `SELECT operation, summary['total-records'], summary['total-data-files'] FROM ${meta(ground, 'snapshots')} ORDER BY committed_at DESC LIMIT 1`,
    );
    assert.deepEqual(last, ['replace', '40', '2']);
    const early = await ground.value(
      `SELECT snapshot_id FROM ${meta(ground, 'snapshots')} ORDER BY committed_at LIMIT 1`,
    );
    assert.equal(
      await ground.value(`SELECT count(*) FROM ${ground.sqlName} FOR VERSION AS OF ${String(early)}`),
      10n,
    );
    await smallFiles(ground, 1, 4);
    assert.equal(await ground.value(`SELECT count(DISTINCT id) FROM ${ground.sqlName}`), 50n);
    // The predicate goes to the bounds of the rewritten files.
    assert.equal(await ground.value(`SELECT s FROM ${ground.sqlName} WHERE id = 39`), 's39');
    assert.equal((await compact(catalog, ground, { ...POLICY, minFiles: 5 })).addedFiles, 0);
  });

  test('keeps what others append meanwhile, and leaves files alone from which rows were deleted', async () => {
    using catalog = openCatalog();
    await using ground = await openPlayground('compact_beside', { schema: SCHEMA });
    await smallFiles(ground, 3);
    let isDone = false;
    const compacting = compact(catalog, ground).finally(() => (isDone = true));
    let inserts = 0;
    do {
      await ground.query(`INSERT INTO ${ground.sqlName} (id, s) VALUES (${1000 + inserts}, 'by trino')`);
      inserts += 1;
    } while (!isDone);
    assert.equal((await compacting).removedFiles, 3);
    assert.equal(
      await ground.value(`SELECT count(DISTINCT id) FROM ${ground.sqlName}`),
      BigInt(30 + inserts),
    );
    await ground.query(`DELETE FROM ${ground.sqlName} WHERE id = 7`);
    await ground.query(`INSERT INTO ${ground.sqlName} (id, s) VALUES (2000, 'x'), (2001, 'y')`);
    const skipped = await compact(catalog, ground);
    assert.equal(skipped.addedFiles, 0);
    assert.match(skipped.skipped[0]?.reason ?? '', /deleted one by one/);
    assert.equal(
      await ground.value(`SELECT count(DISTINCT id) FROM ${ground.sqlName}`),
      BigInt(31 + inserts),
    );
  });

  test('reads files of before a column was added, widened, renamed and dropped', async () => {
    using catalog = openCatalog();
    await using ground = await openPlayground('compact_evolved', {
      schema: 'id: int\nold: string\nx: double',
    });
    await ground.produce(['{"id":1,"old":"a","x":0.5}', '{"id":2,"old":"b","x":-0.0}']);
    await ground.run();
    await ground.query(`ALTER TABLE ${ground.sqlName} ADD COLUMN more varchar`);
    await ground.query(`ALTER TABLE ${ground.sqlName} ALTER COLUMN id SET DATA TYPE bigint`);
    await ground.query(`ALTER TABLE ${ground.sqlName} RENAME COLUMN old TO "New Name"`);
    await ground.query(`ALTER TABLE ${ground.sqlName} DROP COLUMN x`);
    await ground.query(`INSERT INTO ${ground.sqlName} VALUES (9007199254740993, 'c', 'm')`);
    const result = await compact(catalog, ground);
    assert.deepEqual([result.removedFiles, result.addedFiles, result.skipped], [2, 1, []]);
    assert.deepEqual(await ground.query(`SELECT id, "New Name", more FROM ${ground.sqlName} ORDER BY id`), [
      [1n, 'a', null],
      [2n, 'b', null],
      [9007199254740993n, 'c', 'm'],
    ]);
    assert.equal(
      await ground.value(`SELECT "New Name" FROM ${ground.sqlName} WHERE id > 9000000000000000`),
      'c',
    );
  });
});

test('a table gets the order of the pipeline file, and Trino knows it', async () => {
  using catalog = openCatalog();
  await using ground = await openPlayground('sorted', {
    schema: SCHEMA,
    settings: 'files: { sortBy: [x desc, id] }',
  });
  await smallFiles(ground, 2);
  const made = String(await ground.value(`SHOW CREATE TABLE ${ground.sqlName}`));
  assert.match(made, /sorted_by = ARRAY\['x DESC NULLS LAST','id ASC NULLS FIRST'\]/);
  assert.equal((await compact(catalog, ground)).addedFiles, 1);
  assert.deepEqual(
    (await ground.query(`SELECT id FROM ${ground.sqlName} WHERE "$path" IS NOT NULL`)).map(([id]) =>
      Number(id),
    ),
    Array.from({ length: 20 }, (_, i) => 19 - i),
  );
});

test('lakehouse etl compact and expire do it by hand, and first say what they would do', async () => {
  await using ground = await openPlayground('by_hand', {
    schema: SCHEMA,
    settings: 'maintenance: { expire: 1ms, retain: 1 }',
  });
  await smallFiles(ground, 5);
  const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-compact-'));
  const file = path.join(folder, 'p.pipeline.yaml');
  writeFileSync(file, ground.yaml);
  try {
    const run = (task: string, dryRun: boolean): Promise<CommandOutcome> =>
      runCommand(etl, { cwd: folder, positionals: [task, file], values: { 'dry-run': dryRun } });
    assert.match((await run('compact', true)).stdout, /^Dry run, nothing was changed\. Put 5 files/);
    assert.match((await run('compact', false)).stdout, /^Put 5 files \(.+\) together into 1/);
    assert.match((await run('compact', false)).stdout, /^No files to put together/);
    assert.match((await run('expire', true)).stdout, /^Dry run, nothing was changed\. Expired 5 snapshots/);
    assert.match((await run('expire', false)).stdout, /^Expired 5 snapshots and deleted 15 files/);
    assert.equal(await ground.value(`SELECT count(DISTINCT id) FROM ${ground.sqlName}`), 50n);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('expiry', () => {
  test('deletes what only old snapshots needed, but nothing that a branch or tag still needs', async () => {
    using catalog = openCatalog();
    await using ground = await openPlayground('expire', { schema: SCHEMA });
    await smallFiles(ground, 2);
    const { hash } = await getReference(catalog.nessie, 'main');
    const name = `expire_${ground.table}`;
    await createReference(catalog.nessie, { type: 'BRANCH', name, from: { name: 'main', hash } });
    try {
      await smallFiles(ground, 2, 2);
      await compact(catalog, ground);
      const dry = await expire(catalog, ground, { dryRun: true });
      assert.equal(dry.snapshots, 4);
      assert.ok(dry.deleted.length > 0);
      assert.equal(await ground.value(`SELECT count(*) FROM ${meta(ground, 'snapshots')}`), 5n);
      const result = await expire(catalog, ground);
      assert.deepEqual([...result.deleted].sort(), [...dry.deleted].sort());
      // The branch has two of the four data files, their manifests and lists.
      assert.ok(result.kept >= 6, `${result.kept} kept`);
      assert.equal(await ground.value(`SELECT count(*) FROM ${meta(ground, 'snapshots')}`), 1n);
      assert.equal(await ground.value(`SELECT count(*) FROM ${ground.sqlName}`), 40n);
      const { items } = await getContents(catalog.nessie, { name }, { keys: [[NAMESPACE, ground.table]] });
      assert.equal(items[0]?.content?.type, 'ICEBERG_TABLE');
      for (const file of result.deleted) assert.equal(await catalog.store.head(file), undefined);
      // The pipeline goes on where it was.
      await smallFiles(ground, 1, 4);
      assert.equal(await ground.value(`SELECT count(DISTINCT id) FROM ${ground.sqlName}`), 50n);
    } finally {
      const branch = await getReference(catalog.nessie, name);
      await deleteReference(catalog.nessie, { reference: branch });
    }
    assert.equal((await expire(catalog, ground)).snapshots > 0, true);
  });
});
