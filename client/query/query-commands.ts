import { type Disposable, type TextEditor, window, workspace } from 'vscode';
import type { CommandTable } from '../command-table.ts';
import { setContextKey } from '../context-keys.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS, CONTEXT_KEYS, SQL_LANGUAGE } from '../ids.ts';
import { requireEndpoints } from '../lakehouse/require-endpoints.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import type { CellMarks } from '../notebook/cell-marks.ts';
import type { SqlRunner } from '../notebook/sql-runner.ts';
import type { ResultPanel } from './result-panel.ts';
import { cellsToRun, type ScriptCell } from './script-cells.ts';

export interface QueryCommandsInput {
  readonly session: LakehouseSession;
  readonly runner: SqlRunner;
  readonly panel: ResultPanel;
  readonly marks: CellMarks;
}

/** Run and cancel statements of plain SQL editors, one run at a time. */
export function queryCommands(input: QueryCommandsInput): { readonly table: CommandTable } & Disposable {
  let running: AbortController | undefined;

  const runAll = async (editor: TextEditor, cells: readonly ScriptCell[]): Promise<void> => {
    requireEndpoints(input.session, ['trino']);
    const controller = new AbortController();
    running = controller;
    setContextKey(CONTEXT_KEYS.queryIsRunning, true);
    try {
      await input.panel.reveal();
      await runCells(input, { editor, cells, signal: controller.signal });
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
      const cells = cellsToRun(document.getText(), range);
      if (cells.length === 0) throw new ActionableError('There is no statement at the cursor.');
      await runAll(editor, cells);
    },
    [COMMAND_IDS.cancelQuery]: () => running?.abort(new DOMException('Cancelled', 'AbortError')),
  };
  return { table, dispose: () => running?.abort() };
}

/** Runs the cells in order until a statement fails. */
async function runCells(
  { runner, panel, marks }: QueryCommandsInput,
  run: { readonly editor: TextEditor; readonly cells: readonly ScriptCell[]; readonly signal: AbortSignal },
): Promise<void> {
  const { document } = run.editor;
  marks.clear(document);
  await panel.clear();
  let position = 0;
  for (const cell of run.cells) {
    const isSuccess = await runner.run({
      ...cell,
      owner: document,
      place: panel.place,
      firstPosition: position,
      document,
      texts: [document.getText()],
      source: workspace.asRelativePath(document.uri),
      signal: run.signal,
      open: () => panel.open(document),
    });
    position += cell.statements.length;
    if (!isSuccess) return;
  }
}

function requireSqlEditor(): TextEditor {
  const editor = window.activeTextEditor;
  if (editor?.document.languageId === SQL_LANGUAGE) return editor;
  throw new ActionableError('Open a SQL file and put the cursor into the statement to run.');
}
