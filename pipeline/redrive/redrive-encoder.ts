import type { ContentKey } from '../../catalog/nessie.ts';
import { deadLetterKey } from '../dead-letters.ts';
import { type EncoderThread, startEncoderThread } from '../encoder-thread.ts';
import { tableId } from '../iceberg/commit-unit.ts';
import { type BranchState, loadBranch, type LoadedTable } from '../iceberg/table-state.ts';
import type { DriftMemory } from '../schema/follow-drift.ts';
import { createTableOpener } from '../table-opener.ts';
import { planEncoding } from '../table-plan.ts';
import type { RedriveOptions } from './redrive-table.ts';

/** The pipeline's encoder, and the tables that it encodes for. */
export interface RedriveEncoder {
  readonly thread: EncoderThread;
  /** By `tableId`. */
  readonly tables: ReadonlyMap<string, LoadedTable>;
  /** A table as its rows are written; without a content id where the first commit with rows will make it. */
  tableOf(key: ContentKey): LoadedTable;
}

/** What one unit begins with. */
export interface RedriveStart {
  readonly encoder: RedriveEncoder;
  /** Undefined where the pipeline has no dead letters. */
  readonly deadLetters: LoadedTable | undefined;
}

type EncoderOptions = Pick<RedriveOptions, 'config' | 'catalog' | 'workerEntry' | 'onNotice'>;

/** Opens the encoder anew whenever one of its tables is no longer as it was. */
export interface RedriveEncoders {
  /** Reads the tables as they are now. */
  ready(): Promise<RedriveStart>;
  stop(): Promise<void>;
}

export function createRedriveEncoders(
  options: EncoderOptions,
  drift: Pick<DriftMemory, 'plan'>,
): RedriveEncoders {
  const { config, catalog } = options;
  let open: { readonly tables: Map<string, LoadedTable>; readonly thread: EncoderThread } | undefined;
  const stop = async (): Promise<void> => {
    await open?.thread.stop();
    open = undefined;
  };
  return {
    ready: async () => {
      const known = [...(open?.tables.values() ?? [])];
      const keys = [config.table, deadLetterKey(config.table), ...known.map(({ key }) => key)];
      const state = await loadBranch(catalog, config.branch, keys);
      const [main, deadLetters, ...found] = state.tables;
      if (main === undefined) throw tableMissing(options);
      if (open !== undefined && known.every((table, index) => isSameLayout(table, found[index]))) {
        for (const table of found) if (table !== undefined) open.tables.set(tableId(table.key), table);
      } else {
        await stop();
        open = await openEncoder(options, { state, main, drift });
      }
      const { thread, tables } = open;
      return { deadLetters, encoder: { thread, tables, tableOf: key => tableOf(tables, key) } };
    },
    stop,
  };
}

function tableOf(tables: ReadonlyMap<string, LoadedTable>, key: ContentKey): LoadedTable {
  const table = tables.get(tableId(key));
  if (table === undefined)
    throw new Error(`Rows of ${key.join('.')} came, which is no table of this pipeline.`);
  return table;
}

/** Whether rows that were written for a table still fit it. A table that was to be made may be there by now. */
export function isSameLayout(table: LoadedTable, now: LoadedTable | undefined): boolean {
  if (now === undefined) return table.contentId === undefined;
  const { tableUuid, currentSchemaId, defaultSpecId, defaultSortOrderId } = table.metadata;
  return (
    now.metadata.tableUuid === tableUuid &&
    now.metadata.currentSchemaId === currentSchemaId &&
    now.metadata.defaultSpecId === defaultSpecId &&
    now.metadata.defaultSortOrderId === defaultSortOrderId
  );
}

interface OpenedAt {
  readonly state: BranchState;
  readonly main: LoadedTable;
  readonly drift: Pick<DriftMemory, 'plan'>;
}

async function openEncoder(
  { config, catalog, workerEntry, onNotice }: EncoderOptions,
  { state, main, drift }: OpenedAt,
): Promise<{ readonly tables: Map<string, LoadedTable>; readonly thread: EncoderThread }> {
  const tables = new Map([[tableId(main.key), main]]);
  const opener = createTableOpener({
    config,
    catalog,
    drift,
    committer: {
      state: () => ({ anchor: main }),
      addTable: async planned => {
        // As of the commit that everything else was read at, so that the next commit finds what changed since.
        const found = await loadBranch(catalog, config.branch, [planned.key], state.hash);
        return found.tables[0] ?? planned;
      },
    },
    onOpened: table => tables.set(tableId(table.key), table),
  });
  await opener.openNamed();
  // Whatever the file says: letters that fail again are told apart by what the encoder writes of them.
  const known = planEncoding(config, main.metadata, drift.plan(config, main.metadata));
  const plan = { ...known, onError: 'deadLetter' } as const;
  const thread = startEncoderThread(plan, {
    entry: workerEntry,
    openTable: key => opener.open(key),
    onRegistry: failure => {
      if (failure !== undefined) onNotice(failure);
    },
  });
  return { tables, thread };
}

function tableMissing({ config }: Pick<RedriveOptions, 'config'>): Error {
  return new Error(
    `There is no table ${config.table.join('.')} on branch ${config.branch}. Run the pipeline first, or name a branch.`,
  );
}
