import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { findDeletionLoss, removeReference, resetBranch } from '../../../catalog/branch-actions.ts';
import { compareReferences, compareTable } from '../../../catalog/compare.ts';
import { findHolders } from '../../../catalog/holders.ts';
import { explainConflict, previewMerge, previewTransplant } from '../../../catalog/merge-preview.ts';
import { createReference, deleteReference, isConflict, isNotFound, merge } from '../../../catalog/nessie.ts';
import { loadTree, refreshTree } from '../../../catalog/tree-loader.ts';
import { findNode } from '../../../catalog/tree.ts';
import { createNamespace, dropEntry, renameEntry, rollBackTable } from '../../../catalog/table-actions.ts';
import { entriesOf, openWorkbench, type Workbench } from './workbench.ts';

const NOW = new Date('2026-01-02T03:04:05.678Z');

describe('branches of tables that Trino wrote, really', () => {
  let bench: Workbench;

  before(async () => {
    bench = await openWorkbench('branches');
    await bench.sql(bench.root, 'CREATE TABLE {t} (id bigint, name varchar)');
    await bench.sql(bench.root, "INSERT INTO {t} VALUES (1, 'a'), (2, 'b')");
    await bench.sql(bench.root, 'CREATE TABLE {old} AS SELECT 1 AS x');
  });
  after(async () => bench[Symbol.asyncDispose]());

  test('two references are compared table by table: schema, snapshots, rows', async () => {
    const dev = await bench.fork('compare');
    await bench.sql(dev.name, 'ALTER TABLE {t} ADD COLUMN price decimal(9, 2)');
    await bench.sql(dev.name, 'ALTER TABLE {t} RENAME COLUMN name TO title');
    await bench.sql(dev.name, "INSERT INTO {t} VALUES (3, 'c', 1.50)");
    await bench.sql(dev.name, 'DROP TABLE {old}');
    await bench.sql(dev.name, 'CREATE TABLE {fresh} AS SELECT 1 AS y');
    const changes = await compareReferences(bench.nessie, {
      from: await bench.head(bench.root),
      to: await bench.head(dev.name),
    });
    assert.deepEqual(
      changes.map(change => [change.key.at(-1), change.kind]),
      [
        ['fresh', 'added'],
        ['old', 'dropped'],
        ['t', 'changed'],
      ],
    );
    const table = changes.find(change => change.kind === 'changed');
    assert.ok(table !== undefined);
    const diff = await compareTable(bench.store, table);
    assert.deepEqual(diff?.schema, [
      { kind: 'renamed', path: 'title', from: 'name', to: 'title' },
      { kind: 'added', path: 'price', type: 'decimal(9, 2)', required: false },
    ]);
    assert.deepEqual([diff.snapshots.relation, diff.isSameTable], ['ahead', true]);
    assert.deepEqual(
      diff.snapshots.onlyTo.map(snapshot => snapshot.summary['added-records']),
      ['1'],
    );
    assert.deepEqual([diff.totals.from.rows, diff.totals.to.rows], [2n, 3n]);
  });

  test('a merge preview tells what each side did to a table in conflict, and changes nothing', async () => {
    const [left, right] = [await bench.fork('left'), await bench.fork('right')];
    await bench.sql(left.name, "INSERT INTO {t} VALUES (10, 'left')");
    await bench.sql(right.name, 'DELETE FROM {t} WHERE id = 1');
    await bench.sql(right.name, 'CREATE TABLE {only_right} AS SELECT 1 AS z');
    const [from, into] = [await bench.head(right.name), await bench.head(left.name)];
    const preview = await previewMerge(bench.nessie, { from, into });
    assert.equal(preview.isPossible, false);
    assert.deepEqual(preview.keys.map(key => [key.key.at(-1), key.conflict?.kind]).sort(), [
      ['only_right', undefined],
      ['t', 'VALUE_DIFFERS'],
    ]);
    const conflict = preview.keys.find(key => key.conflict !== undefined);
    assert.ok(conflict !== undefined);
    const sides = await explainConflict(bench.store, conflict);
    assert.deepEqual(
      [sides?.source.snapshots.relation, sides?.target.snapshots.relation],
      ['ahead', 'ahead'],
    );
    assert.equal(sides?.target.totals.to.rows, 3n);
    assert.equal((await bench.head(left.name)).hash, into.hash);
    const takeTarget = [{ key: conflict.key, behavior: 'DROP' }] as const;
    assert.equal((await previewMerge(bench.nessie, { from, into, keys: takeTarget })).isPossible, true);
    await merge(bench.nessie, { from, into, keys: takeTarget });
    assert.deepEqual(await bench.sql(left.name, 'SELECT count(*) FROM {t}'), [[3n]]);
    assert.deepEqual(await bench.sql(left.name, 'SELECT count(*) FROM {only_right}'), [[1n]]);
  });

  test('copying one commit is previewed the same way', async () => {
    const [source, target] = [await bench.fork('pick'), await bench.fork('onto')];
    await bench.sql(source.name, 'CREATE TABLE {picked} AS SELECT 1 AS z');
    const head = await bench.head(source.name);
    const preview = await previewTransplant(bench.nessie, {
      fromReference: source.name,
      hashes: [head.hash],
      into: target,
    });
    assert.ok(preview.keys.every(key => key.key.at(-1) === 'picked' && key.source !== undefined));
    assert.equal((await bench.head(target.name)).hash, target.hash);
  });

  test('the holders of a table are found, also under another name', async () => {
    const dev = await bench.fork('holder');
    await renameEntry(bench.nessie, { branch: dev.name, key: [bench.namespace, 't'] }, [
      bench.namespace,
      'renamed "t"',
    ]);
    const tag = await createReference(bench.nessie, {
      type: 'TAG',
      name: `${dev.name}-tag`,
      from: await bench.head(bench.root),
    });
    const content = await bench.content(bench.root, 't');
    const holders = await findHolders(bench.nessie, {
      reference: await bench.head(bench.root),
      key: [bench.namespace, 't'],
      content,
    });
    const names = new Map(holders.map(holder => [holder.reference.name, holder.key.at(-1)]));
    assert.equal(names.get(dev.name), 'renamed "t"');
    assert.equal(names.get(tag.name), 't');
    assert.ok(!names.has(bench.root) && !names.has('main'));
    assert.deepEqual(await bench.sql(dev.name, 'SELECT count(*) FROM {renamed "t"}'), [[2n]]);
  });

  test('dropping keeps a tag from which the table comes back', async () => {
    const dev = await bench.fork('drop');
    const { backup } = await dropEntry(bench.nessie, { branch: dev.name, key: [bench.namespace, 't'] }, NOW);
    assert.equal(backup.name, `backup/${dev.name}/20260102-030405-678`);
    assert.ok(!(await entriesOf(bench, dev.name)).some(key => key.at(-1) === 't'));
    assert.deepEqual(await bench.sql(bench.root, 'SELECT count(*) FROM {t}'), [[2n]]);
    const { backup: second } = await resetBranch(bench.nessie, await bench.head(dev.name), {
      hash: backup.hash,
      now: new Date(NOW.getTime() + 1),
    });
    assert.deepEqual(await bench.sql(dev.name, 'SELECT count(*) FROM {t}'), [[2n]]);
    for (const tag of [backup, second]) await deleteReference(bench.nessie, { reference: tag });
    await assert.rejects(
      dropEntry(bench.nessie, { branch: dev.name, key: [bench.namespace] }, NOW),
      error => isConflict(error) && error.conflicts[0]?.kind === 'NAMESPACE_NOT_EMPTY',
    );
    await assert.rejects(
      dropEntry(bench.nessie, { branch: dev.name, key: ['no', 'such'] }, NOW),
      /There is no no\.such/,
    );
  });

  test('a table rolled back by us is what Trino reads, and it goes on from there', async () => {
    const dev = await bench.fork('rollback');
    await bench.sql(dev.name, "INSERT INTO {t} VALUES (3, 'c')");
    const [first] = await bench.sql(
      dev.name,
      'SELECT snapshot_id FROM {t$snapshots} ORDER BY committed_at OFFSET 1 LIMIT 1',
    );
    const access = { nessie: bench.nessie, store: bench.store };
    const target = { branch: dev.name, key: [bench.namespace, 't'] };
    const { backup } = await rollBackTable(access, target, {
      snapshotId: first?.[0] as bigint,
      now: new Date(),
    });
    assert.deepEqual(await bench.sql(dev.name, 'SELECT count(*) FROM {t}'), [[2n]]);
    await bench.sql(dev.name, "INSERT INTO {t} VALUES (4, 'd')");
    assert.deepEqual(await bench.sql(dev.name, 'SELECT id FROM {t} ORDER BY id'), [[1n], [2n], [4n]]);
    await assert.rejects(
      rollBackTable(access, target, { snapshotId: 7n, now: new Date() }),
      /Snapshot 7 is no longer kept/,
    );
    await deleteReference(bench.nessie, { reference: backup });
  });

  test('the loss of deleting a branch is told, and the back-up keeps it', async () => {
    const dev = await bench.fork('loss');
    const same = await findDeletionLoss(bench.nessie, dev.name);
    assert.equal(same.commits, 0);
    await createNamespace(bench.nessie, {
      branch: dev.name,
      key: [`${bench.namespace}_loss`],
      author: 'ann',
    });
    const loss = await findDeletionLoss(bench.nessie, dev.name);
    assert.ok(
      loss.commits >= 1 && loss.newest[0]?.commit.message === `create namespace ${bench.namespace}_loss`,
    );
    assert.deepEqual(loss.newest[0].commit.authors, ['ann']);
    const { backup } = await removeReference(bench.nessie, await bench.head(dev.name), { now: NOW });
    assert.ok(backup !== undefined);
    await assert.rejects(bench.head(dev.name), isNotFound);
    await deleteReference(bench.nessie, { reference: backup });
    const main = await bench.head('main');
    await assert.rejects(removeReference(bench.nessie, main, { now: NOW }), /default branch/);
  });

  test('an open tree follows its branch by the difference, and notices when the branch is gone', async () => {
    const dev = await bench.fork('live');
    const tree = await loadTree(bench.nessie, dev);
    assert.equal(await refreshTree(bench.nessie, tree, { name: dev.name }), undefined);
    await bench.sql(dev.name, "INSERT INTO {t} VALUES (9, 'i')");
    const data = await refreshTree(bench.nessie, tree, { name: dev.name });
    assert.deepEqual(data?.changed, [], 'new rows change no line of the tree');
    await bench.sql(dev.name, 'CREATE TABLE {live} AS SELECT 1 AS x');
    const patch = await refreshTree(bench.nessie, data.tree, { name: dev.name });
    assert.deepEqual(patch?.changed, [[bench.namespace]]);
    assert.equal(findNode(patch.tree, [bench.namespace, 'live'])?.kind, 'table');
    const lost = await refreshTree(bench.nessie, { ...tree, hash: 'ab'.repeat(32) }, { name: dev.name });
    assert.deepEqual([lost?.changed, lost?.tree], [[[]], patch.tree]);
    await removeReference(bench.nessie, await bench.head(dev.name), { now: NOW, withBackup: false });
    await assert.rejects(refreshTree(bench.nessie, patch.tree, { name: dev.name }), isNotFound);
  });
});
