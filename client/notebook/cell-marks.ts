import { Diagnostic, type Disposable, languages, Range, type TextDocument, workspace } from 'vscode';
import { fixesOf, type ErrorFix } from './error-fixes.ts';
import type { StatementError } from './messages.ts';
import { offsetOf } from './text-edits.ts';

/** Marks in cells and plain scripts where Trino found a fault, until the text changes or runs again. */
export interface CellMarks extends Disposable {
  mark(document: TextDocument, statement: FailedStatement): void;
  clear(document: TextDocument): void;
  /** What can be done about the mark of a document, and where its statement starts. */
  fixes(document: TextDocument): MarkedFixes | undefined;
}

export interface FailedStatement {
  readonly statement: string;
  /** Where it starts in the document. */
  readonly start: number;
  readonly error: StatementError;
  /** The part of the document whose comment lines say how the statement runs: a whole cell. */
  readonly cell: { readonly start: number; readonly text: string };
}

export interface MarkedFixes {
  readonly diagnostic: Diagnostic;
  readonly start: number;
  readonly cell: FailedStatement['cell'];
  readonly fixes: readonly ErrorFix[];
}

/** No marks yet. */
export function createCellMarks(): CellMarks {
  const marks = languages.createDiagnosticCollection('lakehouse-notebook');
  const known = new Map<string, MarkedFixes>();
  const forget = (document: TextDocument): void => {
    marks.delete(document.uri);
    known.delete(document.uri.toString());
  };
  const changes = [
    workspace.onDidChangeTextDocument(event => {
      forget(event.document);
    }),
    workspace.onDidCloseTextDocument(forget),
  ];
  return {
    mark: (document, { statement, start, error, cell }) => {
      const at =
        error.line === undefined
          ? undefined
          : offsetOf(statement, { line: error.line, column: error.column ?? 1 });
      const fixes = fixesOf(error, statement, at);
      // An error without a place is only worth a mark when the mark can help.
      if (at === undefined && fixes.length === 0) return;
      const diagnostic = new Diagnostic(rangeOf(document, start + (at ?? 0)), error.message);
      diagnostic.source = 'Trino';
      diagnostic.code = error.name;
      marks.set(document.uri, [diagnostic]);
      known.set(document.uri.toString(), { diagnostic, start, cell, fixes });
    },
    clear: forget,
    fixes: document => known.get(document.uri.toString()),
    dispose: () => {
      for (const change of changes) change.dispose();
      marks.dispose();
    },
  };
}

function rangeOf(document: TextDocument, offset: number): Range {
  const place = document.positionAt(offset);
  return document.getWordRangeAtPosition(place) ?? new Range(place, place.translate(0, 1));
}
