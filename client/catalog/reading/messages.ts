import type { LakehouseEndpoints } from '../../../catalog/endpoints.ts';
import type { QueryStatistics } from '../../../catalog/trino/client.ts';
import type { OperationName } from './operations.ts';

/** What the reading thread is started with. */
export interface ReadingStart {
  readonly endpoints: LakehouseEndpoints;
}

/** From the extension host to the reading thread. */
export type ReadingRequest =
  | { readonly kind: 'call'; readonly id: number; readonly name: OperationName; readonly params: unknown }
  | { readonly kind: 'abort'; readonly id: number };

/** From the reading thread to the extension host. */
export type ReadingReply =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: QueryStatistics }
  | {
      readonly kind: 'failure';
      readonly id: number;
      /** An error loses its class on the way: this is what is told of it. */
      readonly error: { readonly name: string; readonly message: string; readonly stack: string };
    };
