import type { ContentKey } from '../../catalog/nessie.ts';
import { type RowMapping, sourceSpecs } from '../columns/map-rows.ts';
import { createJsonDecoder, type DecodedRows } from '../decode/json-decoder.ts';
import type { RecordObject } from '../decode/parse-record.ts';
import type { RecordBatch } from '../kafka/record-source.ts';
import { readValue } from '../decode/read-value.ts';
import { appendRows } from '../rows/append-rows.ts';
import { distribute, tooManyTables } from '../rows/routed-tables.ts';
import { createRoute, type RoutePlan } from '../rows/route.ts';
import { tableId } from '../iceberg/commit-unit.ts';
import { openSteps, type StepsPlan } from '../rows/open-steps.ts';
import type { RecordPlace } from '../rows/raw-record.ts';
import { readSlice } from '../rows/read-slice.ts';
import { type FormatPlan, openFormat } from '../rows/row-format.ts';
import type { RecordRows, RowStep } from '../rows/row-steps.ts';

/** How records become rows, as far as nothing is written. */
export interface TrialPlan extends StepsPlan {
  readonly format: FormatPlan;
  /** The rows of the table; undefined: nobody says yet what its columns are. */
  readonly table: TriedTable | undefined;
  /** Several tables, if records are routed; `table` is the pipeline's own. */
  readonly routing?: TrialRouting | undefined;
}

export type TriedTable = RowMapping & DecodedRows;

export interface TrialRouting {
  readonly main: ContentKey;
  readonly route: RoutePlan;
  /** The rows of a further table. Throws PipelineHalt where it does not fit the pipeline file. */
  readonly openTable: (table: ContentKey) => Promise<TriedTable>;
}

/** What a record would become. */
export interface TriedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** What was read from it. */
  readonly input: readonly RecordObject[];
  /** The rows; none where it is filtered out or bad. */
  readonly rows: readonly RecordObject[];
  /** The table of each row, dotted; none where all go into one. */
  readonly tables: readonly string[];
  /** Why it would be a dead letter. */
  readonly error: string | undefined;
}

/** What became of the records that were tried. */
export interface TrialResult {
  readonly records: readonly TriedRecord[];
  /** What the user's code wrote to the console. */
  readonly console: readonly string[];
}

/** Takes records the way that a pipeline takes them, up to the table. Throws PipelineHalt where the user's code cannot be used. */
export async function tryRecords(plan: TrialPlan, batches: readonly RecordBatch[]): Promise<TrialResult> {
  const { table, routing, format: read, ...stepsPlan } = plan;
  const watch = {
    onTrouble: (error: unknown) => {
      throw error;
    },
    onAnswer: () => {},
  };
  const format = openFormat(read, { columns: sourceSpecs(table ?? { columns: [] }), watch });
  const opened = openSteps({ columns: [], ...table, ...stepsPlan });
  const outcomeOf =
    table === undefined || routing === undefined ? singleOutcome(table) : routedOutcome(table, routing);
  const inputs = new Map<RecordRows, readonly RecordObject[]>();
  const remember: RowStep = records => {
    for (const record of records) inputs.set(record, record.rows);
  };
  const tried: TriedRecord[] = [];
  for (const batch of batches) {
    await format.prepare?.(batch);
    for (let from: RecordPlace = { record: 0, byte: 0 }; from.record < batch.count;) {
      const { records, next } = await readSlice(batch, from, { format, steps: [remember, ...opened.steps] });
      from = next;
      for (const record of records) {
        const { topic, partition, offset } = record.record;
        const input = inputs.get(record) ?? [];
        tried.push({ topic, partition, offset, input, ...(await outcomeOf(record)) });
      }
    }
  }
  return { records: tried, console: opened.takeLines() };
}

type Outcome = Pick<TriedRecord, 'rows' | 'tables' | 'error'>;
type OutcomeOf = (record: RecordRows) => Outcome | Promise<Outcome>;

function badRecord(error: string): Outcome {
  return { rows: [], tables: [], error };
}

function singleOutcome(table: TriedTable | undefined): OutcomeOf {
  return ({ record, rows, reason }) => {
    if (reason !== undefined) return badRecord(reason);
    const tried = table === undefined ? { rows, error: undefined } : tryRows(table, rows, record);
    return { ...tried, tables: [] };
  };
}

function routedOutcome(table: TriedTable, { main, route, openTable }: TrialRouting): OutcomeOf {
  const destination = createRoute(route, main);
  const opened = new Map<string, TriedTable>();
  const open = async (id: string, key: ContentKey): Promise<TriedTable | undefined> => {
    const known = opened.get(id);
    if (known !== undefined || opened.size >= route.maxTables) return known;
    const made = id === tableId(main) ? table : await openTable(key);
    opened.set(id, made);
    return made;
  };
  return async record => {
    const { shares, reason } = distribute(record, destination);
    if (reason !== undefined) return badRecord(reason);
    const outcome = { rows: [] as RecordObject[], tables: [] as string[], error: undefined };
    for (const [id, { key, rows }] of shares) {
      const into = await open(id, key);
      if (into === undefined) return badRecord(tooManyTables(key, route.maxTables));
      const tried = tryRows(into, rows, record.record);
      // A record becomes all of its rows or none.
      if (tried.error !== undefined) return badRecord(tried.error);
      outcome.rows.push(...tried.rows);
      outcome.tables.push(...tried.rows.map(() => key.join('.')));
    }
    return outcome;
  };
}

/** The rows as their columns hold them, or why the record is none. */
function tryRows(
  table: TriedTable,
  rows: readonly RecordObject[],
  record: RecordRows['record'],
): Pick<TriedRecord, 'rows' | 'error'> {
  const decoder = createJsonDecoder(table.columns, Math.max(1, rows.length), {
    ...table,
    // Columns that the table would get are named by `etl types` and by the run itself, not row by row.
    drift: { action: 'ignore' },
  });
  const error = appendRows(decoder, rows, record);
  const made = Array.from({ length: error === undefined ? decoder.rows : 0 }, (_, row) =>
    Object.fromEntries(decoder.columns.map(column => [column.spec.name, readValue(column, row)])),
  );
  return { rows: made, error };
}
