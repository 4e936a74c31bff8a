import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { RESULT_MIME, type ResultOutput } from '../../../client/notebook/messages.ts';
import { onPage } from './page.ts';

type OutputRole = 'grid' | 'status' | 'alert' | 'region' | 'img' | 'toolbar';

export const NOTEBOOK = 'lakehouse-sql';

export async function openNotebook(name: string, text: string): Promise<vscode.NotebookDocument> {
  const uri = write(name, text);
  await vscode.commands.executeCommand('vscode.openWith', uri, NOTEBOOK);
  await until(() => vscode.window.activeNotebookEditor?.notebook.uri.toString() === uri.toString());
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  assert.ok(notebook);
  return notebook;
}

export function write(name: string, text: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  const file = path.join(folder.uri.fsPath, name);
  writeFileSync(file, text);
  return vscode.Uri.file(file);
}

/** Runs all cells and waits for the end of the last one. */
export async function runAll(notebook: vscode.NotebookDocument): Promise<void> {
  await vscode.commands.executeCommand('notebook.execute', notebook.uri);
  await until(() =>
    notebook
      .getCells()
      .every(cell => cell.executionSummary?.timing !== undefined || cell.outputs.length === 0),
  );
}

export function outputs(cell: vscode.NotebookCell): ResultOutput[] {
  return cell.outputs
    .flatMap(output => output.items)
    .filter(item => item.mime === RESULT_MIME)
    .map(item => JSON.parse(Buffer.from(item.data).toString('utf8')) as ResultOutput);
}

export async function until(isTrue: () => boolean, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`Not true within ${timeoutMs} ms: ${isTrue.toString()}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** Waits until an output of the notebook shows a text. */
export async function inOutput(role: OutputRole, text: string): Promise<void> {
  await onPage(
    async (page, _screenshots, wanted: { role: OutputRole; text: string }) => {
      const deadline = Date.now() + 20_000;
      for (;;) {
        for (const frame of page.frames()) {
          const found = frame.getByRole(wanted.role).filter({ hasText: wanted.text });
          if ((await found.count().catch(() => 0)) > 0) return;
        }
        if (Date.now() > deadline) throw new Error(`No ${wanted.role} shows "${wanted.text}".`);
        await page.waitForTimeout(100);
      }
    },
    { role, text },
  );
}
