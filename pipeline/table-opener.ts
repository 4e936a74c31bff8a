import { currentSchema } from '../catalog/iceberg/metadata.ts';
import type { ContentKey } from '../catalog/nessie.ts';
import type { PipelineConfig, RoutedTable } from './config.ts';
import { tableId } from './iceberg/commit-unit.ts';
import type { Committer } from './iceberg/committer.ts';
import type { LoadedTable, TableCatalog } from './iceberg/table-state.ts';
import type { DriftMemory } from './schema/follow-drift.ts';
import type { TablePlan } from './rows/table-sink.ts';
import { planTable } from './session-tables.ts';
import { planRows } from './table-plan.ts';

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
  const named = config.route?.rule.kind === 'field' ? [...config.route.rule.tables.values()] : [];
  const open = (key: ContentKey): Promise<TablePlan> => {
    const id = tableId(key);
    let plan = plans.get(id);
    if (plan === undefined) {
      plan = openTable(options, named.find(({ table }) => tableId(table) === id) ?? { ...BARE, table: key });
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

const BARE = { schema: undefined, partitioning: [] } as const;

async function openTable(
  { config, catalog, committer, drift, onOpened }: TableOpenerOptions,
  { table: key, schema, partitioning }: RoutedTable,
): Promise<TablePlan> {
  const { anchor } = committer.state();
  // Columns and layout of its own, or those of the pipeline's own table.
  const own: PipelineConfig =
    schema === undefined
      ? { ...config, table: key }
      : { ...config, table: key, schema, partitioning, files: { ...config.files, sortBy: [] } };
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
