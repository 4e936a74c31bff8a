import {
  type Disposable,
  type ExtensionContext,
  type NotebookCell,
  type NotebookDocument,
  workspace,
} from 'vscode';
import type { CatalogBrowser } from '../catalog/catalog-browser.ts';
import type { CatalogSource } from '../catalog/catalog-source.ts';
import type { CommandTable } from '../command-table.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import type { NamedCell } from './cell-references.ts';
import { createFixProvider } from './fix-provider.ts';
import { type CellMarks, createCellMarks } from './cell-marks.ts';
import { createConnectionItem } from './connection-item.ts';
import { type History, openHistory } from './history.ts';
import { createKernel, NOTEBOOK_TYPE, restoreOutputs, type RunCell } from './kernel.ts';
import { notebookCommands } from './notebook-commands.ts';
import { cellTexts } from './notebook-target.ts';
import { createParameterValues } from './parameter-values.ts';
import { createResultHost } from './result-host.ts';
import { createResultLibrary, type ResultLibrary } from './result-library.ts';
import { cellPlace } from './result-place.ts';
import { createRunLens } from './run-lens.ts';
import { cellName, sqlSerializer } from './serializer.ts';
import { createSqlRunner, type SqlRun, type SqlRunner } from './sql-runner.ts';
import { statementsOf } from './statements.ts';

export interface NotebooksInput {
  readonly context: ExtensionContext;
  readonly session: LakehouseSession;
  readonly catalog: CatalogBrowser;
  /** Throws when no lakehouse can be asked. */
  readonly source: () => CatalogSource;
  readonly log: (text: string) => void;
}

export interface Notebooks extends Disposable {
  readonly table: CommandTable;
  /** What plain scripts share with notebooks. */
  readonly runner: SqlRunner;
  readonly library: ResultLibrary;
  readonly marks: CellMarks;
}

/** SQL notebooks: serializer, kernel, results and their outputs. Nothing starts before a notebook is opened or run. */
export function createNotebooks({ context, session, catalog, source, log }: NotebooksInput): Notebooks {
  const library = createResultLibrary(context);
  const marks = createCellMarks();
  const parameters = createParameterValues(() => {
    item.draw();
  });
  let opened: History | undefined;
  const history = (): History => (opened ??= openHistory(context.globalStorageUri.fsPath));
  const runner = createSqlRunner({
    ...{ session, catalog, source, library, marks, parameters, history },
    onSessionChange: () => {
      item.draw();
    },
  });
  const item = createConnectionItem({
    sessionOf: runner.sessionOf,
    parametersOf: parameters.current,
  });
  const lens = createRunLens();
  const run: RunCell = async (cell, { signal, open }) => {
    const place = cellPlace(cell);
    const text = cell.document.getText();
    marks.clear(cell.document);
    await library.forget(place);
    return runner.run({
      ...surroundingsOf(cell),
      owner: cell.notebook,
      place,
      document: cell.document,
      start: 0,
      text,
      statements: statementsOf(text),
      source: workspace.asRelativePath(cell.notebook.uri),
      signal,
      open,
    });
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
      const outputs = library.outputsOf(cellPlace(cell));
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
    ...notebookCommands({ sessionOf: runner.sessionOf, session, source, library, history, parameters }),
  };
  return {
    table,
    runner,
    library,
    marks,
    dispose: () => {
      for (const part of parts) part.dispose();
    },
  };
}

/** What the other cells of the notebook are to one of them. */
function surroundingsOf(cell: NotebookCell): Pick<SqlRun, 'firstText' | 'cells' | 'texts'> {
  const { notebook } = cell;
  return { firstText: firstText(notebook), cells: namedBefore(cell), texts: cellTexts(notebook) };
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

/** The text of the first code cell, whose directives count for the whole notebook. */
function firstText(notebook: NotebookDocument): string {
  return (
    notebook
      .getCells()
      .find((cell: NotebookCell) => cell.document.languageId === 'sql')
      ?.document.getText() ?? ''
  );
}
