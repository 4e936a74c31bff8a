import { type RowMapping, sourceSpecs } from '../columns/map-rows.ts';
import { createJsonDecoder, type DecodedRows } from '../decode/json-decoder.ts';
import type { RecordObject } from '../decode/parse-record.ts';
import type { RecordBatch } from '../kafka/record-source.ts';
import { readValue } from '../decode/read-value.ts';
import { appendRows } from '../rows/append-rows.ts';
import { openSteps, type StepsPlan } from '../rows/open-steps.ts';
import type { RecordPlace } from '../rows/raw-record.ts';
import { readSlice } from '../rows/read-slice.ts';
import { type FormatPlan, openFormat } from '../rows/row-format.ts';
import type { RecordRows, RowStep } from '../rows/row-steps.ts';

/** How records become rows, as far as nothing is written. */
export interface TrialPlan extends StepsPlan {
  readonly format: FormatPlan;
  /** The rows of the table; undefined: nobody says yet what its columns are. */
  readonly table: (RowMapping & DecodedRows) | undefined;
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
  /** Why it would be a dead letter. */
  readonly error: string | undefined;
}

export interface TrialResult {
  readonly records: readonly TriedRecord[];
  /** What the user's code wrote to the console. */
  readonly console: readonly string[];
}

/** Takes records the way that a pipeline takes them, up to the table. Throws PipelineHalt where the user's code cannot be used. */
export async function tryRecords(plan: TrialPlan, batches: readonly RecordBatch[]): Promise<TrialResult> {
  const { table, format: read, ...stepsPlan } = plan;
  const watch = {
    onTrouble: (error: unknown) => {
      throw error;
    },
    onAnswer: () => {},
  };
  const format = openFormat(read, { columns: sourceSpecs(table?.columns ?? []), watch });
  const opened = openSteps({ columns: [], ...table, ...stepsPlan });
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
        tried.push({ topic, partition, offset, input, ...outcomeOf(table, record) });
      }
    }
  }
  return { records: tried, console: opened.takeLines() };
}

/** The rows as their columns hold them, or why the record is none. */
function outcomeOf(
  table: TrialPlan['table'],
  { record, rows, reason }: RecordRows,
): Pick<TriedRecord, 'rows' | 'error'> {
  if (reason !== undefined || table === undefined)
    return { rows: reason === undefined ? rows : [], error: reason };
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
