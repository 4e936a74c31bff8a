import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMAND_IDS, VIEW_IDS } from '../../client/ids.ts';
import { discardEditors } from './support/editor.ts';
import { lakehouseFixture } from './support/fixture.ts';
import { hostTest } from './support/mini-runner.ts';
import { onPage, pickRow, pressEscape, takePicture, typeIntoInput, waitForText } from './support/page.ts';
import { runInTrino } from './support/trino.ts';

const ROW = '.pane-body .monaco-list-row';
const BRANCH = 'vscode-tests/actions';
const { schema, table } = lakehouseFixture;
const leaf = (name: string): object => ({ kind: 'leaf', leaf: 'table', ref: BRANCH, key: [schema, name] });
const column = (label: string): object => ({
  kind: 'line',
  group: 'columns',
  ref: BRANCH,
  key: [schema, table],
  id: '1',
  label,
  description: '',
  icon: '',
  tooltip: '',
});

/** The Trino catalog of the branch, and what a query there answers. */
async function onBranch(sql: string): Promise<unknown[][]> {
  await vscode.commands.executeCommand(COMMAND_IDS.copyTableName, leaf('t'));
  const catalog = (await vscode.env.clipboard.readText()).split('.')[0] ?? '';
  assert.match(catalog, /^iceberg_ref_/);
  const { rows } = await runInTrino(sql.replaceAll('{}', `${catalog}.${schema}`));
  return rows.map(row => [...row]);
}

async function snapshotsOf(name: string): Promise<bigint[]> {
  const rows = await onBranch(`SELECT snapshot_id FROM {}."${name}$snapshots" ORDER BY committed_at`);
  return rows.map(([id]) => id as bigint);
}

hostTest('a comment of a table and of a column stands in the DDL that Copy DDL copies', async () => {
  await discardEditors();
  await vscode.commands.executeCommand(`${VIEW_IDS.catalog}.focus`);
  const created = vscode.commands.executeCommand(COMMAND_IDS.createBranch, {
    kind: 'reference',
    ref: 'main',
  });
  await typeIntoInput(BRANCH, 'Enter');
  await created;
  const words = "it's a ride; -- 🚕";
  const commented = vscode.commands.executeCommand(COMMAND_IDS.commentTable, leaf(table));
  await typeIntoInput(words, 'Enter');
  await commented;
  const column_ = vscode.commands.executeCommand(COMMAND_IDS.commentTable, column('fare'));
  await typeIntoInput('in dollars', 'Enter');
  await column_;
  await vscode.commands.executeCommand(COMMAND_IDS.copyTableDdl, leaf(table));
  const ddl = await vscode.env.clipboard.readText();
  assert.match(ddl, /^CREATE TABLE/);
  assert.ok(ddl.includes("COMMENT 'it''s a ride; -- 🚕'"), ddl);
  assert.ok(ddl.includes("COMMENT 'in dollars'"), ddl);
});

hostTest('Copy SELECT names every column, and New Notebook runs it on the branch', async () => {
  await vscode.commands.executeCommand(COMMAND_IDS.copyTableSelect, leaf(table));
  const select = await vscode.env.clipboard.readText();
  assert.match(select, /^SELECT\n {2}id,\n {2}fare\nFROM iceberg_ref_\w+\.\w+\.taxi_rides;\n$/);
  await vscode.commands.executeCommand(COMMAND_IDS.newTableNotebook, leaf(table));
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  assert.equal(notebook?.cellCount, 2);
  const text = notebook.cellAt(1).document.getText();
  assert.equal(text, `-- @branch ${BRANCH}\nSELECT\n  id,\n  fare\nFROM ${schema}.${table}\nLIMIT 100;`);
  await takePicture('table-notebook');
});

hostTest('Rename gives a table another name on its branch, and refuses what is no name', async () => {
  await onBranch('CREATE TABLE {}.t AS SELECT 1 AS x');
  const renamed = vscode.commands.executeCommand(COMMAND_IDS.renameTable, leaf('t'));
  await typeIntoInput('no_namespace');
  await waitForText('.quick-input-widget', 'write namespace.table');
  await typeIntoInput(`${schema}."a ""b"" 🚕"`, 'Enter');
  await renamed;
  assert.deepEqual(await onBranch('SELECT x FROM {}."a ""b"" 🚕"'), [[1]]);
});

hostTest(
  'Roll Back to Snapshot takes later rows out of the table and keeps the branch by a tag',
  async () => {
    await onBranch(`INSERT INTO {}.${table} VALUES (7, 7)`);
    const [first] = await snapshotsOf(table);
    const before = await onBranch(`SELECT count(*) FROM {}.${table}`);
    const node = { ...leaf(table), kind: 'line', group: 'snapshots', id: `${first}`, snapshotId: first };
    const rolled = vscode.commands.executeCommand(COMMAND_IDS.rollBackTable, node);
    await waitForText('.quick-input-widget', 'back to snapshot');
    await takePicture('roll-back');
    await pickRow('Roll Back');
    await rolled;
    await waitForText(ROW, `backup/${BRANCH}`);
    const after = await onBranch(`SELECT count(*) FROM {}.${table}`);
    assert.notDeepEqual(after, before);
    assert.deepEqual(after, [[100n]]);
  },
);

hostTest('Optimize tells the small files first and puts them together', async () => {
  await onBranch('CREATE TABLE {}.small AS SELECT 1 AS x');
  for (const value of [2, 3]) await onBranch(`INSERT INTO {}.small VALUES ${value}`);
  const optimized = vscode.commands.executeCommand(COMMAND_IDS.optimizeTable, leaf('small'));
  await waitForText('.quick-input-widget', '3 of 3 data files are smaller than 100 MB');
  await takePicture('optimize');
  await pickRow('Optimize');
  await optimized;
  assert.deepEqual(await onBranch('SELECT count(*) FROM {}."small$files"'), [[1n]]);
});

hostTest('Cancel on a running Optimize ends it in Trino and leaves the table as it was', async () => {
  await onBranch('CREATE TABLE {}.large AS SELECT * FROM tpch.sf1.customer');
  await onBranch('INSERT INTO {}.large SELECT * FROM tpch.sf1.customer');
  const before = await snapshotsOf('large');
  const optimized = vscode.commands.executeCommand(COMMAND_IDS.optimizeTable, leaf('large'));
  await pickRow('Optimize');
  // The tests' profile shows no toasts; the notification stands in the list that the bell opens.
  await vscode.commands.executeCommand('notifications.showList');
  await waitForText('.notifications-center .notification-list-item', 'Optimizing');
  await takePicture('optimize-running');
  await onPage(async page => {
    const item = page
      .locator('.notifications-center .notification-list-item')
      .filter({ hasText: 'Optimizing' })
      .first();
    await item.getByRole('button', { name: 'Cancel' }).click();
  });
  await optimized;
  await vscode.commands.executeCommand('notifications.clearAll');
  await vscode.commands.executeCommand('notifications.hideList');
  const { rows } = await runInTrino(
    `SELECT state, error_code FROM system.runtime.queries WHERE query LIKE 'ALTER TABLE%"large" EXECUTE optimize%' OR query LIKE 'ALTER TABLE%.large EXECUTE optimize%' ORDER BY created DESC LIMIT 1`,
  );
  assert.deepEqual(rows, [['FAILED', 'USER_CANCELED']]);
  assert.deepEqual(await snapshotsOf('large'), before);
  await onBranch('DROP TABLE {}.large');
});

hostTest('Expire Snapshots says what would go and leaves the present state', async () => {
  const count = (await snapshotsOf('small')).length;
  assert.ok(count >= 4);
  const expired = vscode.commands.executeCommand(COMMAND_IDS.expireSnapshots, leaf('small'));
  await pickRow('older than now');
  await waitForText('.quick-input-widget', `${count - 1} snapshots`);
  await takePicture('expire');
  await pickRow('Expire Snapshots');
  await expired;
  assert.equal((await snapshotsOf('small')).length, 1);
  assert.deepEqual(await onBranch('SELECT sum(x) FROM {}.small'), [[6n]]);
});

hostTest('Remove Orphan Files is refused where another branch needs the files, with its name', async () => {
  await runInTrino(`INSERT INTO iceberg.${schema}.${table} VALUES (8, 8)`);
  const removed = vscode.commands.executeCommand(COMMAND_IDS.removeOrphans, leaf(table));
  await pickRow('older than now');
  await waitForText('.quick-input-widget', 'Refused for');
  await waitForText('.quick-input-list', 'main needs');
  await takePicture('maintenance-refused');
  await pressEscape();
  await removed;
  assert.deepEqual(
    (await runInTrino(`SELECT fare FROM iceberg.${schema}.${table} WHERE id = 8 AND fare = 8.0`)).rows,
    [['8.0']],
  );
});

hostTest('Drop Table wants the name typed, and the table is gone from its branch only', async () => {
  const dropped = vscode.commands.executeCommand(COMMAND_IDS.dropTable, leaf(table));
  await typeIntoInput('taxi');
  await waitForText('.quick-input-widget', `Type ${table}, or press Escape.`);
  await takePicture('drop');
  await typeIntoInput(table, 'Enter');
  await dropped;
  assert.deepEqual(await onBranch(`SHOW TABLES FROM {} LIKE '${table}'`), []);
  assert.deepEqual((await runInTrino(`SHOW TABLES FROM iceberg.${schema} LIKE '${table}'`)).rows, [[table]]);
});
