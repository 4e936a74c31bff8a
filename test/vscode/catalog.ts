import * as vscode from 'vscode';
import { VIEW_IDS } from '../../client/ids.ts';
import { hostTest } from './support/mini-runner.ts';
import { takePicture, waitForText } from './support/page.ts';

hostTest('the catalog view lists the namespaces of the default branch', async () => {
  await vscode.commands.executeCommand(`${VIEW_IDS.catalog}.focus`);
  await waitForText('.pane-body .monaco-list-row', 'table');
  await takePicture('catalog');
});
