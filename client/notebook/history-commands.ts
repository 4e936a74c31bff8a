import {
  commands,
  env,
  NotebookCellData,
  NotebookCellKind,
  NotebookData,
  type QuickInputButton,
  type QuickPick,
  type QuickPickItem,
  ThemeIcon,
  window,
  workspace,
} from 'vscode';
import type { CommandTable } from '../command-table.ts';
import { COMMAND_IDS, SQL_LANGUAGE } from '../ids.ts';
import type { History, HistoryEntry } from './history.ts';
import { NOTEBOOK_TYPE } from './kernel.ts';
import { findParameters } from './parameters.ts';
import { isMasked } from './secrets.ts';

const RUN: QuickInputButton = { iconPath: new ThemeIcon('play'), tooltip: 'Run Again' };
const COPY: QuickInputButton = { iconPath: new ThemeIcon('copy'), tooltip: 'Copy' };
const FORGET: QuickInputButton = { iconPath: new ThemeIcon('trash'), tooltip: 'Forget This Run' };
const CLEAR: QuickInputButton = { iconPath: new ThemeIcon('clear-all'), tooltip: 'Clear Query History' };

interface RunItem extends QuickPickItem {
  readonly entry: HistoryEntry;
}

/** The commands of the history: a searchable list of every run, and forgetting all of them. */
export function historyCommands(history: () => History): CommandTable {
  return {
    [COMMAND_IDS.showQueryHistory]: () => showHistory(history()),
    [COMMAND_IDS.clearQueryHistory]: () => clearHistory(history()),
  };
}

async function clearHistory(history: History): Promise<void> {
  const clear = 'Clear';
  const pressed = await window.showWarningMessage(
    'Forget every statement that was run?',
    { modal: true },
    clear,
  );
  if (pressed === clear) history.clear();
}

/** Ends when the list is closed; what was chosen is done by then. */
async function showHistory(history: History): Promise<void> {
  const pick = window.createQuickPick<RunItem>();
  pick.title = 'Statements that were run';
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.buttons = [CLEAR];
  fill(pick, history);
  const closed = Promise.withResolvers<undefined>();
  let action: Promise<void> | undefined;
  const finish = (act: () => Promise<void>): void => {
    action = act();
    pick.hide();
  };
  pick.onDidAccept(() => {
    const [item] = pick.selectedItems;
    if (item !== undefined) finish(async () => void (await openStatement(item.entry)));
  });
  pick.onDidTriggerButton(() => {
    finish(() => clearHistory(history));
  });
  pick.onDidTriggerItemButton(({ button, item }) => {
    if (button === RUN) finish(() => runAgain(item.entry));
    else if (button === COPY) void env.clipboard.writeText(item.entry.statement);
    else {
      history.remove(item.entry);
      fill(pick, history);
    }
  });
  pick.onDidHide(() => {
    closed.resolve(undefined);
  });
  pick.show();
  try {
    await closed.promise;
    await action;
  } finally {
    pick.dispose();
  }
}

function fill(pick: QuickPick<RunItem>, history: History): void {
  const items = history.entries().map(runItem);
  pick.placeholder =
    items.length === 0
      ? 'Nothing was run yet'
      : 'Search in statements, states, files and errors; Enter opens the statement';
  pick.items = items;
}

function runItem(entry: HistoryEntry): RunItem {
  const { statement, state, rows, elapsedMs, at, source, directives, error } = entry;
  const icon = state === 'FAILED' ? 'error' : state === 'CANCELED' ? 'circle-slash' : 'pass';
  const figures = `${state} · ${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'} · ${(elapsedMs / 1000).toFixed(2)} s`;
  const place = directives?.replaceAll(/^-- @/gm, '').replaceAll('\n', ', ');
  const facts = [new Date(at).toLocaleString(), source, place, error];
  return {
    label: `$(${icon}) ${statement.replaceAll(/\s+/g, ' ').trim().slice(0, 120)}`,
    description: figures,
    detail: facts.filter(fact => fact !== undefined).join(' · '),
    buttons: [RUN, COPY, FORGET],
    entry,
  };
}

/** Opens the statement where it can run again: as a cell when it needs a place or parameters, else as a plain text. */
async function openStatement({ statement, directives }: HistoryEntry): Promise<'notebook' | 'editor'> {
  if (directives === undefined && findParameters(statement).length === 0) {
    const document = await workspace.openTextDocument({ language: SQL_LANGUAGE, content: statement });
    await window.showTextDocument(document);
    return 'editor';
  }
  const text = directives === undefined ? statement : `${directives}\n${statement}`;
  const cell = new NotebookCellData(NotebookCellKind.Code, text, SQL_LANGUAGE);
  const notebook = await workspace.openNotebookDocument(NOTEBOOK_TYPE, new NotebookData([cell]));
  await window.showNotebookDocument(notebook);
  return 'notebook';
}

async function runAgain(entry: HistoryEntry): Promise<void> {
  const kind = await openStatement(entry);
  if (isMasked(entry.statement)) {
    void window.showInformationMessage(
      "The statement was opened but not run: its secrets were not kept. Put them in place of '***'.",
    );
    return;
  }
  await commands.executeCommand(kind === 'editor' ? COMMAND_IDS.runQuery : 'notebook.execute');
}
