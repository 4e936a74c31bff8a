import type { ProposalText } from '../../pipeline/load/proposal-text.ts';

/** What the page of an upload is told and asks. */
export type UploadMessage =
  | { readonly kind: 'reading'; readonly file: string }
  | {
      readonly kind: 'proposal';
      readonly file: string;
      readonly branch: string;
      /** Dotted. */
      readonly namespace: string;
      readonly namespaces: readonly string[];
      readonly table: string;
      readonly proposal: ProposalText;
    }
  | { readonly kind: 'progress'; readonly rows: number; readonly share: number }
  | { readonly kind: 'loaded'; readonly table: string; readonly rows: number }
  | { readonly kind: 'cancelled' }
  /** `isFinal`: the file cannot be read at all; otherwise another choice may do. */
  | { readonly kind: 'failed'; readonly reason: string; readonly isFinal: boolean };

export type UploadRequest =
  | {
      readonly kind: 'create';
      /** Dotted. */
      readonly namespace: string;
      readonly table: string;
      /** Type by column; `none` leaves it out. */
      readonly choices: readonly (readonly [column: string, type: string])[];
    }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'open' }
  | { readonly kind: 'query' };
