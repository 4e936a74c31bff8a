import type { DataFile } from '../../catalog/iceberg/manifest.ts';
import type { ContentKey } from '../../catalog/nessie.ts';
import type { EncodedFile } from '../batch-encoder.ts';
import { appendValue } from '../decode/append-value.ts';
import { type Column, type ColumnSpec, createColumn } from '../decode/column.ts';
import { openParquetFile } from '../parquet/file-writer.ts';
import { copyValue } from '../parquet/gather.ts';
import { addStatistics, type FileStatistics, toFileMetrics } from '../parquet/statistics.ts';
import type { LetterRows } from './letter-rows.ts';

/** What becomes of a letter in the dead-letter table: it is taken out, or it stays, with a new error or as it is. */
export type LetterFate =
  { readonly kind: 'out' } | { readonly kind: 'stays'; readonly error?: string | undefined };

export interface LetterRewriting {
  readonly table: ContentKey;
  readonly specs: readonly ColumnSpec[];
  readonly partition: DataFile['partition'];
}

const ROW_GROUP_ROWS = 10_000;
const ROW_GROUP_BYTES = 10 * 1024 * 1024;

/** A new file of the letters that stay; undefined where none does. Columns that other tools have added are kept. */
export async function rewriteLetters(
  { table, specs, partition }: LetterRewriting,
  input: AsyncIterable<LetterRows>,
  fateOf: (rows: LetterRows, row: number) => LetterFate,
): Promise<EncodedFile | undefined> {
  const writer = openParquetFile(ROW_GROUP_ROWS);
  const statistics: FileStatistics = new Map();
  let buffer = emptyColumns(specs);
  let rows = 0;
  let total = 0;
  const drain = async (): Promise<void> => {
    if (rows === 0) return;
    await writer.append(buffer, rows);
    addStatistics(statistics, buffer, rows);
    total += rows;
    rows = 0;
    buffer = emptyColumns(specs);
  };
  for await (const group of input) {
    for (const row of group.rows) {
      const fate = fateOf(group, row);
      if (fate.kind === 'out') continue;
      copyLetter(group.columns, row, { columns: buffer, row: rows, error: fate.error });
      rows += 1;
      if (rows >= ROW_GROUP_ROWS || usedBytes(buffer, rows) >= ROW_GROUP_BYTES) await drain();
    }
  }
  await drain();
  if (total === 0) return undefined;
  const file = await writer.finish();
  const metrics = toFileMetrics(statistics);
  return { table, ...file, partition, recordCount: BigInt(total), metrics, sortOrderId: 0 };
}

function emptyColumns(specs: readonly ColumnSpec[]): Column[] {
  return specs.map(spec => createColumn(spec, ROW_GROUP_ROWS));
}

function usedBytes(columns: readonly Column[], rows: number): number {
  return columns.reduce((sum, column) => sum + (column.offsets[rows] ?? 0), 0);
}

function copyLetter(
  source: readonly Column[],
  row: number,
  to: { readonly columns: readonly Column[]; readonly row: number; readonly error: string | undefined },
): void {
  for (const [index, target] of to.columns.entries()) {
    const column = source[index];
    if (column === undefined) throw new RangeError('The columns do not match.');
    if (to.error !== undefined && target.spec.name === 'error') appendValue(target, to.row, to.error);
    else copyValue(column, row, target, to.row);
  }
}
