import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { SETTINGS } from '../../client/settings.ts';
import { discardEditors, openSql, placeCursor } from './support/editor.ts';
import { lakehouseFixture } from './support/fixture.ts';
import { hostTest, waitUntil } from './support/mini-runner.ts';
import { openNotebook, write } from './support/notebook.ts';
import { onPage, takePicture } from './support/page.ts';

hostTest('the formatter follows its settings', async () => {
  await withSetting(SETTINGS.sqlKeywordCase.key, 'lower', async () => {
    const { document } = await openSql('SELECT 1 AS one,2 AS two');
    await waitUntil('keywords are small', () => {
      void vscode.commands.executeCommand('editor.action.formatDocument');
      return document.getText().trimEnd() === 'select 1 as one, 2 as two';
    });
  });
  await discardEditors();
});

hostTest('Trino checks a saved file where that is wanted, and the very name is marked', async () => {
  await withSetting(SETTINGS.sqlValidateOnSave.key, true, async () => {
    const uri = write(
      'checked.sql',
      'SELECT 1;\n\nSELECT name,\n  known_to_nobody(name)\nFROM tpch.tiny.nation;\n',
    );
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    const marks = (): vscode.Diagnostic[] =>
      vscode.languages.getDiagnostics(uri).filter(item => item.source === 'Trino');
    await editor.edit(change => change.insert(new vscode.Position(0, 0), '-- saved\n'));
    assert.deepEqual(marks(), []);
    assert.ok(await editor.document.save());
    await waitUntil('Trino has refused a statement', () => marks().length > 0);
    assert.deepEqual(
      marks().map(item => editor.document.getText(item.range)),
      ['known_to_nobody'],
    );
    assert.match(marks()[0]?.message ?? '', /known_to_nobody/);
    await onPage(async page => page.locator('.squiggly-error').first().waitFor());
    await takePicture('checked-on-save');
  });
  await discardEditors();
});

hostTest('a table of the catalog is found as a symbol and shown as SQL', async () => {
  const { schema, table } = lakehouseFixture;
  let symbols: vscode.SymbolInformation[] = [];
  await waitUntil('the table is found', () => {
    void vscode.commands
      .executeCommand<vscode.SymbolInformation[]>('vscode.executeWorkspaceSymbolProvider', table)
      .then(
        found => (symbols = found.filter(item => item.name === table && item.containerName.endsWith(schema))),
      );
    return symbols.length > 0;
  });
  const uri = symbols[0]?.location.uri;
  assert.ok(uri);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  await waitUntil('its columns are read', () => document.getText().includes(`CREATE TABLE`));
  assert.ok(document.getText().includes(`${schema}.${table} (`), document.getText());
  await takePicture('table-document');
  await discardEditors();
});

hostTest('a cell completes the columns of a named cell', async () => {
  const notebook = await openNotebook(
    'named-columns.sql',
    '-- %% name=big_orders\nSELECT custkey, totalprice FROM tpch.tiny.orders\n\n-- %%\nSELECT  FROM big_orders\n',
  );
  const { document } = notebook.cellAt(1);
  let labels: string[] = [];
  await waitUntil('the columns are offered', () => {
    void vscode.commands
      .executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        document.positionAt('SELECT '.length),
      )
      .then(list => {
        labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      });
    return labels.includes('totalprice');
  });
  assert.ok(labels.includes('custkey') && !labels.includes('orderkey'), labels.slice(0, 20).join());
  const shown = await vscode.window.showTextDocument(document);
  placeCursor(shown, ' FROM');
  await vscode.commands.executeCommand('editor.action.triggerSuggest');
  await onPage(async page => {
    await page
      .locator('.suggest-widget .monaco-list-row')
      .filter({ hasText: 'totalprice' })
      .first()
      .waitFor();
  });
  await takePicture('named-cell-columns');
  await discardEditors();
});

/** Runs with a setting of the user, and takes it away again. */
async function withSetting(key: string, value: unknown, run: () => Promise<void>): Promise<void> {
  const set = (to: unknown): Thenable<void> =>
    vscode.workspace.getConfiguration().update(key, to, vscode.ConfigurationTarget.Global);
  await set(value);
  try {
    await run();
  } finally {
    await set(undefined);
  }
}
