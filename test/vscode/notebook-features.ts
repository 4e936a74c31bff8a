import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { COMMAND_IDS } from '../../client/ids.ts';
import type { ResultOutput } from '../../client/notebook/messages.ts';
import { discardEditors, placeCursor } from './support/editor.ts';
import { hostTest } from './support/mini-runner.ts';
import { inOutput, openNotebook, outputs, runAll, until } from './support/notebook.ts';
import { onPage, takePicture, typeIntoInput, waitForText } from './support/page.ts';

hostTest('parameters with defaults and named cells are put into what is sent', async () => {
  const notebook = await openNotebook(
    'reuse.sql',
    '-- %% name=few\n-- @param most bigint = 3\nSELECT * FROM tpch.tiny.nation WHERE nationkey < :most\n\n-- %%\nSELECT count(*) AS n, max(name) AS last FROM few\n',
  );
  await runAll(notebook);
  assert.deepEqual(outputs(notebook.cellAt(1))[0]?.table?.page.rows, [['3', 'BRAZIL']]);
  await inOutput('grid', 'BRAZIL');
  await takePicture('notebook-parameters');
});

hostTest('a fault behind a named cell is marked where it stands', async () => {
  const notebook = await openNotebook(
    'reuse-error.sql',
    '-- %% name=few\nSELECT 1 AS a\n\n-- %%\nSELECT\n  nosuch FROM few\n',
  );
  await runAll(notebook);
  const { document } = notebook.cellAt(1);
  const [mark] = vscode.languages.getDiagnostics(document.uri).filter(found => found.source === 'Trino');
  assert.equal(document.getText(mark?.range), 'nosuch');
});

hostTest('EXPLAIN ANALYZE is drawn as a tree with times', async () => {
  const notebook = await openNotebook(
    'plan.sql',
    'EXPLAIN ANALYZE SELECT o.orderstatus, count(*) FROM tpch.tiny.orders o JOIN tpch.tiny.customer c ON o.custkey = c.custkey GROUP BY 1;\n',
  );
  await runAll(notebook);
  const [output] = outputs(notebook.cellAt(0));
  assert.equal(output?.plan?.kind, 'analyze');
  assert.ok(output.plan.fragments.length >= 2);
  await inOutput('region', 'InnerJoin');
  await takePicture('notebook-plan');
});

hostTest('results come back when the notebook is opened again, and their rows too', async () => {
  const notebook = await openNotebook('again.sql', 'SELECT * FROM tpch.tiny.customer;\n');
  await runAll(notebook);
  const first = outputs(notebook.cellAt(0))[0]?.handle;
  await runAll(notebook);
  await until(() => ![undefined, first].includes(outputs(notebook.cellAt(0))[0]?.handle));
  await until(() => outputs(notebook.cellAt(0))[0]?.progress.state === 'FINISHED');
  const before = outputs(notebook.cellAt(0))[0]?.handle;
  await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  await until(() => !vscode.workspace.notebookDocuments.includes(notebook));
  await vscode.commands.executeCommand('vscode.openWith', notebook.uri, 'lakehouse-sql');
  await until(() => vscode.window.activeNotebookEditor?.notebook.uri.toString() === notebook.uri.toString());
  const reopened = vscode.window.activeNotebookEditor?.notebook;
  assert.ok(reopened);
  await until(() => reopened.cellAt(0).outputs.length > 0);
  // The run before the last one left nothing behind.
  assert.deepEqual(
    outputs(reopened.cellAt(0)).map(output => output.handle),
    [before],
  );
  assert.equal(readFileSync(reopened.uri.fsPath, 'utf8'), 'SELECT * FROM tpch.tiny.customer;\n');
  assert.equal(reopened.isDirty, false);
  await inOutput('grid', 'Customer#');
});

hostTest(
  'a result whose query has ended in Trino is run again in its place, and only its statement',
  async () => {
    // Results of other notebooks have the same buttons.
    await discardEditors();
    const notebook = await openNotebook(
      'closed.sql',
      '-- %%\nSELECT 1 AS before; SELECT orderkey FROM tpch.sf1.orders\n',
    );
    const result = (): ResultOutput | undefined => outputs(notebook.cellAt(0))[1];
    await runAll(notebook);
    await until(() => result()?.progress.state === 'WAITING');
    const { queryId } = result()?.progress ?? {};
    assert.ok(queryId);
    const editor = await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument({
        language: 'sql',
        content: `CALL system.runtime.kill_query(query_id => '${queryId}', message => 'enough')`,
      }),
    );
    placeCursor(editor, 'CALL');
    await vscode.commands.executeCommand(COMMAND_IDS.runQuery);
    await vscode.window.showNotebookDocument(notebook);
    await pressInOutput('Load more');
    await inOutput('status', 'enough');
    await pressInOutput('Run again for all');
    await inOutput('toolbar', '1,500,000 rows');
    assert.equal(outputs(notebook.cellAt(0)).length, 2);
  },
);

/** Presses a button of an output as soon as it is there, also where it is scrolled out of sight. */
async function pressInOutput(name: string): Promise<void> {
  await onPage(async (page, _screenshots, wanted: string) => {
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline) {
      for (const frame of page.frames()) {
        const button = frame.getByRole('button', { name: wanted, exact: true }).filter({ visible: true });
        if ((await button.count().catch(() => 0)) === 0) continue;
        await button.first().dispatchEvent('click');
        return;
      }
      await page.waitForTimeout(100);
    }
    throw new Error(`No output has a button "${wanted}".`);
  }, name);
}

hostTest('a chart is drawn in the output and kept as a comment of the cell', async () => {
  const notebook = await openNotebook(
    'chart.sql',
    '-- @chart bar x=name y=n,balance\nSELECT n.name, count(*) AS n, sum(c.acctbal) / 1000 AS balance FROM tpch.tiny.customer c JOIN tpch.tiny.nation n ON c.nationkey = n.nationkey GROUP BY 1 ORDER BY 2 DESC LIMIT 8;\n',
  );
  await runAll(notebook);
  await inOutput('img', '');
  await takePicture('notebook-chart');
  await onPage(async page => {
    for (const frame of page.frames()) {
      // Outputs without a chart have its settings too, but do not show them.
      const type = frame.getByLabel('Chart Type').filter({ visible: true });
      if ((await type.count().catch(() => 0)) > 0) await type.first().selectOption('area');
    }
  });
  await until(() => notebook.cellAt(0).document.getText().startsWith('-- @chart area x=name y=n,balance\n'));
  assert.equal(await notebook.save(), true);
  assert.match(readFileSync(notebook.uri.fsPath, 'utf8'), /^-- @chart area x=name y=n,balance\nSELECT /);
});

hostTest('a cell that is started while another one runs waits for it, and both succeed', async () => {
  const notebook = await openNotebook(
    'sequence.sql',
    'SELECT count(*) FROM tpch.sf1.lineitem;\n\nSELECT 2 AS second;\n',
  );
  for (const start of [0, 1]) {
    void vscode.commands.executeCommand('notebook.cell.execute', {
      ranges: [{ start, end: start + 1 }],
      document: notebook.uri,
    });
  }
  const [first, second] = notebook.getCells();
  assert.ok(first && second);
  await until(() => second.executionSummary?.timing !== undefined, 60_000);
  assert.deepEqual(outputs(first)[0]?.table?.page.rows, [['6001215']]);
  assert.deepEqual(outputs(second)[0]?.table?.page.rows, [['2']]);
  const ended = first.executionSummary?.timing?.endTime ?? Infinity;
  assert.ok(ended <= (second.executionSummary?.timing?.startTime ?? 0));
  assert.ok((first.executionSummary?.executionOrder ?? 0) < (second.executionSummary?.executionOrder ?? 0));
});

hostTest('an empty cell is there again after the notebook was saved and opened anew', async () => {
  const notebook = await openNotebook('empty.sql', 'SELECT 1;\n\nSELECT 2;\n');
  const edit = new vscode.WorkspaceEdit();
  const empty = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, '', 'sql');
  edit.set(notebook.uri, [vscode.NotebookEdit.insertCells(1, [empty])]);
  await vscode.workspace.applyEdit(edit);
  assert.equal(await notebook.save(), true);
  assert.equal(readFileSync(notebook.uri.fsPath, 'utf8'), 'SELECT 1;\n\n-- %% [empty]\n\nSELECT 2;\n');
  await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  await until(() => !vscode.workspace.notebookDocuments.includes(notebook));
  await vscode.commands.executeCommand('vscode.openWith', notebook.uri, 'lakehouse-sql');
  await until(() => vscode.window.activeNotebookEditor?.notebook.uri.toString() === notebook.uri.toString());
  assert.deepEqual(
    vscode.window.activeNotebookEditor?.notebook.getCells().map(cell => cell.document.getText()),
    ['SELECT 1;', '', 'SELECT 2;'],
  );
});

hostTest('every run stands in the history, and plain editors have a Run lens', async () => {
  const editor = await vscode.window.showTextDocument(
    await vscode.workspace.openTextDocument({ language: 'sql', content: 'SELECT 1;\nSELECT 2;' }),
  );
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    editor.document.uri,
    5,
  );
  assert.deepEqual(
    lenses
      .filter(lens => lens.command?.command === COMMAND_IDS.runStatementAt)
      .map(lens => lens.range.start.line),
    [0, 1],
  );
  placeCursor(editor, 'SELECT 2');
  await vscode.commands.executeCommand(COMMAND_IDS.runQuery);
  const showing = vscode.commands.executeCommand(COMMAND_IDS.showQueryHistory);
  // Only runs in view are drawn, and the newest come first.
  await typeIntoInput('EXPLAIN ANALYZE');
  await onPage(async page => {
    await page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'EXPLAIN ANALYZE' })
      .first()
      .waitFor({ timeout: 10_000 });
  });
  await takePicture('notebook-history');
  await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  await showing;
});

hostTest('two results are compared row by row in the editor', async () => {
  const notebook = await openNotebook(
    'compare.sql',
    "SELECT nationkey, name FROM tpch.tiny.nation WHERE nationkey < 5;\n\nSELECT nationkey, if(nationkey = 2, 'changed', name) AS name FROM tpch.tiny.nation WHERE nationkey BETWEEN 1 AND 5;\n",
  );
  await runAll(notebook);
  const comparing = vscode.commands.executeCommand(COMMAND_IDS.compareResults);
  for (const step of ['(1/3)', '(2/3)', '(3/3)']) {
    await waitForText('.quick-input-widget', step);
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  }
  await comparing;
  const label = vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? '';
  assert.match(label, /1 added, 1 removed, 1 changed, 3 equal/);
  await takePicture('notebook-compare');
});

hostTest('a notebook is exported as one HTML page', async () => {
  const notebook = await openNotebook(
    'report.sql',
    '-- %% [markdown]\n-- # Report\n\n-- %%\nSELECT * FROM tpch.tiny.region\n',
  );
  await runAll(notebook);
  const exporting = vscode.commands.executeCommand(COMMAND_IDS.exportNotebook);
  await onPage(async page => {
    const input = page.locator('.quick-input-widget input').first();
    await input.waitFor({ timeout: 10_000 });
    await page.waitForFunction(
      "document.querySelector('.quick-input-widget input')?.value.endsWith('report.html')",
    );
    await page.keyboard.press('Enter');
  });
  const file = notebook.uri.fsPath.replace(/\.sql$/, '.html');
  await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('</html>\n'));
  const html = readFileSync(file, 'utf8');
  assert.match(html, /<h1[^>]*>Report<\/h1>/);
  assert.match(html, /<td>MIDDLE EAST<\/td>/);
  await vscode.commands.executeCommand('notifications.clearAll');
  await exporting;
});
