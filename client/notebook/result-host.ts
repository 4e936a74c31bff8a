import { type Disposable, env, notebooks, Uri, window, workspace } from 'vscode';
import {
  type AnswerMessage,
  type ChartSettings,
  type ExportFormat,
  type Progress,
  type ProgressMessage,
  RENDERER_ID,
  type RequestMessage,
} from './messages.ts';
import type { RunOutcome } from './results/run-messages.ts';
import type { ResultsWorker } from './results/worker-link.ts';

export interface ResultHostInput {
  readonly worker: ResultsWorker;
  /** Before a handle of an earlier session is asked. */
  readonly ensureOpen: (handle: string) => Promise<void>;
  readonly loadMore: (handle: string, all: boolean) => Promise<RunOutcome>;
  readonly exportRows: (handle: string, format: ExportFormat) => Promise<{ path?: string }>;
  readonly saveChart: (handle: string, settings: ChartSettings) => Promise<void>;
}

/** The extension's end of the messages of result outputs. */
export interface ResultHost extends Disposable {
  postProgress(handle: string, progress: Progress): void;
}

/** Answers what result outputs ask, for as long as it is not disposed. */
export function createResultHost(input: ResultHostInput): ResultHost {
  const messaging = notebooks.createRendererMessaging(RENDERER_ID);
  const listening = messaging.onDidReceiveMessage(({ editor, message }) => {
    const request = message as RequestMessage;
    if (request.type !== 'request') return;
    const reply = (answer: Omit<AnswerMessage, 'type' | 'id'>): void => {
      void messaging.postMessage(
        { type: 'answer', id: request.id, ...answer } satisfies AnswerMessage,
        editor,
      );
    };
    answer(input, request).then(
      value => {
        reply({ value });
      },
      (error: unknown) => {
        reply({ error: error instanceof Error ? error.message : String(error) });
      },
    );
  });
  return {
    postProgress: (handle, progress) => {
      void messaging.postMessage({ type: 'progress', handle, progress } satisfies ProgressMessage);
    },
    dispose: () => {
      listening.dispose();
    },
  };
}

async function answer(input: ResultHostInput, request: RequestMessage): Promise<unknown> {
  const { handle, kind } = request;
  if (kind !== 'cancel') await input.ensureOpen(handle);
  switch (kind) {
    case 'page':
    case 'columns':
    case 'cell':
    case 'statistics':
    case 'chart':
      return input.worker.ask(handle, kind, request.params as never);
    case 'copy': {
      const { params } = request as RequestMessage<'copy'>;
      const { text, rows } = await input.worker.ask(handle, 'copy', params);
      await env.clipboard.writeText(text);
      return { rows };
    }
    case 'cancel':
      return input.worker.call('cancel', { handle });
    case 'loadMore': {
      const { params } = request as RequestMessage<'loadMore'>;
      const { head, progress, error } = await input.loadMore(handle, params.all);
      if (error !== undefined) throw new Error(error.message);
      return { head, progress };
    }
    case 'saveChart':
      await input.saveChart(handle, (request as RequestMessage<'saveChart'>).params.settings);
      return null;
    case 'saveFile':
      return saveFile((request as RequestMessage<'saveFile'>).params);
    case 'open':
      return openPage((request as RequestMessage<'open'>).params.uri);
    case 'export':
      return input.exportRows(handle, (request as RequestMessage<'export'>).params.format);
  }
}

async function saveFile({
  name,
  base64,
}: {
  readonly name: string;
  readonly base64: string;
}): Promise<{ path?: string }> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const target = await window.showSaveDialog(
    folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, name) },
  );
  if (target === undefined) return {};
  await workspace.fs.writeFile(target, Buffer.from(base64, 'base64'));
  return { path: workspace.asRelativePath(target) };
}

/** Only pages of a web server are opened: the address comes out of a document's output. */
async function openPage(address: string): Promise<null> {
  const uri = Uri.parse(address, true);
  if (uri.scheme === 'http' || uri.scheme === 'https') await env.openExternal(uri);
  return null;
}
