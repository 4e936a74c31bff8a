import type { ContentKey, Reference } from '../../catalog/nessie.ts';
import { type CatalogCache, knownTables, readReferences, tableId } from './catalog-cache.ts';
import type { CatalogNode } from './catalog-nodes.ts';
import type { CatalogSource } from './catalog-source.ts';

/** What moved since the last look, as the nodes to draw again. */
export interface CatalogMove {
  /** Branches or tags came or went. */
  readonly isNewSet: boolean;
  readonly nodes: readonly CatalogNode[];
  readonly isDefaultMoved: boolean;
  /** The tables whose lines may have something new to say, by reference. */
  readonly tables: ReadonlyMap<string, readonly ContentKey[]>;
}

/**
 * Looks at the heads of all references with one request, asks for the difference where one moved, and patches the cache.
 * Answers undefined when nothing moved. Rejects when Nessie does not answer; the cache then stays as it was.
 */
export async function pollCatalog(
  cache: CatalogCache,
  from: CatalogSource,
): Promise<CatalogMove | undefined> {
  if (cache.byName.size === 0) return undefined;
  const now = await from.references(false);
  const before = cache.byName;
  const isNewSet = now.length !== before.size || now.some(({ name }) => !before.has(name));
  const moved = now.filter(({ name, hash }) => before.get(name)?.hash !== hash);
  if (!isNewSet && moved.length === 0) return undefined;
  const found = await readReferences(from);
  cache.references = Promise.resolve(found);
  cache.byName = new Map(found.map(reference => [reference.name, reference]));
  for (const name of before.keys()) if (!cache.byName.has(name)) dropTree(cache, name);
  const nodes: CatalogNode[] = [];
  const tables = new Map<string, readonly ContentKey[]>();
  for (const reference of moved) {
    const patched = await patchTree(cache, from, reference);
    nodes.push(...patched.nodes);
    tables.set(reference.name, patched.tables);
  }
  return {
    isNewSet,
    nodes,
    tables,
    isDefaultMoved: moved.some(({ name }) => cache.byName.get(name)?.isDefault === true),
  };
}

/** The namespaces whose children changed, the known tables that did, and the reference itself, whose line tells its distance. */
async function patchTree(
  cache: CatalogCache,
  from: CatalogSource,
  { name }: Reference,
): Promise<{ readonly nodes: CatalogNode[]; readonly tables: ContentKey[] }> {
  const known = cache.knownTrees.get(name);
  const patch = known === undefined ? undefined : await from.refreshTree(known, name);
  if (patch !== undefined) {
    cache.trees.set(name, Promise.resolve(patch.tree));
    cache.knownTrees.set(name, patch.tree);
  }
  const changed = (patch?.changed ?? []).map(key => namespaceNode(name, key));
  const touched = patch?.touched && new Set(patch.touched.map(key => tableId(name, key)));
  const tables = knownTables(cache, name).filter(key => touched?.has(tableId(name, key)) !== false);
  const lines = tables.map((key): CatalogNode => ({ kind: 'leaf', leaf: 'table', ref: name, key }));
  return { nodes: [{ kind: 'reference', ref: name }, ...changed, ...lines], tables };
}

/** The node that shows the children of a namespace; the root's are the reference's own. */
export function namespaceNode(ref: string, key: ContentKey): CatalogNode {
  return key.length === 0 ? { kind: 'reference', ref } : { kind: 'namespace', ref, key };
}

function dropTree(cache: CatalogCache, name: string): void {
  cache.trees.delete(name);
  cache.knownTrees.delete(name);
}
