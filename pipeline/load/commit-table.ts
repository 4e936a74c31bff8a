import { randomUUID } from 'node:crypto';
import type { DataFile } from '../../catalog/iceberg/manifest.ts';
import { commit, isConflict, NessieError } from '../../catalog/nessie.ts';
import { missingNamespaces } from '../iceberg/ensure-tables.ts';
import { loadBranch, type LoadedTable, type TableCatalog } from '../iceberg/table-state.ts';
import { prepareAppend, type PreparedAppend, writeDataManifest } from '../iceberg/write-append.ts';

export interface TableCommit {
  readonly catalog: TableCatalog;
  readonly branch: string;
  /** The table as it will be, still empty. */
  readonly table: LoadedTable;
  readonly files: readonly DataFile[];
  readonly message: string;
}

const MAX_ATTEMPTS = 5;

/**
 * Makes a table with its first snapshot and the namespaces above it in one commit; answers the snapshot's id. Throws when
 * somebody made a table of this name meanwhile; then the metadata that was written for it is deleted.
 */
export async function commitTable(request: TableCommit): Promise<bigint> {
  const { catalog, table, files } = request;
  const { metadata } = table;
  const manifest =
    files.length === 0
      ? undefined
      : await writeDataManifest(catalog.store, {
          metadata,
          files,
          schemaId: metadata.currentSchemaId,
          specId: metadata.defaultSpecId,
          unitId: randomUUID(),
        });
  const prepared = await prepareAppend(catalog.store, table, {
    files,
    manifest,
    summary: {},
    properties: {},
    now: Date.now(),
  });
  try {
    return await commitPrepared(request, prepared);
  } catch (error) {
    const own = [...prepared.ownFiles, ...(manifest === undefined ? [] : [manifest.path])];
    if (!isUncertain(error)) await Promise.allSettled(own.map(uri => catalog.store.delete(uri)));
    throw error;
  }
}

async function commitPrepared(request: TableCommit, prepared: PreparedAppend): Promise<bigint> {
  const { catalog, branch, table, message } = request;
  const { metadata } = prepared.table;
  const snapshotId = metadata.currentSnapshotId ?? -1n;
  for (let attempt = 1; ; attempt++) {
    const state = await loadBranch(catalog, branch, [table.key]);
    const found = state.tables[0];
    // An earlier attempt whose answer was lost may have landed.
    if (found?.metadataLocation === prepared.metadataLocation) return snapshotId;
    if (found !== undefined) throw new Error(`Somebody made ${table.key.join('.')} on ${branch} meanwhile.`);
    try {
      await commit(catalog.nessie, {
        branch,
        expectedHash: state.hash,
        message,
        author: 'lakehouse',
        operations: [
          ...(await missingNamespaces(catalog, state, [table])),
          {
            type: 'PUT',
            key: table.key,
            content: {
              type: 'ICEBERG_TABLE',
              metadataLocation: prepared.metadataLocation,
              snapshotId,
              schemaId: metadata.currentSchemaId,
              specId: metadata.defaultSpecId,
              sortOrderId: metadata.defaultSortOrderId,
            },
          },
        ],
      });
      return snapshotId;
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS || !(isConflict(error) || isUncertain(error))) throw error;
    }
  }
}

/** Whether a commit may have been made although it failed. */
export function isUncertain(error: unknown): boolean {
  return error instanceof NessieError && error.outcome === 'unknown';
}
