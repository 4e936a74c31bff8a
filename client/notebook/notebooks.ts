import {
  type Disposable,
  type ExtensionContext,
  type NotebookCell,
  type NotebookDocument,
  workspace,
} from 'vscode';
import { createSession, type TrinoSession } from '../../catalog/trino/session.ts';
import type { CatalogBrowser } from '../catalog/catalog-browser.ts';
import { readSettings } from '../config.ts';
import { requireEndpoints } from '../lakehouse/require-endpoints.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import { createCellMarks } from './cell-marks.ts';
import { runCell, type StatementEnd } from './cell-run.ts';
import { createKernel, NOTEBOOK_TYPE, restoreOutputs, type RunCell } from './kernel.ts';
import { openReferenceCatalog } from './reference-catalog.ts';
import { createResultHost } from './result-host.ts';
import { createResultLibrary } from './result-library.ts';
import { sqlSerializer } from './serializer.ts';

export interface NotebooksInput {
  readonly context: ExtensionContext;
  readonly session: LakehouseSession;
  readonly catalog: CatalogBrowser;
  readonly log: (text: string) => void;
}

/** SQL notebooks: serializer, kernel, results and their outputs. Nothing starts before a notebook is opened or run. */
export function createNotebooks({ context, session, catalog, log }: NotebooksInput): Disposable {
  const library = createResultLibrary(context);
  const marks = createCellMarks();
  const sessions = new WeakMap<NotebookDocument, TrinoSession>();

  const run: RunCell = async (cell, { signal, open }) => {
    const endpoints = requireEndpoints(session, ['trino']);
    const { notebook } = cell;
    marks.clear(cell);
    await library.forget(cell);
    const ends: StatementEnd[] = [];
    const result = await runCell(
      {
        text: cell.document.getText(),
        firstText: firstText(notebook),
        endpoints,
        session: sessions.get(notebook) ?? createSession({ catalog: endpoints.trino.catalog }),
        rowLimit: readSettings().maxRows,
        worker: library.worker,
        newPath: library.newPath,
        catalogOf: reference => openReferenceCatalog(endpoints, reference),
        prepare: statement => statement,
        signal,
      },
      { open, ended: end => void ends.push(end) },
    );
    sessions.set(notebook, result.session);
    for (const end of ends) {
      library.keep(cell, end);
      if (end.error !== undefined) marks.mark(cell, end.start, end.error);
      if (end.output.progress.updateType !== undefined) void catalog.poll();
    }
    return result.isSuccess;
  };
  const host = createResultHost(library);
  const kernel = createKernel({
    run,
    onProgress: (handle, progress) => {
      host.postProgress(handle, progress);
    },
    onFailure: error => {
      log(
        `Running a cell failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    },
  });
  const restore = async (notebook: NotebookDocument): Promise<void> => {
    if (notebook.notebookType !== NOTEBOOK_TYPE) return;
    for (const cell of notebook.getCells()) {
      const outputs = library.outputsOf(cell);
      if (outputs.length > 0 && cell.outputs.length === 0) await restoreOutputs(kernel, cell, outputs);
    }
  };
  const parts = [
    marks,
    host,
    kernel,
    library,
    workspace.registerNotebookSerializer(NOTEBOOK_TYPE, sqlSerializer, { transientOutputs: true }),
    workspace.onDidOpenNotebookDocument(notebook => void restore(notebook)),
  ];
  for (const notebook of workspace.notebookDocuments) void restore(notebook);
  return {
    dispose: () => {
      for (const part of parts) part.dispose();
    },
  };
}

/** The text of the first code cell, whose directives count for the whole notebook. */
function firstText(notebook: NotebookDocument): string {
  return (
    notebook
      .getCells()
      .find((cell: NotebookCell) => cell.document.languageId === 'sql')
      ?.document.getText() ?? ''
  );
}
