import type { CatalogTree, LeafKind, LeafNode, NamespaceNode } from './tree.ts';

/** Raised when the form changes: caches of another form are read anew from the server. */
const VERSION = 3;
/** So many leaves stand in a line at most, so that no line takes long to read or to write. */
const LEAVES_PER_LINE = 250;

/**
 * The text of a tree for a cache file: a line about the whole, then one per namespace in the order of the tree, followed by
 * those for the leaves that do not fit into it.
 */
export function* printTree(tree: CatalogTree): Generator<string> {
  yield `${JSON.stringify({ version: VERSION, hash: tree.hash, leafCount: tree.root.leafCount })}\n`;
  yield* printNamespace(tree.root, 0);
}

/**
 * Reads what {@link printTree} wrote, from the pieces of its file. Nothing is held up for longer than a piece takes, as long as
 * the pieces come one by one. Undefined for anything else: a cache is worth nothing but the time to read it.
 */
export async function readTree(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<CatalogTree | undefined> {
  const reading: Reading = { header: undefined, open: [], root: undefined };
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  try {
    for await (const piece of pieces) {
      const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) readLine(reading, JSON.parse(line));
    }
    return rest === '' ? finishedTree(reading) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Name, kind and content id of each, one behind the other: lists of their own would be most of what reading makes. */
type PrintedLeaves = readonly string[];
type NamespaceLine = readonly [depth: number, name: string, contentId: string | null, leaves: PrintedLeaves];
/** More leaves of the namespace that stands before. */
type LeavesLine = readonly [leaves: PrintedLeaves];

function* printNamespace(node: NamespaceNode, depth: number): Generator<string> {
  const printed = (start: number): PrintedLeaves =>
    node.leaves
      .slice(start, start + LEAVES_PER_LINE)
      .flatMap(({ name, kind, contentId }) => [name, kind, contentId]);
  const first: NamespaceLine = [depth, node.name, node.contentId ?? null, printed(0)];
  yield `${JSON.stringify(first)}\n`;
  for (let start = LEAVES_PER_LINE; start < node.leaves.length; start += LEAVES_PER_LINE) {
    const more: LeavesLine = [printed(start)];
    yield `${JSON.stringify(more)}\n`;
  }
  for (const child of node.namespaces) yield* printNamespace(child, depth + 1);
}

/** A namespace whose lines are being read. */
interface OpenNamespace {
  readonly name: string;
  readonly contentId: string | null;
  readonly namespaces: NamespaceNode[];
  readonly leaves: LeafNode[];
}

interface Reading {
  header: { readonly version?: unknown; readonly hash?: unknown; readonly leafCount?: unknown } | undefined;
  /** From the root down to the namespace that was read last. */
  readonly open: OpenNamespace[];
  root: NamespaceNode | undefined;
}

function readLine(reading: Reading, line: unknown): void {
  if (reading.header === undefined) {
    reading.header = line as NonNullable<Reading['header']>;
    if (reading.header.version !== VERSION) throw new TypeError('The tree is kept in another form.');
    return;
  }
  const values = line as NamespaceLine | LeavesLine;
  if (values.length === 1) {
    addLeaves(reading.open, values[0]);
    return;
  }
  const [depth, name, contentId, leaves] = values;
  while (reading.open.length > depth) closeNamespace(reading);
  if (reading.open.length !== depth || reading.root !== undefined)
    throw new TypeError('A namespace stands at no place of the tree.');
  reading.open.push({ name, contentId, namespaces: [], leaves: [] });
  addLeaves(reading.open, leaves);
}

function addLeaves(open: readonly OpenNamespace[], leaves: PrintedLeaves): void {
  const namespace = open.at(-1);
  if (namespace === undefined || typeof leaves !== 'object') throw new TypeError('Tables stand at no place.');
  for (let i = 0; i < leaves.length; i += 3) {
    const [name, kind, contentId] = [leaves[i], leaves[i + 1], leaves[i + 2]];
    if (typeof name !== 'string' || kind === undefined || contentId === undefined)
      throw new TypeError('A table has no name.');
    namespace.leaves.push({ kind: LEAF_KINDS.get(kind) ?? 'unknown', name, contentId });
  }
}

/** What is written in order is read in order: nothing has to be sorted or looked up. */
function closeNamespace(reading: Reading): void {
  const closed = reading.open.pop();
  if (closed === undefined) return;
  const { name, contentId, namespaces, leaves } = closed;
  const node: NamespaceNode = {
    kind: 'namespace',
    name,
    ...(contentId === null ? {} : { contentId }),
    namespaces,
    leaves,
    leafCount: namespaces.reduce((sum, child) => sum + child.leafCount, leaves.length),
  };
  const parent = reading.open.at(-1);
  if (parent === undefined) reading.root = node;
  else parent.namespaces.push(node);
}

/** Undefined where lines are missing, e.g. of a file that was cut. */
function finishedTree(reading: Reading): CatalogTree | undefined {
  while (reading.open.length > 0) closeNamespace(reading);
  const { header, root } = reading;
  if (root === undefined || typeof header?.hash !== 'string') return undefined;
  return root.leafCount === header.leafCount ? { hash: header.hash, root } : undefined;
}

const LEAF_KINDS: ReadonlyMap<string, LeafKind> = new Map([
  ['table', 'table'],
  ['view', 'view'],
]);
