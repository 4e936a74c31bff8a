import {
  Diagnostic,
  type Disposable,
  languages,
  type NotebookCell,
  Range,
  type TextDocument,
  workspace,
} from 'vscode';
import type { StatementError } from './messages.ts';

/** Marks in the text of cells where Trino found a fault, until the text changes or the cell runs again. */
export interface CellMarks extends Disposable {
  mark(cell: NotebookCell, start: number, error: StatementError): void;
  clear(cell: NotebookCell): void;
}

/** No marks yet. */
export function createCellMarks(): CellMarks {
  const marks = languages.createDiagnosticCollection('lakehouse-notebook');
  const changes = workspace.onDidChangeTextDocument(event => {
    marks.delete(event.document.uri);
  });
  return {
    mark: (cell, start, error) => {
      if (error.line === undefined) return;
      const mark = new Diagnostic(rangeOf(cell.document, start, error), error.message);
      mark.source = 'Trino';
      mark.code = error.name;
      marks.set(cell.document.uri, [mark]);
    },
    clear: cell => {
      marks.delete(cell.document.uri);
    },
    dispose: () => {
      changes.dispose();
      marks.dispose();
    },
  };
}

/** Trino counts lines and columns from 1 within the statement. */
function rangeOf(document: TextDocument, start: number, { line = 1, column = 1 }: StatementError): Range {
  const first = document.positionAt(start);
  const place = document.validatePosition(
    first.with(first.line + line - 1, column - 1 + (line === 1 ? first.character : 0)),
  );
  return document.getWordRangeAtPosition(place) ?? new Range(place, place.translate(0, 1));
}
