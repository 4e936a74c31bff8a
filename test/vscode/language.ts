import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { discardEditors, openSql, placeCursor } from './support/editor.ts';
import { lakehouseFixture } from './support/fixture.ts';
import { askUntil } from './support/ask-until.ts';
import { hostTest } from './support/mini-runner.ts';
import { onPage, takePicture } from './support/page.ts';

hostTest('hover shows the columns of a table', async () => {
  const { schema, table } = lakehouseFixture;
  const editor = await openSql(`SELECT t.*\nFROM iceberg.${schema}.${table} t`);
  placeCursor(editor, `${table} t`);
  const { uri } = editor.document;
  const text = await askUntil(async () => {
    const position = editor.selection.active;
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      uri,
      position,
    );
    const shown = hovers
      .flatMap(hover => hover.contents.map(part => (part as vscode.MarkdownString).value))
      .join('\n');
    return shown.includes('| column | type |') ? shown : undefined;
  });
  assert.ok(text.includes(table), text);
  await vscode.commands.executeCommand('editor.action.showHover');
  await onPage(async page => {
    await page.locator('.monaco-hover:not(.hidden)').first().waitFor();
  });
  await takePicture('hover');
  await discardEditors();
});

hostTest('rename changes an alias everywhere in its statement', async () => {
  const editor = await openSql('WITH a AS (SELECT 1 AS n) SELECT a.n FROM a;\nSELECT 2 AS a;');
  const { document } = editor;
  const edit = await askUntil(async () => {
    const position = document.positionAt('WITH '.length);
    try {
      return await vscode.commands.executeCommand<vscode.WorkspaceEdit | undefined>(
        'vscode.executeDocumentRenameProvider',
        document.uri,
        position,
        'totals',
      );
    } catch {
      // A server that has not got the document yet says that there is no name.
      return undefined;
    }
  });
  assert.ok(await vscode.workspace.applyEdit(edit));
  assert.equal(
    document.getText(),
    'WITH totals AS (SELECT 1 AS n) SELECT totals.n FROM totals;\nSELECT 2 AS a;',
  );
  await discardEditors();
});

hostTest('the formatter lays a statement out', async () => {
  const editor = await openSql('select 1 as one,2 as two from (values 1) t where 1=1');
  await askUntil(async () => {
    await vscode.commands.executeCommand('editor.action.formatDocument');
    return editor.document.getText().startsWith('SELECT') ? true : undefined;
  });
  assert.match(editor.document.getText(), /^SELECT\s+1 AS one,\s+2 AS two\s+FROM/);
  await takePicture('formatted');
  await discardEditors();
});

hostTest('problems are marked in the text, with a correction', async () => {
  const editor = await openSql('WITH t AS (SELECT 1 AS amount)\nSELECT amuont FROM t');
  const { uri } = editor.document;
  const [problem] = await askUntil(() => {
    const found = vscode.languages.getDiagnostics(uri);
    return Promise.resolve(found.length > 0 ? found : undefined);
  });
  assert.match(problem?.message ?? '', /no column amuont here\. Did you mean amount\?/);
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    uri,
    problem?.range,
  );
  assert.ok(actions.some(action => action.title === 'Change to amount'));
  await onPage(async page => {
    await page.locator('.squiggly-error').first().waitFor();
  });
  await takePicture('problem');
  await discardEditors();
});
