import { type Disposable, type TextDocument, type TextEditor, window } from 'vscode';
import { createSession, type TrinoSession } from '../../catalog/trino/session.ts';
import type { CatalogBrowser } from '../catalog/catalog-browser.ts';
import type { CommandTable } from '../command-table.ts';
import { readSettings } from '../config.ts';
import { setContextKey } from '../context-keys.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS, CONTEXT_KEYS, SQL_LANGUAGE } from '../ids.ts';
import { requireEndpoints } from '../lakehouse/require-endpoints.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import type { QueryMarks } from './query-marks.ts';
import type { QueryOutcome } from './query-run.ts';
import type { ResultView } from './result-view.ts';
import { type Statement, statementsToRun } from './statement-at.ts';

export interface QueryCommandsInput {
  readonly session: LakehouseSession;
  readonly catalog: CatalogBrowser;
  readonly results: ResultView;
  readonly marks: QueryMarks;
  /** Called after every statement, for the history. */
  readonly onRan: (ran: RanStatement) => void;
}

export interface RanStatement {
  readonly document: TextDocument;
  readonly sql: string;
  readonly outcome: QueryOutcome;
  /** Where it ran; without a catalog when it was the default. */
  readonly session: Pick<TrinoSession, 'catalog' | 'schema'>;
}

/** Run and cancel queries of SQL editors, one at a time. */
export function queryCommands(input: QueryCommandsInput): { readonly table: CommandTable } & Disposable {
  // What USE and SET SESSION have set lasts as long as the document is open.
  const sessions = new WeakMap<TextDocument, TrinoSession>();
  let running: AbortController | undefined;

  const runAll = async (document: TextDocument, statements: readonly Statement[]): Promise<void> => {
    const { trino } = requireEndpoints(input.session, ['trino']);
    const session = sessions.get(document) ?? createSession({ catalog: trino.catalog });
    sessions.set(document, session);
    const controller = new AbortController();
    running = controller;
    setContextKey(CONTEXT_KEYS.queryIsRunning, true);
    try {
      await input.results.reveal();
      for (const statement of statements) {
        if (
          !(await runOne({ ...input, document, statement, trinoSession: session, signal: controller.signal }))
        )
          return;
      }
    } finally {
      running = undefined;
      setContextKey(CONTEXT_KEYS.queryIsRunning, false);
    }
  };
  const table: CommandTable = {
    [COMMAND_IDS.runQuery]: async () => {
      if (running !== undefined) {
        const cancel = { title: 'Cancel Query', command: COMMAND_IDS.cancelQuery };
        throw new ActionableError('A query is still running. Cancel it, or wait for its end.', [cancel]);
      }
      const editor = requireSqlEditor();
      const { document, selection } = editor;
      const range = { start: document.offsetAt(selection.start), end: document.offsetAt(selection.end) };
      const statements = statementsToRun(document.getText(), range);
      if (statements.length === 0) throw new ActionableError('There is no statement at the cursor.');
      await runAll(document, statements);
    },
    [COMMAND_IDS.cancelQuery]: () => running?.abort(new DOMException('Cancelled', 'AbortError')),
  };
  return { table, dispose: () => running?.abort() };
}

interface OneRun extends QueryCommandsInput {
  readonly document: TextDocument;
  readonly statement: Statement;
  readonly trinoSession: TrinoSession;
  readonly signal: AbortSignal;
}

/** Answers whether the next statement of a selection may run. */
async function runOne(run: OneRun): Promise<boolean> {
  const { document, statement } = run;
  // The client is loaded with the first query, not with the extension.
  const [{ connectTrino }, { runQuery }] = await Promise.all([
    import('../../catalog/trino/client.ts'),
    import('./query-run.ts'),
  ]);
  const { trino } = requireEndpoints(run.session, ['trino']);
  run.marks.clear(document.uri);
  const { catalog, schema } = run.trinoSession;
  const outcome = await runQuery({
    connection: connectTrino({ uri: trino.uri, user: trino.user, source: 'lakehouse-vscode' }),
    session: run.trinoSession,
    sql: statement.sql,
    maxRows: readSettings().maxRows,
    signal: run.signal,
    show: message => run.results.post(message),
  });
  if (outcome.error !== undefined) run.marks.show(document, statement, outcome.error);
  if (outcome.isChange) void run.catalog.poll();
  const session = {
    ...(catalog === undefined || catalog === trino.catalog ? {} : { catalog }),
    ...(schema === undefined ? {} : { schema }),
  };
  run.onRan({ document, sql: statement.sql, outcome, session });
  return outcome.kind === 'finished';
}

function requireSqlEditor(): TextEditor {
  const editor = window.activeTextEditor;
  if (editor?.document.languageId === SQL_LANGUAGE) return editor;
  throw new ActionableError('Open a SQL file and put the cursor into the statement to run.');
}
