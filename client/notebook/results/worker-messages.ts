import type { ExportFormat, Progress, RequestKind, RendererRequests, ResultHead } from '../messages.ts';
import type { TrinoOptions, TrinoSession } from '../../../catalog/trino/client.ts';
import type { RunOutcome, RunRequest, SavedResult } from './run-messages.ts';

/** What the extension host asks of the results worker, with the type of each answer. Handles name results. */
export interface WorkerCalls {
  run: { params: { readonly handle: string; readonly request: RunRequest }; answer: RunOutcome };
  fetchMore: { params: { readonly handle: string; readonly rowLimit: number }; answer: RunOutcome };
  cancel: { params: { readonly handle: string }; answer: null };
  /** Takes a result of an earlier session up again. */
  open: { params: { readonly handle: string; readonly saved: SavedResult }; answer: null };
  ask: { params: Question; answer: unknown };
  /** Writes all rows to a file: those of a whole result from the store, else by running the statement again. */
  export: { params: ExportJob; answer: { readonly rows: number } };
  /** Forgets a result and deletes its file. */
  drop: { params: { readonly handle: string }; answer: null };
}

export type CallKind = keyof WorkerCalls;

/** Questions of a grid that the worker answers; the host answers the others. */
export type QuestionKind = Extract<
  RequestKind,
  'page' | 'columns' | 'cell' | 'statistics' | 'copy' | 'chart'
>;

export interface Question<K extends QuestionKind = QuestionKind> {
  readonly handle: string;
  readonly kind: K;
  readonly params: RendererRequests[K]['params'];
}

export interface ExportJob {
  /** Names the job for its progress and for `cancel`. */
  readonly handle: string;
  readonly format: ExportFormat;
  readonly path: string;
  readonly source:
    | { readonly kind: 'held'; readonly handle: string }
    | {
        readonly kind: 'statement';
        readonly connection: TrinoOptions;
        readonly statement: string;
        readonly session: TrinoSession;
      };
}

export interface CallMessage<K extends CallKind = CallKind> {
  readonly id: number;
  readonly kind: K;
  readonly params: WorkerCalls[K]['params'];
}

export type WorkerMessage =
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly message: string }
  | { readonly type: 'exported'; readonly handle: string; readonly rows: number }
  | { readonly type: 'progress'; readonly handle: string; readonly progress: Progress }
  | {
      readonly type: 'firstRows';
      readonly handle: string;
      readonly head: ResultHead;
      readonly progress: Progress;
    };
