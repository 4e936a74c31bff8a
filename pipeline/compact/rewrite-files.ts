import type { SortOrder } from '../../catalog/iceberg/sort-order.ts';
import type { IcebergValue } from '../../catalog/iceberg/value.ts';
import type { ContentKey } from '../../catalog/nessie.ts';
import type { EncodedFile } from '../batch-encoder.ts';
import { type Column, type ColumnSpec, createColumn } from '../decode/column.ts';
import { openParquetFile } from '../parquet/file-writer.ts';
import { copyValue, gatherRows } from '../parquet/gather.ts';
import { readColumns } from '../parquet/read-columns.ts';
import { sortedRows } from '../parquet/sort-rows.ts';
import { addStatistics, type FileStatistics, toFileMetrics } from '../parquet/statistics.ts';

/** Files of one partition that become one. Plain data: it is sent to the worker thread. */
export interface Rewriting {
  readonly table: ContentKey;
  readonly columns: readonly ColumnSpec[];
  readonly partition: readonly (IcebergValue | null)[];
  /** Order 0 where the table has none; otherwise all rows are held in memory and sorted. */
  readonly sortOrder: SortOrder;
  /** What the files hold together, by their manifest. */
  readonly rows: number;
}

/** Takes the files one after the other and makes one of them. Throws UnreadableFile when one does not fit the table. */
export interface FileRewriter {
  /** The bytes may be taken over. */
  add(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  finish(): Promise<EncodedFile>;
  stop(): Promise<void>;
}

const ROW_GROUP_ROWS = 131_072;

/** A rewriter that works on this thread. */
export function openRewriter(rewriting: Rewriting): FileRewriter {
  const { sortOrder, table, partition } = rewriting;
  const isSorted = sortOrder.fields.length > 0;
  const capacity = Math.max(1, isSorted ? rewriting.rows : Math.min(ROW_GROUP_ROWS, rewriting.rows));
  const buffer = { columns: rewriting.columns.map(spec => createColumn(spec, capacity)), rows: 0 };
  const writer = openParquetFile(ROW_GROUP_ROWS);
  const statistics: FileStatistics = new Map();
  let total = 0;
  const write = async (columns: readonly Column[], rows: number): Promise<void> => {
    await writer.append(columns, rows);
    addStatistics(statistics, columns, rows);
    total += rows;
  };
  const drain = async (): Promise<void> => {
    if (buffer.rows === 0) return;
    if (!isSorted) {
      await write(buffer.columns, buffer.rows);
    } else {
      const order = sortedRows(buffer.columns, buffer.rows, sortOrder.fields);
      for (let from = 0; from < order.length; from += ROW_GROUP_ROWS) {
        const part = order.subarray(from, from + ROW_GROUP_ROWS);
        await write(gatherRows(buffer.columns, part), part.length);
      }
    }
    buffer.rows = 0;
  };
  return {
    add: async bytes => {
      for (const { columns, rows } of readColumns(bytes, rewriting.columns)) {
        for (let row = 0; row < rows; row++) {
          copyRow(columns, row, buffer);
          if (!isSorted && buffer.rows >= capacity) await drain();
        }
      }
    },
    finish: async () => {
      await drain();
      if (total !== rewriting.rows)
        throw new Error(
          `The files hold ${total} rows, their manifest says ${rewriting.rows}; nothing was rewritten.`,
        );
      const metrics = toFileMetrics(statistics);
      const file = await writer.finish();
      return {
        table,
        ...file,
        partition,
        recordCount: BigInt(total),
        metrics,
        sortOrderId: sortOrder.orderId,
      };
    },
    stop: async () => {},
  };
}

function copyRow(
  columns: readonly Column[],
  row: number,
  into: { readonly columns: Column[]; rows: number },
): void {
  for (let i = 0; i < columns.length; i++) {
    const source = columns[i];
    const target = into.columns[i];
    if (source === undefined || target === undefined) throw new RangeError('The columns do not match.');
    copyValue(source, row, target, into.rows);
  }
  into.rows += 1;
}
