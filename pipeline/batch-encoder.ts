import type { IcebergValue } from '../catalog/iceberg/value.ts';
import type { ContentKey } from '../catalog/nessie.ts';
import { addDeadLetter, DEAD_LETTER_FIELDS } from './dead-letters.ts';
import { type Poison, poisonAt } from './decode/json-decoder.ts';
import type { ColumnSpec } from './decode/column.ts';
import { toColumnSpecs } from './decode/spec.ts';
import type { RecordBatch } from './kafka/record-source.ts';
import type { toFileMetrics } from './parquet/statistics.ts';
import type { RecordPlace } from './rows/raw-record.ts';
import { openRowWriter, type RowPlan, type RowWriterParts } from './rows/row-writer.ts';
import type { TableDrift } from './schema/drift.ts';
import { createTableSink, type TablePlan, type TableSink } from './rows/table-sink.ts';

/** What the records of one pipeline become. Plain data: it is sent to the worker thread. */
export interface EncodingPlan extends RowPlan {
  readonly pipeline: string;
  readonly deadLetters: ContentKey;
  /** The columns of that table which are filled; those of a new one where they are left out. */
  readonly deadLetterColumns?: readonly ColumnSpec[];
  /** What becomes of records that are no rows: kept in a table of their own, or only counted. */
  readonly onError: 'deadLetter' | 'skip';
}

/** A finished Parquet file and everything that its manifest entry says, but for the place it will be put. */
export interface EncodedFile {
  /** The table it belongs to. */
  readonly table: ContentKey;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly partition: readonly (IcebergValue | null)[];
  readonly recordCount: bigint;
  readonly splitOffsets: readonly bigint[];
  readonly columnSizes: ReadonlyMap<number, bigint>;
  readonly metrics: ReturnType<typeof toFileMetrics>;
  /** By what its rows are sorted; 0 for not at all. */
  readonly sortOrderId: number;
}

/** What a batch of records became. */
export interface BatchReport {
  readonly rows: number;
  /** Rows that the pipeline's condition left out. */
  readonly filtered: number;
  readonly poison: number;
  /** The first few bad records, for people. */
  readonly examples: readonly Poison[];
  /** Names of members that no column takes, as far as they were not told before. */
  readonly unknownNames: readonly string[];
  /** Files that were closed because they had reached their size. */
  readonly files: readonly EncodedFile[];
  /** What tables must become before records of this or an earlier batch are rows: nothing of the batch may be committed then. */
  readonly drift: readonly TableDrift[];
}

export interface BatchEncoder {
  add(batch: RecordBatch): Promise<BatchReport>;
  /** Makes a dead letter of the first record of a batch, where there are any. */
  reject(batch: RecordBatch, reason: string): void;
  /** Closes every open file. Afterwards nothing is held back. */
  flush(): Promise<readonly EncodedFile[]>;
}

const DEAD_LETTER_ROWS = 10_000;
const MAX_EXAMPLES = 5;

/**
 * Decodes records into columns and columns into Parquet files, one per partition of each table. `openTable` is asked how the
 * rows of a further table are written, where records are routed.
 */
export function createBatchEncoder(
  plan: EncodingPlan,
  { openTable = unroutedTable, watch = IMPATIENT }: Partial<RowWriterParts> = {},
): BatchEncoder {
  const writer = openRowWriter(plan, { openTable, watch });
  const rejected = openDeadLetters(plan);
  return {
    add: async batch => {
      const files: EncodedFile[] = [];
      const examples: Poison[] = [];
      const namesBefore = writer.unknownNames.size;
      let rows = 0;
      let filtered = 0;
      let poison = 0;
      const onPoison = (item: Poison): boolean => {
        poison += 1;
        if (examples.length < MAX_EXAMPLES) examples.push(item);
        return rejected.add(batch, item);
      };
      await writer.prepare(batch);
      let from: RecordPlace = { record: 0, byte: 0 };
      while (from.record < batch.count) {
        const read = await writer.read(batch, from, onPoison);
        from = read.next;
        rows += read.rows;
        filtered += read.filtered;
        files.push(...(await writer.drain()));
        if (rejected.isFull()) files.push(...(await rejected.drain()));
      }
      const unknownNames = [...writer.unknownNames].slice(namesBefore);
      return { rows, filtered, poison, examples, unknownNames, files, drift: writer.drift() };
    },
    reject: (batch, reason) => {
      rejected.add(batch, poisonAt(batch, { record: 0, byte: 0 }, reason));
    },
    flush: async () => [...(await writer.close()), ...(await rejected.close())],
  };
}

/** Without anybody to tell of a registry that is away, nobody waits for it. */
const IMPATIENT: RowWriterParts['watch'] = {
  onTrouble: error => {
    throw error;
  },
  onAnswer: () => {},
};

function unroutedTable(table: ContentKey): Promise<TablePlan> {
  return Promise.reject(new Error(`Nobody says how the rows of ${table.join('.')} are written.`));
}

/** The records that are no rows, on their way into a table of their own. */
interface DeadLetters extends Pick<TableSink, 'isFull' | 'drain' | 'close'> {
  /** False when there should be room made. */
  add(batch: RecordBatch, poison: Poison): boolean;
}

function openDeadLetters(plan: EncodingPlan): DeadLetters {
  const { pipeline, deadLetters, onError, targetFileBytes } = plan;
  const columns = plan.deadLetterColumns ?? toColumnSpecs(DEAD_LETTER_FIELDS);
  const table = { table: deadLetters, columns, partitionFields: [], targetFileBytes };
  const sink = createTableSink(table, { capacity: DEAD_LETTER_ROWS });
  const { decoder } = sink;
  return {
    ...sink,
    add: (batch, poison) => {
      if (onError !== 'deadLetter') return true;
      addDeadLetter(decoder.columns, decoder.rows++, { pipeline, batch, poison });
      return !sink.isFull();
    },
  };
}
