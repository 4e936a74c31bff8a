import type { ResultStore } from './result-store.ts';
import type { RowOrder } from './row-order.ts';
import type { Page, PageCell, PageRange } from './view.ts';

/** Longer texts are cut in the grid and shown whole in the cell viewer. */
const MAX_CELL_LENGTH = 256;

/** How many rows a view has. */
export function viewLength(store: ResultStore, order: RowOrder): number {
  return order?.length ?? flushedRows(store);
}

/** The cells of a rectangle, cut to what the view has. */
export function readPage(store: ResultStore, order: RowOrder, range: PageRange): Page {
  const length = viewLength(store, order);
  const end = Math.min(length, range.firstRow + range.rows);
  const lastColumn = Math.min(store.columns.length, range.firstColumn + range.columns);
  const rows: PageCell[][] = [];
  for (let at = range.firstRow; at < end; at++) {
    const row = order === undefined ? at : (order[at] ?? 0);
    const batch = store.batch(store.batchOf(row));
    const cells: PageCell[] = [];
    for (let c = range.firstColumn; c < lastColumn; c++) {
      cells.push(shortened(batch.column(c).text(row - batch.firstRow)));
    }
    rows.push(cells);
  }
  return { firstRow: range.firstRow, firstColumn: range.firstColumn, rows };
}

/** One value whole. */
export function readCell(
  store: ResultStore,
  order: RowOrder,
  at: { row: number; column: number },
): string | null {
  const row = order === undefined ? at.row : (order[at.row] ?? 0);
  const batch = store.batch(store.batchOf(row));
  return batch.column(at.column).text(row - batch.firstRow);
}

function flushedRows(store: ResultStore): number {
  const last = store.places.at(-1);
  return last === undefined ? 0 : last.firstRow + last.rows;
}

function shortened(text: string | null): PageCell {
  if (text === null || text.length <= MAX_CELL_LENGTH) return text;
  return { text: text.slice(0, MAX_CELL_LENGTH), length: text.length };
}
