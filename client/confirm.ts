import { type QuickPickItem, QuickPickItemKind, window } from 'vscode';

/** A question before something that cannot be taken back easily. */
export interface Confirmation {
  readonly title: string;
  readonly question: string;
  /** What can be done; Escape does nothing. */
  readonly actions: readonly { readonly label: string; readonly description: string }[];
  /** What it is about, line by line: searchable, and as long as it is. */
  readonly about: { readonly title: string; readonly lines: readonly string[] };
}

interface Choice extends QuickPickItem {
  readonly action?: string;
  readonly line?: number;
}

/** What was chosen: the label of an action, or the index of a line that was looked at. */
export type ConfirmationAnswer = { readonly action: string } | { readonly line: number } | undefined;

/**
 * Asks in a quick pick. A modal dialog would cut a long list and cover what it asks about; here the first row is what can
 * be done, and below stands all that it touches.
 */
export async function confirm({
  title,
  question,
  actions,
  about,
}: Confirmation): Promise<ConfirmationAnswer> {
  const rows: Choice[] = [
    ...actions.map(({ label, description }) => ({ label, description, action: label, alwaysShow: true })),
    { label: about.title, kind: QuickPickItemKind.Separator },
    ...about.lines.map((label, line) => ({ label, line })),
  ];
  const options = { title, placeHolder: question, ignoreFocusOut: true, matchOnDescription: true };
  const picked = await window.showQuickPick(rows, options);
  if (picked?.action !== undefined) return { action: picked.action };
  return picked?.line === undefined ? undefined : { line: picked.line };
}
