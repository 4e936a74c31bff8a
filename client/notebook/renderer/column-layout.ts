/** One column as the grid shows it; `x` is its left edge in the scrolled area, or in the frozen area. */
export interface ShownColumn {
  readonly index: number;
  /** Its place among the shown columns. */
  readonly position: number;
  readonly x: number;
  readonly width: number;
  readonly isFrozen: boolean;
}

/** The widths, the hidden and the frozen columns of a grid. Pure: no document here. */
export interface ColumnLayout {
  readonly columnCount: number;
  readonly widths: ReadonlyMap<number, number>;
  readonly hidden: ReadonlySet<number>;
  /** In the order in which they stand at the left. */
  readonly frozen: readonly number[];
}

const DEFAULT_WIDTH = 140;
export const MIN_WIDTH = 40;
export const MAX_WIDTH = 800;

/** Columns in the order they are shown, frozen ones first, with their places. */
export function placeColumns(layout: ColumnLayout): ShownColumn[] {
  const shown: ShownColumn[] = [];
  let x = 0;
  const add = (index: number, isFrozen: boolean): void => {
    if (layout.hidden.has(index)) return;
    const width = layout.widths.get(index) ?? DEFAULT_WIDTH;
    shown.push({ index, position: shown.length, x, width, isFrozen });
    x += width;
  };
  for (const index of layout.frozen) add(index, true);
  for (let index = 0; index < layout.columnCount; index++)
    if (!layout.frozen.includes(index)) add(index, false);
  return shown;
}

/** The part of `columns` that is seen: all frozen ones, and those that meet the window of the scrolled area. */
export function visibleColumns(
  columns: readonly ShownColumn[],
  scrollLeft: number,
  width: number,
): ShownColumn[] {
  const frozen = columns.filter(column => column.isFrozen);
  const frozenWidth = frozen.reduce((sum, column) => sum + column.width, 0);
  const from = scrollLeft + frozenWidth;
  let low = frozen.length;
  let high = columns.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const column = columns[middle];
    if (column !== undefined && column.x + column.width <= from) low = middle + 1;
    else high = middle;
  }
  const seen = [...frozen];
  for (let i = low; i < columns.length; i++) {
    const column = columns[i];
    if (column === undefined || column.x >= scrollLeft + width) break;
    seen.push(column);
  }
  return seen;
}

/** A width that fits the header and the values of the first page, by their lengths. */
export function fittingWidth(texts: readonly string[], header: string): number {
  const longest = texts.reduce((most, text) => Math.max(most, Math.min(text.length, 60)), 0);
  return Math.round(Math.min(360, Math.max(72, longest * 7.6 + 24, header.length * 7.8 + 44)));
}
