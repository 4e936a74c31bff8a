/** How the rows of a result are shown. Plain data: it travels between grid, host and worker. */
export interface ResultView {
  readonly sort: readonly SortTerm[];
  readonly filters: readonly FilterTerm[];
  /** Text that some column of a row must contain, whatever its case; empty for none. */
  readonly search: string;
}

export interface SortTerm {
  readonly column: number;
  readonly isDescending: boolean;
}

export interface FilterTerm {
  readonly column: number;
  readonly operator: FilterOperator;
  /** The value to compare with, written as the grid shows it; unused by `is null` and `is not null`. */
  readonly value: string;
}

export const FILTER_OPERATORS = [
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'contains',
  'does not contain',
  'starts with',
  'is null',
  'is not null',
] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

export const WHOLE_RESULT: ResultView = { sort: [], filters: [], search: '' };

/** True when a view shows every row in the order Trino sent them. */
export function isWholeResult(view: ResultView): boolean {
  return view.sort.length === 0 && view.filters.length === 0 && view.search === '';
}

/** What a grid cell shows: the text, NULL, or the beginning of a long text with the length of the whole. */
export type PageCell = string | null | { readonly text: string; readonly length: number };

/** A rectangle of a view. */
export interface Page {
  readonly firstRow: number;
  readonly firstColumn: number;
  readonly rows: readonly (readonly PageCell[])[];
}

export interface PageRange {
  readonly firstRow: number;
  readonly rows: number;
  readonly firstColumn: number;
  readonly columns: number;
}

/** What the statistics panel of one column shows, over the rows of a view. */
export interface ColumnStatistics {
  readonly rows: number;
  readonly nulls: number;
  /** Exact up to 100,000 different values; `isDistinctExact` says so. */
  readonly distinct: number;
  readonly isDistinctExact: boolean;
  /** The most frequent values, most frequent first, as long as the number of different values is exact. */
  readonly top: readonly { readonly text: string; readonly count: number }[];
  /** Texts as in the grid; absent when every value is NULL. */
  readonly min?: string;
  readonly max?: string;
  /** Only for numbers. */
  readonly mean?: number;
  /** Of numbers and times: the counts of equal intervals from `low` to `high`. */
  readonly histogram?: {
    readonly low: number;
    readonly high: number;
    readonly counts: readonly number[];
    readonly isTime: boolean;
  };
  /** Of numbers: the values below which a quarter, half and three quarters of the rows lie. */
  readonly quartiles?: readonly [number, number, number];
}
