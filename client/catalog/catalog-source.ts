import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { TableMetadata } from '../../catalog/iceberg/metadata.ts';
import {
  connectNessie,
  type ContentKey,
  getConfig,
  getContents,
  listReferences,
  type NessieConnection,
  type Reference,
  type TableContent,
} from '../../catalog/nessie.ts';
import type { CatalogTree, TreePatch } from '../../catalog/tree.ts';
import { loadTree, refreshTree } from '../../catalog/tree-loader.ts';
import type { TableLine } from './catalog-nodes.ts';
import type { ForeignItem } from './foreign-catalogs.ts';
import { createTableReader, type TableReader } from './reading/reader.ts';
import type { TreeStore } from './tree-store.ts';
import { fetchFor } from '../lakehouse/loopback-fetch.ts';

/** What the catalog browser reads. All of it may reject; nothing is cached here but what never changes. */
export interface CatalogSource {
  readonly nessie: NessieConnection;
  /** Opens the files of tables and asks Trino, in a thread of its own. */
  readonly reader: TableReader;
  defaultBranch(): Promise<string>;
  /** `withMetadata` adds the distances from the default branch, which cost Nessie more. */
  references(withMetadata: boolean): Promise<Reference[]>;
  tree(reference: Reference): Promise<CatalogTree>;
  refreshTree(tree: CatalogTree, reference: string): Promise<TreePatch | undefined>;
  /** A table's metadata as of a branch, tag or commit: of its snapshots the newest and the current one. */
  table(reference: string, key: ContentKey): Promise<TableMetadata>;
  /** The lines of a table's partitions or files, from its manifests. */
  fileLines(reference: string, key: ContentKey, group: 'partitions' | 'files'): Promise<TableLine[]>;
  /** The names below a path of at most three in Trino: catalogs, schemas, tables, columns. */
  foreign(path: readonly string[]): Promise<readonly ForeignItem[]>;
  /** Ends its thread. Whoever still reads through it is told to try again. */
  dispose(): void;
}

/** Metadata files never change, so the last ones are kept. */
const KEPT_TABLES = 100;

/** `trees` keeps what was read for the next window. */
export function createCatalogSource(endpoints: LakehouseEndpoints, trees?: TreeStore): CatalogSource {
  const nessie = connectNessie({ ...endpoints.nessie, fetch: fetchFor(endpoints.nessie.uri) });
  const tables = new Map<string, TableMetadata>();
  const reader = createTableReader(endpoints);
  let defaultBranch: Promise<string> | undefined;
  const readDefaultBranch = async (): Promise<string> => (await getConfig(nessie)).defaultBranch;
  return {
    nessie,
    reader,
    defaultBranch: () => {
      defaultBranch ??= readDefaultBranch().catch((error: unknown) => {
        defaultBranch = undefined;
        throw error;
      });
      return defaultBranch;
    },
    references: async withMetadata => {
      const found: Reference[] = [];
      for await (const reference of listReferences(nessie, { withMetadata })) found.push(reference);
      return found;
    },
    tree: reference => readTreeOf(nessie, reference, trees),
    refreshTree: async (tree, reference) => {
      const patch = await refreshTree(nessie, tree, { name: reference });
      if (patch !== undefined) void trees?.write(reference, patch.tree);
      return patch;
    },
    foreign: path => reader.call('foreign', { path }),
    dispose: () => reader.dispose(),
    table: async (reference, key) => {
      const content = await readTable(nessie, reference, key);
      const known = tables.get(content.metadataLocation);
      if (known !== undefined) return known;
      const metadata = await reader.call('head', { location: content.metadataLocation });
      if (tables.size >= KEPT_TABLES) tables.delete(tables.keys().next().value ?? '');
      tables.set(content.metadataLocation, metadata);
      return metadata;
    },
    fileLines: async (reference, key, group) => {
      const { metadataLocation: location } = await readTable(nessie, reference, key);
      return reader.call('lines', { location, group, place: { ref: reference, key } });
    },
  };
}

async function readTable(
  nessie: NessieConnection,
  reference: string,
  key: ContentKey,
): Promise<TableContent> {
  const { items } = await getContents(nessie, { name: reference }, { keys: [key] });
  const content = items[0]?.content;
  if (content?.type === 'ICEBERG_TABLE') return content;
  throw new Error(`${key.join('.')} is no table on ${reference} any more.`);
}

/** The tree that an earlier window left, brought to where the reference stands now; the whole one where there is none. */
async function readTreeOf(
  nessie: NessieConnection,
  { name, hash }: Reference,
  trees: TreeStore | undefined,
): Promise<CatalogTree> {
  const kept = await trees?.read(name);
  if (kept?.hash === hash) return kept;
  const tree =
    kept === undefined
      ? await loadTree(nessie, { name, hash })
      : ((await refreshTree(nessie, kept, { name }))?.tree ?? kept);
  void trees?.write(name, tree);
  return tree;
}
