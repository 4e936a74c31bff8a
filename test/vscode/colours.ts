import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { openSql, placeCursor } from './support/editor.ts';
import { hostTest } from './support/mini-runner.ts';
import { onPage, takePicture } from './support/page.ts';

const TEXT = `-- Delays by carrier, and the first day on which each was late
WITH late AS (
  SELECT carrier, "day", approx_percentile(delay, 0.95) AS p95
  FROM iceberg.air."flights$snapshots" FOR VERSION AS OF 8954597067493422955
  WHERE day BETWEEN DATE '2001-01-01' AND CURRENT_DATE AND value <> U&'\\0041'
  GROUP BY carrier, "day"
)
SELECT * FROM late MATCH_RECOGNIZE (
  ORDER BY day MEASURES FIRST(A.day) AS first PATTERN (A B+) DEFINE B AS p95 > PREV(p95)
);
`;

hostTest('SQL files are coloured by the grammar of Trino, not by the one that VS Code brings', async () => {
  const editor = await openSql(TEXT);
  placeCursor(editor, 'MATCH_RECOGNIZE');
  await vscode.commands.executeCommand('editor.action.inspectTMScopes');
  const inspected = await onPage(async page => {
    const widget = page.locator('.token-inspect-widget');
    await widget.filter({ hasText: 'source.sql' }).waitFor();
    return (await widget.textContent()) ?? '';
  });
  await takePicture('colours');
  assert.match(inspected, /keyword\.other\.trino/);
  assert.match(inspected, /source\.sql\.trino/);
  await onPage(async page => page.keyboard.press('Escape'));
});
