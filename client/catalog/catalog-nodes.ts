import type { ContentKey } from '../../catalog/nessie.ts';
import type { LeafKind } from '../../catalog/tree.ts';

/**
 * A line of the catalog tree. A node only says which thing it stands for; how that thing looks now is looked up when the
 * line is drawn, so that a change never has to search for outdated nodes.
 */
export type CatalogNode =
  | ReferenceNode
  | NamespaceNode
  | LeafNode
  | { readonly kind: 'group'; readonly group: TableGroup; readonly ref: string; readonly key: ContentKey }
  /** One line about a table, e.g. a column. */
  | TableLine
  | ForeignNode
  /** Stands for the children that are not shown yet. */
  | { readonly kind: 'more'; readonly ref: string; readonly key: ContentKey }
  /** Says that a branch or tag has nothing. */
  | { readonly kind: 'empty'; readonly ref: string }
  /** Why the children of `of` cannot be shown; the root's when it is absent. */
  | { readonly kind: 'failed'; readonly of: CatalogNode | undefined; readonly reason: string };

export interface ReferenceNode {
  readonly kind: 'reference';
  readonly ref: string;
}

export interface NamespaceNode {
  readonly kind: 'namespace';
  readonly ref: string;
  readonly key: ContentKey;
}

export interface LeafNode {
  readonly kind: 'leaf';
  readonly leaf: LeafKind;
  readonly ref: string;
  readonly key: ContentKey;
}

/** A catalog of Trino beside the lakehouse's own, or what lies in it; the heading of all of them for the empty path. */
export interface ForeignNode {
  readonly kind: 'foreign';
  /** Catalog, schema, table, column. */
  readonly path: readonly string[];
  /** Kind of a table, type of a column. */
  readonly detail: string;
}

export interface TableLine {
  readonly kind: 'line';
  readonly group: TableGroup;
  readonly ref: string;
  readonly key: ContentKey;
  /** Distinguishes the line among those of its table and group. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Codicon. */
  readonly icon: string;
  readonly tooltip: string;
  /** Of a snapshot. */
  readonly snapshotId?: bigint;
}

/** What a table opens to. */
export const TABLE_GROUPS = ['columns', 'partitioning', 'partitions', 'snapshots', 'files'] as const;
export type TableGroup = (typeof TABLE_GROUPS)[number];

/** A text that is equal for nodes that stand for the same thing, now and after a refresh. */
export function nodeId(node: CatalogNode): string {
  switch (node.kind) {
    case 'reference':
      return JSON.stringify(['reference', node.ref]);
    case 'namespace':
    case 'more':
      return JSON.stringify([node.kind, node.ref, ...node.key]);
    case 'leaf':
      return JSON.stringify(['leaf', node.leaf, node.ref, ...node.key]);
    case 'group':
      return JSON.stringify(['group', node.group, node.ref, ...node.key]);
    case 'line':
      return JSON.stringify(['line', node.group, node.id, node.ref, ...node.key]);
    case 'foreign':
      return JSON.stringify(['foreign', ...node.path]);
    case 'empty':
      return JSON.stringify(['empty', node.ref]);
    case 'failed':
      return JSON.stringify(['failed', node.of === undefined ? '' : nodeId(node.of)]);
  }
}

/** Keeps one object per node: the editor only knows a node again when it is given the same object. */
export class NodeTable {
  readonly #nodes = new Map<string, CatalogNode>();

  /** The object for a node; a line's and a failure's text are those of the newest one. */
  intern<T extends CatalogNode>(node: T): T {
    const id = nodeId(node);
    const known = this.#nodes.get(id);
    if (known !== undefined && node.kind !== 'line' && node.kind !== 'failed') return known as T;
    this.#nodes.set(id, node);
    return node;
  }

  find(node: CatalogNode): CatalogNode | undefined {
    return this.#nodes.get(nodeId(node));
  }
}

const KINDS = new Set([
  'reference',
  'namespace',
  'leaf',
  'group',
  'line',
  'foreign',
  'more',
  'empty',
  'failed',
]);

/** Whether a command's argument is a node of the tree; from the palette there is none. */
export function isCatalogNode(value: unknown): value is CatalogNode {
  return typeof value === 'object' && value !== null && 'kind' in value && KINDS.has(String(value.kind));
}
