import { randomBytes } from 'node:crypto';
import {
  commands,
  type Uri,
  Uri as VscodeUri,
  type Webview,
  type WebviewView,
  type WebviewViewProvider,
} from 'vscode';
import { VIEW_IDS } from '../ids.ts';
import type { ResultMessage } from './result-messages.ts';

/** The panel that shows the rows of the last query. */
export interface ResultView {
  readonly provider: WebviewViewProvider;
  /** Brings the panel up without taking the cursor out of the editor. */
  reveal(): Promise<void>;
  /** Shows one more step of a run; `started` clears what was there. */
  post(message: ResultMessage): void;
}

/** A result view that keeps what it was told, so that a page that is opened late or anew shows the same. */
export function createResultView(extensionUri: Uri): ResultView {
  let view: WebviewView | undefined;
  let said: ResultMessage[] = [];
  return {
    provider: {
      resolveWebviewView: opened => {
        view = opened;
        opened.onDidDispose(() => (view = undefined));
        const { webview } = opened;
        webview.options = {
          enableScripts: true,
          localResourceRoots: [VscodeUri.joinPath(extensionUri, 'dist')],
        };
        webview.onDidReceiveMessage(() => said.forEach(message => void webview.postMessage(message)));
        webview.html = resultPage(webview, extensionUri);
      },
    },
    reveal: async () => {
      if (view === undefined)
        await commands.executeCommand(`${VIEW_IDS.results}.focus`, { preserveFocus: true });
      else view.show(true);
    },
    post: message => {
      if (message.kind === 'started') said = [];
      said.push(message);
      void view?.webview.postMessage(message);
    },
  };
}

function resultPage(webview: Webview, extensionUri: Uri): string {
  const nonce = randomBytes(16).toString('base64url');
  const file = (name: string): string =>
    webview.asWebviewUri(VscodeUri.joinPath(extensionUri, 'dist', name)).toString();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'">
<title>Lakehouse results</title>
<link rel="stylesheet" href="${file('webview-results-style.css')}">
</head>
<body>
<main>
<h1>Query result</h1>
<p id="status" role="status">Run a query with Ctrl+Enter in a SQL editor.</p>
<div id="grid" role="region" aria-label="Result rows" tabindex="0" hidden><table><thead></thead><tbody></tbody></table></div>
</main>
<script nonce="${nonce}" type="module" src="${file('webview-results.js')}"></script>
</body>
</html>`;
}
