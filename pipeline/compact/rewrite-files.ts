import type { ContentKey } from '../../catalog/nessie.ts';
import type { SortField } from '../../catalog/iceberg/sort-order.ts';
import type { IcebergValue } from '../../catalog/iceberg/value.ts';
import type { EncodedFile } from '../batch-encoder.ts';
import { type Column, type ColumnSpec, createColumn } from '../decode/column.ts';
import { openParquetFile } from '../parquet/file-writer.ts';
import { copyValue, gatherRows } from '../parquet/gather.ts';
import { readColumns } from '../parquet/read-columns.ts';
import { sortedRows } from '../parquet/sort-rows.ts';
import { addStatistics, type FileStatistics, toFileMetrics } from '../parquet/statistics.ts';

/** Files of one partition that become one. */
export interface Rewriting {
  readonly table: ContentKey;
  readonly columns: readonly ColumnSpec[];
  readonly partition: readonly (IcebergValue | null)[];
  /** Empty where the table has no order; otherwise all rows are held in memory and sorted. */
  readonly sortFields: readonly SortField[];
  /** The files' bytes, one after the other. */
  readonly sources: AsyncIterable<Uint8Array<ArrayBuffer>>;
  readonly rows: number;
}

const ROW_GROUP_ROWS = 131_072;

/** Writes the rows of several files into one. Throws UnreadableFile when one of them does not fit the table. */
export async function rewriteFiles(rewriting: Rewriting): Promise<EncodedFile> {
  const { sortFields } = rewriting;
  const isSorted = sortFields.length > 0;
  const capacity = isSorted
    ? Math.max(1, rewriting.rows)
    : Math.min(ROW_GROUP_ROWS, Math.max(1, rewriting.rows));
  const buffer = { columns: rewriting.columns.map(spec => createColumn(spec, capacity)), rows: 0 };
  const writer = openParquetFile(ROW_GROUP_ROWS);
  const statistics: FileStatistics = new Map();
  let total = 0;
  const write = async (columns: readonly Column[], rows: number): Promise<void> => {
    await writer.append(columns, rows);
    addStatistics(statistics, columns, rows);
    total += rows;
  };
  for await (const bytes of rewriting.sources) {
    for (const { columns, rows } of readColumns(bytes, rewriting.columns)) {
      for (let row = 0; row < rows; row++) {
        copyRow(columns, row, buffer);
        if (isSorted || buffer.rows < capacity) continue;
        await write(buffer.columns, buffer.rows);
        buffer.rows = 0;
      }
    }
  }
  if (isSorted) {
    const order = sortedRows(buffer.columns, buffer.rows, sortFields);
    for (let from = 0; from < order.length; from += ROW_GROUP_ROWS) {
      const part = order.subarray(from, from + ROW_GROUP_ROWS);
      await write(gatherRows(buffer.columns, part), part.length);
    }
  } else if (buffer.rows > 0) {
    await write(buffer.columns, buffer.rows);
  }
  if (total !== rewriting.rows)
    throw new Error(
      `The files hold ${total} rows, their manifest says ${rewriting.rows}; nothing was rewritten.`,
    );
  return {
    table: rewriting.table,
    ...(await writer.finish()),
    partition: rewriting.partition,
    recordCount: BigInt(total),
    metrics: toFileMetrics(statistics),
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
