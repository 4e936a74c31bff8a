import type { Entry } from '../../catalog/nessie.ts';

/** One line of the catalog tree, with everything below it. Keys are the parts of the name, outermost first. */
export interface CatalogNode {
  readonly kind: 'namespace' | 'table' | 'view' | 'unknown';
  readonly key: readonly string[];
  readonly children: readonly CatalogNode[];
}

const KINDS: Readonly<Record<string, CatalogNode['kind']>> = {
  NAMESPACE: 'namespace',
  ICEBERG_TABLE: 'table',
  ICEBERG_VIEW: 'view',
};

interface Draft {
  kind: CatalogNode['kind'];
  readonly key: readonly string[];
  readonly children: Map<string, Draft>;
}

/**
 * The entries of a reference as a tree: namespaces first, then tables and views, each by name. A namespace that nobody
 * made but that a table's key implies is there too.
 */
export function buildNamespaceTree(entries: Iterable<Entry>): CatalogNode[] {
  const root: Draft = { kind: 'namespace', key: [], children: new Map() };
  for (const entry of entries) {
    const node = entry.key.reduce(
      (parent, part, depth) => child(parent, part, entry.key.slice(0, depth + 1)),
      root,
    );
    node.kind = KINDS[entry.kind] ?? 'unknown';
  }
  return finish(root).children as CatalogNode[];
}

function child(parent: Draft, part: string, key: readonly string[]): Draft {
  const found = parent.children.get(part);
  if (found !== undefined) return found;
  const made: Draft = { kind: 'namespace', key, children: new Map() };
  parent.children.set(part, made);
  return made;
}

function finish(draft: Draft): CatalogNode {
  const children = [...draft.children.values()].map(finish).sort(compare);
  return { kind: draft.kind, key: draft.key, children };
}

function compare(a: CatalogNode, b: CatalogNode): number {
  if ((a.kind === 'namespace') !== (b.kind === 'namespace')) return a.kind === 'namespace' ? -1 : 1;
  const [left, right] = [a.key.at(-1) ?? '', b.key.at(-1) ?? ''];
  return left < right ? -1 : left > right ? 1 : 0;
}
