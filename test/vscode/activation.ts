import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { LakehouseApi } from '../../client/extension.ts';
import { COMMAND_IDS } from '../../client/ids.ts';
import { hostTest } from './support/mini-runner.ts';

const EXTENSION_ID = 'open-lakehouse.lakehouse';

hostTest('the extension activates', async () => {
  const extension = vscode.extensions.getExtension<LakehouseApi>(EXTENSION_ID);
  assert.ok(extension, `${EXTENSION_ID} is not there`);
  const { activationMs } = await extension.activate();
  assert.ok(extension.isActive);
  console.log(`  in ${activationMs.toFixed(1)} ms, VS Code ${vscode.version}`);
});

hostTest('every command is registered', async () => {
  const registered = new Set(await vscode.commands.getCommands(true));
  assert.deepEqual(
    Object.values(COMMAND_IDS).filter(id => !registered.has(id)),
    [],
  );
});
