import type { ContentKey } from '../catalog/nessie.ts';
import type { NestedField } from '../catalog/iceberg/types.ts';
import type { TableMetadata } from '../catalog/iceberg/metadata.ts';
import { DEAD_LETTER_FIELDS, deadLetterKey } from './dead-letters.ts';
import { PipelineHalt } from './errors.ts';
import { type Committer, createCommitter } from './iceberg/committer.ts';
import { ensureTables } from './iceberg/ensure-tables.ts';
import { createTableMetadata, type PartitionTerm, type SortTerm } from './iceberg/new-table.ts';
import { tableId } from './iceberg/commit-unit.ts';
import { readCommittedOffsets } from './iceberg/offsets.ts';
import { type BranchState, loadBranch, type LoadedTable, type TableCatalog } from './iceberg/table-state.ts';
import type { PipelineConfig } from './config.ts';
import type { PipelineOptions } from './pipeline.ts';
import { processName } from './process-name.ts';
import type { Recovery } from './start-positions.ts';

/** The main table, made if it is missing, and the dead letters' if there is one. */
export async function loadTables({ config, catalog }: PipelineOptions): Promise<BranchState> {
  const keys = [config.table, deadLetterKey(config.table)];
  const found = await loadBranch(catalog, config.branch, keys);
  if (found.tables[0] !== undefined) return found;
  if (config.schema === undefined) {
    const name = config.table.join('.');
    throw new PipelineHalt(
      'schema-mismatch',
      `The table ${name} does not exist and the pipeline file has no schema to make it with.`,
      'Add a schema to the file; `lakehouse etl` proposes one from the topic.',
    );
  }
  const { schema, partitioning } = config;
  const { sortBy } = config.files;
  await ensureTables(catalog, config.branch, [{ key: config.table, fields: schema, partitioning, sortBy }]);
  return loadBranch(catalog, config.branch, keys);
}

export interface CommitterParts {
  readonly cluster: string;
  readonly notice: (text: string) => void;
  readonly onTrouble: (error: unknown) => void;
  /** Ends all waiting for servers. */
  readonly signal: AbortSignal;
  readonly recovery: Recovery;
}

/** A committer for the pipeline's tables as they were loaded. */
export function openCommitter(
  { config, catalog }: PipelineOptions,
  loaded: BranchState,
  { cluster, notice, recovery, ...waiting }: CommitterParts,
): Committer {
  const place = { pipeline: config.name, fromSnapshot: recovery.fromSnapshot === true };
  const table = loaded.tables[0];
  const known = table === undefined ? undefined : readCommittedOffsets(table.metadata, place);
  const options = {
    ...place,
    forgottenCommit: recovery.resetOffsets === true ? (known?.commitId ?? 'none') : undefined,
    catalog,
    branch: config.branch,
    anchorKey: config.table,
    deadLetterKey: deadLetterKey(config.table),
    planned: [planTable(catalog, { key: deadLetterKey(config.table), fields: DEAD_LETTER_FIELDS })],
    cluster,
    writer: processName(),
    isShared: config.members === 'shared',
    summary: transformMark(config),
    onNotice: notice,
    ...waiting,
  };
  return createCommitter(options, loaded);
}

/** Says in every snapshot which code made its rows. */
export function transformMark({ transform }: PipelineConfig): Readonly<Record<string, string>> {
  return transform?.code === undefined ? {} : { 'lakehouse.transform': transform.code.sha256 };
}

/** A table as it will be made by the first commit that writes to it. */
export function planTable(
  { warehouse }: Pick<TableCatalog, 'warehouse'>,
  table: {
    readonly key: ContentKey;
    readonly fields: readonly NestedField[];
    readonly partitioning?: readonly PartitionTerm[];
    readonly sortBy?: readonly SortTerm[];
  },
): LoadedTable {
  const { key, fields, partitioning = [], sortBy = [] } = table;
  const metadata = createTableMetadata({ key, fields, partitioning, sortBy, warehouse, now: Date.now() });
  return { key, contentId: undefined, metadataLocation: undefined, metadata };
}

/** A table as the committer knows it. */
export function tableOf(committer: Committer, key: ContentKey): LoadedTable {
  const table = committer.state().tables.get(tableId(key));
  if (table === undefined)
    throw new Error(`Rows of ${key.join('.')} came, which is no table of this pipeline.`);
  return table;
}

/** What files of a table are encoded for. */
export function versionsOf(metadata: TableMetadata): { readonly schemaId: number; readonly specId: number } {
  return { schemaId: metadata.currentSchemaId, specId: metadata.defaultSpecId };
}
