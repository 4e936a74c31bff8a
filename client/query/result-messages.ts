/** What the result view's page is told and what it asks. Every value is text already: the page decides nothing. */

export type ResultMessage =
  | { readonly kind: 'started'; readonly sql: string }
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'columns'; readonly columns: readonly ResultColumn[] }
  /** Rows in order, after all rows that were sent before. NULL is null, unlike the text 'NULL' and the empty text. */
  | { readonly kind: 'rows'; readonly rows: readonly ResultRow[] }
  | { readonly kind: 'ended'; readonly outcome: 'finished' | 'cancelled' | 'failed'; readonly text: string };

export interface ResultColumn {
  readonly name: string;
  /** Trino's spelling of the type, e.g. `decimal(38,2)`. */
  readonly type: string;
  /** Numbers stand at the right. */
  readonly isNumeric: boolean;
}

export type ResultRow = readonly (string | null)[];
