import { type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { ReferenceDirective } from './directives.ts';
import { fetchFor } from '../lakehouse/loopback-fetch.ts';

interface ReferenceItem extends QuickPickItem {
  readonly reference?: ReferenceDirective;
  readonly isDefault?: boolean;
  readonly isSnapshot?: boolean;
}

/** What was chosen: a reference, `default` for none, or that it shall be a snapshot of a table. */
export type ChosenReference = { readonly reference: ReferenceDirective } | 'default' | 'snapshot';

/** Lets a person choose a branch, a tag, or a commit by its hash. Undefined when they give up. */
export async function chooseReference(
  endpoints: LakehouseEndpoints,
  title: string,
  withSnapshots: boolean,
): Promise<ChosenReference | undefined> {
  const { connectNessie, getConfig, listReferences } = await import('../../catalog/nessie.ts');
  const nessie = connectNessie({ ...endpoints.nessie, fetch: fetchFor(endpoints.nessie.uri) });
  const items = async (): Promise<ReferenceItem[]> => {
    const { defaultBranch } = await getConfig(nessie);
    const found: ReferenceItem[] = [
      { label: `$(git-branch) ${defaultBranch}`, description: 'default branch', isDefault: true },
    ];
    for await (const reference of listReferences(nessie)) {
      if (reference.name === defaultBranch) continue;
      const kind = reference.type === 'TAG' ? 'tag' : 'branch';
      const icon = kind === 'tag' ? 'tag' : 'git-branch';
      found.push({
        label: `$(${icon}) ${reference.name}`,
        description: kind,
        reference: { kind, name: reference.name },
      });
    }
    return [
      ...found,
      { label: '', kind: QuickPickItemKind.Separator },
      { label: '$(git-commit) A commit …' },
      ...(withSnapshots ? [{ label: '$(history) A snapshot of a table …', isSnapshot: true }] : []),
    ];
  };
  const item = await window.showQuickPick(items(), { title, placeHolder: 'Branch, tag or commit' });
  if (item === undefined) return undefined;
  if (item.isDefault === true) return 'default';
  if (item.isSnapshot === true) return 'snapshot';
  if (item.reference !== undefined) return { reference: item.reference };
  const name = await window.showInputBox({
    title,
    prompt: 'Hash of the commit',
    validateInput: text =>
      /^[0-9a-f]{8,64}$/i.test(text.trim()) ? undefined : 'A hash has 8 to 64 hexadecimal digits.',
  });
  return name === undefined ? undefined : { reference: { kind: 'commit', name: name.trim() } };
}
