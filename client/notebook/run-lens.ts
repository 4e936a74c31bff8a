import {
  CodeLens,
  type Disposable,
  languages,
  Range,
  Selection,
  type TextDocument,
  Uri,
  window,
  commands,
} from 'vscode';
import type { CommandTable } from '../command-table.ts';
import { COMMAND_IDS, SQL_LANGUAGE } from '../ids.ts';
import { statementsOf } from './statements.ts';

/** A lens for every statement would bury such a file; the commands work all the same. */
const MAX_STATEMENTS = 500;

/** "Run" above each statement of a plain `.sql` editor; cells of notebooks have their own button. */
export function createRunLens(): Disposable & { readonly table: CommandTable } {
  const selector = ['file', 'untitled', 'vscode-vfs'].map(scheme => ({ language: SQL_LANGUAGE, scheme }));
  const registration = languages.registerCodeLensProvider(selector, { provideCodeLenses: lensesOf });
  return {
    table: {
      [COMMAND_IDS.runStatementAt]: async (uri: unknown, offset: unknown) => {
        if (!(uri instanceof Uri) || typeof offset !== 'number') return;
        const editor = await window.showTextDocument(uri);
        const place = editor.document.positionAt(offset);
        editor.selection = new Selection(place, place);
        await commands.executeCommand(COMMAND_IDS.runQuery);
      },
    },
    dispose: () => {
      registration.dispose();
    },
  };
}

function lensesOf(document: TextDocument): CodeLens[] {
  return statementsOf(document.getText())
    .slice(0, MAX_STATEMENTS)
    .map(({ start }) => {
      const place = document.positionAt(start);
      return new CodeLens(new Range(place, place), {
        title: '$(play) Run',
        command: COMMAND_IDS.runStatementAt,
        arguments: [document.uri, start],
      });
    });
}
