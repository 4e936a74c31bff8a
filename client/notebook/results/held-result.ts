import type { ChartData, ChartSettings, CopyRange, HeadColumn } from '../messages.ts';
import { readCell, readPage, viewLength } from './page.ts';
import type { ResultStore } from './result-store.ts';
import { rowOrderOf, type RowOrder } from './row-order.ts';
import { columnStatistics } from './statistics.ts';
import { createTextFormat, type TextFormatName } from './text-formats.ts';
import { epochMilliseconds } from './time-text.ts';
import { orderingOf } from './trino-type.ts';
import type { ColumnStatistics, Page, PageRange, ResultView } from './view.ts';

/** A result with the orders of the views that were looked at last. Answers what a grid asks. */
export interface HeldResult {
  readonly store: ResultStore;
  page(view: ResultView, range: PageRange): Page & { readonly viewRows: number };
  columns(): readonly HeadColumn[];
  cell(view: ResultView, at: { readonly row: number; readonly column: number }): string | null;
  statistics(view: ResultView, column: number): ColumnStatistics;
  copy(
    view: ResultView,
    range: CopyRange,
    format: TextFormatName,
  ): { readonly text: string; readonly rows: number };
  chart(view: ResultView, settings: ChartSettings, maxPoints: number): ChartData;
  /** Forgets the orders, after rows were added. */
  invalidate(): void;
}

const KEPT_ORDERS = 2;
/** What a clipboard takes without trouble. */
const MAX_COPY_CHARACTERS = 64_000_000;

/** Holds a store for a grid. */
export function holdResult(store: ResultStore): HeldResult {
  const orders = new Map<string, RowOrder>();
  const orderOf = (view: ResultView): RowOrder => {
    const key = JSON.stringify(view);
    if (orders.has(key)) return orders.get(key);
    // The old order is let go before the new one is made: together they would double the memory.
    for (const oldest of orders.keys()) {
      if (orders.size < KEPT_ORDERS) break;
      orders.delete(oldest);
    }
    const order = rowOrderOf(store, view);
    orders.set(key, order);
    return order;
  };
  return {
    store,
    page: (view, range) => {
      const order = orderOf(view);
      return { ...readPage(store, order, range), viewRows: viewLength(store, order) };
    },
    columns: () => store.columns,
    cell: (view, at) => readCell(store, orderOf(view), at),
    statistics: (view, column) => columnStatistics(store, orderOf(view), column),
    copy: (view, range, format) => copyText(store, orderOf(view), { range, format }),
    chart: (view, settings, maxPoints) => chartData(store, orderOf(view), { settings, maxPoints }),
    invalidate: () => {
      orders.clear();
    },
  };
}

function copyText(
  store: ResultStore,
  order: RowOrder,
  { range, format }: { readonly range: CopyRange; readonly format: TextFormatName },
): { text: string; rows: number } {
  const columns = range.columns.flatMap(index => store.columns[index] ?? []);
  const text = createTextFormat(format, { columns, withHeader: range.withHeader });
  const end = Math.min(viewLength(store, order), range.firstRow + range.rows);
  const parts = [text.start];
  let length = 0;
  for (let at = range.firstRow; at < end; at++) {
    const row = order === undefined ? at : (order[at] ?? 0);
    const batch = store.batch(store.batchOf(row));
    const texts = range.columns.map(column => batch.column(column).text(row - batch.firstRow));
    const part = text.row(texts, at - range.firstRow);
    length += part.length;
    if (length > MAX_COPY_CHARACTERS) {
      throw new Error(
        `More than ${MAX_COPY_CHARACTERS / 1e6} MB are too much for the clipboard: export the result to a file.`,
      );
    }
    parts.push(part);
  }
  parts.push(text.end(end - range.firstRow));
  return { text: parts.join(''), rows: end - range.firstRow };
}

function chartData(
  store: ResultStore,
  order: RowOrder,
  { settings, maxPoints }: { readonly settings: ChartSettings; readonly maxPoints: number },
): ChartData {
  const indexOf = (name: string): number => {
    const index = store.columns.findIndex(column => column.name === name);
    if (index < 0) throw new Error(`The result has no column "${name}": choose another one for the chart.`);
    return index;
  };
  const x = indexOf(settings.x);
  if (settings.type === 'bar')
    return barData(store, order, { x, y: settings.y.map(name => ({ name, index: indexOf(name) })) });
  const series = settings.y.map(name => ({
    name,
    index: indexOf(name),
    values: [] as (number | string | null)[],
  }));
  const totalRows = viewLength(store, order);
  const step = Math.max(1, totalRows / maxPoints);
  const xs: (number | string | null)[] = [];
  for (let i = 0; Math.floor(i * step) < totalRows; i++) {
    const at = Math.floor(i * step);
    const row = order === undefined ? at : (order[at] ?? 0);
    xs.push(pointOf(store, row, x));
    for (const each of series) each.values.push(pointOf(store, row, each.index));
  }
  const xType = store.types[x];
  return {
    x: xs,
    xIsTime: xType !== undefined && orderingOf(xType) === 'time',
    series: series.map(({ name, values }) => ({ name, values })),
    totalRows,
    isSampled: step > 1,
  };
}

const MAX_BARS = 60;

/** The sums of every measure for each of the first values of x, over all rows of the view. */
function barData(
  store: ResultStore,
  order: RowOrder,
  { x, y }: { readonly x: number; readonly y: readonly { readonly name: string; readonly index: number }[] },
): ChartData {
  const totalRows = viewLength(store, order);
  const sums = new Map<string | null, number[]>();
  let isWhole = true;
  for (let at = 0; at < totalRows; at++) {
    const row = order === undefined ? at : (order[at] ?? 0);
    const batch = store.batch(store.batchOf(row));
    const label = batch.column(x).text(row - batch.firstRow);
    let bar = sums.get(label);
    if (bar === undefined && sums.size === MAX_BARS) isWhole = false;
    else if (bar === undefined) sums.set(label, (bar = y.map(() => 0)));
    y.forEach(({ index }, i) => {
      const value = batch.column(index).number(row - batch.firstRow);
      if (bar !== undefined && !Number.isNaN(value)) bar[i] = (bar[i] ?? 0) + value;
    });
  }
  return {
    x: [...sums.keys()].map(label => label ?? 'NULL'),
    xIsTime: false,
    series: y.map(({ name }, i) => ({ name, values: [...sums.values()].map(bar => bar[i] ?? 0) })),
    totalRows: isWhole ? sums.size : totalRows,
    isSampled: !isWhole,
  };
}

function pointOf(store: ResultStore, row: number, column: number): number | string | null {
  const batch = store.batch(store.batchOf(row));
  const text = batch.column(column).text(row - batch.firstRow);
  const type = store.types[column];
  if (text === null || type === undefined) return null;
  const ordering = orderingOf(type);
  if (ordering === 'time') return epochMilliseconds(text);
  return ordering === 'decimal' || (ordering === 'number' && type.base !== 'boolean') ? Number(text) : text;
}
