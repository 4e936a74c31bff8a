import {
  type Disposable,
  type ExtensionContext,
  type NotebookCell,
  type NotebookDocument,
  workspace,
} from 'vscode';
import { createSession, type TrinoSession } from '../../catalog/trino/session.ts';
import type { CatalogBrowser } from '../catalog/catalog-browser.ts';
import type { CommandTable } from '../command-table.ts';
import { readSettings } from '../config.ts';
import { requireEndpoints } from '../lakehouse/require-endpoints.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import type { RanStatement } from '../query/query-commands.ts';
import type { NamedCell } from './cell-references.ts';
import { createFixProvider } from './fix-provider.ts';
import { createCellMarks } from './cell-marks.ts';
import { runCell, type StatementEnd } from './cell-run.ts';
import { createConnectionItem } from './connection-item.ts';
import { type History, openHistory } from './history.ts';
import { editorEntry, notebookEntry } from './history-entries.ts';
import { createKernel, NOTEBOOK_TYPE, restoreOutputs, type RunCell } from './kernel.ts';
import { notebookCommands } from './notebook-commands.ts';
import { createNotebookParameters } from './notebook-parameters.ts';
import { findParameters } from './parameters.ts';
import { readDirectives } from './directives.ts';
import { neededParameters, prepareStatement, type PreparedStatement } from './prepare-statement.ts';
import { openReferenceCatalog } from './reference-catalog.ts';
import { createResultHost } from './result-host.ts';
import { createResultLibrary } from './result-library.ts';
import { createRunLens } from './run-lens.ts';
import { cellName, sqlSerializer } from './serializer.ts';
import { statementsOf } from './statements.ts';

export interface NotebooksInput {
  readonly context: ExtensionContext;
  readonly session: LakehouseSession;
  readonly catalog: CatalogBrowser;
  readonly log: (text: string) => void;
}

export interface Notebooks extends Disposable {
  readonly table: CommandTable;
  /** Keeps a statement of a plain editor in the history. */
  readonly remember: (ran: RanStatement) => void;
}

/** SQL notebooks: serializer, kernel, results and their outputs. Nothing starts before a notebook is opened or run. */
export function createNotebooks({ context, session, catalog, log }: NotebooksInput): Notebooks {
  const library = createResultLibrary(context);
  const marks = createCellMarks();
  const sessions = new WeakMap<NotebookDocument, TrinoSession>();
  const parameters = createNotebookParameters(() => {
    item.draw();
  });
  const item = createConnectionItem({
    sessionOf: notebook => sessions.get(notebook),
    firstText,
    parametersOf: notebook => parameters.current(notebook),
  });
  const lens = createRunLens();
  let opened: History | undefined;
  const history = (): History => (opened ??= openHistory(context.globalStorageUri.fsPath));

  const prepareFor = async (cell: NotebookCell, statement: string): Promise<PreparedStatement> => {
    const cells = namedBefore(cell);
    const needed = neededParameters(statement, cells);
    const values = await parameters.valuesFor(cell.notebook, needed);
    if (values === undefined) throw new Error('The cell did not run: a parameter was not given.');
    const { snapshots } = readDirectives(cell.document.getText());
    if (snapshots.length === 0) return prepareStatement(statement, { cells, values });
    // The parser is loaded with the first cell that looks back in time.
    const { snapshotEdits } = await import('./snapshot-edits.ts');
    return prepareStatement(statement, { cells, values, snapshots: snapshotEdits(statement, snapshots) });
  };
  const run: RunCell = async (cell, { signal, open }) => {
    const endpoints = requireEndpoints(session, ['trino']);
    const { notebook } = cell;
    const surroundings = {
      firstText: firstText(notebook),
      cells: namedBefore(cell),
      defaultCatalog: endpoints.trino.catalog,
    };
    marks.clear(cell);
    await library.forget(cell);
    // At once, so that a later statement that cannot even start takes nothing away from this one.
    const ended = (end: StatementEnd): void => {
      library.keep(cell, end);
      if (end.error !== undefined) marks.mark(cell, { ...end, error: end.error });
      if (end.output.progress.updateType !== undefined) void catalog.poll();
      history().add(notebookEntry(cell, end, surroundings));
    };
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
        prepare: statement => prepareFor(cell, statement),
        signal,
      },
      { open, ended },
    );
    sessions.set(notebook, result.session);
    item.draw();
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
    item,
    lens,
    marks,
    createFixProvider(marks),
    host,
    kernel,
    library,
    workspace.registerNotebookSerializer(NOTEBOOK_TYPE, sqlSerializer, { transientOutputs: true }),
    workspace.onDidOpenNotebookDocument(notebook => void restore(notebook)),
  ];
  for (const notebook of workspace.notebookDocuments) void restore(notebook);
  const table = {
    ...lens.table,
    ...notebookCommands({
      sessionOf: notebook => sessions.get(notebook),
      session,
      library,
      history,
      askParameters: notebook => parameters.askAgain(notebook, allParameters(notebook)),
    }),
  };
  return {
    table,
    remember: ran => {
      history().add(editorEntry(ran));
    },
    dispose: () => {
      for (const part of parts) part.dispose();
    },
  };
}

/** The cells before this one that have a name. */
function namedBefore(cell: NotebookCell): NamedCell[] {
  return cell.notebook
    .getCells()
    .slice(0, cell.index)
    .flatMap(each => {
      const name = cellName(each.metadata);
      return name === undefined ? [] : [{ name, text: each.document.getText() }];
    });
}

/** The parameters of all cells, in the order they first stand. */
function allParameters(notebook: NotebookDocument): string[] {
  const texts = notebook
    .getCells()
    .filter(cell => cell.document.languageId === 'sql')
    .map(cell => cell.document.getText());
  return [
    ...new Set(
      texts.flatMap(text =>
        statementsOf(text).flatMap(statement => findParameters(statement.text).map(use => use.name)),
      ),
    ),
  ];
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
