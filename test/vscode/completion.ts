import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openSql } from './support/editor.ts';
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

/** The server's process starts with the first SQL document, so the first answers may come before it is there. */
async function waitForLabels(uri: vscode.Uri, position: vscode.Position, wanted: string): Promise<string[]> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      uri,
      position,
    );
    const labels = list.items.map(item => (typeof item.label === 'string' ? item.label : item.label.label));
    if (labels.includes(wanted) || Date.now() > deadline) return labels;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}
