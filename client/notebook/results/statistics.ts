import type { ResultStore } from './result-store.ts';
import type { RowOrder } from './row-order.ts';
import { decimalKey } from './sort-keys.ts';
import { epochMilliseconds } from './time-text.ts';
import { orderingOf, type Ordering } from './trino-type.ts';
import type { ColumnStatistics } from './view.ts';

const MAX_DISTINCT = 100_000;
const TOP_VALUES = 10;
const HISTOGRAM_BINS = 24;

/** Statistics of one column. Reads every row of the view once. */
export function columnStatistics(store: ResultStore, order: RowOrder, column: number): ColumnStatistics {
  const type = store.types[column];
  if (type === undefined) throw new RangeError(`The result has no column ${column}.`);
  const ordering = orderingOf(type);
  const isNumeric = (ordering === 'number' && type.base !== 'boolean') || ordering === 'decimal';
  const isTime = ordering === 'time';
  const rows = order?.length ?? store.rowCount;
  const numbers = new Float64Array(isNumeric || isTime ? rows : 0);
  const counts = new Map<string, number>();
  const keyOf = keyReader(ordering, { isNumeric, isTime });
  let low: Extreme | undefined;
  let high: Extreme | undefined;
  let values = 0;
  let isExact = true;
  visit(store, { order, column }, text => {
    if (isNumeric || isTime) numbers[values] = isTime ? epochMilliseconds(text) : Number(text);
    values++;
    if (counts.size < MAX_DISTINCT || counts.has(text)) counts.set(text, (counts.get(text) ?? 0) + 1);
    else isExact = false;
    const key = keyOf(text);
    if (low === undefined || key < low.key) low = { key, text };
    if (high === undefined || key > high.key) high = { key, text };
  });
  const top = [...counts].sort(([, a], [, b]) => b - a).slice(0, TOP_VALUES);
  return {
    rows,
    nulls: rows - values,
    distinct: counts.size,
    isDistinctExact: isExact,
    top: isExact ? top.map(([text, count]) => ({ text, count })) : [],
    ...(low === undefined ? {} : { min: low.text }),
    ...(high === undefined ? {} : { max: high.text }),
    ...(isNumeric || isTime ? numberStatistics(numbers.subarray(0, values), isTime) : {}),
  };
}

interface Extreme {
  readonly key: string | number | bigint;
  readonly text: string;
}

/** Keys that order like the values: exact for integers and decimals, to the millisecond for times. */
function keyReader(
  ordering: Ordering,
  { isNumeric, isTime }: { isNumeric: boolean; isTime: boolean },
): (text: string) => Extreme['key'] {
  if (isTime) return epochMilliseconds;
  if (!isNumeric) return String;
  return text => (ordering === 'decimal' || /^-?\d{16,}$/.test(text) ? decimalKey(text) : Number(text));
}

function visit(
  store: ResultStore,
  { order, column }: { order: RowOrder; column: number },
  use: (text: string) => void,
): void {
  if (order !== undefined) {
    // Ascending row numbers read every batch once, whatever the order of the view.
    for (const row of Uint32Array.from(order).sort()) {
      const batch = store.batch(store.batchOf(row));
      const text = batch.column(column).text(row - batch.firstRow);
      if (text !== null) use(text);
    }
    return;
  }
  for (let index = 0; index < store.batchCount(); index++) {
    const batch = store.batch(index);
    const reader = batch.column(column);
    for (let row = 0; row < batch.rows; row++) {
      const text = reader.text(row);
      if (text !== null) use(text);
    }
  }
}

function numberStatistics(numbers: Float64Array, isTime: boolean): Partial<ColumnStatistics> {
  const sorted = numbers.filter(Number.isFinite).sort();
  const low = sorted[0];
  const high = sorted.at(-1);
  if (low === undefined || high === undefined) return {};
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
  const width = (high - low) / HISTOGRAM_BINS;
  for (const value of sorted) {
    const bin = width === 0 ? 0 : Math.min(HISTOGRAM_BINS - 1, Math.floor((value - low) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? low;
  return {
    histogram: { low, high, counts, isTime },
    ...(isTime
      ? {}
      : {
          mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
          quartiles: [at(0.25), at(0.5), at(0.75)],
        }),
  };
}
