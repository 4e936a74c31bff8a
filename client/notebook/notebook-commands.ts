import { commands, type NotebookDocument, NotebookEdit, Uri, window, workspace, WorkspaceEdit } from 'vscode';
import type { CommandTable } from '../command-table.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS, SQL_LANGUAGE } from '../ids.ts';
import type { TrinoSession } from '../../catalog/trino/session.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import { compareResults } from './compare-command.ts';
import type { History, HistoryEntry } from './history.ts';
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
    [COMMAND_IDS.showQueryHistory]: () => showHistory(history()),
    [COMMAND_IDS.clearQueryHistory]: async () => {
      const clear = 'Clear';
      const pressed = await window.showWarningMessage(
        'Forget every statement that was run?',
        { modal: true },
        clear,
      );
      if (pressed === clear) history().clear();
    },
  };
}

async function showHistory(history: History): Promise<void> {
  const items = history.entries().map(entry => ({
    label: entry.statement.replaceAll(/\s+/g, ' ').trim().slice(0, 120),
    description: describe(entry),
    detail: `${new Date(entry.at).toLocaleString()} · ${entry.source}${entry.error === undefined ? '' : ` · ${entry.error}`}`,
    entry,
  }));
  const item = await window.showQuickPick(items, {
    title: 'Statements that were run',
    placeHolder:
      items.length === 0 ? 'Nothing was run yet' : 'Search; Enter opens the statement to run it again',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (item === undefined) return;
  const document = await workspace.openTextDocument({
    language: SQL_LANGUAGE,
    content: item.entry.statement,
  });
  await window.showTextDocument(document);
}

function describe({ state, rows, elapsedMs }: HistoryEntry): string {
  return `${state} · ${rows.toLocaleString('en-US')} rows · ${(elapsedMs / 1000).toFixed(2)} s`;
}
