import type { TableMetadata } from '../../catalog/iceberg/metadata.ts';
import type { ContentKey, Reference } from '../../catalog/nessie.ts';
import type { CatalogTree } from '../../catalog/tree.ts';
import type { CatalogSource } from './catalog-source.ts';
import type { TableSummary } from './table-summaries.ts';

export interface BrowsedReference extends Reference {
  readonly isDefault: boolean;
}

/** What was read of one lakehouse. Thrown away as a whole when the lakehouse changes or everything is read again. */
export interface CatalogCache {
  references: Promise<readonly BrowsedReference[]> | undefined;
  byName: ReadonlyMap<string, BrowsedReference>;
  readonly trees: Map<string, Promise<CatalogTree>>;
  /** The trees that have arrived. */
  readonly knownTrees: Map<string, CatalogTree>;
  /** The last metadata seen of a table, by `tableId`. */
  readonly tables: Map<string, TableMetadata>;
  /** What the lines of tables say, by `tableId`. */
  readonly summaries: Map<string, TableSummary>;
  /** The tables whose lines were asked for, and from when on they may be read again, as `performance.now()`. */
  readonly described: Map<string, number>;
  /** Those that have changed since. */
  readonly outdated: Map<string, { readonly ref: string; readonly key: ContentKey }>;
}

export function emptyCache(): CatalogCache {
  return {
    references: undefined,
    byName: new Map(),
    trees: new Map(),
    knownTrees: new Map(),
    tables: new Map(),
    summaries: new Map(),
    described: new Map(),
    outdated: new Map(),
  };
}

/** The references, read once; a failure is read again by the next who asks. */
export function cachedReferences(
  cache: CatalogCache,
  from: CatalogSource,
): Promise<readonly BrowsedReference[]> {
  cache.references ??= readReferences(from).then(
    found => {
      cache.byName = new Map(found.map(reference => [reference.name, reference]));
      return found;
    },
    (error: unknown) => {
      cache.references = undefined;
      throw error;
    },
  );
  return cache.references;
}

/** The tree of a branch or tag, read once. */
export async function cachedTree(
  cache: CatalogCache,
  from: CatalogSource,
  ref: string,
): Promise<CatalogTree> {
  await cachedReferences(cache, from);
  const reference = cache.byName.get(ref);
  if (reference === undefined) throw new Error(`There is no branch or tag ${ref} any more.`);
  const reading = cache.trees.get(ref) ?? from.tree(reference);
  cache.trees.set(ref, reading);
  try {
    const found = await reading;
    cache.knownTrees.set(ref, found);
    return found;
  } catch (error) {
    cache.trees.delete(ref);
    throw error;
  }
}

/** Identifies a table on a reference. */
export function tableId(ref: string, key: ContentKey): string {
  return JSON.stringify([ref, ...key]);
}

/** The tables of a reference of which something was seen. */
export function knownTables(cache: CatalogCache, ref: string): ContentKey[] {
  return [...new Set([...cache.tables.keys(), ...cache.described.keys()])]
    .map(id => JSON.parse(id) as string[])
    .flatMap(([first, ...key]) => (first === ref ? [key] : []));
}

export function forgetReference(cache: CatalogCache, ref: string): void {
  cache.references = undefined;
  cache.trees.delete(ref);
  cache.knownTrees.delete(ref);
  for (const key of knownTables(cache, ref)) {
    const id = tableId(ref, key);
    cache.tables.delete(id);
    cache.summaries.delete(id);
    cache.described.delete(id);
    cache.outdated.delete(id);
  }
}

/** The default branch first, then the branches and the tags by name. */
export async function readReferences(from: CatalogSource): Promise<BrowsedReference[]> {
  const [defaultBranch, found] = await Promise.all([from.defaultBranch(), from.references(true)]);
  const rank = ({ isDefault, type }: BrowsedReference): number => (isDefault ? 0 : type === 'BRANCH' ? 1 : 2);
  return found
    .map(reference => ({ ...reference, isDefault: reference.name === defaultBranch }))
    .sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}
