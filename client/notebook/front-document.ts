import { type NotebookDocument, Range, type TextDocument, window, workspace, WorkspaceEdit } from 'vscode';
import { ActionableError } from '../errors.ts';
import { SQL_LANGUAGE } from '../ids.ts';
import { NOTEBOOK_TYPE } from './kernel.ts';
import { cellTexts, firstSqlCell } from './notebook-target.ts';
import { placedCells } from './placed-cells.ts';

/** The SQL notebook or plain script in front. */
export interface FrontDocument {
  readonly kind: 'notebook' | 'script';
  /** What its session and its parameters belong to. */
  readonly owner: object;
  /** Where parameters are declared and used. */
  texts(): readonly string[];
  /** The first cell of SQL, whose comment lines count for all. */
  firstText(): string;
  /** Puts a text in the place of the first cell's. Throws when the file cannot be changed. */
  writeFirst(text: string): Promise<void>;
}

/** What is in front, or undefined when it is neither. */
export function frontDocument(): FrontDocument | undefined {
  const notebook = window.activeNotebookEditor?.notebook;
  if (notebook !== undefined)
    return notebook.notebookType === NOTEBOOK_TYPE ? ofNotebook(notebook) : undefined;
  const script = window.activeTextEditor?.document;
  return script?.languageId === SQL_LANGUAGE ? ofScript(script) : undefined;
}

/** What is in front. Throws an error that says what to open. */
export function requireFrontDocument(): FrontDocument {
  const front = frontDocument();
  if (front === undefined) throw new ActionableError('Open a .sql file first, as text or as a notebook.');
  return front;
}

function ofNotebook(notebook: NotebookDocument): FrontDocument {
  return {
    kind: 'notebook',
    owner: notebook,
    texts: () => cellTexts(notebook),
    firstText: () => cellTexts(notebook)[0] ?? '',
    writeFirst: text => {
      const { document } = firstSqlCell(notebook);
      return replaceText(document, { start: 0, text: document.getText() }, text);
    },
  };
}

function ofScript(document: TextDocument): FrontDocument {
  const first = (): { start: number; text: string } => {
    const script = document.getText();
    return placedCells(script).find(cell => cell.kind === 'code') ?? { start: script.length, text: '' };
  };
  return {
    kind: 'script',
    owner: document,
    texts: () => [document.getText()],
    firstText: () => first().text,
    writeFirst: text => replaceText(document, first(), text),
  };
}

/** Puts a text in the place of a part of a document. */
export async function replaceText(
  document: TextDocument,
  part: { readonly start: number; readonly text: string },
  text: string,
): Promise<void> {
  const edit = new WorkspaceEdit();
  const range = new Range(
    document.positionAt(part.start),
    document.positionAt(part.start + part.text.length),
  );
  edit.replace(document.uri, range, text);
  if (!(await workspace.applyEdit(edit)))
    throw new ActionableError('The file cannot be changed: is it read-only?');
}
