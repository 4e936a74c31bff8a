import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMAND_IDS, VIEW_IDS } from '../../client/ids.ts';
import { type BusyHost, FRAME_MS, watchHost } from './support/busy-host.ts';
import { frameText } from './support/catalog-pages.ts';
import { discardEditors } from './support/editor.ts';
import { lakehouseFixture } from './support/fixture.ts';
import { hostTest } from './support/mini-runner.ts';
import { collapseRow, expandRow, onPage, setViewExpanded, takePicture, waitForText } from './support/page.ts';
import { runInTrino } from './support/trino.ts';

const ROW = '.pane-body .monaco-list-row';
const { schema, table } = lakehouseFixture;
let host: BusyHost | undefined;

hostTest(
  'the catalog view opens from the default branch down to the columns and snapshots of a table',
  async () => {
    await vscode.commands.executeCommand(`${VIEW_IDS.catalog}.focus`);
    await setViewExpanded('Services', false);
    await setViewExpanded('Pipelines', false);
    await waitForText(ROW, 'main');
    host = watchHost();
    await expandRow(schema);
    // Told of a table that nobody has opened yet.
    await waitForText(ROW, '100 rows');
    for (const name of [table, 'Columns', 'Snapshots']) await expandRow(name);
    await waitForText(ROW, 'long');
    await waitForText(ROW, 'append');
    await takePicture('catalog');
    await onPage(async (page, _screenshots, name: string) => {
      const row = page.locator('.pane-body .monaco-list-row').filter({ hasText: name }).first();
      // The pointer comes from elsewhere and rests on the name.
      await page.mouse.move(900, 200);
      await row.locator('.monaco-icon-name-container').hover({ force: true });
    }, table);
    await waitForText('.monaco-hover', 'on main');
    await takePicture('catalog-tooltip');
  },
);

hostTest('a table opens down to its files, and Trino’s other catalogs down to their columns', async () => {
  await expandRow('Files');
  await waitForText(ROW, '.parquet');
  await collapseRow('Files');
  // Only lines in view are drawn: the branch makes room for what stands below it.
  await collapseRow('main');
  await expandRow('Other Trino Catalogs');
  for (const name of ['tpch', 'tiny', 'region']) await expandRow(name);
  await waitForText(ROW, 'regionkey');
  await takePicture('catalog-foreign');
  await onPage(async page => {
    // Every line says what it is to whoever does not see its icon.
    const rows = page.locator('.pane-body .monaco-list-row');
    for (const row of await rows.all()) {
      const label = await row.getAttribute('aria-label');
      if (label === null || label.trim() === '')
        throw new Error(`A line has no label: ${await row.innerText()}`);
    }
  });
  await collapseRow('Other Trino Catalogs');
  await expandRow('main');
});

hostTest('browsing down to files, other catalogs and a table’s page never holds the editor up', async () => {
  await vscode.commands.executeCommand(COMMAND_IDS.openTable, {
    kind: 'leaf',
    leaf: 'table',
    ref: 'main',
    key: [schema, table],
  });
  await frameText('h1', `${schema}.${table}`);
  await frameText('h2', 'Properties');
  assert.ok(host);
  const longestMs = host.longestMs();
  host.stop();
  await discardEditors();
  console.log(`  at most ${longestMs} ms without a break`);
  assert.ok(longestMs <= FRAME_MS, `the extension host was busy for ${longestMs} ms without a break`);
});

hostTest('a table that somebody makes is there soon, without a refresh', async () => {
  await runInTrino(`CREATE TABLE iceberg.${schema}.appears AS SELECT 1 AS x`);
  await expandRow('main');
  await expandRow(schema);
  const made = performance.now();
  await waitForText(ROW, 'appears');
  console.log(`  after ${Math.round(performance.now() - made)} ms`);
  await runInTrino(`DROP TABLE iceberg.${schema}.appears`);
});
