import type { PipelineConfig } from './config.ts';
import { DEAD_LETTER_FIELDS, deadLetterTable } from './dead-letters.ts';
import { PipelineHalt } from './errors.ts';
import { type Committer, createCommitter } from './iceberg/committer.ts';
import { ensureTables } from './iceberg/ensure-tables.ts';
import { createTableMetadata } from './iceberg/new-table.ts';
import { type BranchState, loadBranch, type LoadedTable } from './iceberg/table-state.ts';
import { readCommittedOffsets } from './iceberg/offsets.ts';
import type { PipelineOptions } from './pipeline.ts';
import type { Recovery } from './start-positions.ts';

/** The main table, made if it is missing, and the dead letters' if there is one. */
export async function loadTables({ config, catalog }: PipelineOptions): Promise<BranchState> {
  const keys = [config.table, deadLetterKey(config)];
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
  await ensureTables(catalog, config.branch, [{ key: config.table, fields: schema, partitioning }]);
  return loadBranch(catalog, config.branch, keys);
}

function deadLetterKey({ table }: PipelineConfig): readonly string[] {
  return [...table.slice(0, -1), deadLetterTable(table.at(-1) ?? '')];
}

export interface CommitterParts {
  readonly cluster: string;
  readonly newDeadLetters: LoadedTable;
  readonly notice: (text: string) => void;
  readonly recovery: Recovery;
}

/** A committer for the pipeline's tables as they were loaded. */
export function openCommitter(
  { config, catalog }: PipelineOptions,
  loaded: BranchState,
  { cluster, newDeadLetters, notice, recovery }: CommitterParts,
): Committer {
  const { name, source } = config;
  const table = loaded.tables[0];
  const place = { pipeline: name, topic: source.topic, fromSnapshot: recovery.fromSnapshot === true };
  const known = table === undefined ? undefined : readCommittedOffsets(table.metadata, place);
  const options = {
    ...place,
    forgottenCommit: recovery.resetOffsets === true ? known?.commitId : undefined,
    catalog,
    branch: config.branch,
    tableKey: config.table,
    deadLetterKey: deadLetterKey(config),
    newDeadLetters,
    cluster,
    onNotice: notice,
  };
  return createCommitter(options, loaded);
}

/** The dead-letter table as it will be made by the first commit that needs it. */
export function planDeadLetters({ config, catalog }: PipelineOptions): LoadedTable {
  const key = deadLetterKey(config);
  const metadata = createTableMetadata({
    key,
    fields: DEAD_LETTER_FIELDS,
    partitioning: [],
    warehouse: catalog.warehouse,
    now: Date.now(),
  });
  return { key, contentId: undefined, metadataLocation: undefined, metadata };
}
