import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMAND_IDS } from '../../client/ids.ts';
import { lakehouseFixture } from './support/fixture.ts';
import { waitForLabels } from './support/labels.ts';
import { hostTest } from './support/mini-runner.ts';
import { openNotebook, outputs, runAll, until } from './support/notebook.ts';
import { takePicture, typeIntoInput, waitForText } from './support/page.ts';
import { runInTrino } from './support/trino.ts';

const { schema } = lakehouseFixture;

hostTest(
  'the schema of a notebook is picked from the status bar and written into its first cell',
  async () => {
    await runInTrino(`CREATE TABLE IF NOT EXISTS iceberg.${schema}.versions AS SELECT 1 AS a`);
    const notebook = await openNotebook('place.sql', 'SELECT count(*) AS n FROM versions;\n');
    const chosen = vscode.commands.executeCommand(COMMAND_IDS.chooseNotebookConnection);
    await waitForText('.quick-input-widget', 'Branch, Tag or Commit');
    await takePicture('notebook-place');
    await typeIntoInput('Schema', 'Enter');
    await waitForText('.quick-input-widget', 'information_schema');
    await typeIntoInput(schema, 'Enter');
    await chosen;
    assert.equal(
      notebook.cellAt(0).document.getText(),
      `-- @schema ${schema}\nSELECT count(*) AS n FROM versions;`,
    );
    await runAll(notebook);
    assert.deepEqual(outputs(notebook.cellAt(0))[0]?.table?.page.rows, [['1']]);
  },
);

hostTest('a cell is run on a snapshot that is picked by its time and its rows', async () => {
  await runInTrino(`INSERT INTO iceberg.${schema}.versions VALUES (2), (3)`);
  const notebook = await openNotebook('snapshot.sql', `SELECT count(*) AS n FROM ${schema}.versions;\n`);
  await runAll(notebook);
  assert.deepEqual(outputs(notebook.cellAt(0))[0]?.table?.page.rows, [['3']]);
  const ran = vscode.commands.executeCommand(COMMAND_IDS.runCellOn);
  await waitForText('.quick-input-widget', 'A snapshot of a table');
  await typeIntoInput('A snapshot of', 'Enter');
  await waitForText('.quick-input-widget', 'append · +1');
  await takePicture('notebook-snapshot');
  await typeIntoInput('1 rows', 'Enter');
  await ran;
  await until(() => outputs(notebook.cellAt(0))[0]?.table?.page.rows[0]?.[0] === '1');
  assert.match(
    notebook.cellAt(0).document.getText(),
    new RegExp(`^-- @snapshot ${schema}\\.versions \\d+\\n`),
  );
  await runInTrino(`DROP TABLE iceberg.${schema}.versions`);
});

hostTest('a known error of Trino comes with what can be done about it', async () => {
  const notebook = await openNotebook(
    'fix.sql',
    'SELECT name FROM tpch.tiny.nation\nWHERE name = "FRANCE";\n',
  );
  await runAll(notebook);
  const { document } = notebook.cellAt(0);
  const place = document.positionAt(document.getText().indexOf('FRANCE'));
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    new vscode.Range(place, place),
  );
  const fix = actions.find(({ title }) => title === "Change to the Text 'FRANCE'");
  assert.ok(fix?.edit !== undefined, actions.map(({ title }) => title).join('; '));
  await vscode.workspace.applyEdit(fix.edit);
  await runAll(notebook);
  await until(() => outputs(notebook.cellAt(0))[0]?.table?.page.rows[0]?.[0] === 'FRANCE');
});

hostTest('the columns of a named cell are completed in later cells', async () => {
  const notebook = await openNotebook(
    'complete.sql',
    '-- %% name=late\nSELECT nationkey AS nation_number, name AS nation_name FROM tpch.tiny.nation\n\n-- %%\nSELECT  FROM late\n',
  );
  const { document } = notebook.cellAt(1);
  const wanted = ['nation_number', 'nation_name'];
  const found = await waitForLabels(document.uri, new vscode.Position(0, 7), 'nation_name');
  assert.deepEqual(found.filter(name => wanted.includes(name)).sort(), [...wanted].sort());
});
