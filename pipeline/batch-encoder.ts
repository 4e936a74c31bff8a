import type { TypedPartitionField } from '../catalog/iceberg/partition.ts';
import { type SortOrder, UNSORTED } from '../catalog/iceberg/sort-order.ts';
import type { IcebergValue } from '../catalog/iceberg/value.ts';
import type { ContentKey } from '../catalog/nessie.ts';
import { addDeadLetter, createDeadLetterColumns } from './dead-letters.ts';
import { type Column, type ColumnSpec, KIND } from './decode/column.ts';
import { createJsonDecoder, decodeBatch, type JsonDecoder, type Poison } from './decode/json-decoder.ts';
import type { RecordBatch } from './kafka/record-source.ts';
import { createFileSet } from './parquet/file-set.ts';
import type { toFileMetrics } from './parquet/statistics.ts';

/** What the rows of one pipeline become. Plain data: it is sent to the worker thread. */
export interface EncodingPlan {
  readonly pipeline: string;
  readonly table: ContentKey;
  readonly deadLetters: ContentKey;
  readonly columns: readonly ColumnSpec[];
  readonly partitionFields: readonly TypedPartitionField[];
  /** The order of the rows in each file; none where it is left out. */
  readonly sortOrder?: SortOrder;
  /** Files are closed when they are about this large, and at every flush. */
  readonly targetFileBytes: number;
  /** Partitions that are written at once; rows of further ones wait on disk. */
  readonly openPartitions?: number;
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
  readonly poison: number;
  /** The first few bad records, for people. */
  readonly examples: readonly Poison[];
  /** Names of members that no column takes, as far as they were not told before. */
  readonly unknownNames: readonly string[];
  /** Files that were closed because they had reached their size. */
  readonly files: readonly EncodedFile[];
}

export interface BatchEncoder {
  add(batch: RecordBatch): Promise<BatchReport>;
  /** Closes every open file. Afterwards nothing is held back. */
  flush(): Promise<readonly EncodedFile[]>;
}

/** Column memory that is filled before a row group is encoded. */
const ROW_GROUP_BYTES = 10 * 1024 * 1024;
const MAX_ROW_GROUP_ROWS = 250_000;
const MIN_ROW_GROUP_ROWS = 4_096;
const DEAD_LETTER_ROWS = 10_000;
const MAX_EXAMPLES = 5;
const OPEN_PARTITIONS = 64;
/** Sorted files are as large as what is sorted at once. */
const SORTED_GROUP_FACTOR = 3;

/** Decodes records into columns and columns into Parquet files, one per partition of the table. */
export function createBatchEncoder(plan: EncodingPlan): BatchEncoder {
  const capacity =
    rowGroupRows(plan.columns) * ((plan.sortOrder?.fields.length ?? 0) > 0 ? SORTED_GROUP_FACTOR : 1);
  const decoder = createJsonDecoder(plan.columns, capacity);
  const deadLetters = { columns: createDeadLetterColumns(DEAD_LETTER_ROWS), rows: 0, bytes: 0 };
  const { partitionFields, sortOrder = UNSORTED, targetFileBytes, openPartitions = OPEN_PARTITIONS } = plan;
  const common = { targetFileBytes, openPartitions };
  const table = createFileSet({ ...common, table: plan.table, partitionFields, sortOrder, capacity });
  const rejected = createFileSet({
    ...common,
    table: plan.deadLetters,
    partitionFields: [],
    sortOrder: UNSORTED,
    capacity: DEAD_LETTER_ROWS,
  });

  const drainRows = async (): Promise<readonly EncodedFile[]> => {
    const files = await table.append(decoder.columns, decoder.rows);
    decoder.rows = 0;
    return files;
  };
  const drainDeadLetters = async (): Promise<readonly EncodedFile[]> => {
    const files = await rejected.append(deadLetters.columns, deadLetters.rows);
    deadLetters.rows = 0;
    deadLetters.bytes = 0;
    return files;
  };

  const isDeadLetterFull = (): boolean =>
    deadLetters.rows >= DEAD_LETTER_ROWS || deadLetters.bytes >= ROW_GROUP_BYTES;

  return {
    add: async batch => {
      const files: EncodedFile[] = [];
      const examples: Poison[] = [];
      const namesBefore = decoder.scanner.unknownNames.size;
      let rows = 0;
      let poison = 0;
      const onPoison = (item: Poison): boolean => {
        poison += 1;
        if (examples.length < MAX_EXAMPLES) examples.push(item);
        if (plan.onError !== 'deadLetter') return true;
        addDeadLetter(deadLetters.columns, deadLetters.rows++, {
          pipeline: plan.pipeline,
          batch,
          poison: item,
        });
        return deadLetters.rows < DEAD_LETTER_ROWS;
      };
      let from = { record: 0, byte: 0 };
      while (from.record < batch.count) {
        const before = decoder.rows;
        from = decodeBatch(decoder, batch, from, { onPoison });
        rows += decoder.rows - before;
        if (isFull(decoder)) files.push(...(await drainRows()));
        if (isDeadLetterFull()) files.push(...(await drainDeadLetters()));
      }
      const unknownNames = [...decoder.scanner.unknownNames].slice(namesBefore);
      return { rows, poison, examples, unknownNames, files };
    },
    flush: async () => [
      ...(await drainRows()),
      ...(await drainDeadLetters()),
      ...(await table.close()),
      ...(await rejected.close()),
    ],
  };
}

function isFull(decoder: JsonDecoder): boolean {
  if (decoder.rows >= decoder.capacity) return true;
  let bytes = 0;
  for (const column of decoder.columns) bytes += usedBytes(column, decoder.rows);
  return bytes >= ROW_GROUP_BYTES;
}

/** The variable part of a column: what the number of rows says nothing about. */
function usedBytes(column: Column, rows: number): number {
  const { kind } = column.spec;
  if (kind === KIND.string || kind === KIND.binary) return column.offsets[rows] ?? 0;
  const inner = kind === KIND.struct ? rows : (column.offsets[rows] ?? 0);
  return column.children.reduce((sum, child) => sum + usedBytes(child, inner) + inner * 8, 0);
}

function rowGroupRows(columns: readonly ColumnSpec[]): number {
  const width = columns.reduce((sum, spec) => sum + Math.max(8, spec.width), 0);
  return Math.max(MIN_ROW_GROUP_ROWS, Math.min(MAX_ROW_GROUP_ROWS, Math.floor(ROW_GROUP_BYTES / width)));
}
