import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMAND_IDS } from '../../client/ids.ts';
import { openSql, placeCursor } from './support/editor.ts';
import { hostTest } from './support/mini-runner.ts';
import { openNotebook, outputs, runAll, until } from './support/notebook.ts';
import { onPage, takePicture, typeIntoInput, waitForText } from './support/page.ts';
import { resultStatus, resultTexts } from './support/result-page.ts';

const ROW = '.quick-input-list .monaco-list-row';

hostTest('the Run lens of a plain editor runs its statement and leaves the cursor there', async () => {
  const { document } = await openSql("SELECT 1;\n\nSELECT 'by lens' AS how;\n");
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    5,
  );
  const lens = lenses.find(
    ({ range, command }) => range.start.line === 2 && command?.command === COMMAND_IDS.runStatementAt,
  );
  await vscode.commands.executeCommand(
    COMMAND_IDS.runStatementAt,
    ...((lens?.command?.arguments ?? []) as unknown[]),
  );
  await resultStatus('FINISHED');
  assert.deepEqual((await resultTexts()).firstRow, ['1', 'by lens']);
  assert.equal(vscode.window.activeTextEditor?.document, document);
  assert.equal(vscode.window.activeTextEditor.selection.active.line, 2);
});

hostTest('the history is searched, and a statement of a plain editor runs again from it', async () => {
  const mark = `mark-${Date.now()}`;
  placeCursor(await openSql(`SELECT '${mark}' AS found`), 'SELECT');
  await vscode.commands.executeCommand(COMMAND_IDS.runQuery);
  placeCursor(await openSql('SELECT 77 AS other'), 'SELECT');
  await vscode.commands.executeCommand(COMMAND_IDS.runQuery);
  const showing = vscode.commands.executeCommand(COMMAND_IDS.showQueryHistory);
  await typeIntoInput(mark);
  await waitForText(ROW, mark);
  await takePicture('history-search');
  await pressButton(mark, 'Run Again');
  await showing;
  await resultStatus('FINISHED');
  assert.deepEqual((await resultTexts()).firstRow, ['1', mark]);
});

hostTest('a cell runs again where it ran, and its failure stands in the history', async () => {
  const mark = `nosuch_${Date.now()}`;
  const notebook = await openNotebook(
    'history.sql',
    `-- @catalog tpch\n-- @schema tiny\nSELECT ${mark} FROM nation;\n\nSELECT count(*) AS n_${mark} FROM nation;\n`,
  );
  await runAll(notebook);
  const showing = vscode.commands.executeCommand(COMMAND_IDS.showQueryHistory);
  await typeIntoInput(`COLUMN_NOT_FOUND`);
  await waitForText(ROW, mark);
  await typeIntoInput(mark);
  await pressButton(mark, 'Run Again');
  await showing;
  const again = vscode.window.activeNotebookEditor?.notebook;
  assert.ok(again?.isUntitled);
  assert.match(again.cellAt(0).document.getText(), /^-- @catalog tpch\n-- @schema tiny\nSELECT nosuch_/);
  await until(() => outputs(again.cellAt(0))[0]?.error !== undefined);
  assert.equal(outputs(again.cellAt(0))[0]?.error?.name, 'COLUMN_NOT_FOUND');
});

hostTest('a statement with a secret is kept without it and is not run again as it is', async () => {
  placeCursor(
    await openSql(`CREATE CATALOG nosuch USING nosuch WITH ("connection-password" = 'hunter2')`),
    'CREATE',
  );
  await vscode.commands.executeCommand(COMMAND_IDS.runQuery);
  const showing = vscode.commands.executeCommand(COMMAND_IDS.showQueryHistory);
  await typeIntoInput('CREATE CATALOG nosuch');
  await waitForText(ROW, `"connection-password" = '***'`);
  await pressButton('CREATE CATALOG nosuch', 'Run Again');
  await showing;
  const text = vscode.window.activeTextEditor?.document.getText() ?? '';
  assert.match(text, /"connection-password" = '\*\*\*'/);
  const again = vscode.commands.executeCommand(COMMAND_IDS.showQueryHistory);
  await typeIntoInput('CREATE CATALOG nosuch');
  await waitForText(ROW, 'CREATE CATALOG nosuch');
  assert.equal(await onPage(async (page, _, row: string) => page.locator(row).count(), ROW), 1);
  await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  await again;
});

/** Presses a button of the first row that shows `text`. */
async function pressButton(text: string, button: string): Promise<void> {
  await onPage(
    async (page, _screenshots, wanted: { row: string; text: string; button: string }) => {
      const row = page.locator(wanted.row).filter({ hasText: wanted.text }).first();
      await row.hover();
      await row.getByRole('button', { name: wanted.button }).click();
    },
    { row: ROW, text, button },
  );
}
