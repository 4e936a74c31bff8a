import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { LakehouseApi } from '../../client/extension.ts';
import { COMMAND_IDS } from '../../client/ids.ts';
import { hostTest } from './support/mini-runner.ts';

const EXTENSION_ID = 'open-lakehouse.lakehouse';
const ACTIVATION_LIMIT_MS = 100;

hostTest('the extension activates within its budget and without waiting for anything', async () => {
  const extension = vscode.extensions.getExtension<LakehouseApi>(EXTENSION_ID);
  assert.ok(extension, `${EXTENSION_ID} is not there`);
  const { activationMs } = await extension.activate();
  console.log(`  activated in ${activationMs.toFixed(1)} ms, VS Code ${vscode.version}`);
  assert.ok(activationMs < ACTIVATION_LIMIT_MS, `${activationMs} ms`);
});

hostTest('every command is registered', async () => {
  const registered = new Set(await vscode.commands.getCommands(true));
  assert.deepEqual(
    Object.values(COMMAND_IDS).filter(id => !registered.has(id)),
    [],
  );
});
