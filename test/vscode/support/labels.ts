import * as vscode from 'vscode';
import { askUntil } from './ask-until.ts';

/** The labels that are proposed at a place, once the wanted one is among them. */
export async function waitForLabels(
  uri: vscode.Uri,
  position: vscode.Position,
  wanted: string,
): Promise<string[]> {
  return askUntil(async () => {
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      uri,
      position,
    );
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    return labels.includes(wanted) ? labels : undefined;
  });
}
