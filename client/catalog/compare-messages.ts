/** What the comparison of two references is told and asks. */

export type CompareMessage =
  | { readonly kind: 'loading' }
  | {
      readonly kind: 'changes';
      readonly from: string;
      readonly to: string;
      readonly canMerge: boolean;
      readonly changes: readonly CompareChange[];
    }
  /** What differs inside the table of this change. */
  | { readonly kind: 'details'; readonly index: number; readonly groups: readonly CompareGroup[] }
  | { readonly kind: 'failed'; readonly reason: string };

export interface CompareChange {
  readonly kind: 'added' | 'dropped' | 'changed';
  /** Dotted. */
  readonly name: string;
  /** `table`, `view`, `namespace` or a kind that is not known. */
  readonly content: string;
  readonly hasDetails: boolean;
}

export interface CompareGroup {
  readonly title: string;
  readonly lines: readonly string[];
}

export type CompareRequest =
  | { readonly kind: 'reload' }
  | { readonly kind: 'swap' }
  | { readonly kind: 'merge' }
  | { readonly kind: 'details'; readonly index: number }
  /** Sample rows that only one side has, by Trino. */
  | { readonly kind: 'rows'; readonly index: number };
