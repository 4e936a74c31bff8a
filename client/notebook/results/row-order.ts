import { filteredRows } from './filter.ts';
import { radixSort } from './radix-sort.ts';
import type { ResultStore } from './result-store.ts';
import { sortKeysOf, type SortKeys } from './sort-keys.ts';
import { isWholeResult, type ResultView } from './view.ts';

/** The rows of a view in the order they are shown; undefined stands for all rows in Trino's order. */
export type RowOrder = Uint32Array | undefined;

/** Filters and sorts. Stable; NULL comes last in both directions, as in Trino. */
export function rowOrderOf(store: ResultStore, view: ResultView): RowOrder {
  if (isWholeResult(view)) return undefined;
  const isFiltered = view.filters.length > 0 || view.search !== '';
  let order = isFiltered ? filteredRows(store, view) : allRows(store.rowCount);
  // The least significant term goes first: every further sort keeps the order of rows it finds equal.
  for (const { column, isDescending } of view.sort.toReversed()) {
    order = sorted(order, sortKeysOf(store, column), isDescending);
  }
  return order;
}

function allRows(count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) rows[row] = row;
  return rows;
}

function sorted(order: Uint32Array, keys: SortKeys, isDescending: boolean): Uint32Array {
  const hasNulls = keys.nulls.includes(1);
  const values = hasNulls ? order.filter(row => keys.nulls[row] === 0) : order;
  const nulls = hasNulls ? order.filter(row => keys.nulls[row] === 1) : new Uint32Array();
  if (isDescending) {
    for (const word of keys.words) for (let i = 0; i < word.length; i++) word[i] = ~(word[i] ?? 0);
  }
  radixSort(values, keys.words);
  if (keys.compare !== undefined) sortTies(values, keys.words, directed(keys.compare, isDescending));
  if (hasNulls) order.set(values);
  order.set(nulls, values.length);
  return order;
}

type Compare = (a: number, b: number) => number;

function directed(compare: Compare, isDescending: boolean): Compare {
  return isDescending ? (a, b) => compare(b, a) : compare;
}

/** Sorts every run of rows with equal words by the full comparison. */
function sortTies(order: Uint32Array, words: readonly Uint32Array[], compare: Compare): void {
  let start = 0;
  for (let i = 1; i <= order.length; i++) {
    const a = order[i - 1] ?? 0;
    const b = order[i] ?? 0;
    if (i < order.length && words.every(word => word[a] === word[b])) continue;
    if (i - start > 1) order.subarray(start, i).sort(compare);
    start = i;
  }
}
