import type { BatchReport, EncodingPlan } from './batch-encoder.ts';
import type { Rewriting } from './compact/rewrite-files.ts';
import type { ContentKey } from '../catalog/nessie.ts';
import type { HaltCode } from './errors.ts';
import type { RecordBatch } from './kafka/record-source.ts';
import type { TablePlan } from './rows/table-sink.ts';

/** What the main thread asks of the worker thread. Exactly one answer comes for each, in order. */
export type WorkerRequest =
  | { readonly kind: 'open'; readonly plan: EncodingPlan }
  | { readonly kind: 'add'; readonly batch: RecordBatch }
  /** Make a dead letter of the first record of a batch. */
  | { readonly kind: 'reject'; readonly batch: RecordBatch; readonly reason: string }
  /** Close every open file. */
  | { readonly kind: 'flush' }
  /** The answer to `table-wanted`; no answer comes to this. */
  | { readonly kind: 'table'; readonly plan: TablePlan }
  /** A thread that puts files together does only this: it is told what they are, then gets them, then gives the new one. */
  | { readonly kind: 'rewrite'; readonly rewriting: Rewriting }
  | { readonly kind: 'rewrite-add'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'rewrite-finish' };

export type WorkerAnswer =
  | ({
      readonly kind: 'done';
      /** WebAssembly memory that the thread holds. */ readonly heldBytes: number;
    } & BatchReport)
  /** Records lead to a table that the thread does not know; it goes on when it is told how the rows are written. */
  | { readonly kind: 'table-wanted'; readonly table: ContentKey }
  /** The schema registry fails, and is asked again; or it has answered. The answer to the work comes later. */
  | { readonly kind: 'registry'; readonly failure: string | undefined }
  /** The pipeline must halt, see `PipelineHalt`. */
  | { readonly kind: 'halted'; readonly code: HaltCode; readonly what: string; readonly resolution: string }
  /** `unreadable`: a file that was to be rewritten does not fit the table. */
  | { readonly kind: 'failed' | 'unreadable'; readonly message: string };
