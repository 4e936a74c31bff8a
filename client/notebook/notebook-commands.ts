import {
  commands,
  type NotebookCell,
  type NotebookDocument,
  NotebookEdit,
  Range,
  type TextDocument,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
} from 'vscode';
import type { CommandTable } from '../command-table.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS, SQL_LANGUAGE } from '../ids.ts';
import { requireEndpoints } from '../lakehouse/require-endpoints.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import { chooseReference, type ChosenReference } from './choose-reference.ts';
import { compareResults } from './compare-command.ts';
import { readDirectives, writeDirective } from './directives.ts';
import type { History, HistoryEntry } from './history.ts';
import { NOTEBOOK_TYPE } from './kernel.ts';
import { exportReport } from './report-command.ts';
import type { ResultLibrary } from './result-library.ts';
import { cellName, withCellName } from './serializer.ts';

export interface NotebookCommandsInput {
  readonly session: LakehouseSession;
  readonly library: ResultLibrary;
  readonly history: () => History;
  /** Asks for the values of all parameters of a notebook anew. */
  readonly askParameters: (notebook: NotebookDocument) => Promise<void>;
}

/** The commands of SQL notebooks. */
export function notebookCommands({
  session,
  library,
  history,
  askParameters,
}: NotebookCommandsInput): CommandTable {
  return {
    [COMMAND_IDS.openNotebook]: async (target: unknown) => {
      const uri = target instanceof Uri ? target : window.activeTextEditor?.document.uri;
      if (uri === undefined) throw new ActionableError('Open a .sql file first.');
      await commands.executeCommand('vscode.openWith', uri, NOTEBOOK_TYPE);
    },
    [COMMAND_IDS.chooseNotebookConnection]: async () => {
      const notebook = requireNotebook();
      const chosen = await chooseReference(
        requireEndpoints(session, ['nessie']),
        'Where the cells of this notebook run',
      );
      const first = notebook.getCells().find(isSql);
      if (chosen !== undefined && first !== undefined) await writeReference(first.document, chosen);
    },
    [COMMAND_IDS.runCellOn]: async (target: unknown) => {
      const cell = cellOf(target);
      const chosen = await chooseReference(requireEndpoints(session, ['nessie']), 'Run this cell on');
      if (chosen === undefined) return;
      await writeReference(cell.document, chosen);
      const ranges = [{ start: cell.index, end: cell.index + 1 }];
      await commands.executeCommand('notebook.cell.execute', { ranges, document: cell.notebook.uri });
    },
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

function requireNotebook(): NotebookDocument {
  const notebook = window.activeNotebookEditor?.notebook;
  if (notebook?.notebookType === NOTEBOOK_TYPE) return notebook;
  throw new ActionableError(
    'Open a SQL notebook first: "Open With… → Lakehouse SQL Notebook" on a .sql file.',
  );
}

/** The cell a menu was opened on, else the selected one. */
function cellOf(target: unknown): NotebookCell {
  const { notebook, index } = (target ?? {}) as Partial<NotebookCell>;
  if (notebook !== undefined && index !== undefined) return notebook.cellAt(index);
  const open = requireNotebook();
  return open.cellAt(window.activeNotebookEditor?.selection.start ?? 0);
}

function isSql(cell: NotebookCell): boolean {
  return cell.document.languageId === SQL_LANGUAGE;
}

/** Writes the choice as a comment line, so that the file says where it runs. */
async function writeReference(document: TextDocument, chosen: ChosenReference): Promise<void> {
  const before = document.getText();
  const old = readDirectives(before).reference;
  let text = old === undefined ? before : writeDirective(before, old.kind, undefined);
  if (chosen !== 'default') text = writeDirective(text, chosen.reference.kind, chosen.reference.name);
  const edit = new WorkspaceEdit();
  edit.replace(document.uri, new Range(document.positionAt(0), document.positionAt(before.length)), text);
  await workspace.applyEdit(edit);
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
