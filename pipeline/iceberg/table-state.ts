import { parseTableMetadata, type TableMetadata } from '../../catalog/iceberg/metadata.ts';
import { type ContentKey, getContents, isNotFound, type NessieConnection } from '../../catalog/nessie.ts';
import type { ObjectStore } from '../../catalog/storage.ts';
import { PipelineHalt } from '../errors.ts';

/** The two servers that make a table, and where new tables are put. */
export interface TableCatalog {
  readonly nessie: NessieConnection;
  readonly store: ObjectStore;
  /** Root of the warehouse, e.g. `s3://warehouse`. */
  readonly warehouse: string;
}

/** A table as one commit of a branch shows it. */
export interface LoadedTable {
  readonly key: ContentKey;
  /** Both are undefined while the table is prepared but not yet committed. */
  readonly contentId: string | undefined;
  readonly metadataLocation: string | undefined;
  readonly metadata: TableMetadata;
}

/** Some tables of a branch, all read at the same commit. */
export interface BranchState {
  readonly branch: string;
  readonly hash: string;
  /** In the order of the request; undefined where the key does not exist. */
  readonly tables: readonly (LoadedTable | undefined)[];
}

/** Loads tables of a branch, at one of its commits or the newest. Throws PipelineHalt when the branch is gone or one of the keys is no table. */
export async function loadBranch(
  catalog: TableCatalog,
  branch: string,
  keys: readonly ContentKey[],
  hash?: string,
): Promise<BranchState> {
  const ref = hash === undefined ? { name: branch } : { name: branch, hash };
  const contents = await getContents(catalog.nessie, ref, { keys }).catch((error: unknown) => {
    throw isNotFound(error) ? branchMissing(branch) : error;
  });
  const tables = await Promise.all(
    contents.items.map(async ({ key, content }): Promise<LoadedTable | undefined> => {
      if (content === undefined) return undefined;
      if (content.type !== 'ICEBERG_TABLE') {
        const what = `${key.join('.')} on branch ${branch} is no table but ${content.type}.`;
        throw new PipelineHalt('table-replaced', what, 'Give the pipeline another table name.');
      }
      const bytes = await catalog.store.get(content.metadataLocation);
      const metadata = parseTableMetadata(new TextDecoder().decode(bytes));
      return { key, contentId: content.id, metadataLocation: content.metadataLocation, metadata };
    }),
  );
  return { branch, hash: contents.reference.hash, tables };
}

function branchMissing(branch: string): PipelineHalt {
  return new PipelineHalt(
    'branch-missing',
    `Nessie has no branch ${JSON.stringify(branch)}.`,
    'Create it, or name another one with --branch.',
  );
}
