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
