import { randomUUID } from 'node:crypto';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { TrinoSession } from '../../catalog/trino/session.ts';
import { parseChart } from './chart-directive.ts';
import {
  type CellConnection,
  cellConnection,
  copySession,
  sessionAfterCell,
  sessionForCell,
} from './cell-session.ts';
import { type Directives, readDirectives } from './directives.ts';
import { readIoPlan } from './io-plan.ts';
import type { PlanView, Progress, ResultHead, ResultOutput, StatementError } from './messages.ts';
import { readPlan } from './plan-text.ts';
import type { PreparedStatement } from './prepare-statement.ts';
import type { RunOutcome, RunRequest, SavedResult } from './results/run-messages.ts';
import type { ResultsWorker } from './results/worker-link.ts';
import { WHOLE_RESULT } from './results/view.ts';

/** What running a cell needs of the notebook and its lakehouse. */
export interface CellRunInput {
  /** Of the whole cell: its directives count. */
  readonly text: string;
  /** Which of its statements run, and where each starts in the text. */
  readonly statements: readonly { readonly text: string; readonly start: number }[];
  /** The text of the notebook's first code cell, whose directives count for all. */
  readonly firstText: string;
  readonly endpoints: LakehouseEndpoints;
  readonly session: TrinoSession;
  readonly rowLimit: number;
  readonly worker: ResultsWorker;
  readonly newPath: (handle: string) => string;
  /** The Trino catalog that shows a branch, tag or commit; made when it is not there. */
  readonly catalogOf: (reference: NonNullable<CellConnection['reference']>) => Promise<string>;
  /** Called once per statement with the statement that is sent, for example with parameters filled in. */
  readonly prepare: (statement: string) => Promise<PreparedStatement>;
  readonly signal: AbortSignal;
}

/** One statement's place on the screen. */
export interface StatementView {
  /** Shows a new state of the output. */
  show(output: ResultOutput): void;
  progress(handle: string, progress: Progress): void;
}

export interface StatementEnd {
  readonly handle: string;
  /** What was sent, to run it again for an export. */
  readonly request: RunRequest;
  readonly statement: string;
  /** The statement with named cells and snapshots put in and its parameters left, to keep it. */
  readonly template: string;
  /** Where the statement starts in the cell's text. */
  readonly start: number;
  readonly position: number;
  readonly output: ResultOutput;
  readonly saved?: SavedResult;
  readonly error?: StatementError;
}

export interface CellRunEvents {
  open(position: number): StatementView;
  ended(end: StatementEnd): void;
}

/** Runs statements of a cell one after the other until one fails. Answers the notebook's session after them. */
export async function runCell(
  input: CellRunInput,
  events: CellRunEvents,
): Promise<{ session: TrinoSession; isSuccess: boolean }> {
  const own = readDirectives(input.text);
  const connection = cellConnection(readDirectives(input.firstText), own);
  const catalog =
    connection.catalog ??
    (connection.reference === undefined ? undefined : await input.catalogOf(connection.reference));
  let { session } = input;
  for (const [position, statement] of input.statements.entries()) {
    if (input.signal.aborted) return { session, isSuccess: false };
    const started = sessionForCell(session, { ...connection, ...(catalog === undefined ? {} : { catalog }) });
    const end = await runStatement({ input, own, started, position, statement }, events);
    session = sessionAfterCell(session, started, end.session);
    if (end.isFailed) return { session, isSuccess: false };
  }
  return { session, isSuccess: true };
}

interface OneStatement {
  readonly input: CellRunInput;
  readonly own: Directives;
  readonly started: TrinoSession;
  readonly position: number;
  readonly statement: { readonly text: string; readonly start: number };
}

async function runStatement(
  { input, own, started, position, statement }: OneStatement,
  events: CellRunEvents,
): Promise<{ session: TrinoSession; isFailed: boolean }> {
  const { trino } = input.endpoints;
  const handle = randomUUID();
  const prepared = await input.prepare(statement.text);
  const request: RunRequest = {
    connection: { uri: trino.uri, user: trino.user, source: 'lakehouse-notebook' },
    statement: prepared.text,
    session: started,
    rowLimit: own.limit ?? input.rowLimit,
    path: input.newPath(handle),
  };
  const chart = own.chart === undefined ? undefined : parseChart(own.chart);
  const base = { handle, statement: statement.text, ...(chart === undefined ? {} : { chart }) };
  const view = events.open(position);
  view.show({ ...base, progress: WAITING });
  const following = input.worker.follow(handle, {
    onProgress: progress => {
      view.progress(handle, progress);
    },
    onFirstRows: (head: ResultHead, progress) => {
      view.show({ ...base, progress, table: head });
    },
  });
  const cancel = (): void => void input.worker.call('cancel', { handle });
  input.signal.addEventListener('abort', cancel);
  try {
    const outcome = await input.worker.call('run', { handle, request });
    const { saved } = outcome;
    const error = outcome.error === undefined ? undefined : prepared.locate(outcome.error);
    const plan = await planOf(input.worker, { handle, statement: statement.text, outcome });
    const output = outputOf(plan === undefined ? base : { ...base, plan }, {
      ...outcome,
      ...(error === undefined ? {} : { error }),
    });
    view.show(output);
    events.ended({
      handle,
      request: { ...request, session: copySession(request.session) },
      statement: statement.text,
      template: prepared.template,
      start: statement.start,
      position,
      output,
      ...(saved === undefined ? {} : { saved }),
      ...(error === undefined ? {} : { error }),
    });
    return { session: outcome.session, isFailed: error !== undefined };
  } finally {
    following.dispose();
    input.signal.removeEventListener('abort', cancel);
  }
}

/** The plan that an EXPLAIN statement answered with; a plan in JSON is shown as it is, except the IO plan. */
async function planOf(
  worker: ResultsWorker,
  {
    handle,
    statement,
    outcome,
  }: { readonly handle: string; readonly statement: string; readonly outcome: RunOutcome },
): Promise<PlanView | undefined> {
  const { head } = outcome;
  if (!/^\s*EXPLAIN\b/i.test(statement) || head?.columns[0]?.name !== 'Query Plan' || head.rowCount !== 1)
    return undefined;
  const text = await worker.ask(handle, 'cell', { view: WHOLE_RESULT, row: 0, column: 0 });
  return text === null ? undefined : (readIoPlan(text) ?? readPlan(text));
}

/** The output of a statement that has ended. */
function outputOf(
  base: Pick<ResultOutput, 'statement'> & Partial<ResultOutput>,
  { progress, head, error }: Pick<RunOutcome, 'progress' | 'head' | 'error'>,
): ResultOutput {
  return {
    ...base,
    progress,
    ...(head === undefined ? {} : { table: head }),
    ...(error === undefined ? {} : { error }),
  };
}

const WAITING: Progress = {
  state: 'QUEUED',
  elapsedMs: 0,
  completedSplits: 0,
  totalSplits: 0,
  processedRows: 0,
  processedBytes: 0,
  peakMemoryBytes: 0,
  fetchedRows: 0,
};
