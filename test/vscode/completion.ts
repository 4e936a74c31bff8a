import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openSql } from './support/editor.ts';
import { waitForLabels } from './support/labels.ts';
import { hostTest } from './support/mini-runner.ts';
import { onPage, takePicture } from './support/page.ts';
import { lakehouseFixture } from './support/fixture.ts';

hostTest('completion offers the tables of the default branch', async () => {
  const { schema, table } = lakehouseFixture;
  const editor = await openSql(`SELECT * FROM iceberg.${schema}.`);
  const end = editor.document.positionAt(editor.document.getText().length);
  editor.selection = new vscode.Selection(end, end);
  const labels = await waitForLabels(editor.document.uri, end, table);
  assert.ok(labels.includes(table), labels.join(', '));
  await vscode.commands.executeCommand('editor.action.triggerSuggest');
  await onPage(async (page, _screenshots, name: string) => {
    await page.locator('.suggest-widget .monaco-list-row').filter({ hasText: name }).first().waitFor();
  }, table);
  await takePicture('completion');
});
