import { type QuickPickItem, type QuickPickOptions, window } from 'vscode';

/** Lets a person pick from a list that is still being loaded. Rejects when loading fails: the editor would only close the list. */
export async function pickLoaded<T extends QuickPickItem>(
  items: Promise<readonly T[]>,
  options: QuickPickOptions,
): Promise<T | undefined> {
  const failure = items.then(() => new Promise<never>(() => undefined));
  return Promise.race([window.showQuickPick(items, options), failure]);
}
