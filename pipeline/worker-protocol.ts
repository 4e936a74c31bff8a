import type { BatchReport, EncodingPlan } from './batch-encoder.ts';
import type { RecordBatch } from './kafka/record-source.ts';

/** What the main thread asks of the worker thread. Exactly one answer comes for each, in order. */
export type WorkerRequest =
  | { readonly kind: 'open'; readonly plan: EncodingPlan }
  | { readonly kind: 'add'; readonly batch: RecordBatch }
  /** Close every open file. */
  | { readonly kind: 'flush' };

export type WorkerAnswer =
  | ({
      readonly kind: 'done';
      /** WebAssembly memory that the thread holds. */ readonly heldBytes: number;
    } & BatchReport)
  | { readonly kind: 'failed'; readonly message: string };
