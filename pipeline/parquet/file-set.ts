import type { TypedPartitionField } from '../../catalog/iceberg/partition.ts';
import type { SortOrder } from '../../catalog/iceberg/sort-order.ts';
import type { IcebergValue } from '../../catalog/iceberg/value.ts';
import type { ContentKey } from '../../catalog/nessie.ts';
import type { EncodedFile } from '../batch-encoder.ts';
import type { Column } from '../decode/column.ts';
import { openParquetFile, type ParquetFileWriter } from './file-writer.ts';
import { gatherRows } from './gather.ts';
import { partitionRows } from './partition-rows.ts';
import { sortedRows } from './sort-rows.ts';
import { openSpill } from './spill.ts';
import { addStatistics, type FileStatistics, toFileMetrics } from './statistics.ts';

/** The files of one table that are being written, at most one per partition. */
export interface FileSet {
  /** Writes the first `rows` rows; the columns may be written to again when it returns. Answers files that were closed. */
  append(columns: readonly Column[], rows: number): Promise<readonly EncodedFile[]>;
  close(): Promise<readonly EncodedFile[]>;
}

export interface FileSetOptions {
  readonly table: ContentKey;
  readonly partitionFields: readonly TypedPartitionField[];
  /** Order 0 for rows in the order in which they come. */
  readonly sortOrder: SortOrder;
  /** Rows per row group. */
  readonly capacity: number;
  /** Files are closed when they are about this large. */
  readonly targetFileBytes: () => number;
  /** Partitions that are written at once; rows of further ones wait on disk until the set is closed. */
  readonly openPartitions: number;
}

type PartitionValues = readonly (IcebergValue | null)[];

interface OpenFile {
  readonly writer: ParquetFileWriter;
  readonly partition: PartitionValues;
  readonly statistics: FileStatistics;
  rows: number;
}

interface Place {
  readonly key: string;
  readonly partition: PartitionValues;
}

const NO_PARTITION: Place = { key: '', partition: [] };

export function createFileSet(options: FileSetOptions): FileSet {
  const { table, partitionFields, sortOrder, capacity } = options;
  const isSorted = sortOrder.fields.length > 0;
  const open = new Map<string, OpenFile>();
  const spill = openSpill();
  const spilled = new Map<string, PartitionValues>();

  const openFile = (partition: PartitionValues): OpenFile => ({
    writer: openParquetFile(capacity),
    partition,
    statistics: new Map(),
    rows: 0,
  });
  const write = async (file: OpenFile, columns: readonly Column[], rows: number): Promise<void> => {
    await file.writer.append(columns, rows);
    addStatistics(file.statistics, columns, rows);
    file.rows += rows;
  };
  const finish = async ({ writer, partition, rows, statistics }: OpenFile): Promise<EncodedFile> => ({
    table,
    ...(await writer.finish()),
    partition,
    recordCount: BigInt(rows),
    metrics: toFileMetrics(statistics),
    sortOrderId: sortOrder.orderId,
  });
  const place = async (
    { key, partition }: Place,
    columns: readonly Column[],
    rows: number,
  ): Promise<readonly EncodedFile[]> => {
    if (isSorted) {
      // A file is sorted as a whole, so it is what is in memory at once; compaction makes large ones.
      const file = openFile(partition);
      await write(file, gatherRows(columns, sortedRows(columns, rows, sortOrder.fields)), rows);
      return [await finish(file)];
    }
    let file = open.get(key);
    if (file === undefined && open.size >= options.openPartitions) {
      spilled.set(key, partition);
      await spill.add(key, columns, rows);
      return [];
    }
    if (file === undefined) open.set(key, (file = openFile(partition)));
    await write(file, columns, rows);
    if (file.writer.size() < options.targetFileBytes()) return [];
    open.delete(key);
    return [await finish(file)];
  };

  return {
    append: async (columns, rows) => {
      if (rows === 0) return [];
      if (partitionFields.length === 0) return place(NO_PARTITION, columns, rows);
      const finished: EncodedFile[] = [];
      for (const group of partitionRows(columns, rows, partitionFields)) {
        const picked = group.rows.length === rows ? columns : gatherRows(columns, group.rows);
        finished.push(...(await place(group, picked, group.rows.length)));
      }
      return finished;
    },
    close: async () => {
      const finished: EncodedFile[] = [];
      for (const file of open.values()) finished.push(await finish(file));
      open.clear();
      for (const [key, partition] of spilled) {
        const file = openFile(partition);
        for await (const { columns, rows } of spill.take(key)) await write(file, columns, rows);
        finished.push(await finish(file));
      }
      spilled.clear();
      await spill.clear();
      return finished;
    },
  };
}
