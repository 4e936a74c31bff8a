import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMAND_IDS, VIEW_IDS } from '../../client/ids.ts';
import { withoutHoldUp } from './support/busy-host.ts';
import { discardEditors } from './support/editor.ts';
import { checkAccessibility, frameText, pageButton } from './support/catalog-pages.ts';
import { lakehouseFixture } from './support/fixture.ts';
import { hostTest, waitUntil } from './support/mini-runner.ts';
import { onPage, pickRow, takePicture, typeIntoInput, waitForText } from './support/page.ts';
import { resultStatus } from './support/result-page.ts';
import { runInTrino } from './support/trino.ts';

const ROW = '.pane-body .monaco-list-row';
const BRANCH = 'vscode-tests/walk';
const { schema, table } = lakehouseFixture;
/** The Trino catalog of the branch, once a query has opened it. */
let catalog = '';
const branchNode = { kind: 'reference', ref: BRANCH };

hostTest('Create Branch makes a branch at the head of another one, and the tree shows it', async () => {
  await discardEditors();
  await vscode.commands.executeCommand(`${VIEW_IDS.catalog}.focus`);
  const created = vscode.commands.executeCommand(COMMAND_IDS.createBranch, {
    kind: 'reference',
    ref: 'main',
  });
  await typeIntoInput('two..dots');
  await waitForText('.quick-input-widget', 'Two dots in a row');
  await typeIntoInput(BRANCH, 'Enter');
  await created;
  await waitForText(ROW, BRANCH);
});

hostTest(
  'Preview of a table on a branch queries the branch, which opens as a Trino catalog by itself',
  async () => {
    await vscode.commands.executeCommand(COMMAND_IDS.previewTable, {
      kind: 'leaf',
      leaf: 'table',
      ref: BRANCH,
      key: [schema, table],
    });
    await resultStatus('100 rows');
    await checkAccessibility('#page section .count', '100 rows');
    await frameText('h1', 'Query result');
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    catalog = /FROM (\w+)\./.exec(text)?.[1] ?? '';
    assert.match(catalog, /^iceberg_ref_/);
    await runInTrino(
      `INSERT INTO ${catalog}.${schema}.${table} SELECT n, n * 2.5 FROM UNNEST(sequence(101, 110)) AS t(n)`,
    );
    await runInTrino(`CREATE TABLE ${catalog}.${schema}.on_branch AS SELECT 'x' AS word`);
    await waitForText(ROW, 'ahead');
  },
);

hostTest('Compare Branches tells what was added and what changed inside a table', async () => {
  await withoutHoldUp(async () => {
    await vscode.commands.executeCommand(COMMAND_IDS.compareReferences, 'main', BRANCH);
    await frameText('h2', 'Added (1)');
    await frameText('summary', `${schema}.${table}`);
    await pageButton('summary', `${schema}.${table}`);
    await frameText('li', 'Rows: 100 → 110 (+10)');
  });
  await takePicture('compare');
  await checkAccessibility('h2', 'Added (1)');
  await pageButton('button', 'Query Rows That Differ');
  const text = (): string => vscode.window.activeTextEditor?.document.getText() ?? '';
  await waitUntil('the queries of the rows are open', () => text().startsWith(`-- Rows only on ${BRANCH}.`));
  // The ten rows that were inserted on the branch, and none the other way.
  const [onlyThere = '', onlyHere = ''] = text().split(`-- Rows only on main.`);
  assert.equal((await runInTrino(onlyThere.trim().replace(/;$/, ''))).rows.length, 10);
  assert.equal((await runInTrino(onlyHere.trim().replace(/;$/, ''))).rows.length, 0);
});

hostTest('Show Commits lists the commits of a branch with the tables they changed', async () => {
  await withoutHoldUp(async () => {
    await vscode.commands.executeCommand(COMMAND_IDS.showHistory, branchNode);
    await frameText('h1', `Commits of the branch ${BRANCH}`);
    await frameText('.chip', `${schema}.on_branch`);
  });
  await takePicture('history');
  await checkAccessibility('h1', `Commits of the branch ${BRANCH}`);
});

hostTest('the table page tells columns, snapshots, files and who holds the table', async () => {
  await withoutHoldUp(async () => {
    await vscode.commands.executeCommand(COMMAND_IDS.openTable, {
      kind: 'leaf',
      leaf: 'table',
      ref: BRANCH,
      key: [schema, table],
    });
    await frameText('h1', `${schema}.${table}`);
    await frameText('td', '+10');
    await frameText('#holders', 'main');
    await pageButton('button', 'Show First Rows');
    await frameText('#rows th', 'fare');
  });
  await takePicture('table');
  await checkAccessibility('h1', `${schema}.${table}`);
});

hostTest('Merge rehearses first, then brings the branch into the other one', async () => {
  const merged = vscode.commands.executeCommand(COMMAND_IDS.mergeBranch, branchNode, 'main');
  await waitForText('.quick-input-widget', `${schema}.on_branch`);
  await takePicture('merge');
  await pickRow('Merge');
  await merged;
  const { rows } = await runInTrino(`SELECT count(*) FROM iceberg.${schema}.${table}`);
  assert.deepEqual(rows, [[110n]]);
  await vscode.commands.executeCommand(COMMAND_IDS.showHistory, { kind: 'reference', ref: 'main' });
  await frameText('h1', 'Commits of the branch main');
  await frameText('.chip', `${schema}.on_branch`);
  await takePicture('history-merged');
});

hostTest('a merge with a conflict changes nothing and shows each side on a page', async () => {
  await runInTrino(`DELETE FROM ${catalog}.${schema}.${table} WHERE id = 1`);
  await runInTrino(`DELETE FROM iceberg.${schema}.${table} WHERE id = 2`);
  await withoutHoldUp(async () => {
    await vscode.commands.executeCommand(COMMAND_IDS.mergeBranch, branchNode, 'main');
    await frameText('p', 'One table is in conflict');
    await frameText('h2', 'since they parted');
    await frameText('li', 'Delete files');
  });
  await takePicture('merge-conflict');
  await checkAccessibility('p', 'One table is in conflict');
  assert.deepEqual((await runInTrino(`SELECT count(*) FROM iceberg.${schema}.${table}`)).rows, [[109n]]);
});

hostTest('the conflict page merges with the side that was chosen for each table', async () => {
  await pageButton('label', `take that of ${BRANCH}`);
  await pageButton('button', `Merge ${BRANCH} into main`);
  await frameText('p', 'Done: main is at');
  const { rows } = await runInTrino(`SELECT min(id), count(*) FROM iceberg.${schema}.${table}`);
  assert.deepEqual(rows, [[2n, 109n]]);
});

hostTest('Delete Branch says what would be lost and takes it out of the tree', async () => {
  const deleted = vscode.commands.executeCommand(COMMAND_IDS.deleteReference, branchNode);
  await waitForText('.quick-input-widget', 'on no other branch');
  await takePicture('delete-branch');
  await pickRow('Delete');
  await deleted;
  await onPage(async (page, _screenshots, name: string) => {
    await page
      .locator('.pane-body .monaco-list-row')
      .filter({ hasText: name })
      .first()
      .waitFor({ state: 'detached' });
  }, BRANCH);
});
