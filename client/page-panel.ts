import { randomBytes } from 'node:crypto';
import { type Disposable, Uri, ViewColumn, type Webview, type WebviewPanel, window } from 'vscode';

/** A page in an editor tab: one per key, so that asking for it again brings the same tab up. */
export interface PageInput<ToPage, FromPage> {
  readonly key: string;
  readonly title: string;
  /** The page's bundle: `dist/<script>.js` and `dist/<script>-style.css`. */
  readonly script: string;
  /** The page has loaded, perhaps again after it was hidden: say everything that it needs. */
  readonly onReady: (page: Page<ToPage>) => void;
  readonly onMessage: (message: FromPage, page: Page<ToPage>) => void;
}

export interface Page<ToPage> {
  post(message: ToPage): void;
  readonly isOpen: boolean;
}

/** Opens pages and closes them with the extension. */
export interface Pages extends Disposable {
  open<ToPage, FromPage>(input: PageInput<ToPage, FromPage>): void;
}

export function createPages(extensionUri: Uri, onError: (title: string, error: unknown) => void): Pages {
  const panels = new Map<string, WebviewPanel>();
  return {
    open: input => {
      const known = panels.get(input.key);
      if (known !== undefined) {
        known.reveal();
        return;
      }
      const panel = openPanel(input, extensionUri, onError);
      panels.set(input.key, panel);
      panel.onDidDispose(() => panels.delete(input.key));
    },
    dispose: () => {
      for (const panel of panels.values()) panel.dispose();
    },
  };
}

function openPanel<ToPage, FromPage>(
  input: PageInput<ToPage, FromPage>,
  extensionUri: Uri,
  onError: (title: string, error: unknown) => void,
): WebviewPanel {
  const dist = Uri.joinPath(extensionUri, 'dist');
  const panel = window.createWebviewPanel(`lakehouse.${input.script}`, input.title, ViewColumn.Active, {
    enableScripts: true,
    localResourceRoots: [dist],
  });
  panel.iconPath = Uri.joinPath(extensionUri, 'media', 'page.svg');
  let isOpen = true;
  panel.onDidDispose(() => (isOpen = false));
  const page: Page<ToPage> = {
    get isOpen() {
      return isOpen;
    },
    post: message => {
      if (isOpen) void panel.webview.postMessage(message);
    },
  };
  panel.webview.onDidReceiveMessage((message: { readonly kind: string }) => {
    try {
      if (message.kind === 'ready') input.onReady(page);
      else input.onMessage(message as FromPage, page);
    } catch (error) {
      onError(input.title, error);
    }
  });
  panel.webview.html = pageHtml(panel.webview, dist, input);
  return panel;
}

/** An empty page whose script draws everything. Only our own script and style may load, and nothing from outside. */
function pageHtml(
  webview: Webview,
  dist: Uri,
  { script, title }: { readonly script: string; readonly title: string },
): string {
  const nonce = randomBytes(16).toString('base64url');
  const file = (name: string): string => webview.asWebviewUri(Uri.joinPath(dist, name)).toString();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${file(`${script}-style.css`)}">
</head>
<body>
<main id="page"></main>
<script nonce="${nonce}" type="module" src="${file(`${script}.js`)}"></script>
</body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
