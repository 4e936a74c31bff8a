import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { ContentKey } from '../../catalog/nessie.ts';
import type { ProposalText } from './proposal-text.ts';

/**
 * What the process that reads files for the editor is told (`pipeline/load/child.ts`), forked with `serialization:
 * 'advanced'`. One command, perhaps a cancel, one answer; then it exits.
 */
export type LoadCommand =
  | { readonly kind: 'inspect'; readonly path: string }
  | {
      readonly kind: 'load';
      readonly path: string;
      readonly endpoints: LakehouseEndpoints;
      readonly branch: string;
      readonly key: ContentKey;
      /** See `ColumnChoices`. */
      readonly choices: ReadonlyMap<string, string>;
    }
  /** Nothing is kept of what was written so far. */
  | { readonly kind: 'cancel' };

/** What the process of an upload tells its parent; a LoadAnswer is the last. */
export type LoadEvent =
  { readonly kind: 'progress'; readonly rows: number; readonly share: number } | LoadAnswer;

/** The last that is heard. */
export type LoadAnswer =
  | { readonly kind: 'proposal'; readonly proposal: ProposalText }
  | { readonly kind: 'loaded'; readonly rows: number; readonly files: number; readonly bytes: number }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };
