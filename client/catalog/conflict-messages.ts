import type { CompareGroup } from './compare-messages.ts';

/** What the page of a merge or transplant that conflicts is told and asks. */
export type ConflictMessage =
  | { readonly kind: 'loading' }
  | {
      readonly kind: 'preview';
      /** What was to be done, e.g. `Merge dev into main`. */
      readonly title: string;
      readonly source: string;
      readonly target: string;
      readonly tables: readonly ConflictTable[];
      /** Names that change without a conflict. */
      readonly others: readonly string[];
    }
  /** What one table went through on both sides; comes when its part is opened. */
  | {
      readonly kind: 'sides';
      readonly index: number;
      readonly source: readonly CompareGroup[];
      readonly target: readonly CompareGroup[];
    }
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface ConflictTable {
  /** Dotted. */
  readonly name: string;
  /** Why it conflicts, in words. */
  readonly reason: string;
}

/** Whose state a table in conflict gets. */
export type ConflictChoice = 'source' | 'target';

export type ConflictRequest =
  | { readonly kind: 'sides'; readonly index: number }
  | { readonly kind: 'reload' }
  | { readonly kind: 'compare' }
  /** In the order of the preview's tables. */
  | { readonly kind: 'apply'; readonly choices: readonly ConflictChoice[] };
