import { type Disposable, type NotebookDocument, StatusBarAlignment, window, workspace } from 'vscode';
import type { TrinoSession } from '../../catalog/trino/session.ts';
import { COMMAND_IDS } from '../ids.ts';
import { readDirectives } from './directives.ts';
import { NOTEBOOK_TYPE } from './kernel.ts';
import type { ParameterValue } from './parameters.ts';

export interface ConnectionItem extends Disposable {
  draw(): void;
}

export interface ConnectionItemInput {
  readonly sessionOf: (notebook: NotebookDocument) => TrinoSession | undefined;
  readonly firstText: (notebook: NotebookDocument) => string;
  readonly parametersOf: (notebook: NotebookDocument) => ReadonlyMap<string, ParameterValue>;
}

/** At the right of the status bar while a SQL notebook is active: where its cells run, and its parameters. */
export function createConnectionItem(input: ConnectionItemInput): ConnectionItem {
  const place = window.createStatusBarItem('lakehouse.notebook.connection', StatusBarAlignment.Right, 90);
  place.name = 'Lakehouse notebook connection';
  place.command = COMMAND_IDS.chooseNotebookConnection;
  const values = window.createStatusBarItem('lakehouse.notebook.parameters', StatusBarAlignment.Right, 89);
  values.name = 'Lakehouse notebook parameters';
  values.command = COMMAND_IDS.setNotebookParameters;
  const draw = (): void => {
    const notebook = window.activeNotebookEditor?.notebook;
    if (notebook?.notebookType !== NOTEBOOK_TYPE) {
      place.hide();
      values.hide();
      return;
    }
    const text = placeText(input, notebook);
    place.text = `$(git-branch) ${text}`;
    place.tooltip = 'Where the cells of this notebook run: choose a branch, tag or schema';
    place.accessibilityInformation = { label: `Notebook runs on ${text}` };
    place.show();
    const parameters = [...input.parametersOf(notebook)];
    values.text = parameters
      .map(([name, { text: value }]) => `:${name}=${value ?? 'NULL'}`)
      .join(' ')
      .slice(0, 60);
    values.tooltip = 'Parameters of this notebook: change them';
    if (parameters.length > 0) values.show();
    else values.hide();
  };
  const parts = [
    place,
    values,
    window.onDidChangeActiveNotebookEditor(draw),
    workspace.onDidChangeNotebookDocument(event => {
      if (event.notebook === window.activeNotebookEditor?.notebook) draw();
    }),
  ];
  draw();
  return {
    draw,
    dispose: () => {
      for (const part of parts) part.dispose();
    },
  };
}

/** `catalog.schema @ reference` */
function placeText({ sessionOf, firstText }: ConnectionItemInput, notebook: NotebookDocument): string {
  const { reference, catalog, schema } = readDirectives(firstText(notebook));
  const session = sessionOf(notebook);
  const names = [catalog ?? session?.catalog ?? 'iceberg', schema ?? session?.schema].filter(
    name => name !== undefined,
  );
  return `${names.join('.')} @ ${reference === undefined ? 'default branch' : reference.name}`;
}
