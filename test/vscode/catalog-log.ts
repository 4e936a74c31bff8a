import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  connectNessie,
  getReference,
  listHistory,
  listReferences,
  type LogEntry,
} from '../../catalog/nessie.ts';
import { createNamespace } from '../../catalog/table-actions.ts';
import { COMMAND_IDS } from '../../client/ids.ts';
import { frameText, pageButton } from './support/catalog-pages.ts';
import { discardEditors } from './support/editor.ts';
import { lakehouseFixture } from './support/fixture.ts';
import { hostTest } from './support/mini-runner.ts';
import { onPage, pickRow, takePicture, typeIntoInput, waitForText } from './support/page.ts';
import { runInTrino } from './support/trino.ts';
import { testEndpoints } from '../support/lakehouse.ts';

const BRANCH = 'vscode-tests/actions';
const OTHER = 'vscode-tests/other';
const { schema, table } = lakehouseFixture;
const nessie = connectNessie({ uri: testEndpoints().nessie.uri });

async function commits(): Promise<LogEntry[]> {
  const found: LogEntry[] = [];
  for await (const entry of listHistory(nessie, { name: BRANCH }, { pageSize: 20 }))
    if (found.push(entry) === 20) break;
  return found;
}

hostTest('a commit of the log can be tagged, and the catalog opened as it was then', async () => {
  await discardEditors();
  await vscode.commands.executeCommand(COMMAND_IDS.showHistory, { kind: 'reference', ref: BRANCH });
  await frameText('.subject', 'drop');
  const [newest, before] = await commits();
  await pageButton(`[aria-label="New tag at ${before?.commit.hash.slice(0, 12)}"]`, 'Tag');
  await typeIntoInput('vscode-tests/a-tag', 'Enter');
  await waitForText('.pane-body .monaco-list-row', 'vscode-tests/a-tag');
  const tag = await getReference(nessie, 'vscode-tests/a-tag');
  assert.deepEqual([tag.type, tag.hash], ['TAG', before?.commit.hash]);
  await pageButton(
    `[aria-label^="Query the whole catalog as it was at ${before?.commit.hash.slice(0, 12)}"]`,
    'Query',
  );
  await waitForText('.editor-instance .view-line', 'SHOW SCHEMAS FROM');
  const text = vscode.window.activeTextEditor?.document.getText() ?? '';
  const catalog = /FROM (\w+);/.exec(text)?.[1] ?? '';
  const { rows } = await runInTrino(`SELECT count(*) FROM ${catalog}.${schema}.${table}`);
  assert.deepEqual(rows, [[100n]]);
  await assert.rejects(runInTrino(`INSERT INTO ${catalog}.${schema}.${table} VALUES (1, 1)`));
  assert.notEqual(newest?.commit.hash, before?.commit.hash);
});

hostTest('Reset Branch moves it to the commit and keeps where it stood by a tag', async () => {
  const [newest, before] = await commits();
  const at = { ref: BRANCH, hash: before?.commit.hash };
  const reset = vscode.commands.executeCommand(COMMAND_IDS.resetBranch, at);
  await waitForText('.quick-input-list', `drop`);
  await takePicture('reset-branch');
  await pickRow('Reset Branch');
  await reset;
  assert.equal((await getReference(nessie, BRANCH)).hash, before?.commit.hash);
  assert.ok((await backups()).includes(newest?.commit.hash ?? ''));
});

hostTest('a commit is transplanted onto another branch after a rehearsal', async () => {
  const created = vscode.commands.executeCommand(COMMAND_IDS.createBranch, {
    kind: 'reference',
    ref: 'main',
  });
  await typeIntoInput(OTHER, 'Enter');
  await created;
  const { branch } = await createNamespace(nessie, { branch: BRANCH, key: [schema, 'copied'] });
  await createNamespace(nessie, { branch: BRANCH, key: [schema, 'not_copied'] });
  const at = { ref: BRANCH, hash: branch.hash };
  const copied = vscode.commands.executeCommand(COMMAND_IDS.transplantCommit, at, OTHER);
  await pickRow('Only This Commit');
  await waitForText('.quick-input-widget', 'Transplant commit');
  await takePicture('transplant');
  await pickRow('Transplant');
  await copied;
  const head = await getReference(nessie, OTHER, { withMetadata: true });
  assert.equal(head.metadata?.commitsAhead, 1);
  assert.equal(head.metadata.head?.message, `create namespace ${schema}.copied`);
});

hostTest('a table is dragged from the catalog into a SQL editor as its name', async () => {
  await discardEditors();
  const document = await vscode.workspace.openTextDocument({ language: 'sql', content: 'SELECT * FROM ' });
  await vscode.window.showTextDocument(document);
  await onPage(async (page, _screenshots, name: string) => {
    const row = page.locator(`.pane-body .monaco-list-row[aria-label*="${name}"]`).first();
    await row.waitFor({ timeout: 45_000 });
    const line = page.locator('.editor-instance .view-line').first();
    const from = await row.boundingBox();
    const to = await line.boundingBox();
    if (from === null || to === null) throw new Error('The row or the line cannot be seen.');
    await page.mouse.move(from.x + 60, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x + 40, to.y + 5, { steps: 8 });
    await page.keyboard.down('Shift');
    await page.mouse.move(to.x + 200, to.y + to.height / 2, { steps: 8 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
  }, table);
  await waitForText('.editor-instance .view-line', `iceberg.${schema}.${table}`);
  assert.match(document.getText(), new RegExp(`iceberg\\.${schema}\\.${table}`));
});

async function backups(): Promise<string[]> {
  const hashes: string[] = [];
  for await (const reference of listReferences(nessie))
    if (reference.name.startsWith(`backup/${BRANCH}/`)) hashes.push(reference.hash);
  return hashes;
}
