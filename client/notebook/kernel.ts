import {
  type NotebookCell,
  type NotebookCellExecution,
  NotebookCellOutput,
  NotebookCellOutputItem,
  type NotebookController,
  type NotebookDocument,
  notebooks,
} from 'vscode';
import { RESULT_MIME, type ResultOutput } from './messages.ts';
import type { StatementView } from './cell-run.ts';

export const NOTEBOOK_TYPE = 'lakehouse-sql';
const CONTROLLER_ID = 'lakehouse-trino';

/** Runs one cell and answers whether it succeeded. Its outputs are made with `open`. */
export type RunCell = (
  cell: NotebookCell,
  run: { readonly signal: AbortSignal; readonly open: (position: number) => StatementView },
) => Promise<boolean>;

export interface KernelEvents {
  readonly run: RunCell;
  readonly onProgress: (handle: string, progress: ResultOutput['progress']) => void;
  /** An error that is none of Trino's, for example a lakehouse that is not running. */
  readonly onFailure: (error: unknown) => void;
}

/** The notebook controller: cells of one notebook one after the other, several notebooks at once. */
export function createKernel(events: KernelEvents): NotebookController {
  const controller = notebooks.createNotebookController(CONTROLLER_ID, NOTEBOOK_TYPE, 'Trino (Lakehouse)');
  controller.supportedLanguages = ['sql'];
  controller.supportsExecutionOrder = true;
  controller.description = 'Runs every cell on the Trino of the lakehouse';
  const queues = new WeakMap<NotebookDocument, Promise<void>>();
  let order = 0;
  controller.executeHandler = (cells, notebook) => {
    const executions = cells.map(cell => controller.createNotebookCellExecution(cell));
    const runAll = async (): Promise<void> => {
      let isStopped = false;
      for (const execution of executions) {
        // A statement that failed stops the cells behind it, as in every notebook.
        if (isStopped || execution.token.isCancellationRequested) {
          execution.start();
          execution.end(undefined);
          continue;
        }
        execution.executionOrder = ++order;
        isStopped = !(await execute(execution, events));
      }
    };
    const queue = (queues.get(notebook) ?? Promise.resolve()).then(runAll);
    queues.set(notebook, queue);
    return queue;
  };
  return controller;
}

async function execute(execution: NotebookCellExecution, events: KernelEvents): Promise<boolean> {
  const abort = new AbortController();
  const cancelling = execution.token.onCancellationRequested(() => {
    abort.abort(new DOMException('Cancelled', 'AbortError'));
  });
  execution.start(Date.now());
  await execution.clearOutput();
  let isSuccess = false;
  try {
    isSuccess = await events.run(execution.cell, {
      signal: abort.signal,
      open: () => openOutput(execution, events),
    });
  } catch (error) {
    events.onFailure(error);
    // A person reads it in the cell: neither our names for errors nor the lines of our code help there.
    const shown = { name: '', message: error instanceof Error ? error.message : String(error), stack: '' };
    await execution.appendOutput(new NotebookCellOutput([NotebookCellOutputItem.error(shown)]));
  } finally {
    cancelling.dispose();
    execution.end(isSuccess, Date.now());
  }
  return isSuccess;
}

/** One output whose content follows the statement; changes are sent in order. */
function openOutput(execution: NotebookCellExecution, events: KernelEvents): StatementView {
  let output: NotebookCellOutput | undefined;
  return {
    show: state => {
      const items = [NotebookCellOutputItem.json(state, RESULT_MIME)];
      if (output === undefined) void execution.appendOutput((output = new NotebookCellOutput(items)));
      else void execution.replaceOutputItems(items, output);
    },
    progress: events.onProgress,
  };
}

/** Shows outputs of an earlier session in a cell without running it. */
export async function restoreOutputs(
  controller: NotebookController,
  cell: NotebookCell,
  outputs: readonly ResultOutput[],
): Promise<void> {
  const execution = controller.createNotebookCellExecution(cell);
  execution.start();
  await execution.replaceOutput(
    outputs.map(state => new NotebookCellOutput([NotebookCellOutputItem.json(state, RESULT_MIME)])),
  );
  execution.end(undefined);
}
