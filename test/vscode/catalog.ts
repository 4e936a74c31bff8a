import * as vscode from 'vscode';
import { VIEW_IDS } from '../../client/ids.ts';
import { lakehouseFixture } from './support/fixture.ts';
import { hostTest } from './support/mini-runner.ts';
import { onPage, takePicture, waitForText } from './support/page.ts';

hostTest('the catalog view lists the namespaces and tables of the default branch', async () => {
  await vscode.commands.executeCommand(`${VIEW_IDS.catalog}.focus`);
  await onPage(async (page, _screenshots, schema: string) => {
    await page.locator('.pane-body .monaco-list-row').filter({ hasText: schema }).first().click();
  }, lakehouseFixture.schema);
  await waitForText('.pane-body .monaco-list-row', lakehouseFixture.table);
  await takePicture('catalog');
});
