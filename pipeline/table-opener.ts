import { currentSchema } from '../catalog/iceberg/metadata.ts';
import type { ContentKey } from '../catalog/nessie.ts';
import type { PipelineConfig } from './config.ts';
import { tableId } from './iceberg/commit-unit.ts';
import type { Committer } from './iceberg/committer.ts';
import type { LoadedTable, TableCatalog } from './iceberg/table-state.ts';
import type { DriftMemory } from './schema/follow-drift.ts';
import type { TablePlan } from './rows/table-sink.ts';
import { planTable } from './session-tables.ts';
import { configOfTable, namedTables, planRows } from './table-plan.ts';

export interface TableOpener {
  /** Takes a table in and says how its rows are written. The first commit with rows for it makes it if it is missing. */
  open(key: ContentKey): Promise<TablePlan>;
  /** Opens the tables that the pipeline file names, so that what does not fit is told at the start. */
  openNamed(): Promise<void>;
}

export interface TableOpenerOptions {
  readonly config: PipelineConfig;
  readonly catalog: TableCatalog;
  /** Knows the tables of the branch. */
  readonly committer: Pick<Committer, 'addTable'> & {
    readonly state: () => { readonly anchor: LoadedTable };
  };
  readonly drift: Pick<DriftMemory, 'plan'>;
  readonly onOpened: (table: LoadedTable) => void;
}

/** Opens the further tables to which a pipeline's records are routed. Throws PipelineHalt for a table that does not fit. */
export function createTableOpener(options: TableOpenerOptions): TableOpener {
  const { config } = options;
  const plans = new Map<string, Promise<TablePlan>>();
  const named = namedTables(config);
  const open = (key: ContentKey): Promise<TablePlan> => {
    const id = tableId(key);
    let plan = plans.get(id);
    if (plan === undefined) {
      plan = openTable(options, key);
      plans.set(id, plan);
    }
    return plan;
  };
  return {
    open,
    openNamed: async () => {
      const main = tableId(config.table);
      for (const { table } of named) if (tableId(table) !== main) await open(table);
    },
  };
}

async function openTable(
  { config, catalog, committer, drift, onOpened }: TableOpenerOptions,
  key: ContentKey,
): Promise<TablePlan> {
  const { anchor } = committer.state();
  const own = configOfTable(config, key);
  const planned = planTable(catalog, {
    key,
    fields: own.schema ?? currentSchema(anchor.metadata).fields,
    partitioning: own.partitioning,
    sortBy: own.files.sortBy,
  });
  const table = await committer.addTable(planned);
  onOpened(table);
  return planRows(own, table.metadata, drift.plan(own, table.metadata));
}
