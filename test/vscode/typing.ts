import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { discardEditors, openSql } from './support/editor.ts';
import { hostTest, waitUntil } from './support/mini-runner.ts';
import { onPage, takePicture, waitForText } from './support/page.ts';

hostTest(
  'a query is typed with help: completion, a mistake and its correction, rename, hover, format',
  async () => {
    const { document } = await openSql('');
    const text = (): string => document.getText();
    await waitForServer(document);

    await type('select * from tpch.tiny.nat');
    await accept('nation', 'typing-table');
    await waitUntil('the table stands there', () => text().endsWith('tpch.tiny.nation'));
    await type(' n where n.reg');
    await accept('regionkey', 'typing-column');
    await waitUntil('the column stands there', () => text().endsWith('n.regionkey'));

    await type(" = 1 and n.nam = 'x'");
    const found = (): vscode.Diagnostic[] => vscode.languages.getDiagnostics(document.uri);
    await waitUntil('the wrong column is marked', () =>
      found().some(item => document.getText(item.range) === 'nam'),
    );
    assert.match(found()[0]?.message ?? '', /no column nam in n\. Did you mean name\?/);
    await showWidget('.squiggly-error');
    await takePicture('typing-problem');
    await correct(document.uri, found()[0]?.range, 'Change to name');
    await waitUntil('the column is corrected', () => text().includes('n.name = '));
    await waitUntil('nothing is marked any more', () => found().length === 0);

    await select(document, 'n where', 0);
    await press('F2');
    await renameTo('country', 'typing-rename');
    await waitUntil('the alias has its new name everywhere', () =>
      text().includes('country.regionkey = 1 and country.name'),
    );

    await select(document, 'regionkey', 2);
    await vscode.commands.executeCommand('editor.action.showHover');
    await showWidget('.monaco-hover:not(.hidden)');
    await takePicture('typing-hover');

    await vscode.commands.executeCommand('editor.action.formatDocument');
    const expected =
      "SELECT *\nFROM tpch.tiny.nation country\nWHERE country.regionkey = 1 AND country.name = 'x'";
    await waitUntil('the query is laid out', () => text().trimEnd() === expected);
    await takePicture('typing-formatted');
    await discardEditors();
  },
);

/** Waits until the server knows the tables that are typed. */
async function waitForServer(document: vscode.TextDocument): Promise<void> {
  const probe = await vscode.workspace.openTextDocument({
    language: 'sql',
    content: 'SELECT * FROM tpch.tiny.nation n WHERE n.',
  });
  let isThere = false;
  const ask = async (): Promise<void> => {
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      probe.uri,
      probe.positionAt(probe.getText().length),
    );
    isThere ||= list.items.some(
      ({ label }) => (typeof label === 'string' ? label : label.label) === 'regionkey',
    );
  };
  await waitUntil('the columns of nation are known', () => {
    void ask();
    return isThere;
  });
  await vscode.window.showTextDocument(document);
}

/** Types as a person does, key after key. */
async function type(text: string): Promise<void> {
  await onPage(async (page, _screenshots, keys: string) => page.keyboard.type(keys, { delay: 30 }), text);
}

/** Waits until the list's first proposal is this one, and takes it. */
async function accept(label: string, picture: string): Promise<void> {
  await onPage(async (page, _screenshots, wanted: string) => {
    const first = page.locator('.suggest-widget.visible .monaco-list-row.focused .label-name');
    await first.filter({ hasText: new RegExp(`^${wanted}$`) }).waitFor({ timeout: 30_000 });
  }, label);
  await takePicture(picture);
  await onPage(async page => page.keyboard.press('Tab'));
}

async function press(key: string): Promise<void> {
  await onPage(async (page, _screenshots, wanted: string) => page.keyboard.press(wanted), key);
}

async function showWidget(selector: string): Promise<void> {
  await onPage(async (page, _screenshots, wanted: string) => {
    await page.locator(wanted).first().waitFor({ timeout: 30_000 });
  }, selector);
}

/** Takes the quick fix of this title, as its menu would. */
async function correct(uri: vscode.Uri, range: vscode.Range | undefined, title: string): Promise<void> {
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    uri,
    range,
  );
  const edit = actions.find(action => action.title === title)?.edit;
  assert.ok(edit, actions.map(action => action.title).join(', '));
  assert.ok(await vscode.workspace.applyEdit(edit));
}

async function renameTo(name: string, picture: string): Promise<void> {
  await onPage(async (page, _screenshots, wanted: string) => {
    const input = page.locator('.rename-box input').first();
    await input.waitFor();
    await input.fill(wanted);
  }, name);
  await takePicture(picture);
  await onPage(async page => page.keyboard.press('Enter'));
}

/** Puts the cursor so many characters behind the beginning of a text, and waits until the window has it there too. */
async function select(document: vscode.TextDocument, text: string, behind: number): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  assert.ok(editor?.document === document);
  const position = document.positionAt(document.getText().indexOf(text) + behind);
  editor.selection = new vscode.Selection(position, position);
  await waitForText('.statusbar', `Ln ${position.line + 1}, Col ${position.character + 1}`);
}
