import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMAND_IDS, VIEW_IDS } from '../../client/ids.ts';
import { openSql, placeCursor } from './support/editor.ts';
import { lakehouseFixture } from './support/fixture.ts';
import { hostTest, waitUntil } from './support/mini-runner.ts';
import {
  expandRow,
  pickRow,
  pressEscape,
  setViewExpanded,
  takePicture,
  waitForText,
} from './support/page.ts';
import { resultStatus, resultTexts } from './support/result-page.ts';
import { runInTrino } from './support/trino.ts';

const ROW = '.pane-body .monaco-list-row';
const QUICK_ROW = '.quick-input-widget .monaco-list-row';

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
    if (process.env['LAKEHOUSE_TEST_HOME'] !== undefined) await refuseToStopTheLakehouse();
    await vscode.commands.executeCommand(COMMAND_IDS.stopPipeline, file);
    await waitForText(ROW, 'ended · 20,000 rows');
  },
);

/** A stop would leave the pipeline waiting for Kafka, so it is asked about first; Escape stops nothing. */
async function refuseToStopTheLakehouse(): Promise<void> {
  const stopping = vscode.commands.executeCommand(COMMAND_IDS.stopLakehouse);
  await waitForText(QUICK_ROW, 'Stop Pipelines and Lakehouse');
  await pressEscape();
  await stopping;
  await waitForText('.statusbar-item', 'Lakehouse 4/4');
  await waitForText(ROW, 'lag: 0 records in 2 partitions');
}

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

hostTest('Redrive Dead Letters says what would become of them and moves what is a row now', async () => {
  const { schema, pipelineTable, pipelineFile, topic } = lakehouseFixture;
  const table = `iceberg.${schema}.${pipelineTable}`;
  const letter = (offset: number, value: string): string =>
    `('${topic}', 0, ${offset}, to_utf8('${value}'), 'was no row', 'vscode-tests-rides')`;
  await runInTrino(
    `CREATE TABLE ${table}__dead_letters (topic varchar, "partition" integer, "offset" bigint, ` +
      'timestamp timestamp(6) with time zone, key varbinary, value varbinary, error varchar, pipeline varchar)',
  );
  try {
    const letters = [letter(1, '{"id":20000}'), letter(2, '{"id":"x"}')].join(', ');
    await runInTrino(
      `INSERT INTO ${table}__dead_letters (topic, "partition", "offset", value, error, pipeline) VALUES ${letters}`,
    );
    const [file] = await vscode.workspace.findFiles(pipelineFile);
    const moved = vscode.commands.executeCommand(COMMAND_IDS.redriveDeadLetters, file);
    await waitForText(QUICK_ROW, '1 of 2 dead letters would become 1 row');
    await waitForText(QUICK_ROW, '1 letter: "id" expects long (first: vscode-tests.rides/0 offset 2)');
    await takePicture('redrive-dead-letters');
    await pickRow('Redrive');
    await moved;
    // The tests' profile shows no toasts; the notification stands in the list that the bell opens.
    await vscode.commands.executeCommand('notifications.showList');
    await waitForText('.notifications-center', '1 dead letter still is no row');
    await vscode.commands.executeCommand('notifications.clearAll');
    const { rows } = await runInTrino(`SELECT count(*), max(id) FROM ${table}`);
    assert.deepEqual(
      [...rows].map(row => [...row]),
      [[20_001n, 20_000n]],
    );
    // From the table in the catalog; now there is nothing to do, and nothing is offered.
    const node = {
      kind: 'leaf',
      leaf: 'table',
      ref: 'main',
      key: [schema, `${pipelineTable}__dead_letters`],
    };
    const looked = vscode.commands.executeCommand(COMMAND_IDS.redriveDeadLetters, node);
    await waitForText(QUICK_ROW, '1 letter: "id" expects long');
    await pressEscape();
    await looked;
  } finally {
    await runInTrino(`DROP TABLE ${table}__dead_letters`);
  }
});

hostTest(
  'New Transform writes a function with the types of the records, and Try Pipeline shows its rows',
  async () => {
    const [file] = await vscode.workspace.findFiles(lakehouseFixture.pipelineFile);
    assert.ok(file, 'the workspace has no pipeline file');
    const yaml = await vscode.workspace.fs.readFile(file);
    const beside = (suffix: string): vscode.Uri =>
      file.with({ path: file.path.replace(/\.pipeline\.yaml$/, suffix) });
    try {
      await vscode.commands.executeCommand(COMMAND_IDS.newTransform, file);
      const editor = vscode.window.activeTextEditor;
      assert.equal(editor?.document.uri.path, beside('.transform.ts').path);
      const types = await vscode.workspace.fs.readFile(beside('.pipeline.d.ts'));
      assert.match(Buffer.from(types).toString(), /export type Input = \{\n {2}id: number;/);
      const text = editor.document.getText();
      const changed = new vscode.WorkspaceEdit();
      // Of every partition's records every other one.
      const start = editor.document.positionAt(text.indexOf('return'));
      changed.insert(editor.document.uri, start, "if (record.id % 4 > 1) throw new Error('odd');\n  ");
      await vscode.workspace.applyEdit(changed);
      await vscode.commands.executeCommand(COMMAND_IDS.tryPipeline, file);
      const shownText = (): string => vscode.window.activeTextEditor?.document.getText() ?? '';
      await waitUntil('the trial is shown', () => shownText().includes('Nothing was written'));
      const shown = shownText();
      assert.match(shown, /\n {2}→ \{"id":[01][,}]/);
      assert.match(
        shown,
        /dead letter: .*\.transform\.ts: Error: odd at transform \(.*\.transform\.ts:5\)\n/,
      );
      assert.match(shown, /100 records: 50 rows, 50 dead letters\. Nothing was written\.\n$/);
      await takePicture('try-pipeline');
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await vscode.workspace.fs.writeFile(file, yaml);
      for (const suffix of ['.transform.ts', '.pipeline.d.ts'])
        await vscode.workspace.fs.delete(beside(suffix));
    }
  },
);
