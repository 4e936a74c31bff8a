import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { COMMAND_IDS } from '../../client/ids.ts';
import { hostTest } from './support/mini-runner.ts';
import { onPage, pickRow, takePicture, typeIntoInput, waitForText } from './support/page.ts';

/** What comes after a stop: a file, the deletion of all data, its return, and what a deleted folder leaves behind. */
const stackId = process.env['LAKEHOUSE_TEST_STACK'] ?? '';
const home = process.env['LAKEHOUSE_TEST_DOCKER_HOME'] ?? '';
const label = `label=dev.lakehouse.stack=${stackId}`;
const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-endings-'));
const file = path.join(folder, 'whole.tar.gz');

hostTest('Export Lakehouse asks before it stops what runs, then writes one file for its owner', async () => {
  execFileSync('docker', ['start', `lakehouse-${stackId}-object-store`]);
  await waitForText('.pane-body .monaco-list-row', 'starting: running, not proved ready');
  const exporting = vscode.commands.executeCommand(COMMAND_IDS.exportLakehouse);
  await waitForText('.quick-input-list', 'Object Store: starting');
  await takePicture('docker-export-question');
  await pickRow('Stop and Export');
  await answerFileDialog(file);
  await exporting;
  assert.deepEqual(readdirSync(folder), ['whole.tar.gz']);
  const { mode, size } = statSync(file);
  assert.equal(mode & 0o777, 0o600);
  assert.ok(size > 10_000, `${size} bytes`);
  assert.deepEqual(lines('ps', '--quiet', '--filter', label), []);
});

hostTest('Reset Lakehouse lists what it deletes and wants its name, then leaves nothing', async () => {
  const resetting = vscode.commands.executeCommand(COMMAND_IDS.resetLakehouse);
  await waitForText('.quick-input-widget', `volume lakehouse-${stackId}_nessie (`);
  await takePicture('docker-reset');
  await typeIntoInput('default');
  await waitForText('.quick-input-widget', 'Type stack, or press Escape.');
  await typeIntoInput('stack', 'Enter');
  await resetting;
  assert.deepEqual(leftovers(), []);
});

hostTest('Import Lakehouse brings it back from the file', async () => {
  assert.deepEqual(leftovers(), []);
  const importing = vscode.commands.executeCommand(COMMAND_IDS.importLakehouse);
  await answerFileDialog(file);
  await importing;
  assert.equal(lines('volume', 'ls', '--quiet', '--filter', label).length, 4);
});

hostTest('what a deleted folder left in Docker is offered by its path, and removed when picked', async () => {
  rmSync(home, { recursive: true });
  const removing = vscode.commands.executeCommand(COMMAND_IDS.removeOrphanedStacks);
  await waitForText('.quick-input-list', home);
  await takePicture('docker-orphans');
  await tickRow(home);
  await removing;
  assert.deepEqual(leftovers(), []);
  rmSync(folder, { recursive: true });
});

function leftovers(): string[] {
  return [
    ...lines('ps', '--all', '--quiet', '--filter', label),
    ...lines('volume', 'ls', '--quiet', '--filter', label),
    ...lines('network', 'ls', '--quiet', '--filter', label),
  ];
}

function lines(...args: string[]): string[] {
  return execFileSync('docker', args, { encoding: 'utf8' }).split('\n').filter(Boolean);
}

/** Writes a path into the editor's own dialog for files and accepts; while that reads a folder it takes no Enter. */
async function answerFileDialog(name: string): Promise<void> {
  await onPage(async (page, _screenshots, wanted: string) => {
    const input = page.locator('.quick-input-widget input.input').first();
    const deadline = Date.now() + 45_000;
    const isFileDialog = async (): Promise<boolean> => {
      const value = await input.inputValue({ timeout: 1_000 }).catch(() => '');
      return (await input.isVisible()) && value.startsWith('/');
    };
    while (!(await isFileDialog())) {
      if (Date.now() > deadline) throw new Error('No dialog for files has opened.');
      await page.waitForTimeout(100);
    }
    await input.fill(wanted);
    while (await isFileDialog()) {
      if (Date.now() > deadline) throw new Error('The dialog for files did not take the path.');
      await input.press('Enter', { timeout: 1_000 }).catch(() => undefined);
      await page.waitForTimeout(250);
    }
  }, name);
}

/** Ticks the row of a quick pick of several that shows this text, and accepts. */
async function tickRow(text: string): Promise<void> {
  await onPage(async (page, _screenshots, wanted: string) => {
    const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: wanted }).first();
    await row.locator('.monaco-custom-toggle, input[type=checkbox]').first().click();
    await page.locator('.quick-input-widget input.input').first().press('Enter');
  }, text);
}
