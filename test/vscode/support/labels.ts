import * as vscode from 'vscode';

/** The server's process starts with the first SQL document, so the first answers may come before it is there. */
export async function waitForLabels(
  uri: vscode.Uri,
  position: vscode.Position,
  wanted: string,
): Promise<string[]> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      uri,
      position,
    );
    const labels = list.items.map(item => (typeof item.label === 'string' ? item.label : item.label.label));
    if (labels.includes(wanted) || Date.now() > deadline) return labels;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}
