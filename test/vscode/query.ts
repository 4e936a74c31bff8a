import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMAND_IDS } from '../../client/ids.ts';
import { openSql, placeCursor } from './support/editor.ts';
import { hostTest } from './support/mini-runner.ts';
import { until } from './support/notebook.ts';
import { onPage, takePicture, typeIntoInput, waitForText } from './support/page.ts';
import { resultStatus, resultTexts } from './support/result-page.ts';

hostTest('Run Query shows the rows of the statement at the cursor, exact to the last digit', async () => {
  const editor = await openSql(
    "SELECT 1;\n\nSELECT BIGINT '9007199254740993' AS id, 'Zürich 🚕' AS city, CAST(NULL AS varchar) AS nothing,\n" +
      "  DECIMAL '12345678901234567890.12' AS amount, TIMESTAMP '2026-01-01 00:00:00.123456 Europe/Vienna' AS at\nFROM UNNEST(sequence(1, 40)) AS t(n);\n",
  );
  placeCursor(editor, 'city');
  await vscode.commands.executeCommand(COMMAND_IDS.runQuery);
  assert.match(await resultStatus('40 rows'), /^FINISHED · [\d.,]+ m?s · /);
  const texts = await resultTexts();
  assert.deepEqual(texts.head, [
    'idbigint',
    'cityvarchar(8)',
    'nothingvarchar',
    'amountdecimal(22, 2)',
    'attimestamp(6) with time zone',
  ]);
  assert.deepEqual(texts.firstRow, [
    '1',
    '9007199254740993',
    'Zürich 🚕',
    'NULL',
    '12345678901234567890.12',
    '2026-01-01 00:00:00.123456 Europe/Vienna',
  ]);
  await takePicture('query');
});

hostTest('a result stops at the limit and says so', async () => {
  const editor = await openSql(
    'SELECT n FROM UNNEST(sequence(1, 10000)) AS a(n) CROSS JOIN UNNEST(sequence(1, 300)) AS b(m)',
  );
  placeCursor(editor, 'SELECT');
  await vscode.commands.executeCommand(COMMAND_IDS.runQuery);
  assert.match(await resultStatus('There are more'), /^WAITING · .* · \d[\d,]+ rows · There are more rows\./);
});

hostTest('an error of Trino is shown with its place and marked in the editor', async () => {
  const editor = await openSql('SELECT 1;\nSELECT 2,\n  no_such_column FROM UNNEST(sequence(1, 2)) AS t(n)');
  placeCursor(editor, 'no_such');
  await vscode.commands.executeCommand(COMMAND_IDS.runQuery);
  assert.match(await resultStatus('COLUMN_NOT_FOUND'), /COLUMN_NOT_FOUND · line 2, column 3/);
  const [mark] = vscode.languages
    .getDiagnostics(editor.document.uri)
    .filter(found => found.source === 'Trino');
  assert.ok(mark);
  assert.equal(editor.document.getText(mark.range), 'no_such_column');
  await takePicture('query-error');
});

hostTest('Cancel Query ends the query in Trino', async () => {
  const marker = `cancel-${Date.now()}`;
  const editor = await openSql(
    `-- ${marker}\nSELECT count(*) FROM tpch.sf100.lineitem a CROSS JOIN tpch.sf100.lineitem b WHERE a.comment = b.comment AND '${marker}' <> ''`,
  );
  placeCursor(editor, 'SELECT');
  const running = vscode.commands.executeCommand(COMMAND_IDS.runQuery);
  await resultStatus('RUNNING');
  await takePicture('query-running');
  await vscode.commands.executeCommand(COMMAND_IDS.cancelQuery);
  await running;
  assert.match(await resultStatus('CANCELED'), /The query was cancelled\./);
  const check = await openSql(
    `SELECT state, error_code FROM system.runtime.queries WHERE query LIKE '%${marker}%' AND query NOT LIKE '%system.runtime%'`,
  );
  placeCursor(check, 'SELECT');
  await vscode.commands.executeCommand(COMMAND_IDS.runQuery);
  await resultStatus('1 row');
  assert.deepEqual((await resultTexts()).firstRow, ['1', 'FAILED', 'USER_CANCELED']);
});

hostTest('a script runs as the notebook of the same file does, results one below the other', async () => {
  const editor = await openSql(
    '-- %% name=few\n-- @schema tiny\n-- @catalog tpch\n-- @param most bigint = 3\nSELECT * FROM nation WHERE nationkey < :most;\n\n' +
      '-- %%\n-- @chart bar x=name y=n\nSELECT name, count(*) AS n FROM few GROUP BY 1 ORDER BY 1;\n',
  );
  const all = editor.document.getText();
  editor.selection = new vscode.Selection(
    editor.document.positionAt(0),
    editor.document.positionAt(all.length),
  );
  await vscode.commands.executeCommand(COMMAND_IDS.runQuery);
  const status = await resultStatus('3 rows');
  assert.equal(status.match(/FINISHED/g)?.length, 2, status);
  assert.deepEqual((await resultTexts()).firstRow.slice(0, 3), ['1', '0', 'ALGERIA']);
  await chooseChart('line');
  await until(() => editor.document.getText().includes('-- @chart line x=name y=n\nSELECT name'));
  assert.equal(editor.document.getText(), all.replace('@chart bar', '@chart line'));
  await takePicture('query-several');
});

/** Chooses the type of the chart that the results panel shows. */
async function chooseChart(type: string): Promise<void> {
  await onPage(async (page, _screenshots, wanted: string) => {
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline) {
      for (const frame of page.frames()) {
        const choice = frame.locator('#page').getByLabel('Chart Type').filter({ visible: true });
        if ((await choice.count().catch(() => 0)) === 0) continue;
        await choice.first().selectOption(wanted);
        return;
      }
      await page.waitForTimeout(100);
    }
    throw new Error('The results panel shows no chart.');
  }, type);
}

hostTest(
  'where a script runs is shown in the status bar, picked there and written into the file',
  async () => {
    const text = '-- the nations\nSELECT name FROM tiny.nation WHERE nationkey = 0;\n\nSELECT 2;\n';
    const editor = await openSql(text);
    await waitForText('.statusbar-item', '@ default branch');
    const chosen = vscode.commands.executeCommand(COMMAND_IDS.chooseNotebookConnection);
    await waitForText('.quick-input-widget', 'Where the statements of this file run');
    await typeIntoInput('Catalog', 'Enter');
    await waitForText('.quick-input-widget', 'tpch');
    await typeIntoInput('tpch', 'Enter');
    await chosen;
    assert.equal(editor.document.getText(), `-- @catalog tpch\n${text}`);
    await waitForText('.statusbar-item', 'tpch @ default branch');
    placeCursor(editor, 'the nations');
    await vscode.commands.executeCommand(COMMAND_IDS.runQuery);
    await resultStatus('1 row');
    assert.deepEqual((await resultTexts()).firstRow, ['1', 'ALGERIA']);
  },
);
