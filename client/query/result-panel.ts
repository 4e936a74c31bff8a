import { randomBytes } from 'node:crypto';
import {
  commands,
  type TextDocument,
  Uri,
  type Webview,
  type WebviewView,
  type WebviewViewProvider,
} from 'vscode';
import { VIEW_IDS } from '../ids.ts';
import type { StatementView } from '../notebook/cell-run.ts';
import type { ChartSettings, Progress, ResultOutput } from '../notebook/messages.ts';
import { answerRequest } from '../notebook/result-host.ts';
import type { ResultLibrary } from '../notebook/result-library.ts';
import { type ResultPlace, writeChart } from '../notebook/result-place.ts';
import type { FromResultsPage, ToResultsPage } from './result-messages.ts';
import { resultsHtml } from './results-html.ts';
import { cellsToRun } from './script-cells.ts';

/** The panel that shows the results of the last run of a script. */
export interface ResultPanel {
  readonly provider: WebviewViewProvider;
  readonly place: ResultPlace;
  /** Brings the panel up without taking the cursor out of the editor. */
  reveal(): Promise<void>;
  /** Takes away what the last run showed. */
  clear(): Promise<void>;
  /** Where the next statement shows its result. */
  open(document: TextDocument): StatementView;
}

/** Results come back after a reload under this address. */
const ADDRESS = 'lakehouse:results';

interface PanelState {
  view: WebviewView | undefined;
  outputs: ResultOutput[];
  /** The scripts of the results, by handle. */
  readonly documents: Map<string, TextDocument>;
}

/** A panel that keeps its outputs, so that a page that is opened late or anew shows the same. */
export function createResultPanel(extensionUri: Uri, library: ResultLibrary): ResultPanel {
  const state: PanelState = { view: undefined, outputs: [], documents: new Map() };
  const post = (message: ToResultsPage): void => void state.view?.webview.postMessage(message);
  const place: ResultPlace = {
    key: state,
    address: ADDRESS,
    text: () => '',
    saveChart: (handle, settings) => saveChart(state, handle, settings),
  };
  const showAll = (): void => {
    // The page comes after a reload of the window too: then what the last session left is shown.
    if (state.outputs.length === 0) state.outputs = library.outputsOf(place);
    post({ type: 'outputs', outputs: state.outputs });
  };
  const receive = (message: FromResultsPage): void => {
    if ('kind' in message && message.kind === 'ready') showAll();
    else if ('type' in message) void answerRequest(library, message).then(post);
  };
  return {
    place,
    provider: {
      resolveWebviewView: view => {
        state.view = view;
        view.onDidDispose(() => (state.view = undefined));
        view.webview.options = {
          enableScripts: true,
          localResourceRoots: [Uri.joinPath(extensionUri, 'dist')],
        };
        view.webview.onDidReceiveMessage(receive);
        view.webview.html = pageOf(view.webview, extensionUri);
      },
    },
    reveal: async () => {
      if (state.view === undefined)
        await commands.executeCommand(`${VIEW_IDS.results}.focus`, { preserveFocus: true });
      else state.view.show(true);
    },
    clear: async () => {
      library.outputsOf(place);
      state.outputs = [];
      state.documents.clear();
      post({ type: 'outputs', outputs: [] });
      await library.forget(place);
    },
    open: document => statementView(state, document, post),
  };
}

function statementView(
  state: PanelState,
  document: TextDocument,
  post: (message: ToResultsPage) => void,
): StatementView {
  let index: number | undefined;
  return {
    show: output => {
      index ??= state.outputs.length;
      state.outputs[index] = output;
      if (output.handle !== undefined) state.documents.set(output.handle, document);
      post({ type: 'output', index, output });
    },
    progress: (handle: string, progress: Progress) => {
      post({ type: 'progress', handle, progress });
    },
  };
}

/** The chart becomes a comment of the statement's cell, when the script is still open and holds the statement. */
async function saveChart(state: PanelState, handle: string, settings: ChartSettings): Promise<void> {
  const document = state.documents.get(handle);
  const statement = state.outputs.find(output => output.handle === handle)?.statement;
  if (document === undefined || document.isClosed || statement === undefined) return;
  const script = document.getText();
  const cells = cellsToRun(script, { start: 0, end: script.length });
  const cell = cells.find(({ statements }) => statements.some(({ text }) => text === statement));
  if (cell !== undefined) await writeChart(document, cell, settings);
}

function pageOf(webview: Webview, extensionUri: Uri): string {
  return resultsHtml({
    nonce: randomBytes(16).toString('base64url'),
    cspSource: webview.cspSource,
    file: name => webview.asWebviewUri(Uri.joinPath(extensionUri, 'dist', name)).toString(),
  });
}
