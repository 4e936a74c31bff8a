import { commands, type NotebookDocument, NotebookEdit, Uri, window, workspace, WorkspaceEdit } from 'vscode';
import type { CommandTable } from '../command-table.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { TrinoSession } from '../../catalog/trino/session.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import { compareResults } from './compare-command.ts';
import type { History } from './history.ts';
import { historyCommands } from './history-commands.ts';
import { cellOf, requireNotebook } from './notebook-target.ts';
import { NOTEBOOK_TYPE } from './kernel.ts';
import { placeCommands } from './place-commands.ts';
import { exportReport } from './report-command.ts';
import type { ResultLibrary } from './result-library.ts';
import { cellName, withCellName } from './serializer.ts';

export interface NotebookCommandsInput {
  readonly session: LakehouseSession;
  readonly library: ResultLibrary;
  readonly history: () => History;
  readonly sessionOf: (notebook: NotebookDocument) => TrinoSession | undefined;
  /** Asks for the values of all parameters of a notebook anew. */
  readonly askParameters: (notebook: NotebookDocument) => Promise<void>;
}

/** The commands of SQL notebooks. */
export function notebookCommands({
  session,
  library,
  history,
  sessionOf,
  askParameters,
}: NotebookCommandsInput): CommandTable {
  return {
    [COMMAND_IDS.openNotebook]: async (target: unknown) => {
      const uri = target instanceof Uri ? target : window.activeTextEditor?.document.uri;
      if (uri === undefined) throw new ActionableError('Open a .sql file first.');
      await commands.executeCommand('vscode.openWith', uri, NOTEBOOK_TYPE);
    },
    ...placeCommands({ session, sessionOf }),
    [COMMAND_IDS.setNotebookParameters]: () => askParameters(requireNotebook()),
    [COMMAND_IDS.nameCell]: async (target: unknown) => {
      const cell = cellOf(target);
      const value = cellName(cell.metadata);
      const name = await window.showInputBox({
        title: 'Name of this cell',
        prompt: 'Later cells may then use its query like a table. Empty takes the name away.',
        ...(value === undefined ? {} : { value }),
      });
      if (name === undefined) return;
      const edit = new WorkspaceEdit();
      const metadata = withCellName(cell.metadata, name.trim() === '' ? undefined : name.trim());
      edit.set(cell.notebook.uri, [NotebookEdit.updateCellMetadata(cell.index, metadata)]);
      await workspace.applyEdit(edit);
    },
    [COMMAND_IDS.exportNotebook]: () => exportReport(requireNotebook(), library),
    [COMMAND_IDS.compareResults]: () => compareResults(requireNotebook(), library),
    ...historyCommands(history),
  };
}
