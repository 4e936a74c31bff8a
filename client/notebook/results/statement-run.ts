import {
  type ByteUpdate,
  connectTrino,
  runStatementAsBytes,
  TrinoError,
} from '../../../catalog/trino/client.ts';
import {
  OUTPUT_COLUMNS,
  OUTPUT_ROWS,
  type Progress,
  type ResultHead,
  type StatementError,
} from '../messages.ts';
import { holdResult, type HeldResult } from './held-result.ts';
import { createResultStore } from './result-store.ts';
import type { RunOutcome, RunRequest, SavedResult } from './run-messages.ts';
import { WHOLE_RESULT } from './view.ts';

/** A statement that runs, waits for more rows to be wanted, or has ended. */
export interface StatementRun {
  /** The rows so far; absent while Trino has not named the columns. */
  readonly held: HeldResult | undefined;
  /** Fetches up to the limit. Never rejects: what Trino refuses is in the outcome. */
  fetch(rowLimit: number): Promise<RunOutcome>;
  /** Ends the query in Trino too. */
  cancel(): void;
  /** Ends a query that waits, and lets the file go. */
  dispose(): Promise<void>;
}

export interface RunEvents {
  /** At most five times a second. */
  onProgress(progress: Progress): void;
  /** Once, as soon as the first rows can be shown. */
  onFirstRows(head: ResultHead, progress: Progress): void;
}

const PROGRESS_INTERVAL_MS = 200;
const MAX_LOOKS = 10;
/** A query that waits holds memory in Trino, and Trino gives up on it after five minutes. */
const WAIT_LIMIT_MS = 120_000;

/** Starts nothing yet: `fetch` sends the statement. A query that waits longer than `waitLimitMs` for more rows to be wanted is ended. */
export function createStatementRun(
  request: RunRequest,
  events: RunEvents,
  waitLimitMs = WAIT_LIMIT_MS,
): StatementRun {
  const abort = new AbortController();
  const session = request.session;
  const stream = runStatementAsBytes(connectTrino(request.connection), request.statement, {
    session,
    signal: abort.signal,
  });
  const startedAt = performance.now();
  let held: HeldResult | undefined;
  let last: ByteUpdate | undefined;
  let isDone = false;
  let isGivenUp = false;
  let error: StatementError | undefined;
  let timer: NodeJS.Timeout | undefined;
  let reportedAt = 0;

  const progress = (): Progress =>
    progressOf(last, { fetchedRows: held?.store.rowCount ?? 0, startedAt, error });
  const take = (update: ByteUpdate): void => {
    last = update;
    if (update.columns !== undefined && update.updateType === undefined) {
      held ??= holdResult(
        createResultStore(
          request.path,
          update.columns.map(({ name, type }) => ({ name, type: type.text })),
        ),
      );
    }
    if (held === undefined || update.data === undefined) return;
    const isFirst = held.store.rowCount === 0;
    if (held.store.append(update.data) === 0 || !isFirst) return;
    held.store.flush();
    events.onFirstRows(headOf(held, false), progress());
  };
  const report = (): void => {
    const now = performance.now();
    if (now - reportedAt < PROGRESS_INTERVAL_MS) return;
    reportedAt = now;
    events.onProgress(progress());
  };
  /** One answer of Trino; false at the end. */
  const step = async (): Promise<boolean> => {
    const next = await stream.next();
    if (next.done === true) return false;
    take(next.value);
    report();
    return true;
  };
  const fetch = async (rowLimit: number): Promise<RunOutcome> => {
    clearTimeout(timer);
    if (isGivenUp) {
      isDone = true;
      error = givenUp(held?.store.rowCount ?? 0, waitLimitMs);
      return outcome();
    }
    try {
      while (!isDone && (held?.store.rowCount ?? 0) < rowLimit) isDone = !(await step());
      await lookFurther();
    } catch (thrown) {
      isDone = true;
      error = errorOf(thrown, abort.signal);
    }
    if (!isDone) {
      timer = setTimeout(() => {
        isGivenUp = true;
        void stream.return();
      }, waitLimitMs);
      timer.unref();
    }
    return outcome();
  };
  /** Tells whether the limit was met by the last row: a few answers of Trino may come without rows before the end. */
  const lookFurther = async (): Promise<void> => {
    const rows = held?.store.rowCount;
    for (let i = 0; i < MAX_LOOKS && !isDone && held?.store.rowCount === rows; i++) isDone = !(await step());
  };
  const outcome = (): RunOutcome => {
    held?.store.flush();
    held?.invalidate();
    const isCut = !isDone || error !== undefined;
    const saved: SavedResult | undefined =
      held === undefined
        ? undefined
        : { path: request.path, columns: held.store.columns, places: [...held.store.places], isCut };
    return {
      progress: isDone ? progress() : { ...progress(), state: 'WAITING' },
      session,
      ...(held === undefined ? {} : { head: headOf(held, !isDone) }),
      ...(saved === undefined ? {} : { saved }),
      ...(error === undefined ? {} : { error }),
    };
  };
  return {
    get held() {
      return held;
    },
    fetch,
    cancel: () => {
      abort.abort(new Error('The query was cancelled.'));
    },
    dispose: async () => {
      clearTimeout(timer);
      abort.abort(new Error('The query was cancelled.'));
      await stream.return();
      held?.store.close();
    },
  };
}

/** The part of a result that an output carries. */
function headOf(held: HeldResult, isCut: boolean): ResultHead {
  const { store } = held;
  const range = { firstRow: 0, rows: OUTPUT_ROWS, firstColumn: 0, columns: OUTPUT_COLUMNS };
  return {
    columns: store.columns.slice(0, OUTPUT_COLUMNS),
    columnCount: store.columns.length,
    rowCount: store.rowCount,
    page: held.page(WHOLE_RESULT, range),
    isCut,
  };
}

function progressOf(
  update: ByteUpdate | undefined,
  {
    fetchedRows,
    startedAt,
    error,
  }: { fetchedRows: number; startedAt: number; error: StatementError | undefined },
): Progress {
  const statistics = update?.statistics;
  const isCancelled = error?.name === 'USER_CANCELED';
  return {
    state: error === undefined ? (statistics?.state ?? 'QUEUED') : isCancelled ? 'CANCELED' : 'FAILED',
    elapsedMs: Math.round(performance.now() - startedAt),
    completedSplits: statistics?.completedSplits ?? 0,
    totalSplits: statistics?.totalSplits ?? 0,
    processedRows: statistics?.processedRows ?? 0,
    processedBytes: statistics?.processedBytes ?? 0,
    peakMemoryBytes: statistics?.peakMemoryBytes ?? 0,
    fetchedRows,
    ...(update === undefined ? {} : { queryId: update.queryId }),
    ...(update?.infoUri === undefined ? {} : { infoUri: update.infoUri }),
    ...(update?.updateType === undefined ? {} : { updateType: update.updateType }),
    ...(update?.updateCount === undefined ? {} : { updateCount: Number(update.updateCount) }),
  };
}

/** The rows that are there stay; the others cannot be asked for any more. */
function givenUp(rows: number, waitLimitMs: number): StatementError {
  const minutes = Math.round(waitLimitMs / 60_000);
  return {
    name: 'RESULT_CLOSED',
    message: `The query was ended after it had waited ${minutes} minutes for more rows to be wanted; the first ${rows.toLocaleString('en')} are kept.`,
  };
}

function errorOf(thrown: unknown, signal: AbortSignal): StatementError {
  if (signal.aborted) return { name: 'USER_CANCELED', message: 'The query was cancelled.' };
  if (!(thrown instanceof TrinoError)) {
    return { name: 'ERROR', message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
  return {
    name: thrown.errorName,
    message: thrown.message,
    ...(thrown.line === undefined ? {} : { line: thrown.line }),
    ...(thrown.column === undefined ? {} : { column: thrown.column }),
  };
}
