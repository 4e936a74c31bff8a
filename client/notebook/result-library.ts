import path from 'node:path';
import type { Disposable, ExtensionContext, NotebookCell } from 'vscode';
import { createSession } from '../../catalog/trino/session.ts';
import { readSettings } from '../config.ts';
import type { StatementEnd } from './cell-run.ts';
import { type ExportOrigin, exportResult } from './export-command.ts';
import { RESULT_MIME, type ResultOutput } from './messages.ts';
import type { ResultHostInput } from './result-host.ts';
import type { ResultPlace } from './result-place.ts';
import { openResultRecords, type ResultRecord, type ResultRecords } from './result-records.ts';
import type { RunOutcome, RunRequest } from './results/run-messages.ts';
import { createResultsWorker } from './results/worker-link.ts';

/** Results of this window: which place shows which, and where their rows are. */
export interface ResultLibrary extends ResultHostInput, Disposable {
  readonly newPath: (handle: string) => string;
  keep(place: ResultPlace, end: StatementEnd): void;
  /** Drops what a place showed before it runs again. */
  forget(place: ResultPlace): Promise<void>;
  /** What a place showed in an earlier session, if its text is still the same. */
  outputsOf(place: ResultPlace): ResultOutput[];
}

/** What is known of a result that is shown. */
interface Shown {
  readonly place: ResultPlace;
  rows: number;
  /** Absent for a result of an earlier session. */
  readonly request?: RunRequest;
  isWhole: boolean;
}

/** The library in the storage of the workspace; opened when it is first used. */
export function createResultLibrary(context: ExtensionContext): ResultLibrary {
  const folder = path.join((context.storageUri ?? context.globalStorageUri).fsPath, 'results');
  const worker = createResultsWorker();
  const open = new Set<string>();
  const shown = new Map<string, Shown>();
  let records: ResultRecords | undefined;
  const store = (): ResultRecords => (records ??= openResultRecords(folder));
  const recordOf = (handle: string): ResultRecord | undefined => {
    const address = shown.get(handle)?.place.address;
    return address === undefined
      ? undefined
      : store()
          .ofNotebook(address)
          .find(record => record.handle === handle);
  };
  const originOf = (handle: string): ExportOrigin | undefined => {
    const { request, isWhole } = shown.get(handle) ?? {};
    if (request !== undefined && isWhole !== undefined) return { handle, isWhole, ...request };
    // A result of an earlier session can be written when it is whole; its statement's session is gone.
    const record = recordOf(handle);
    if (record?.saved?.isCut !== false) return undefined;
    const { statement } = record.output;
    return { handle, isWhole: true, statement, connection: { uri: '', user: '' }, session: createSession() };
  };
  const took = (handle: string, outcome: RunOutcome): RunOutcome => {
    const result = shown.get(handle);
    if (result !== undefined && outcome.head !== undefined) {
      result.rows = outcome.head.rowCount;
      result.isWhole = !outcome.head.isCut && outcome.error === undefined;
      store().update(handle, outcome);
    }
    return outcome;
  };
  const limitOf = (handle: string, all: boolean): number =>
    all ? Infinity : (shown.get(handle)?.rows ?? 0) + readSettings().maxRows;

  return {
    worker,
    newPath: handle => {
      open.add(handle);
      return store().newPath(handle);
    },
    keep: (place, { handle, output, saved, position, request }) => {
      const isWhole = output.table?.isCut === false && output.error === undefined;
      shown.set(handle, { place, request, isWhole, rows: output.table?.rowCount ?? 0 });
      const gone = store().add({
        handle,
        notebook: place.address,
        cellText: place.text(),
        position,
        output,
        at: Date.now(),
        ...(saved === undefined ? {} : { saved }),
      });
      for (const old of gone) void worker.call('drop', { handle: old });
    },
    forget: async ({ key }) => {
      // The outputs themselves are cleared by now.
      const handles = [...shown].filter(([, { place }]) => place.key === key).map(([handle]) => handle);
      store().remove(handles);
      for (const handle of handles) {
        shown.delete(handle);
        open.delete(handle);
        await worker.call('drop', { handle });
      }
    },
    outputsOf: place => {
      const found = store().ofCell(place.address, place.text());
      for (const { handle, output, saved } of found)
        shown.set(handle, { place, rows: output.table?.rowCount ?? 0, isWhole: saved?.isCut === false });
      return found.map(record => record.output);
    },
    ensureOpen: async handle => {
      if (open.has(handle)) return;
      const saved = recordOf(handle)?.saved;
      if (saved === undefined) throw new Error('These results are gone: run the statement again.');
      await worker.call('open', { handle, saved });
      open.add(handle);
    },
    loadMore: async (handle, all) => {
      if (shown.get(handle)?.request === undefined) return undefined;
      return took(handle, await worker.call('fetchMore', { handle, rowLimit: limitOf(handle, all) }));
    },
    runAgain: async (handle, all) => {
      const { request, place } = shown.get(handle) ?? {};
      if (request === undefined) {
        if (place?.runAgain === undefined) throw new Error('Run the statement again from its editor.');
        await place.runAgain();
        return undefined;
      }
      await worker.call('drop', { handle });
      return took(
        handle,
        await worker.call('run', { handle, request: { ...request, rowLimit: limitOf(handle, all) } }),
      );
    },
    exportRows: async (handle, format) => {
      const origin = originOf(handle);
      if (origin === undefined)
        throw new Error('These results are from an earlier session and not whole: run the statement again.');
      return exportResult(worker, origin, format);
    },
    saveChart: async (handle, settings) => {
      await shown.get(handle)?.place.saveChart(handle, settings);
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
