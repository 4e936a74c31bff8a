import { type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { ReferenceType } from '../../catalog/nessie.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { BrowsedReference } from './catalog-cache.ts';
import type { CatalogBrowser } from './catalog-browser.ts';
import { isCatalogNode } from './catalog-nodes.ts';

type Fits = (reference: BrowsedReference) => boolean;

/** The reference of a tree node as it stands now, or the one that is picked; undefined when nobody picks one. */
export async function pickReferenceFrom(
  browser: CatalogBrowser,
  node: unknown,
  question: string,
  fits: Fits,
): Promise<BrowsedReference | undefined> {
  if (!isCatalogNode(node) || node.kind !== 'reference') return pickReference(browser, question, fits);
  return referenceNow(browser, node.ref);
}

/** A reference by name. What the tree knows may be older than the last commit, so Nessie is asked. */
export async function referenceNow(browser: CatalogBrowser, name: string): Promise<BrowsedReference> {
  await browser.poll();
  const reference = (await browser.references()).find(candidate => candidate.name === name);
  if (reference === undefined) throw new ActionableError(`There is no branch or tag ${name} any more.`);
  return reference;
}

/** Lets a person pick a branch or tag. */
export async function pickReference(
  browser: CatalogBrowser,
  placeHolder: string,
  fits: Fits,
): Promise<BrowsedReference | undefined> {
  await browser.poll();
  const fitting = (await browser.references()).filter(fits);
  if (fitting.length === 0) {
    const create = { title: 'Create Branch', command: COMMAND_IDS.createBranch };
    throw new ActionableError('There is no other branch or tag yet.', [create]);
  }
  const items = [...group(fitting, 'BRANCH', 'Branches'), ...group(fitting, 'TAG', 'Tags')];
  return (await window.showQuickPick(items, { placeHolder }))?.reference;
}

interface ReferenceItem extends QuickPickItem {
  readonly reference?: BrowsedReference;
}

function group(references: readonly BrowsedReference[], type: ReferenceType, label: string): ReferenceItem[] {
  const members = references.filter(reference => reference.type === type);
  if (members.length === 0) return [];
  const icon = type === 'TAG' ? 'tag' : 'git-branch';
  const rows = members.map(reference => ({
    label: `$(${icon}) ${reference.name}`,
    description: reference.hash.slice(0, 12),
    reference,
  }));
  return [{ label, kind: QuickPickItemKind.Separator }, ...rows];
}
