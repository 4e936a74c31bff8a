import type { TypedPartitionField } from '../../catalog/iceberg/partition.ts';
import { type SortOrder, UNSORTED } from '../../catalog/iceberg/sort-order.ts';
import type { ContentKey } from '../../catalog/nessie.ts';
import type { EncodedFile } from '../batch-encoder.ts';
import type { Filter } from '../columns/filter.ts';
import { type Column, type ColumnSpec, KIND } from '../decode/column.ts';
import { createJsonDecoder, type JsonDecoder } from '../decode/json-decoder.ts';
import { createFileSet } from '../parquet/file-set.ts';
import type { TableDrift } from '../schema/drift.ts';
import type { DriftPlan } from '../schema/drift-watch.ts';

/** What the rows of one table become. Plain data: it is sent to the worker thread. */
export interface TablePlan {
  readonly table: ContentKey;
  readonly columns: readonly ColumnSpec[];
  /** Members of records that no column is wanted for. */
  readonly dropped?: readonly string[] | undefined;
  /** Rows for which it is not true are left out. */
  readonly filter?: Filter | undefined;
  readonly partitionFields: readonly TypedPartitionField[];
  /** The order of the rows in each file; none where it is left out. */
  readonly sortOrder?: SortOrder;
  /** Files are closed when they are about this large, and at every flush. */
  readonly targetFileBytes: number;
  /** Partitions that are written at once; rows of further ones wait on disk. */
  readonly openPartitions?: number;
  /** What becomes of rows that are not as the table is; without it unknown members are left out. */
  readonly drift?: DriftPlan;
}

/** The rows of one table that are on their way into files. */
export interface TableSink {
  readonly table: ContentKey;
  readonly decoder: JsonDecoder;
  isFull(): boolean;
  /** Bytes of the rows in the columns. */
  heldBytes(): number;
  /** Moves the rows from the columns to the files. Answers files that were closed. */
  drain(): Promise<readonly EncodedFile[]>;
  /** Closes every open file; afterwards nothing is held back. */
  close(): Promise<readonly EncodedFile[]>;
}

/** Column memory that is filled before a row group is encoded. */
const ROW_GROUP_BYTES = 10 * 1024 * 1024;
const MAX_ROW_GROUP_ROWS = 250_000;
const MIN_ROW_GROUP_ROWS = 4_096;
const OPEN_PARTITIONS = 64;
/** Sorted files are as large as what is sorted at once. */
const SORTED_GROUP_FACTOR = 3;

export interface SinkOptions {
  /** Rows per row group; by default as many as are about {@link ROW_GROUP_BYTES}. */
  readonly capacity?: number;
  /** Rows that there is room for at first; by default all of the capacity. Rows are then appended carefully only. */
  readonly initialRows?: number;
  /** In place of the plan's, where it changes. */
  readonly targetFileBytes?: () => number;
}

/** What the tables must become before rows that came are rows; see `DriftWatch`. */
export function driftOf(sinks: Iterable<TableSink>): TableDrift[] {
  return [...sinks].flatMap(({ table, decoder }) => {
    const changes = decoder.watch?.changes() ?? [];
    return changes.length === 0 ? [] : [{ table, changes }];
  });
}

export function createTableSink(plan: TablePlan, options: SinkOptions = {}): TableSink {
  const { table, columns, partitionFields, sortOrder = UNSORTED } = plan;
  const { capacity = groupRows(plan), initialRows = capacity } = options;
  const decoder = createJsonDecoder(columns, { capacity, initialRows }, plan);
  const files = createFileSet({
    table,
    partitionFields,
    sortOrder,
    capacity,
    targetFileBytes: options.targetFileBytes ?? (() => plan.targetFileBytes),
    openPartitions: plan.openPartitions ?? OPEN_PARTITIONS,
  });
  const drain = async (): Promise<readonly EncodedFile[]> => {
    const closed = await files.append(decoder.columns, decoder.rows);
    decoder.rows = 0;
    return closed;
  };
  return {
    table,
    decoder,
    isFull: () => decoder.rows >= decoder.capacity || variableBytes(decoder) >= ROW_GROUP_BYTES,
    heldBytes: () => variableBytes(decoder) + decoder.rows * rowWidth(columns),
    drain,
    close: async () => [...(await drain()), ...(await files.close())],
  };
}

function variableBytes({ all, rows }: JsonDecoder): number {
  let bytes = 0;
  for (const column of all) bytes += usedBytes(column, rows);
  return bytes;
}

/** The variable part of a column: what the number of rows says nothing about. */
function usedBytes(column: Column, rows: number): number {
  const { kind } = column.spec;
  if (kind === KIND.string || kind === KIND.binary) return column.offsets[rows] ?? 0;
  const inner = kind === KIND.struct ? rows : (column.offsets[rows] ?? 0);
  return column.children.reduce((sum, child) => sum + usedBytes(child, inner) + inner * 8, 0);
}

function groupRows({ columns, sortOrder }: TablePlan): number {
  const width = columns.reduce((sum, spec) => sum + Math.max(8, spec.width), 0);
  const rows = Math.max(
    MIN_ROW_GROUP_ROWS,
    Math.min(MAX_ROW_GROUP_ROWS, Math.floor(ROW_GROUP_BYTES / width)),
  );
  return rows * ((sortOrder?.fields.length ?? 0) > 0 ? SORTED_GROUP_FACTOR : 1);
}

/** The part of a row that does not depend on its values, in bytes. */
function rowWidth(columns: readonly ColumnSpec[]): number {
  return columns.reduce((sum, spec) => sum + Math.max(8, spec.width), 0);
}
