import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { discardEditors } from './support/editor.ts';
import { hostTest, waitUntil } from './support/mini-runner.ts';
import { takePicture } from './support/page.ts';

hostTest(
  'what is wrong with a pipeline file stands among the problems, and goes when it is mended',
  async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    assert.ok(folder);
    const file = path.join(folder, 'wrong.pipeline.yaml');
    writeFileSync(file, 'name: wrong\nsource: { topic: t, formt: json }\ntable: only_one\ndrift: explode\n');
    const editor = await vscode.window.showTextDocument(vscode.Uri.file(file));
    const problems = (): string[] =>
      vscode.languages
        .getDiagnostics(editor.document.uri)
        .filter(({ source }) => source === 'Lakehouse')
        .map(({ range, message }) => `${range.start.line + 1}:${range.start.character + 1} ${message}`);
    await waitUntil('the problems are told', () => problems().length === 3);
    assert.deepEqual(
      problems().map(text => text.slice(0, 40)),
      [
        '2:21 source has no setting "formt"; know',
        '3:8 table must be namespace.table, e.g. ',
        '4:8 drift must be add or ignore or deadL',
      ],
    );
    await takePicture('pipeline-problems');
    await editor.edit(builder => {
      const whole = new vscode.Range(0, 0, editor.document.lineCount, 0);
      builder.replace(whole, 'name: right\nsource: { topic: t }\ntable: a.b\n');
    });
    await waitUntil('they are gone', () => problems().length === 0);
    await discardEditors();
    rmSync(file);
  },
);
