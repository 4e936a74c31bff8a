import {
  type ContentKey,
  type DiffEntry,
  getReference,
  isNotFound,
  listDiff,
  listEntries,
  type NessieConnection,
  type RefSpec,
} from './nessie.ts';
import { buildTree, type CatalogTree, patchTree, type TreeEntry, type TreePatch } from './tree.ts';

export interface LoadTreeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told the part that has arrived, after the first page and each time it has doubled: something to show at once. */
  readonly onProgress?: (tree: CatalogTree) => void;
}

/** So many entries fit one answer: the first one is there soon, and the number of requests stays small. */
const ENTRIES_PER_PAGE = 1000;

/** Reads the whole tree of a reference or commit. */
export async function loadTree(
  nessie: NessieConnection,
  ref: RefSpec,
  options: LoadTreeOptions = {},
): Promise<CatalogTree> {
  let hash = ref.hash ?? '';
  let nextReport = ENTRIES_PER_PAGE;
  const entries: TreeEntry[] = [];
  const listing = listEntries(nessie, ref, {
    pageSize: ENTRIES_PER_PAGE,
    signal: options.signal,
    onReference: reference => (hash = reference.hash),
  });
  for await (const { key, kind, contentId } of listing) {
    entries.push({ key, kind, contentId });
    if (entries.length < nextReport) continue;
    nextReport *= 2;
    options.onProgress?.(buildTree(hash, entries));
  }
  return buildTree(hash, entries);
}

/**
 * Brings a tree to where its branch stands now, by what differs only. Reads the whole tree where Nessie no longer knows the
 * old commit. Answers undefined when the branch has not moved. Throws NessieError 404 when the branch is gone.
 */
export async function refreshTree(
  nessie: NessieConnection,
  tree: CatalogTree,
  refName: string,
  signal?: AbortSignal,
): Promise<TreePatch | undefined> {
  const head = await getReference(nessie, refName, signal === undefined ? {} : { signal });
  if (head.hash === tree.hash) return undefined;
  const diff: DiffEntry[] = [];
  try {
    const between = { from: { hash: tree.hash }, to: { name: head.name, hash: head.hash } };
    for await (const entry of listDiff(nessie, between, { signal })) diff.push(entry);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return { tree: await loadTree(nessie, head, { signal }), changed: ROOT_ONLY };
  }
  return patchTree(tree, head.hash, diff);
}

/** Everything may have changed, so the tree is drawn again from its root. */
const ROOT_ONLY: readonly ContentKey[] = [[]];
