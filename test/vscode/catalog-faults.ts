import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { COMMAND_IDS, VIEW_IDS } from '../../client/ids.ts';
import { openDoor } from '../support/door.ts';
import { type Fate, openFaultProxy } from '../support/fault-proxy.ts';
import { testEndpoints } from '../support/lakehouse.ts';
import { askUntil } from './support/ask-until.ts';
import { discardEditors } from './support/editor.ts';
import { lakehouseFixture } from './support/fixture.ts';
import { hostTest, waitUntil } from './support/mini-runner.ts';
import {
  expandRow,
  onPage,
  pickRow,
  setViewExpanded,
  takePicture,
  typeIntoInput,
  waitForText,
} from './support/page.ts';
import {
  closeSecondWindow,
  openSecondWindow,
  runInSecondWindow,
  takeSecondPicture,
  typeInSecondWindow,
  waitInSecondWindow,
} from './support/second-window.ts';

const ROW = '.pane-body .monaco-list-row';
const { schema } = lakehouseFixture;
const BRANCH = 'vscode-tests/second-window';

/** Runs a test while this workspace is connected to the tests' lakehouse through another address of Nessie. */
async function whileConnected(nessieUri: string, run: () => Promise<void>): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(folder);
  const endpoints: LakehouseEndpoints = { ...testEndpoints(), nessie: { uri: nessieUri } };
  const file = path.join(folder, 'endpoints.json');
  writeFileSync(file, JSON.stringify(endpoints), { mode: 0o600 });
  const set = async (value: string | undefined): Promise<void> =>
    vscode.workspace
      .getConfiguration('lakehouse')
      .update('endpointsFile', value, vscode.ConfigurationTarget.Workspace);
  await set(file);
  try {
    await run();
  } finally {
    await set(undefined);
  }
  await waitForText('.statusbar-item', 'Lakehouse 4/4');
}

hostTest('another window paints the tree from what this one has read, and edits beside it', async () => {
  await discardEditors();
  await vscode.commands.executeCommand(`${VIEW_IDS.catalog}.focus`);
  // Only lines in view are drawn: the branches need the room.
  for (const view of ['Services', 'Pipelines']) await setViewExpanded(view, false);
  const asked: string[] = [];
  let isCut = false;
  const isListing = (url: string): boolean => url.includes('/entries');
  const { nessie } = testEndpoints();
  await using proxy = await openFaultProxy(nessie.uri, ({ url = '' }) => {
    asked.push(url);
    return isCut && isListing(url) ? 'refuse' : 'pass';
  });
  await whileConnected(`${proxy.origin}${new URL(nessie.uri).pathname}`, async () => {
    await waitUntil('this window has read the names', () => asked.some(isListing));
    await askUntil(async () => {
      asked.length = 0;
      await vscode.commands.executeCommand(COMMAND_IDS.refreshCatalog);
      await waitForText(ROW, schema);
      return asked.length > 0 && !asked.some(isListing) ? true : undefined;
    });
    isCut = true;
    await openSecondWindow();
    console.log(`  painted ${await waitInSecondWindow(schema)} ms after the view was opened`);
    await takeSecondPicture('second-window');
    await runInSecondWindow('Lakehouse: Create Branch');
    await typeInSecondWindow('Branches', 'main');
    await typeInSecondWindow('New branch at main', BRANCH);
    await waitForText(ROW, BRANCH);
    await deleteBranch();
    await closeSecondWindow();
  });
});

async function deleteBranch(): Promise<void> {
  const node = { kind: 'reference', ref: BRANCH };
  const deleted = vscode.commands.executeCommand(COMMAND_IDS.deleteReference, node);
  await pickRow('Delete');
  await deleted;
}

hostTest('while Nessie is away the tree says why with a way to try again, and then it is back', async () => {
  let fate: Fate = 'pass';
  const asked: string[] = [];
  const { nessie } = testEndpoints();
  await using proxy = await openFaultProxy(nessie.uri, ({ url = '' }) => {
    asked.push(url);
    return fate;
  });
  await whileConnected(`${proxy.origin}${new URL(nessie.uri).pathname}`, async () => {
    await waitUntil('the tree was read this way', () => asked.some(url => url.includes('/entries')));
    await waitForText(ROW, schema);
    fate = 'refuse';
    await vscode.commands.executeCommand(COMMAND_IDS.refreshCatalog);
    await waitForText(ROW, 'Cannot be shown');
    await takePicture('nessie-away');
    fate = 'pass';
    await onPage(async page => {
      const row = page.locator('.pane-body .monaco-list-row').filter({ hasText: 'Cannot be shown' }).first();
      await row.hover();
      await row.locator('.action-label[aria-label^="Refresh Catalog"]').click();
    });
    await waitForText(ROW, schema);
  });
});

hostTest('a Nessie that asks who you are says so, and Set Nessie Login opens it at once', async () => {
  const token = 'a-secret-token';
  let hasLogin = false;
  await using door = await openDoor(testEndpoints().nessie.uri, authorization => {
    const isWelcome = authorization === `Bearer ${token}`;
    hasLogin ||= isWelcome;
    return isWelcome;
  });
  await whileConnected(door.uri, async () => {
    await vscode.commands.executeCommand(`${VIEW_IDS.services}.focus`);
    await waitForText(ROW, 'asks for a login');
    await takePicture('nessie-login');
    const set = vscode.commands.executeCommand(COMMAND_IDS.setNessieLogin);
    await pickRow('Bearer Token');
    await typeIntoInput(token, 'Enter');
    await set;
    await waitForText('.statusbar-item', 'Lakehouse 4/4');
    await setViewExpanded('Services', false);
    await vscode.commands.executeCommand(`${VIEW_IDS.catalog}.focus`);
    await expandRow('main');
    await waitForText(ROW, schema);
    assert.ok(hasLogin);
    const forget = vscode.commands.executeCommand(COMMAND_IDS.setNessieLogin);
    await pickRow('None');
    await forget;
    await waitForText('.statusbar-item', 'Lakehouse 3/4');
  });
});
