import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { findHolders } from '../../../catalog/holders.ts';
import { type MaintainedTable, planExpiry, planOrphanRemoval } from '../../../catalog/maintenance.ts';
import { loadTableMetadata } from '../../../catalog/table-loader.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

describe('maintenance on one branch and the files of another, really', () => {
  let bench: Workbench;
  /** Later than everything that the test writes, so that age protects nothing. */
  const afterAll = (): { olderThanMs: number } => ({ olderThanMs: Date.now() + 60_000 });

  before(async () => {
    bench = await openWorkbench('maintenance');
    await bench.sql(bench.root, 'CREATE TABLE {t} (id bigint)');
    for (const id of [1, 2, 3]) await bench.sql(bench.root, `INSERT INTO {t} VALUES ${id}`);
  });
  after(async () => bench[Symbol.asyncDispose]());

  test('expiring snapshots that another branch needs is refused with its name, and Trino would have broken it', async () => {
    const [keeper, worker] = [await bench.fork('keeper'), await bench.fork('worker')];
    await bench.sql(worker.name, 'ALTER TABLE {t} EXECUTE optimize');
    const plan = await planExpiry(bench.store, await tableOn(worker.name), afterAll());
    assert.ok(plan.snapshots.length >= 3 && plan.files > 0 && plan.bytes > 0n);
    const block = plan.blockedBy.find(item => item.reference === keeper.name);
    assert.ok(block?.isCurrentLost === true && (block.files ?? 0) >= 3);
    assert.deepEqual(await bench.sql(keeper.name, 'SELECT count(*) FROM {t}'), [[3n]]);
  });

  test('without another holder the plan is exactly what Trino deletes', async () => {
    const lone = await bench.fork('lone');
    await bench.sql(lone.name, 'CREATE TABLE {lone} (id bigint)');
    for (const id of [1, 2]) await bench.sql(lone.name, `INSERT INTO {lone} VALUES ${id}`);
    await bench.sql(lone.name, 'ALTER TABLE {lone} EXECUTE optimize');
    const table = await tableOn(lone.name, 'lone');
    const plan = await planExpiry(bench.store, table, afterAll());
    assert.deepEqual(plan.blockedBy, []);
    const before_ = await countFiles(table.metadata.location);
    await bench.sql(lone.name, "ALTER TABLE {lone} EXECUTE expire_snapshots(retention_threshold => '0s')");
    const now = await tableOn(lone.name, 'lone');
    assert.equal(now.metadata.snapshots.length, table.metadata.snapshots.length - plan.snapshots.length);
    // The procedure itself leaves a new metadata file.
    assert.equal(before_ - (await countFiles(table.metadata.location)), plan.files - 1);
    assert.deepEqual(await bench.sql(lone.name, 'SELECT id FROM {lone} ORDER BY id'), [[1n], [2n]]);
  });

  test('orphans are told from files of other branches', async () => {
    const dev = await bench.fork('orphans');
    await bench.sql(dev.name, 'INSERT INTO {t} VALUES 4');
    const table = await tableOn(bench.root);
    const foreign = await planOrphanRemoval(bench.store, table, afterAll());
    const block = foreign.blockedBy.find(item => item.reference === dev.name);
    assert.ok(
      block?.isCurrentLost === true,
      'the row that only the branch has is in a file unknown to the root',
    );
    await bench.store.put(`${table.metadata.location}/data/left-over.parquet`, Buffer.from('rubbish'));
    const plan = await planOrphanRemoval(bench.store, { ...table, holders: [] }, afterAll());
    assert.equal(plan.files, foreign.files + 1);
    const young = await planOrphanRemoval(bench.store, table, { olderThanMs: Date.now() - 3_600_000 });
    assert.deepEqual([young.files, young.blockedBy], [0, []]);
  });

  test('a holder whose metadata cannot be read is taken to need everything', async () => {
    const table = await tableOn(bench.root);
    const [holder] = table.holders;
    assert.ok(holder !== undefined);
    const broken = {
      ...holder,
      content: {
        ...holder.content,
        metadataLocation: `${table.metadata.location}/metadata/none.metadata.json`,
      },
    };
    const plan = await planExpiry(bench.store, { ...table, holders: [broken] }, afterAll());
    assert.deepEqual(plan.blockedBy, [{ reference: holder.reference.name, isCurrentLost: true }]);
  });

  async function tableOn(branch: string, name = 't'): Promise<MaintainedTable> {
    const content = await bench.content(branch, name);
    const holders = await findHolders(bench.nessie, {
      reference: await bench.head(branch),
      key: [bench.namespace, name],
      content,
    });
    const metadata = await loadTableMetadata(bench.store, content.metadataLocation);
    return { metadata, metadataLocation: content.metadataLocation, holders };
  }

  async function countFiles(location: string): Promise<number> {
    let count = 0;
    for await (const object of bench.store.list(`${location}/`)) count += object.uri === '' ? 0 : 1;
    return count;
  }
});
