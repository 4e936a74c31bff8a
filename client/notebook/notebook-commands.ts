import { commands, NotebookEdit, Uri, window, workspace, WorkspaceEdit } from 'vscode';
import type { CatalogSource } from '../catalog/catalog-source.ts';
import type { CommandTable } from '../command-table.ts';
import { ActionableError } from '../errors.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { TrinoSession } from '../../catalog/trino/session.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import { compareResults } from './compare-command.ts';
import type { History } from './history.ts';
import { historyCommands } from './history-commands.ts';
import { requireFrontDocument } from './front-document.ts';
import { cellOf, requireNotebook } from './notebook-target.ts';
import { NOTEBOOK_TYPE } from './kernel.ts';
import { findParameters } from './parameters.ts';
import type { ParameterValues } from './parameter-values.ts';
import { placeCommands } from './place-commands.ts';
import { exportReport } from './report-command.ts';
import type { ResultLibrary } from './result-library.ts';
import { cellName, withCellName } from './serializer.ts';
import { statementsOf } from './statements.ts';

export interface NotebookCommandsInput {
  readonly session: LakehouseSession;
  readonly source: () => CatalogSource;
  readonly library: ResultLibrary;
  readonly history: () => History;
  readonly sessionOf: (owner: object) => TrinoSession | undefined;
  readonly parameters: ParameterValues;
}

/** The commands of SQL notebooks. */
export function notebookCommands({
  session,
  source,
  library,
  history,
  sessionOf,
  parameters,
}: NotebookCommandsInput): CommandTable {
  return {
    [COMMAND_IDS.openNotebook]: async (target: unknown) => {
      const uri = target instanceof Uri ? target : window.activeTextEditor?.document.uri;
      if (uri === undefined) throw new ActionableError('Open a .sql file first.');
      await commands.executeCommand('vscode.openWith', uri, NOTEBOOK_TYPE);
    },
    ...placeCommands({ session, source, sessionOf }),
    [COMMAND_IDS.setNotebookParameters]: () => askParameters(parameters),
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

/** Asks for the values of all parameters of what is in front anew, in the order they first stand. */
async function askParameters(parameters: ParameterValues): Promise<void> {
  const front = requireFrontDocument();
  const texts = front.texts();
  const names = texts.flatMap(text =>
    statementsOf(text).flatMap(statement => findParameters(statement.text).map(use => use.name)),
  );
  if (names.length === 0) throw new ActionableError('No statement here has a parameter like :name.');
  await parameters.askAgain({ owner: front.owner, texts, names: [...new Set(names)] });
}
