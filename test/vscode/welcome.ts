import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { connectNessie, createReference, deleteReference, getReference } from '../../catalog/nessie.ts';
import { CONTEXT_KEYS, COMMAND_IDS, VIEW_IDS } from '../../client/ids.ts';
import { testEndpoints } from '../support/lakehouse.ts';
import { discardEditors } from './support/editor.ts';
import { hostTest } from './support/mini-runner.ts';
import { expandRow, setViewExpanded, takePicture, waitForText } from './support/page.ts';

const WELCOME = '.welcome-view-content';
const ROW = '.pane-body .monaco-list-row';
const BRANCH = 'vscode-tests/empty';
/** The commit before the first one, which every Nessie has. */
const BEFORE_ALL = '2e1cfa82b035c26cbbbdae632cea070514eb8b773f616aaeaf668e2f0be8f10d';

hostTest(
  'the catalog says what to do while no lakehouse runs, while one starts, and while one is away',
  async () => {
    await discardEditors();
    await vscode.commands.executeCommand(`${VIEW_IDS.catalog}.focus`);
    for (const view of ['Services', 'Pipelines']) await setViewExpanded(view, false);
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    assert.ok(folder);
    const home = path.join(folder, 'no-lakehouse');
    mkdirSync(home);
    await withSettings({ endpointsFile: '', home, backend: 'processes' }, async () => {
      await waitForText(WELCOME, 'No lakehouse is running');
      await waitForText(`${WELCOME} .monaco-button`, 'Start Lakehouse');
      await takePicture('welcome-stopped');
      // Starting one here would take the ports of the tests' own: the view only knows of the state by this key.
      await vscode.commands.executeCommand('setContext', CONTEXT_KEYS.lakehouseState, 'busy');
      await waitForText(WELCOME, 'The lakehouse is starting');
      await takePicture('welcome-starting');
      await vscode.commands.executeCommand('setContext', CONTEXT_KEYS.lakehouseState, 'stopped');
    });
    const away = JSON.stringify(testEndpoints()).replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:1');
    const file = path.join(folder, 'away.json');
    writeFileSync(file, away, { mode: 0o600 });
    await withSettings({ endpointsFile: file }, async () => {
      await waitForText(WELCOME, 'The lakehouse is offline');
      await waitForText(`${WELCOME} .monaco-button`, 'Show Services');
      await takePicture('welcome-away');
    });
  },
);

hostTest('a branch without tables says so, and how some come', async () => {
  const nessie = connectNessie({ uri: testEndpoints().nessie.uri });
  const from = { name: 'main', hash: BEFORE_ALL };
  await createReference(nessie, { type: 'BRANCH', name: BRANCH, from });
  try {
    await vscode.commands.executeCommand(COMMAND_IDS.refreshCatalog);
    await expandRow(BRANCH);
    await waitForText(ROW, 'No tables yet');
    await takePicture('welcome-empty');
  } finally {
    await deleteReference(nessie, { reference: await getReference(nessie, BRANCH) });
  }
});

async function withSettings(
  settings: Readonly<Record<string, string>>,
  run: () => Promise<void>,
): Promise<void> {
  const set = async (values: Readonly<Record<string, string | undefined>>): Promise<void> => {
    for (const [name, value] of Object.entries(values))
      await vscode.workspace
        .getConfiguration('lakehouse')
        .update(name, value, vscode.ConfigurationTarget.Workspace);
  };
  await set(settings);
  try {
    await run();
  } finally {
    await set(Object.fromEntries(Object.keys(settings).map(name => [name, undefined])));
  }
  await waitForText('.statusbar-item', 'Lakehouse 4/4');
}
