import type { ContentKey, DiffEntry, Entry } from './nessie.ts';

/** What a line of the tree is. Kinds of content that this version does not know are shown as `unknown`, never left out. */
export type LeafKind = 'table' | 'view' | 'unknown';

export interface LeafNode {
  readonly kind: LeafKind;
  readonly name: string;
  readonly contentId: string;
}

/** A namespace with all below it. Frozen in use: a patch makes new nodes on the way to a change and shares the others. */
export interface NamespaceNode {
  readonly kind: 'namespace';
  readonly name: string;
  /** Absent where nobody made the namespace and only the key of a table implies it. */
  readonly contentId?: string;
  /** By name, in code unit order; so are the leaves. */
  readonly namespaces: readonly NamespaceNode[];
  readonly leaves: readonly LeafNode[];
  /** Leaves here and below. */
  readonly leafCount: number;
}

/** A namespace, or what stands in one. */
export type TreeNode = NamespaceNode | LeafNode;

/** Everything that one commit shows. */
export interface CatalogTree {
  readonly hash: string;
  readonly root: NamespaceNode;
}

/** What the tree needs of an entry. */
export type TreeEntry = Pick<Entry, 'key' | 'kind' | 'contentId'>;

/** The tree of a commit's entries, in whatever order they come. */
export function buildTree(hash: string, entries: Iterable<TreeEntry>): CatalogTree {
  const builder = createTreeBuilder();
  for (const entry of entries) builder.add(entry);
  return builder.tree(hash);
}

/** Builds a tree from entries that arrive over time. */
export interface TreeBuilder {
  add(entry: TreeEntry): void;
  /** What has arrived. Costs what came since the last call, so that calling it often never takes long. */
  tree(hash: string): CatalogTree;
}

export function createTreeBuilder(): TreeBuilder {
  const root = newDraft('');
  return { add: entry => addEntry(root, entry), tree: hash => ({ hash, root: finish(root) }) };
}

/** A change of the tree, and the namespaces whose direct children changed: only those need drawing again. */
export interface TreePatch {
  readonly tree: CatalogTree;
  readonly changed: readonly ContentKey[];
  /** What is there on both sides with another content, e.g. tables with new rows; absent where that is not known. */
  readonly touched?: readonly ContentKey[];
}

/** Applies what Nessie says differs between the tree's commit and another one. Tables that only got new data change nothing. */
export function patchTree(tree: CatalogTree, hash: string, diff: Iterable<DiffEntry>): TreePatch {
  const root = toDraft(tree.root);
  const changed = new Map<string, ContentKey>();
  const touched: ContentKey[] = [];
  for (const { key, from, to } of diff) {
    const existed = from !== undefined;
    if (existed && to !== undefined) touched.push(key);
    if (existed === (to !== undefined) && from?.id === to?.id && kindOf(from) === kindOf(to)) continue;
    if (to === undefined) removeEntry(root, key);
    else addEntry(root, { key, kind: kindOf(to), contentId: to.id ?? '' });
    const parent = key.slice(0, -1);
    changed.set(JSON.stringify(parent), parent);
  }
  return { tree: { hash, root: finish(root) }, changed: [...changed.values()], touched };
}

/** The node of a key; the root for the empty one. */
export function findNode(tree: CatalogTree, key: ContentKey): TreeNode | undefined {
  let node: NamespaceNode = tree.root;
  for (const [depth, name] of key.entries()) {
    const next = findByName(node.namespaces, name);
    if (next !== undefined) node = next;
    else return depth === key.length - 1 ? findByName(node.leaves, name) : undefined;
  }
  return node;
}

/** A part of a namespace's children: namespaces first, then tables and views. */
export interface ChildPage {
  readonly items: readonly TreeNode[];
  readonly total: number;
  /** Where the next part begins; absent with the last one. */
  readonly nextOffset?: number;
}

/** So many children are shown before the user asks for more. */
export const PAGE_SIZE = 1000;

/** Some children of a namespace from `offset` on, namespaces first, and how many there are. */
export function pageOfChildren(node: NamespaceNode, offset = 0, limit = PAGE_SIZE): ChildPage {
  const { namespaces, leaves } = node;
  const total = namespaces.length + leaves.length;
  const end = Math.min(total, offset + limit);
  const items: TreeNode[] = namespaces.slice(offset, end);
  const leafStart = Math.max(0, offset - namespaces.length);
  items.push(...leaves.slice(leafStart, Math.max(0, end - namespaces.length)));
  return { items, total, ...(end < total ? { nextOffset: end } : {}) };
}

/**
 * The part of the tree that a filter leaves: leaves whose dotted name contains the text (in any case), and all of a namespace
 * whose own name contains it.
 */
export function filterTree(tree: CatalogTree, text: string): CatalogTree {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return tree;
  return { hash: tree.hash, root: filterNamespace(tree.root, '', wanted) };
}

/** Every leaf with its key, in the order of the tree. */
export function* walkLeaves(
  node: NamespaceNode,
  key: ContentKey = [],
): Generator<{ key: ContentKey; leaf: LeafNode }> {
  for (const child of node.namespaces) yield* walkLeaves(child, [...key, child.name]);
  for (const leaf of node.leaves) yield { key: [...key, leaf.name], leaf };
}

interface Draft {
  readonly name: string;
  contentId: string | undefined;
  readonly namespaces: Map<string, Draft | NamespaceNode>;
  readonly leaves: Map<string, LeafNode>;
  /** What {@link finish} made of it, until the next change. */
  finished: NamespaceNode | undefined;
}

function newDraft(name: string): Draft {
  return { name, contentId: undefined, namespaces: new Map(), leaves: new Map(), finished: undefined };
}

/** Opens a finished node for changes; its namespaces stay finished until a change goes through them. */
function toDraft(node: NamespaceNode): Draft {
  return {
    name: node.name,
    contentId: node.contentId,
    namespaces: new Map(node.namespaces.map(child => [child.name, child])),
    leaves: new Map(node.leaves.map(leaf => [leaf.name, leaf])),
    finished: undefined,
  };
}

function openNamespace(parent: Draft, name: string): Draft {
  const found = parent.namespaces.get(name);
  const draft =
    found === undefined
      ? newDraft(name)
      : found.namespaces instanceof Map
        ? (found as Draft)
        : toDraft(found as NamespaceNode);
  draft.finished = undefined;
  parent.namespaces.set(name, draft);
  return draft;
}

function addEntry(root: Draft, entry: TreeEntry): void {
  const name = entry.key.at(-1);
  if (name === undefined) return;
  root.finished = undefined;
  let parent = root;
  for (const part of entry.key.slice(0, -1)) parent = openNamespace(parent, part);
  if (entry.kind === 'NAMESPACE') {
    parent.leaves.delete(name);
    openNamespace(parent, name).contentId = entry.contentId;
  } else {
    parent.leaves.set(name, { kind: LEAF_KINDS[entry.kind] ?? 'unknown', name, contentId: entry.contentId });
  }
}

function removeEntry(root: Draft, key: ContentKey): void {
  const name = key.at(-1);
  if (name === undefined) return;
  root.finished = undefined;
  let parent = root;
  for (const part of key.slice(0, -1)) parent = openNamespace(parent, part);
  if (!parent.leaves.delete(name) && parent.namespaces.has(name))
    openNamespace(parent, name).contentId = undefined;
}

function finish(draft: Draft | NamespaceNode): NamespaceNode {
  if (!(draft.namespaces instanceof Map)) return draft as NamespaceNode;
  const open = draft as Draft;
  open.finished ??= makeNode(open);
  return open.finished;
}

function makeNode({ name, contentId, namespaces, leaves }: Draft): NamespaceNode {
  const finished = [...namespaces.values()].map(finish).filter(child => !isGone(child));
  return {
    kind: 'namespace',
    name,
    ...(contentId === undefined ? {} : { contentId }),
    namespaces: finished.sort(byName),
    leaves: [...leaves.values()].sort(byName),
    leafCount: finished.reduce((sum, child) => sum + child.leafCount, leaves.size),
  };
}

/** A namespace that nobody made and that nothing implies any more. */
function isGone(node: NamespaceNode): boolean {
  return node.contentId === undefined && node.leaves.length === 0 && node.namespaces.length === 0;
}

function filterNamespace(node: NamespaceNode, path: string, wanted: string): NamespaceNode {
  const namespaces: NamespaceNode[] = [];
  for (const child of node.namespaces) {
    const childPath = `${path}${child.name.toLowerCase()}`;
    const kept = child.name.toLowerCase().includes(wanted)
      ? child
      : filterNamespace(child, `${childPath}.`, wanted);
    if (kept.leafCount > 0 || kept === child) namespaces.push(kept);
  }
  // Only a text with a dot can match across levels.
  const prefix = wanted.includes('.') ? path : '';
  const leaves = node.leaves.filter(leaf => (prefix + leaf.name.toLowerCase()).includes(wanted));
  const leafCount = namespaces.reduce((sum, child) => sum + child.leafCount, leaves.length);
  return { ...node, namespaces, leaves, leafCount };
}

const LEAF_KINDS: Readonly<Record<string, LeafKind>> = { ICEBERG_TABLE: 'table', ICEBERG_VIEW: 'view' };

function kindOf(content: DiffEntry['from']): string {
  return content === undefined ? '' : content.type === 'UNKNOWN' ? content.kind : content.type;
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}

function findByName<T extends { readonly name: string }>(sorted: readonly T[], name: string): T | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.name ?? '') < name) low = middle + 1;
    else high = middle;
  }
  const found = sorted[low];
  return found?.name === name ? found : undefined;
}
