import { Diagnostic, type Disposable, languages, Range, type TextDocument, type Uri } from 'vscode';
import type { TrinoError } from '../../catalog/trino/client.ts';
import type { Statement } from './statement-at.ts';

/** Marks the place that Trino named in an error, until the document changes or runs again. */
export interface QueryMarks extends Disposable {
  show(document: TextDocument, statement: Statement, error: TrinoError): void;
  clear(uri: Uri): void;
}

export function createQueryMarks(onChange: (listener: (uri: Uri) => void) => Disposable): QueryMarks {
  const marks = languages.createDiagnosticCollection('lakehouse-query');
  const listener = onChange(uri => marks.delete(uri));
  return {
    show: (document, statement, error) => {
      if (error.line === undefined) return;
      const start = document.positionAt(statement.start);
      const line = start.line + error.line - 1;
      const column = (error.column ?? 1) - 1 + (error.line === 1 ? start.character : 0);
      const word = document.getWordRangeAtPosition(document.validatePosition(start.with(line, column)));
      const range = word ?? new Range(line, column, line, column + 1);
      const mark = new Diagnostic(range, error.message);
      mark.source = 'Trino';
      mark.code = error.errorName;
      marks.set(document.uri, [mark]);
    },
    clear: uri => marks.delete(uri),
    dispose: () => {
      listener.dispose();
      marks.dispose();
    },
  };
}
