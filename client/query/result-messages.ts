import type { AnswerMessage, ProgressMessage, RequestMessage, ResultOutput } from '../notebook/messages.ts';

/** What the results page is told. Results are numbered from 0 in the order of their statements. */
export type ToResultsPage =
  | { readonly type: 'outputs'; readonly outputs: readonly ResultOutput[] }
  | { readonly type: 'output'; readonly index: number; readonly output: ResultOutput }
  | AnswerMessage
  | ProgressMessage;

/** What the page says: the questions of its results, beside `ready`. */
export type FromResultsPage = RequestMessage | { readonly kind: 'ready' };
