import { type Disposable, StatusBarAlignment, window, workspace } from 'vscode';
import type { TrinoSession } from '../../catalog/trino/session.ts';
import { COMMAND_IDS } from '../ids.ts';
import { readDirectives } from './directives.ts';
import { type FrontDocument, frontDocument } from './front-document.ts';
import type { ParameterValue } from './parameters.ts';

export interface ConnectionItem extends Disposable {
  draw(): void;
}

export interface ConnectionItemInput {
  readonly sessionOf: (owner: object) => TrinoSession | undefined;
  readonly parametersOf: (owner: object) => ReadonlyMap<string, ParameterValue>;
}

/** Typing draws the item anew when the person pauses: a long script is not read at every key. */
const PAUSE_MS = 300;

/** At the right of the status bar while a SQL notebook or script is active: where it runs, and its parameters. */
export function createConnectionItem(input: ConnectionItemInput): ConnectionItem {
  const place = window.createStatusBarItem('lakehouse.notebook.connection', StatusBarAlignment.Right, 90);
  place.name = 'Lakehouse connection';
  place.command = COMMAND_IDS.chooseNotebookConnection;
  const values = window.createStatusBarItem('lakehouse.notebook.parameters', StatusBarAlignment.Right, 89);
  values.name = 'Lakehouse parameters';
  values.command = COMMAND_IDS.setNotebookParameters;
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    clearTimeout(timer);
    const front = frontDocument();
    if (front === undefined) {
      place.hide();
      values.hide();
      return;
    }
    const text = placeText(front, input.sessionOf(front.owner));
    place.text = `$(git-branch) ${text}`;
    place.tooltip = `Where this ${front.kind} runs: choose a branch, tag, commit or schema`;
    place.accessibilityInformation = { label: `This ${front.kind} runs on ${text}`, role: 'button' };
    place.show();
    const parameters = [...input.parametersOf(front.owner)];
    values.text = parameters
      .map(([name, { text: value }]) => `:${name}=${value ?? 'NULL'}`)
      .join(' ')
      .slice(0, 60);
    values.tooltip = `Parameters of this ${front.kind}: change them`;
    if (parameters.length > 0) values.show();
    else values.hide();
  };
  const drawSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(draw, PAUSE_MS);
  };
  const parts = [
    place,
    values,
    window.onDidChangeActiveNotebookEditor(draw),
    window.onDidChangeActiveTextEditor(draw),
    workspace.onDidChangeNotebookDocument(event => {
      if (event.notebook === window.activeNotebookEditor?.notebook) drawSoon();
    }),
    workspace.onDidChangeTextDocument(event => {
      if (event.document === window.activeTextEditor?.document) drawSoon();
    }),
  ];
  draw();
  return {
    draw,
    dispose: () => {
      clearTimeout(timer);
      for (const part of parts) part.dispose();
    },
  };
}

/** `catalog.schema @ reference` */
function placeText(front: FrontDocument, session: TrinoSession | undefined): string {
  const { reference, catalog, schema } = readDirectives(front.firstText());
  const names = [catalog ?? session?.catalog ?? 'iceberg', schema ?? session?.schema].filter(
    name => name !== undefined,
  );
  return `${names.join('.')} @ ${reference === undefined ? 'default branch' : reference.name}`;
}
