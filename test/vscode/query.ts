import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMAND_IDS } from '../../client/ids.ts';
import { openSql, placeCursor } from './support/editor.ts';
import { hostTest } from './support/mini-runner.ts';
import { takePicture } from './support/page.ts';
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
    'SELECT n FROM UNNEST(sequence(1, 10000)) AS a(n) CROSS JOIN UNNEST(sequence(1, 3)) AS b(m)',
  );
  placeCursor(editor, 'SELECT');
  await vscode.commands.executeCommand(COMMAND_IDS.runQuery);
  assert.match(
    await resultStatus('There are more'),
    /^WAITING · .* · \d\d,\d{3} rows · There are more rows\./,
  );
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
