import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMAND_IDS, VIEW_IDS } from '../../client/ids.ts';
import { openSql, placeCursor } from './support/editor.ts';
import { lakehouseFixture } from './support/fixture.ts';
import { hostTest } from './support/mini-runner.ts';
import { expandRow, setViewExpanded, takePicture, waitForText } from './support/page.ts';
import { resultStatus, resultTexts } from './support/result-page.ts';

const ROW = '.pane-body .monaco-list-row';

hostTest(
  'Start Pipeline streams the topic into the table with live figures, and Stop Pipeline ends it',
  async () => {
    const [file] = await vscode.workspace.findFiles(lakehouseFixture.pipelineFile);
    assert.ok(file, 'the workspace has no pipeline file');
    await setViewExpanded('Services', true);
    await vscode.commands.executeCommand(`${VIEW_IDS.pipelines}.focus`);
    await vscode.window.showTextDocument(file);
    await vscode.commands.executeCommand(COMMAND_IDS.startPipeline, file);
    await waitForText(ROW, 'rows/s');
    await waitForText(ROW, '20,000 rows committed', 90_000);
    await waitForText(ROW, 'lag: 0 records in 2 partitions');
    // The table that it writes tells the same in the catalog.
    for (const title of ['Services', 'Pipelines']) await setViewExpanded(title, false);
    await expandRow(lakehouseFixture.schema);
    await waitForText(`${ROW}[aria-label*="streamed_rides"]`, 'rows/s');
    await setViewExpanded('Pipelines', true);
    await takePicture('pipeline-running');
    await vscode.commands.executeCommand(COMMAND_IDS.stopPipeline, file);
    await waitForText(ROW, 'ended · 20,000 rows');
  },
);

hostTest('what the pipeline said stands in its log', async () => {
  const [file] = await vscode.workspace.findFiles(lakehouseFixture.pipelineFile);
  await vscode.commands.executeCommand(COMMAND_IDS.showPipelineLog, file);
  await waitForText('.editor-instance .view-line', 'committed');
  await takePicture('pipeline-log');
});

hostTest('the streamed rows are there for Trino, all of them once', async () => {
  const { schema, pipelineTable } = lakehouseFixture;
  const editor = await openSql(
    `SELECT count(*), count(DISTINCT id), sum(id) FROM iceberg.${schema}.${pipelineTable}`,
  );
  placeCursor(editor, 'SELECT');
  await vscode.commands.executeCommand(COMMAND_IDS.runQuery);
  await resultStatus('1 row');
  assert.deepEqual((await resultTexts()).firstRow, ['1', '20000', '20000', '199990000']);
});
