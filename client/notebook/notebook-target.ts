import { type NotebookCell, type NotebookDocument, window } from 'vscode';
import { ActionableError } from '../errors.ts';
import { SQL_LANGUAGE } from '../ids.ts';
import { NOTEBOOK_TYPE } from './kernel.ts';

/** The SQL notebook in front. Throws an error that says how to open one. */
export function requireNotebook(): NotebookDocument {
  const notebook = window.activeNotebookEditor?.notebook;
  if (notebook?.notebookType === NOTEBOOK_TYPE) return notebook;
  throw new ActionableError(
    'Open a SQL notebook first: "Open With… → Lakehouse SQL Notebook" on a .sql file.',
  );
}

/** The cell a menu was opened on, else the selected one. */
export function cellOf(target: unknown): NotebookCell {
  const { notebook, index } = (target ?? {}) as Partial<NotebookCell>;
  if (notebook !== undefined && index !== undefined) return notebook.cellAt(index);
  const open = requireNotebook();
  return open.cellAt(window.activeNotebookEditor?.selection.start ?? 0);
}

/** The first cell of SQL, whose directives count for all. Throws where there is none. */
export function firstSqlCell(notebook: NotebookDocument): NotebookCell {
  const first = notebook.getCells().find(cell => cell.document.languageId === SQL_LANGUAGE);
  if (first === undefined) throw new ActionableError('Add a cell with SQL first.');
  return first;
}

/** What the editor's command `notebook.cell.execute` takes to run one cell. */
export function rangesOf({ notebook, index }: NotebookCell): unknown {
  return { ranges: [{ start: index, end: index + 1 }], document: notebook.uri };
}

/** The texts of all cells of SQL. */
export function cellTexts(notebook: NotebookDocument): string[] {
  return notebook
    .getCells()
    .filter(cell => cell.document.languageId === SQL_LANGUAGE)
    .map(cell => cell.document.getText());
}
