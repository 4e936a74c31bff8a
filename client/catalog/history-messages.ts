/** What the commit log's page is told and asks. */

export type HistoryMessage =
  | {
      readonly kind: 'reference';
      readonly name: string;
      readonly type: 'branch' | 'tag';
      readonly canReset: boolean;
    }
  /** Commits after all that were sent before, newest first. */
  | { readonly kind: 'commits'; readonly commits: readonly HistoryCommit[]; readonly isComplete: boolean }
  /** Commits that were made since, newest first: they stand before all that were sent. */
  | { readonly kind: 'newer'; readonly commits: readonly HistoryCommit[] }
  /** The reference moved elsewhere: everything that was sent before is outdated. */
  | { readonly kind: 'restart' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface HistoryCommit {
  readonly hash: string;
  readonly message: string;
  readonly author: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly changes: readonly HistoryChange[];
}

export interface HistoryChange {
  readonly kind: 'put' | 'delete';
  /** Dotted. */
  readonly key: string;
}

export type HistoryRequest =
  | { readonly kind: 'more' }
  | { readonly kind: 'action'; readonly action: HistoryAction; readonly hash: string };

/** `open` shows the whole catalog as it was at the commit. */
export type HistoryAction = 'open' | 'branch' | 'tag' | 'transplant' | 'reset' | 'copy';
