import {
  CodeAction,
  CodeActionKind,
  type Command,
  type Disposable,
  languages,
  Range,
  type TextDocument,
  window,
  workspace,
  WorkspaceEdit,
} from 'vscode';
import { COMMAND_IDS, SQL_LANGUAGE } from '../ids.ts';
import type { CellMarks } from './cell-marks.ts';
import { writeDirective } from './directives.ts';
import type { ErrorFix } from './error-fixes.ts';
import { NOTEBOOK_TYPE } from './kernel.ts';

/** Offers what can be done about the error that Trino answered a cell with, at its mark. */
export function createFixProvider(marks: CellMarks): Disposable {
  return languages.registerCodeActionsProvider(
    { language: SQL_LANGUAGE, notebookType: NOTEBOOK_TYPE },
    {
      provideCodeActions: (document, range) => {
        const marked = marks.fixes(document);
        if (marked === undefined || marked.diagnostic.range.intersection(range) === undefined) return [];
        return marked.fixes.map(fix => {
          const action = new CodeAction(fix.title, CodeActionKind.QuickFix);
          action.diagnostics = [marked.diagnostic];
          return Object.assign(action, whatItDoes(document, fix, marked.start));
        });
      },
    },
    { providedCodeActionKinds: [CodeActionKind.QuickFix] },
  );
}

function whatItDoes(
  document: TextDocument,
  fix: ErrorFix,
  start: number,
): { readonly edit: WorkspaceEdit } | { readonly command: Command } {
  const edit = new WorkspaceEdit();
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
      const text = document.getText();
      const whole = new Range(document.positionAt(0), document.positionAt(text.length));
      edit.replace(document.uri, whole, writeDirective(text, fix.name, fix.value));
      return { edit };
    }
    case 'place': {
      const command = fix.of === 'cell' ? COMMAND_IDS.runCellOn : COMMAND_IDS.chooseNotebookConnection;
      return { command: { title: fix.title, command, arguments: [cellOf(document)] } };
    }
    case 'again':
      return {
        command: { title: fix.title, command: 'notebook.cell.execute', arguments: [rangesOf(document)] },
      };
  }
}

function cellOf(document: TextDocument): unknown {
  return workspace.notebookDocuments
    .flatMap(notebook => notebook.getCells())
    .find(cell => cell.document === document);
}

function rangesOf(document: TextDocument): unknown {
  const notebook = window.activeNotebookEditor?.notebook;
  const index = notebook?.getCells().findIndex(cell => cell.document === document) ?? -1;
  return { ranges: [{ start: index, end: index + 1 }], document: notebook?.uri };
}
