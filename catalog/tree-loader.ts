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
import { type CatalogTree, createTreeBuilder, patchTree, type TreePatch } from './tree.ts';

export interface LoadTreeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told the part that has arrived, after every page but the last: something to show at once. */
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
  let count = 0;
  const builder = createTreeBuilder();
  const listing = listEntries(nessie, ref, {
    pageSize: ENTRIES_PER_PAGE,
    signal: options.signal,
    onReference: reference => (hash = reference.hash),
  });
  for await (const entry of listing) {
    builder.add(entry);
    count += 1;
    // Finishing the tree page by page keeps each step short, so that nothing else in the process has to wait.
    if (count % ENTRIES_PER_PAGE === 0) {
      const part = builder.tree(hash);
      options.onProgress?.(part);
    }
  }
  return builder.tree(hash);
}

/**
 * Brings a tree to where its branch stands now, by what differs only. Reads the whole tree where Nessie no longer knows the
 * old commit. Answers undefined when the branch has not moved. Throws NessieError 404 when the branch is gone.
 */
export async function refreshTree(
  nessie: NessieConnection,
  tree: CatalogTree,
  to: { readonly name: string; readonly signal?: AbortSignal },
): Promise<TreePatch | undefined> {
  const { name, signal } = to;
  const head = await getReference(nessie, name, signal === undefined ? {} : { signal });
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
