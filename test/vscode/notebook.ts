import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { hostTest } from './support/mini-runner.ts';
import { inOutput, NOTEBOOK, openNotebook, outputs, runAll, until, write } from './support/notebook.ts';
import { takePicture } from './support/page.ts';

hostTest('a .sql file opens as a notebook on demand and .lakehouse.sql by itself', async () => {
  const plain = await openNotebook('plain.sql', 'SELECT 1;\n\n-- two\nSELECT 2;\n');
  assert.equal(plain.cellCount, 2);
  assert.equal(plain.cellAt(1).document.getText(), '-- two\nSELECT 2;');
  const file = write('own.lakehouse.sql', '-- %% [markdown]\n-- # Orders\n\n-- %%\nSELECT 1\n');
  await vscode.commands.executeCommand('vscode.open', file);
  await until(() => vscode.window.activeNotebookEditor?.notebook.uri.toString() === file.toString());
  assert.equal(vscode.window.activeNotebookEditor?.notebook.notebookType, NOTEBOOK);
});

hostTest('a run shows the rows of every statement, exact to the last digit', async () => {
  const notebook = await openNotebook(
    'run.sql',
    "SELECT BIGINT '9007199254740993' AS id, 'Zürich 🚕' AS city, CAST(NULL AS varchar) AS nothing, '' AS empty, DECIMAL '12345678901234567890.12' AS amount;\n\n" +
      'SELECT * FROM tpch.sf1.orders;\n',
  );
  await runAll(notebook);
  const [output] = outputs(notebook.cellAt(0));
  assert.deepEqual(output?.table?.page.rows, [
    ['9007199254740993', 'Zürich 🚕', null, '', '12345678901234567890.12'],
  ]);
  const [orders] = outputs(notebook.cellAt(1));
  assert.equal(orders?.table?.isCut, true);
  assert.equal(notebook.cellAt(1).executionSummary?.success, true);
  await inOutput('grid', 'Clerk#');
  await takePicture('notebook-run');
});

hostTest(
  'an unchanged notebook saves the bytes it was read from, an edit changes only its lines',
  async () => {
    const text = '\ufeffSELECT 1;\r\n\r\nSELECT 2 -- no end\n;  SELECT 3';
    const notebook = await openNotebook('bytes.sql', text);
    const edit = new vscode.WorkspaceEdit();
    const { document } = notebook.cellAt(0);
    edit.insert(document.uri, new vscode.Position(0, 7), '1');
    await vscode.workspace.applyEdit(edit);
    assert.equal(await notebook.save(), true);
    assert.equal(readFileSync(notebook.uri.fsPath, 'utf8'), text.replace('SELECT 1', 'SELECT 11'));
  },
);

hostTest('Trino errors are marked in the cell and stop the cells behind it', async () => {
  const notebook = await openNotebook('error.sql', 'SELECT\n  nosuch FROM tpch.tiny.nation;\n\nSELECT 2;\n');
  await runAll(notebook);
  const [mark] = vscode.languages
    .getDiagnostics(notebook.cellAt(0).document.uri)
    .filter(found => found.source === 'Trino');
  assert.equal(notebook.cellAt(0).document.getText(mark?.range), 'nosuch');
  assert.equal(outputs(notebook.cellAt(0))[0]?.error?.name, 'COLUMN_NOT_FOUND');
  assert.equal(notebook.cellAt(1).outputs.length, 0);
  await inOutput('alert', 'COLUMN_NOT_FOUND');
  await takePicture('notebook-error');
});

hostTest('cancelling a cell ends its query in Trino', async () => {
  const notebook = await openNotebook(
    'cancel.sql',
    'SELECT count(*) FROM tpch.sf1000.lineitem a, tpch.sf1000.lineitem b WHERE a.comment = b.comment;\n',
  );
  const cell = notebook.cellAt(0);
  const running = runAll(notebook);
  await until(() => outputs(cell).length > 0);
  await inOutput('status', 'RUNNING');
  await takePicture('notebook-running');
  await vscode.commands.executeCommand('notebook.cancelExecution', {
    ranges: [{ start: 0, end: 1 }],
    document: notebook.uri,
  });
  await running;
  const [output] = outputs(cell);
  assert.equal(output?.error?.name, 'USER_CANCELED');
  const check = await openNotebook(
    'check.sql',
    `SELECT state, error_code FROM system.runtime.queries WHERE query_id = '${output.progress.queryId ?? ''}';\n`,
  );
  await runAll(check);
  assert.deepEqual(outputs(check.cellAt(0))[0]?.table?.page.rows, [['FAILED', 'USER_CANCELED']]);
});
