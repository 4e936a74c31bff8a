import path from 'node:path';
import {
  type Disposable,
  type ExtensionContext,
  type NotebookCell,
  Range,
  workspace,
  WorkspaceEdit,
} from 'vscode';
import { createSession } from '../../catalog/trino/session.ts';
import { readSettings } from '../config.ts';
import type { StatementEnd } from './cell-run.ts';
import { formatChart } from './chart-directive.ts';
import { writeDirective } from './directives.ts';
import { type ExportOrigin, exportResult } from './export-command.ts';
import { type ChartSettings, RESULT_MIME, type ResultOutput } from './messages.ts';
import type { ResultHostInput } from './result-host.ts';
import { openResultRecords, type ResultRecord, type ResultRecords } from './result-records.ts';
import type { RunOutcome } from './results/run-messages.ts';
import { createResultsWorker } from './results/worker-link.ts';

/** Results of this window's notebooks: which cell shows which, and where their rows are. */
export interface ResultLibrary extends ResultHostInput, Disposable {
  readonly newPath: (handle: string) => string;
  keep(cell: NotebookCell, end: StatementEnd): void;
  /** Drops what a cell showed before it runs again. */
  forget(cell: NotebookCell): Promise<void>;
  /** What a cell showed in an earlier session, if its text is still the same. */
  outputsOf(cell: NotebookCell): ResultOutput[];
}

/** The library in the storage of the workspace; opened when it is first used. */
export function createResultLibrary(context: ExtensionContext): ResultLibrary {
  const folder = path.join((context.storageUri ?? context.globalStorageUri).fsPath, 'results');
  const worker = createResultsWorker();
  const open = new Set<string>();
  const cells = new Map<string, NotebookCell>();
  const rows = new Map<string, number>();
  const origins = new Map<string, ExportOrigin>();
  let records: ResultRecords | undefined;
  const store = (): ResultRecords => (records ??= openResultRecords(folder));
  const recordOf = (cell: NotebookCell, handle: string): ResultRecord | undefined =>
    store()
      .ofNotebook(cell.notebook.uri.toString())
      .find(record => record.handle === handle);

  /** A result of an earlier session can be written when it is whole; its statement's session is gone. */
  const savedOrigin = (handle: string): ExportOrigin | undefined => {
    const cell = cells.get(handle);
    const record = cell === undefined ? undefined : recordOf(cell, handle);
    if (record?.saved?.isCut !== false) return undefined;
    const { statement } = record.output;
    return { handle, isWhole: true, statement, connection: { uri: '', user: '' }, session: createSession() };
  };

  return {
    worker,
    newPath: handle => {
      open.add(handle);
      return store().newPath(handle);
    },
    keep: (cell, { handle, output, saved, position, request }) => {
      cells.set(handle, cell);
      const isWhole = output.table?.isCut === false && output.error === undefined;
      origins.set(handle, { handle, isWhole, ...request });
      rows.set(handle, output.table?.rowCount ?? 0);
      const gone = store().add({
        handle,
        notebook: cell.notebook.uri.toString(),
        cellText: cell.document.getText(),
        position,
        output,
        at: Date.now(),
        ...(saved === undefined ? {} : { saved }),
      });
      for (const old of gone) void worker.call('drop', { handle: old });
    },
    forget: async cell => {
      // The outputs themselves are cleared by now.
      const handles = [...cells].filter(([, shownIn]) => shownIn === cell).map(([handle]) => handle);
      store().remove(handles);
      for (const handle of handles) {
        cells.delete(handle);
        open.delete(handle);
        origins.delete(handle);
        await worker.call('drop', { handle });
      }
    },
    outputsOf: cell => {
      const found = store().ofCell(cell.notebook.uri.toString(), cell.document.getText());
      for (const record of found) {
        cells.set(record.handle, cell);
        rows.set(record.handle, record.output.table?.rowCount ?? 0);
      }
      return found.map(record => record.output);
    },
    ensureOpen: async handle => {
      if (open.has(handle)) return;
      const cell = cells.get(handle);
      const saved = cell === undefined ? undefined : recordOf(cell, handle)?.saved;
      if (saved === undefined) throw new Error('These results are gone: run the cell again.');
      await worker.call('open', { handle, saved });
      open.add(handle);
    },
    loadMore: async (handle, all): Promise<RunOutcome> => {
      const limit = all ? Infinity : (rows.get(handle) ?? 0) + readSettings().maxRows;
      const outcome = await worker.call('fetchMore', { handle, rowLimit: limit });
      rows.set(handle, outcome.head?.rowCount ?? 0);
      const origin = origins.get(handle);
      if (origin !== undefined && outcome.head?.isCut === false)
        origins.set(handle, { ...origin, isWhole: true });
      return outcome;
    },
    exportRows: async (handle, format) => {
      const origin = origins.get(handle) ?? savedOrigin(handle);
      if (origin === undefined)
        throw new Error('These results are from an earlier session and not whole: run the cell again.');
      return exportResult(worker, origin, format);
    },
    saveChart: async (handle, settings) => {
      const cell = cells.get(handle);
      if (cell !== undefined) await writeChart(cell, settings);
    },
    dispose: () => void worker[Symbol.asyncDispose](),
  };
}

/** What the outputs of a cell show. */
export function resultOutputs(cell: NotebookCell): ResultOutput[] {
  return cell.outputs
    .flatMap(output => output.items)
    .filter(item => item.mime === RESULT_MIME)
    .map(item => JSON.parse(Buffer.from(item.data).toString('utf8')) as ResultOutput);
}

/** Keeps the settings of a chart as a comment in the cell. */
async function writeChart(cell: NotebookCell, settings: ChartSettings): Promise<void> {
  const { document } = cell;
  const text = document.getText();
  const edit = new WorkspaceEdit();
  const whole = new Range(document.positionAt(0), document.positionAt(text.length));
  edit.replace(document.uri, whole, writeDirective(text, 'chart', formatChart(settings)));
  await workspace.applyEdit(edit);
}
