import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ContentKey } from './nessie.ts';
import { type CatalogTree, createTreeBuilder, type NamespaceNode, type TreeBuilder } from './tree.ts';

/** Raised when the form changes: caches of another form are read anew from the server. */
const VERSION = 1;
/** How long reading may hold up the rest of the process at a time. */
const SLICE_MS = 8;

/** The text of a tree for a cache file: a line about the whole, then one per namespace. */
export function* printTree(tree: CatalogTree): Generator<string> {
  yield `${JSON.stringify({ version: VERSION, hash: tree.hash })}\n`;
  yield* printNamespace(tree.root, []);
}

/**
 * Reads what {@link printTree} wrote, in short slices. Undefined for anything else: a cache is worth nothing but the time to
 * read it.
 */
export async function readTree(text: string): Promise<CatalogTree | undefined> {
  const lines = text.split('\n');
  try {
    const header = JSON.parse(lines[0] ?? '') as { readonly version?: unknown; readonly hash?: unknown };
    // The last line ends, too: a file that was cut in the middle is not taken for a smaller tree.
    if (header.version !== VERSION || typeof header.hash !== 'string' || lines.at(-1) !== '')
      return undefined;
    const builder = createTreeBuilder();
    let sliceStart = performance.now();
    for (const line of lines.slice(1, -1)) {
      addNamespace(builder, JSON.parse(line) as NamespaceLine);
      if (performance.now() - sliceStart < SLICE_MS) continue;
      builder.tree(header.hash);
      await nextTurn();
      sliceStart = performance.now();
    }
    return builder.tree(header.hash);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Key, content id or null, and the leaves as name, kind, content id. */
type NamespaceLine = readonly [
  key: ContentKey,
  contentId: string | null,
  leaves: readonly (readonly [name: string, kind: string, contentId: string])[],
];

function* printNamespace(node: NamespaceNode, key: ContentKey): Generator<string> {
  const leaves = node.leaves.map(leaf => [leaf.name, leaf.kind, leaf.contentId]);
  yield `${JSON.stringify([key, node.contentId ?? null, leaves])}\n`;
  for (const child of node.namespaces) yield* printNamespace(child, [...key, child.name]);
}

function addNamespace(builder: TreeBuilder, [key, contentId, leaves]: NamespaceLine): void {
  if (contentId !== null) builder.add({ key, kind: 'NAMESPACE', contentId });
  for (const [name, kind, id] of leaves)
    builder.add({ key: [...key, name], kind: KINDS[kind] ?? 'UNKNOWN', contentId: id });
}

const KINDS: Readonly<Record<string, string>> = { table: 'ICEBERG_TABLE', view: 'ICEBERG_VIEW' };
