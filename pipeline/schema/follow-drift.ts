import type { PipelineConfig } from '../config.ts';
import { currentSchema, type TableMetadata } from '../../catalog/iceberg/metadata.ts';
import type { TableCatalog } from '../iceberg/table-state.ts';
import { type DriftChange, driftToText } from './drift.ts';
import type { DriftPlan } from './drift-watch.ts';
import { countFields, tooManyColumns } from './evolve-schema.ts';
import { type EvolvedTable, evolveTables, listed } from './evolve-tables.ts';
import { refusalId } from './find-drift.ts';
import type { SchemaDrift } from './schema-drift.ts';

/** What one run of a pipeline knows about drift: what its tables refused is not asked for again. */
export interface DriftMemory {
  /** What is known for the rows of `config.table`. */
  plan(config: Pick<PipelineConfig, 'drift' | 'table'>, metadata: TableMetadata): DriftPlan;
  /** Changes the tables; told of what was done, and of what cannot be. */
  follow(drift: SchemaDrift, place: DriftPlace): Promise<void>;
}

export interface DriftPlace {
  readonly config: PipelineConfig;
  readonly catalog: TableCatalog;
  readonly onTrouble: (error: unknown) => void;
  readonly signal: AbortSignal;
  readonly report: (level: 'info' | 'warn', text: string) => void;
}

export function createDriftMemory(): DriftMemory {
  /** By the dotted name of the table. */
  const refusals = new Map<string, Map<string, string>>();
  const full = new Set<string>();
  /** Changes for which there was nothing to do the last time they were asked for. */
  let idle = new Set<string>();
  const refuse = (table: string, change: DriftChange, reason: string): void => {
    const known = refusals.get(table) ?? new Map<string, string>();
    refusals.set(table, known.set(refusalId(change.kind, change.path), reason));
  };
  const remember = (config: PipelineConfig, { table, refused }: EvolvedTable): void => {
    for (const { change, reason } of refused) {
      // Whatever comes next would not fit either, and every try costs a restart.
      if (reason === tooManyColumns(config.drift.maxColumns)) full.add(table.join('.'));
      else refuse(table.join('.'), change, reason);
    }
  };
  return {
    plan: ({ drift, table }, metadata) => {
      if (drift.action !== 'add') return { action: drift.action };
      const name = table.join('.');
      const isFull = full.has(name) || countFields(currentSchema(metadata).fields) >= drift.maxColumns;
      return {
        action: 'add',
        full: isFull ? tooManyColumns(drift.maxColumns) : undefined,
        refused: refusals.get(name) ?? new Map(),
      };
    },
    follow: async ({ drift, tables: known }, { config, catalog, report, ...waiting }) => {
      const { branch, name: pipeline } = config;
      const { maxColumns } = config.drift;
      const tables = await evolveTables({ ...waiting, catalog, branch, pipeline, maxColumns, drift, known });
      for (const evolved of tables) {
        remember(config, evolved);
        tell(evolved, report);
      }
      const isIdle = tables.every(({ made, refused }) => made.length + refused.length === 0);
      const asked = drift.flatMap(({ table, changes }) =>
        changes.map(change => ({
          table: table.join('.'),
          change,
          id: `${table.join('.')} ${driftToText(change)}`,
        })),
      );
      for (const { table, change, id } of asked)
        if (isIdle && idle.has(id)) refuse(table, change, 'the table has it and yet does not take the value');
      idle = new Set(isIdle ? asked.map(({ id }) => id) : []);
    },
  };
}

function tell({ table, made, refused }: EvolvedTable, report: DriftPlace['report']): void {
  const name = table.join('.');
  if (made.length > 0)
    report(
      'info',
      `The columns of ${name} were changed, because records have them: ${listed(made.map(driftToText))}.`,
    );
  if (refused.length > 0) {
    const texts = refused.map(({ change, reason }) => `${driftToText(change)} (${reason})`);
    report(
      'warn',
      `Records ask for columns that ${name} cannot have, and are bad records: ${listed(texts)}.`,
    );
  }
}
