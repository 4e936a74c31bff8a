import * as vscode from 'vscode';

/** Opens a new SQL document with this text. */
export async function openSql(text: string): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument({ language: 'sql', content: text });
  return vscode.window.showTextDocument(document);
}

/** Puts the cursor in front of the first place where `text` stands. */
export function placeCursor(editor: vscode.TextEditor, text: string): void {
  const offset = editor.document.getText().indexOf(text);
  if (offset < 0) throw new Error(`The document has no '${text}'.`);
  const position = editor.document.positionAt(offset);
  editor.selection = new vscode.Selection(position, position);
}

/** Closes all editors without asking whether to save them: dialogs cannot be shown while tests run. */
export async function discardEditors(): Promise<void> {
  while (vscode.window.activeTextEditor !== undefined) {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
