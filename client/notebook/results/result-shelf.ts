import { exportRows } from '../export/export-rows.ts';
import { statementSource, storeSource } from '../export/row-sources.ts';
import { holdResult, type HeldResult } from './held-result.ts';
import { openResultStore } from './result-store.ts';
import type { RunOutcome, RunRequest, SavedResult } from './run-messages.ts';
import { createStatementRun, type RunEvents, type StatementRun } from './statement-run.ts';
import type { ExportJob, Question } from './worker-messages.ts';

/** All results of one window, by handle. Lives in the worker thread. */
export interface ResultShelf {
  run(handle: string, request: RunRequest, events: RunEvents): Promise<RunOutcome>;
  fetchMore(handle: string, rowLimit: number): Promise<RunOutcome>;
  cancel(handle: string): void;
  open(handle: string, saved: SavedResult): void;
  answer(question: Question): unknown;
  export(job: ExportJob, onRows: (rows: number) => void): Promise<{ rows: number }>;
  drop(handle: string): Promise<void>;
}

interface Entry {
  readonly run?: StatementRun;
  readonly reopened?: HeldResult;
}

/** An empty shelf. */
export function createResultShelf(): ResultShelf {
  const entries = new Map<string, Entry>();
  const exports = new Map<string, AbortController>();
  const runOf = (handle: string): StatementRun => {
    const run = entries.get(handle)?.run;
    if (run === undefined) throw gone();
    return run;
  };
  const heldOf = (handle: string): HeldResult => {
    const entry = entries.get(handle);
    const held = entry?.run?.held ?? entry?.reopened;
    if (held === undefined) throw gone();
    return held;
  };
  return {
    run: (handle, request, events) => {
      const run = createStatementRun(request, events);
      entries.set(handle, { run });
      return run.fetch(request.rowLimit);
    },
    fetchMore: (handle, rowLimit) => runOf(handle).fetch(rowLimit),
    cancel: handle => {
      entries.get(handle)?.run?.cancel();
      exports.get(handle)?.abort(new DOMException('Cancelled', 'AbortError'));
    },
    open: (handle, { path, columns, places }) => {
      if (entries.has(handle)) return;
      entries.set(handle, { reopened: holdResult(openResultStore(path, columns, places)) });
    },
    answer: question => answerOf(heldOf(question.handle), question),
    export: async (job, onRows) => {
      const abort = new AbortController();
      exports.set(job.handle, abort);
      const { signal } = abort;
      try {
        const { source, format, path } = job;
        const rows =
          source.kind === 'held'
            ? storeSource(heldOf(source.handle).store)
            : await statementSource({ ...source, signal });
        return { rows: await exportRows(rows, { format, path, onRows, signal }) };
      } finally {
        exports.delete(job.handle);
      }
    },
    drop: async handle => {
      const entry = entries.get(handle);
      entries.delete(handle);
      const store = entry?.run?.held?.store ?? entry?.reopened?.store;
      await entry?.run?.dispose();
      store?.delete();
    },
  };
}

function gone(): Error {
  return new Error('These results are gone: run the cell again.');
}

/** Answers a question of a grid. */
function answerOf(held: HeldResult, question: Question): unknown {
  switch (question.kind) {
    case 'page': {
      const { view, range } = (question as Question<'page'>).params;
      return held.page(view, range);
    }
    case 'columns':
      return held.columns();
    case 'cell': {
      const { view, ...at } = (question as Question<'cell'>).params;
      return held.cell(view, at);
    }
    case 'statistics': {
      const { view, column } = (question as Question<'statistics'>).params;
      return held.statistics(view, column);
    }
    case 'copy': {
      const { view, range, format } = (question as Question<'copy'>).params;
      return held.copy(view, range, format);
    }
    case 'chart': {
      const { view, settings, maxPoints } = (question as Question<'chart'>).params;
      return held.chart(view, settings, maxPoints);
    }
  }
}
