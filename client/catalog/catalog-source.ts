import { mapConcurrently } from '../../catalog/concurrent.ts';
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
import type { TableSummary } from './table-summaries.ts';
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
  /** Tells what the lines of some tables say, as each is read; those that cannot be read are left out. */
  summaries(
    reference: string,
    keys: readonly ContentKey[],
    onSummary: (key: ContentKey, summary: TableSummary, tookMs: number) => void,
  ): Promise<void>;
  /** The lines of a table's partitions or files, from its manifests. */
  fileLines(reference: string, key: ContentKey, group: 'partitions' | 'files'): Promise<TableLine[]>;
  /** The names below a path of at most three in Trino: catalogs, schemas, tables, columns. */
  foreign(path: readonly string[]): Promise<readonly ForeignItem[]>;
  /** Ends its thread. Whoever still reads through it is told to try again. */
  dispose(): void;
}

/** Metadata files never change, so the last ones are kept. */
const KEPT_TABLES = 100;
const KEPT_SUMMARIES = 5_000;
/** Few at a time, so that whoever opens a table meanwhile hardly waits. */
const SUMMARIES_AT_ONCE = 3;

/** `trees` keeps what was read for the next window. */
export function createCatalogSource(endpoints: LakehouseEndpoints, trees?: TreeStore): CatalogSource {
  const nessie = connectNessie({ ...endpoints.nessie, fetch: fetchFor(endpoints.nessie.uri) });
  const tables = new Map<string, TableMetadata>();
  const summaries = new Map<string, TableSummary>();
  const reader = createTableReader(endpoints);
  const summaryAt = async (location: string): Promise<TableSummary> =>
    summaries.get(location) ??
    keep(summaries, KEPT_SUMMARIES, { key: location, value: await reader.call('summary', { location }) });
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
      return keep(tables, KEPT_TABLES, { key: content.metadataLocation, value: metadata });
    },
    summaries: async (reference, keys, onSummary) => {
      const { items } = await getContents(nessie, { name: reference }, { keys });
      await mapConcurrently(items, SUMMARIES_AT_ONCE, async ({ key, content }) => {
        if (content?.type !== 'ICEBERG_TABLE') return;
        const began = performance.now();
        const summary = await summaryAt(content.metadataLocation).catch(() => undefined);
        if (summary !== undefined) onSummary(key, summary, performance.now() - began);
      });
    },
    fileLines: async (reference, key, group) => {
      const { metadataLocation: location } = await readTable(nessie, reference, key);
      return reader.call('lines', { location, group, place: { ref: reference, key } });
    },
  };
}

/** Keeps a value under its key, in place of the oldest one when there are too many. Answers it. */
function keep<T>(
  kept: Map<string, T>,
  most: number,
  { key, value }: { readonly key: string; readonly value: T },
): T {
  if (kept.size >= most) kept.delete(kept.keys().next().value ?? '');
  kept.set(key, value);
  return value;
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
