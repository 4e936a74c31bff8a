import {
  type Disposable,
  type TextEditor,
  TextEditorRevealType,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import { createEmitter } from './emitter.ts';
import { LOG_SCHEME } from './ids.ts';
import { createLogBuffer, type LogBuffer } from './log-buffer.ts';

/** Logs as read-only documents: searchable, coloured, growing while they are open. */
export interface LogDocuments extends Disposable {
  /** Adds a line to the log of this name. */
  append(name: string, line: string): void;
  /** Opens the log, its end in view. */
  show(name: string): Promise<void>;
}

const MAX_LINES = 5_000;
/** A busy server writes more often than anybody reads. */
const REDRAW_MS = 250;

export function createLogDocuments(): LogDocuments {
  const changed = createEmitter<Uri>();
  const buffers = new Map<string, LogBuffer>();
  const redraws = new Map<string, NodeJS.Timeout>();
  const bufferOf = (name: string): LogBuffer => {
    const buffer = buffers.get(name) ?? createLogBuffer(MAX_LINES);
    buffers.set(name, buffer);
    return buffer;
  };
  const provider = workspace.registerTextDocumentContentProvider(LOG_SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: uri => bufferOf(nameOf(uri)).text(),
  });
  const follower = workspace.onDidChangeTextDocument(({ document }) => {
    if (document.uri.scheme !== LOG_SCHEME) return;
    for (const editor of window.visibleTextEditors) if (editor.document === document) followEnd(editor);
  });
  return {
    append: (name, line) => {
      bufferOf(name).append(line);
      if (redraws.has(name)) return;
      const redraw = (): void => {
        redraws.delete(name);
        changed.fire(uriOf(name));
      };
      redraws.set(name, setTimeout(redraw, REDRAW_MS));
    },
    show: async name => {
      const document = await workspace.openTextDocument(uriOf(name));
      const editor = await window.showTextDocument(document, {
        preview: true,
        viewColumn: ViewColumn.Active,
      });
      reveal(editor);
    },
    dispose: () => {
      provider.dispose();
      follower.dispose();
      for (const timer of redraws.values()) clearTimeout(timer);
    },
  };
}

/** Keeps the end in view of whoever looks at the end; who has scrolled up to read is left alone. */
function followEnd(editor: TextEditor): void {
  const last = editor.visibleRanges.at(-1)?.end.line ?? 0;
  const margin = 40;
  if (last >= editor.document.lineCount - margin) reveal(editor);
}

function reveal(editor: TextEditor): void {
  const end = editor.document.lineAt(Math.max(0, editor.document.lineCount - 1)).range;
  editor.revealRange(end, TextEditorRevealType.Default);
}

function uriOf(name: string): Uri {
  return Uri.from({ scheme: LOG_SCHEME, path: `/${name}.log` });
}

function nameOf(uri: Uri): string {
  return uri.path.slice(1).replace(/\.log$/, '');
}
