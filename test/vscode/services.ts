import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMAND_IDS, LOG_SCHEME, VIEW_IDS } from '../../client/ids.ts';
import { hostTest, waitUntil } from './support/mini-runner.ts';
import { takePicture, waitForText } from './support/page.ts';

hostTest('Start Lakehouse shows every service ready in the view and in the status bar', async () => {
  await vscode.commands.executeCommand(`${VIEW_IDS.services}.focus`);
  await vscode.commands.executeCommand(COMMAND_IDS.startLakehouse);
  for (const title of ['Kafka', 'Object Store', 'Nessie', 'Trino']) {
    await waitForText('.pane-body .monaco-list-row', title);
  }
  await waitForText('.statusbar-item', 'Lakehouse 4/4');
  await takePicture('services');
});

hostTest(
  'Show Logs opens the log of the service it is called on and goes on following it',
  async () => {
    await vscode.commands.executeCommand(COMMAND_IDS.showLogs, { service: 'nessie' });
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, LOG_SCHEME);
    await waitUntil('the log has text', () => document.getText().includes('Nessie'));
    await takePicture('service-log');
  },
  process.env['LAKEHOUSE_TEST_HOME'] === undefined ? 'the lakehouse is run by somebody else' : undefined,
);
