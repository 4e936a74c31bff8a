import {
  CodeAction,
  CodeActionKind,
  type Command,
  type Disposable,
  languages,
  type NotebookCell,
  Range,
  type TextDocument,
  workspace,
  WorkspaceEdit,
} from 'vscode';
import { COMMAND_IDS, SQL_LANGUAGE } from '../ids.ts';
import type { CellMarks, MarkedFixes } from './cell-marks.ts';
import { writeDirective } from './directives.ts';
import type { ErrorFix } from './error-fixes.ts';
import { rangesOf } from './notebook-target.ts';

/** Offers what can be done about the error that Trino answered a cell or a statement of a script with, at its mark. */
export function createFixProvider(marks: CellMarks): Disposable {
  return languages.registerCodeActionsProvider(
    { language: SQL_LANGUAGE },
    {
      provideCodeActions: (document, range) => {
        const marked = marks.fixes(document);
        if (marked === undefined || marked.diagnostic.range.intersection(range) === undefined) return [];
        return marked.fixes.flatMap(fix => {
          const does = whatItDoes(document, fix, marked);
          if (does === undefined) return [];
          const action = new CodeAction(fix.title, CodeActionKind.QuickFix);
          action.diagnostics = [marked.diagnostic];
          return Object.assign(action, does);
        });
      },
    },
    { providedCodeActionKinds: [CodeActionKind.QuickFix] },
  );
}

/** Undefined for what a plain script has no command for. */
function whatItDoes(
  document: TextDocument,
  fix: ErrorFix,
  { start, cell }: MarkedFixes,
): { readonly edit: WorkspaceEdit } | { readonly command: Command } | undefined {
  const edit = new WorkspaceEdit();
  const notebookCell = cellOf(document);
  switch (fix.kind) {
    case 'edit':
      for (const { start: from, end, text } of fix.edits) {
        edit.replace(
          document.uri,
          new Range(document.positionAt(start + from), document.positionAt(start + end)),
          text,
        );
      }
      return { edit };
    case 'directive': {
      const whole = new Range(
        document.positionAt(cell.start),
        document.positionAt(cell.start + cell.text.length),
      );
      edit.replace(document.uri, whole, writeDirective(cell.text, fix.name, fix.value));
      return { edit };
    }
    case 'place': {
      if (notebookCell === undefined) return undefined;
      const command = fix.of === 'cell' ? COMMAND_IDS.runCellOn : COMMAND_IDS.chooseNotebookConnection;
      return { command: { title: fix.title, command, arguments: [notebookCell] } };
    }
    case 'again':
      return {
        command:
          notebookCell === undefined
            ? { title: fix.title, command: COMMAND_IDS.runStatementAt, arguments: [document.uri, start] }
            : { title: fix.title, command: 'notebook.cell.execute', arguments: [rangesOf(notebookCell)] },
      };
  }
}

function cellOf(document: TextDocument): NotebookCell | undefined {
  return workspace.notebookDocuments
    .flatMap(notebook => notebook.getCells())
    .find(cell => cell.document === document);
}
