import type { Event } from 'vscode';
import type { TableMetadata } from '../../catalog/iceberg/metadata.ts';
import type { ContentKey } from '../../catalog/nessie.ts';
import { type CatalogTree, filterTree, findNode, PAGE_SIZE, pageOfChildren } from '../../catalog/tree.ts';
import { createEmitter, type Emitter } from '../emitter.ts';
import { errorMessage } from '../errors.ts';
import {
  type BrowsedReference,
  cachedReferences,
  cachedTree,
  type CatalogCache,
  emptyCache,
  forgetReference,
  tableId,
} from './catalog-cache.ts';
import { type CatalogNode, type ForeignNode, NodeTable, TABLE_GROUPS } from './catalog-nodes.ts';
import { namespaceNode, pollCatalog } from './catalog-poll.ts';
import type { CatalogSource } from './catalog-source.ts';
import { tableLines } from './table-lines.ts';
import {
  describeTables,
  keepSummary,
  markOutdated,
  summaryOf,
  type TableSummary,
  takeOutdated,
  undescribed,
} from './table-summaries.ts';
import { inOrder, type TreeOrder } from './tree-order.ts';

/** The catalog as a tree that is read where it is opened and kept until Nessie says that it changed. */
export interface CatalogBrowser {
  /** A node whose line or children changed; undefined for everything. */
  readonly onDidChange: Event<CatalogNode | undefined>;
  /** After every change of the names on the default branch. */
  readonly onDidChangeNames: Event<void>;
  /** Never rejects: a failure is a node that says why. */
  children(node?: CatalogNode): Promise<CatalogNode[]>;
  parent(node: CatalogNode): CatalogNode | undefined;
  /** What was last read of a reference. */
  reference(name: string): BrowsedReference | undefined;
  /** All of them, the default branch first; none while no lakehouse can be asked. Rejects when Nessie does not answer. */
  references(): Promise<readonly BrowsedReference[]>;
  /** Tables and views below a namespace, where its tree was read. */
  leafCount(ref: string, key: ContentKey): number | undefined;
  /** A table's metadata where it was opened already. */
  knownTable(ref: string, key: ContentKey): TableMetadata | undefined;
  /** What a table's line says, where it was read already: a line never waits for it. */
  tableSummary(ref: string, key: ContentKey): TableSummary | undefined;
  /** The tree of the default branch, read when it was not yet; undefined while nothing can be read. */
  defaultTree(): Promise<{ readonly reference: string; readonly tree: CatalogTree } | undefined>;
  /** Shows the next part of a namespace's children. */
  showMore(ref: string, key: ContentKey): void;
  /** Shows only names that hold the text; all of them when it is empty. */
  filter(text: string): void;
  readonly filterText: string;
  /** Shows the children of namespaces in another order. */
  sort(order: TreeOrder): void;
  /** Asks Nessie what moved and changes only that. Never rejects: while Nessie is away everything stays as it is. */
  poll(): Promise<void>;
  /** Draws a line again that somebody else knows something new about. */
  redraw(node: CatalogNode): void;
  /** Reads again below `node`; everything without one. */
  refresh(node?: CatalogNode): void;
}

/** What the functions below share. */
interface Browsing {
  readonly source: () => CatalogSource | undefined;
  readonly changed: Emitter<CatalogNode | undefined>;
  readonly namesChanged: Emitter<void>;
  readonly nodes: NodeTable;
  /** How many children of a namespace are shown, where it is more than one page. */
  readonly shown: Map<string, number>;
  cache: CatalogCache;
  filterText: string;
  order: TreeOrder;
}

/** A browser over what `source` answers at the time; it answers nothing while no lakehouse can be asked. */
export function createCatalogBrowser(source: () => CatalogSource | undefined): CatalogBrowser {
  const browsing: Browsing = {
    source,
    changed: createEmitter(),
    namesChanged: createEmitter(),
    nodes: new NodeTable(),
    shown: new Map(),
    cache: emptyCache(),
    filterText: '',
    order: 'name',
  };
  return {
    onDidChange: browsing.changed.event,
    onDidChangeNames: browsing.namesChanged.event,
    children: node => childrenOrFailure(browsing, node),
    parent: node => parentOf(browsing.nodes, node),
    reference: name => browsing.cache.byName.get(name),
    references: async () => {
      const from = source();
      return from === undefined ? [] : cachedReferences(browsing.cache, from);
    },
    leafCount: (ref, key) => leafCount(browsing.cache, ref, key),
    knownTable: (ref, key) => browsing.cache.tables.get(tableId(ref, key)),
    tableSummary: (ref, key) => browsing.cache.summaries.get(tableId(ref, key)),
    defaultTree: () => defaultTree(browsing),
    showMore: (ref, key) => {
      const id = tableId(ref, key);
      browsing.shown.set(id, (browsing.shown.get(id) ?? PAGE_SIZE) + PAGE_SIZE);
      fireNode(browsing, namespaceNode(ref, key));
    },
    filter: text => {
      browsing.filterText = text.trim();
      browsing.changed.fire(undefined);
    },
    get filterText() {
      return browsing.filterText;
    },
    sort: order => {
      browsing.order = order;
      browsing.changed.fire(undefined);
    },
    poll: () => poll(browsing),
    redraw: node => fireNode(browsing, node),
    refresh: node => refresh(browsing, node),
  };
}

async function childrenOrFailure(browsing: Browsing, node: CatalogNode | undefined): Promise<CatalogNode[]> {
  const { cache } = browsing;
  try {
    const children = await readChildren(browsing, node);
    // All was thrown away meanwhile: lines of the old reading would be drawn without what is known of them.
    if (cache !== browsing.cache) return await childrenOrFailure(browsing, node);
    return children.map(child => browsing.nodes.intern(child));
  } catch (error) {
    return [browsing.nodes.intern({ kind: 'failed', of: node, reason: errorMessage(error) })];
  }
}

async function readChildren(
  browsing: Browsing,
  node: CatalogNode | undefined,
): Promise<readonly CatalogNode[]> {
  const from = browsing.source();
  if (from === undefined) return [];
  switch (node?.kind) {
    case undefined: {
      const references = await cachedReferences(browsing.cache, from);
      const own = references.map(({ name }): CatalogNode => ({ kind: 'reference', ref: name }));
      return [...own, { kind: 'foreign', path: [], detail: '' }];
    }
    case 'reference':
      return namespaceChildren(browsing, from, { ref: node.ref, key: [] });
    case 'namespace':
      // One of its tables is what is opened next.
      from.reader.prepare();
      return namespaceChildren(browsing, from, node);
    case 'leaf':
      if (node.leaf !== 'table') return [];
      await readTable(browsing, from, node);
      return TABLE_GROUPS.map(group => ({ kind: 'group', group, ref: node.ref, key: node.key }));
    case 'group':
      return groupLines(browsing, from, node);
    case 'foreign':
      return foreignChildren(browsing, from, node);
    case 'line':
    case 'empty':
    case 'more':
    case 'failed':
      return [];
  }
}

interface Place {
  readonly ref: string;
  readonly key: ContentKey;
}

async function namespaceChildren(
  browsing: Browsing,
  from: CatalogSource,
  { ref, key }: Place,
): Promise<CatalogNode[]> {
  const tree = filterTree(await cachedTree(browsing.cache, from, ref), browsing.filterText);
  const node = findNode(tree, key);
  if (node?.kind !== 'namespace') return [];
  const page = pageOfChildren(
    inOrder(node, browsing.order),
    0,
    browsing.shown.get(tableId(ref, key)) ?? PAGE_SIZE,
  );
  const items = page.items.map((item): CatalogNode => {
    const childKey = [...key, item.name];
    if (item.kind === 'namespace') return { kind: 'namespace', ref, key: childKey };
    return { kind: 'leaf', leaf: item.kind, ref, key: childKey };
  });
  const tables = items.flatMap(item => (item.kind === 'leaf' && item.leaf === 'table' ? [item.key] : []));
  describe(browsing, from, { ref, keys: undescribed(browsing.cache, ref, tables) });
  if (items.length === 0 && key.length === 0) return [{ kind: 'empty', ref }];
  return page.nextOffset === undefined ? items : [...items, { kind: 'more', ref, key }];
}

/** Reads in the background what the lines of tables say. */
function describe(
  browsing: Browsing,
  from: CatalogSource,
  { ref, keys }: { readonly ref: string; readonly keys: readonly ContentKey[] },
): void {
  void describeTables({ cache: browsing.cache, from, ref }, keys, key =>
    fireNode(browsing, { kind: 'leaf', leaf: 'table', ref, key }),
  );
}

async function groupLines(
  browsing: Browsing,
  from: CatalogSource,
  { group, ref, key }: Extract<CatalogNode, { kind: 'group' }>,
): Promise<CatalogNode[]> {
  if (group === 'partitions' || group === 'files') return from.fileLines(ref, key, group);
  return tableLines(await readTable(browsing, from, { ref, key }), group, { ref, key });
}

/** The filter is for tables: what they lie in stays. */
async function foreignChildren(
  { filterText }: Browsing,
  from: CatalogSource,
  { path }: ForeignNode,
): Promise<CatalogNode[]> {
  if (path.length >= FOREIGN_DEPTH) return [];
  const wanted = path.length === FOREIGN_DEPTH - 2 ? filterText.toLowerCase() : '';
  const found = (await from.foreign(path)).filter(({ name }) => name.toLowerCase().includes(wanted));
  return found.map(({ name, detail }) => ({ kind: 'foreign', path: [...path, name], detail }));
}

/** Catalog, schema, table, column. */
const FOREIGN_DEPTH = 4;

/** Reads a table's metadata; its line is drawn again when that tells something new. */
async function readTable(
  browsing: Browsing,
  from: CatalogSource,
  { ref, key }: Place,
): Promise<TableMetadata> {
  const { cache } = browsing;
  const metadata = await from.table(ref, key);
  const id = tableId(ref, key);
  if (cache.tables.get(id) !== metadata) {
    cache.tables.set(id, metadata);
    keepSummary(cache, id, summaryOf(metadata));
    fireNode(browsing, { kind: 'leaf', leaf: 'table', ref, key });
  }
  return metadata;
}

async function defaultTree(browsing: Browsing): ReturnType<CatalogBrowser['defaultTree']> {
  const from = browsing.source();
  if (from === undefined) return undefined;
  try {
    const reference = (await cachedReferences(browsing.cache, from)).find(candidate => candidate.isDefault);
    if (reference === undefined) return undefined;
    return { reference: reference.name, tree: await cachedTree(browsing.cache, from, reference.name) };
  } catch {
    // The view says why; whoever only asks for names goes without them.
    return undefined;
  }
}

async function poll(browsing: Browsing): Promise<void> {
  const { cache } = browsing;
  const from = browsing.source();
  if (from === undefined) return;
  try {
    const move = await pollCatalog(cache, from);
    if (cache !== browsing.cache) return;
    if (move !== undefined) markOutdated(cache, move.tables);
    for (const [ref, keys] of takeOutdated(cache, performance.now())) describe(browsing, from, { ref, keys });
    if (move === undefined) return;
    if (move.isNewSet) browsing.changed.fire(undefined);
    else for (const node of move.nodes) fireNode(browsing, node);
    if (move.isDefaultMoved) browsing.namesChanged.fire();
  } catch {
    // Nessie is away or a branch went while it was read: what is shown stays, and the next look tells.
  }
}

function refresh(browsing: Browsing, node: CatalogNode | undefined): void {
  const target = node?.kind === 'failed' ? node.of : node;
  // A line that is drawn before they are read again must not look like one of a branch that is unknown.
  if (target === undefined) browsing.cache = { ...emptyCache(), byName: browsing.cache.byName };
  else if ('ref' in target) forgetReference(browsing.cache, target.ref);
  browsing.changed.fire(target === undefined ? undefined : browsing.nodes.find(target));
  browsing.namesChanged.fire();
}

/** Draws a node again, where it was ever shown. */
function fireNode(browsing: Browsing, node: CatalogNode): void {
  const known = browsing.nodes.find(node);
  if (known !== undefined) browsing.changed.fire(known);
}

function leafCount(cache: CatalogCache, ref: string, key: ContentKey): number | undefined {
  const tree = cache.knownTrees.get(ref);
  const node = tree === undefined ? undefined : findNode(tree, key);
  return node?.kind === 'namespace' ? node.leafCount : undefined;
}

function parentOf(nodes: NodeTable, node: CatalogNode): CatalogNode | undefined {
  if (node.kind === 'reference' || node.kind === 'failed') return undefined;
  if (node.kind === 'empty') return nodes.intern({ kind: 'reference', ref: node.ref });
  if (node.kind === 'foreign') {
    if (node.path.length === 0) return undefined;
    return nodes.intern({ kind: 'foreign', path: node.path.slice(0, -1), detail: '' });
  }
  const { ref, key } = node;
  if (node.kind === 'line') return nodes.intern({ kind: 'group', group: node.group, ref, key });
  if (node.kind === 'group') return nodes.intern({ kind: 'leaf', leaf: 'table', ref, key });
  return nodes.intern(namespaceNode(ref, node.kind === 'more' ? key : key.slice(0, -1)));
}
