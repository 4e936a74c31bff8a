import { randomUUID } from 'node:crypto';
import { nextMetadataLocation, printTableMetadata } from '../../catalog/iceberg/metadata.ts';
import { commit, type ContentKey, getContents, isConflict, type Operation } from '../../catalog/nessie.ts';
import { createTableMetadata, type NewTable } from './new-table.ts';
import { type BranchState, loadBranch, type TableCatalog } from './table-state.ts';

/** A table that must exist before a pipeline can write, and how to make it. */
export interface WantedTable extends Pick<NewTable, 'fields' | 'partitioning' | 'sortBy'> {
  readonly key: ContentKey;
}

/**
 * Loads the wanted tables and makes those that are missing, with their namespaces, all in one commit. Another writer may
 * make them at the same time: then its tables are taken.
 */
export async function ensureTables(
  catalog: TableCatalog,
  branch: string,
  wanted: readonly WantedTable[],
): Promise<BranchState> {
  for (;;) {
    const state = await loadBranch(
      catalog,
      branch,
      wanted.map(table => table.key),
    );
    const missing = wanted.filter((_, index) => state.tables[index] === undefined);
    if (missing.length === 0) return state;
    const puts = await Promise.all(missing.map(table => writeNewTable(catalog, table)));
    const operations = [...(await missingNamespaces(catalog, state, missing)), ...puts];
    try {
      await commit(catalog.nessie, {
        branch,
        expectedHash: state.hash,
        message: `Create ${missing.map(table => table.key.join('.')).join(', ')}`,
        author: 'lakehouse pipeline',
        operations,
      });
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}

async function writeNewTable(catalog: TableCatalog, table: WantedTable): Promise<Operation> {
  const metadata = createTableMetadata({ ...table, warehouse: catalog.warehouse, now: Date.now() });
  const metadataLocation = nextMetadataLocation(metadata.location, undefined, randomUUID());
  await catalog.store.put(metadataLocation, Buffer.from(printTableMetadata(metadata)), {
    contentType: 'application/json',
  });
  return {
    type: 'PUT',
    key: table.key,
    content: {
      type: 'ICEBERG_TABLE',
      metadataLocation,
      snapshotId: -1n,
      schemaId: metadata.currentSchemaId,
      specId: metadata.defaultSpecId,
      sortOrderId: metadata.defaultSortOrderId,
    },
  };
}

/** What makes the namespaces above tables that are to be made: Nessie wants every level to exist. */
export async function missingNamespaces(
  catalog: TableCatalog,
  state: Pick<BranchState, 'branch' | 'hash'>,
  tables: readonly Pick<WantedTable, 'key'>[],
): Promise<Operation[]> {
  const levels = new Map<string, ContentKey>();
  for (const { key } of tables) {
    for (let depth = 1; depth < key.length; depth++) {
      const level = key.slice(0, depth);
      levels.set(JSON.stringify(level), level);
    }
  }
  if (levels.size === 0) return [];
  const ref = { name: state.branch, hash: state.hash };
  const { items } = await getContents(catalog.nessie, ref, { keys: [...levels.values()] });
  return items
    .filter(({ content }) => content === undefined)
    .map(({ key }) => ({ type: 'PUT', key, content: { type: 'NAMESPACE', elements: key, properties: {} } }));
}
