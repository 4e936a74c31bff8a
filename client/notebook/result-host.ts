import { type Disposable, env, notebooks, Uri, window, workspace } from 'vscode';
import {
  type AnswerMessage,
  type ChartSettings,
  type ExportFormat,
  type MoreRows,
  type Progress,
  type ProgressMessage,
  RENDERER_ID,
  type RequestKind,
  type RequestMessage,
} from './messages.ts';
import type { RunOutcome } from './results/run-messages.ts';
import type { ResultsWorker } from './results/worker-link.ts';

export interface ResultHostInput {
  readonly worker: ResultsWorker;
  /** Before a handle of an earlier session is asked. */
  readonly ensureOpen: (handle: string) => Promise<void>;
  /** Undefined when the result is of an earlier session: nothing waits in Trino any more. */
  readonly loadMore: (handle: string, all: boolean) => Promise<RunOutcome | undefined>;
  /** Runs the statement of a result again, for more rows; undefined when its place did it and shows the result itself. */
  readonly runAgain: (handle: string, all: boolean) => Promise<RunOutcome | undefined>;
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
    void answerRequest(input, request).then(answer => messaging.postMessage(answer, editor));
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

/** The answer to one question of a result. Never rejects: what goes wrong is in the answer. */
export async function answerRequest(input: ResultHostInput, request: RequestMessage): Promise<AnswerMessage> {
  const { id } = request;
  try {
    return { type: 'answer', id, value: await answer(input, request) };
  } catch (error) {
    return { type: 'answer', id, error: error instanceof Error ? error.message : String(error) };
  }
}

async function answer(input: ResultHostInput, request: RequestMessage): Promise<unknown> {
  const { handle, kind } = request;
  if (NEEDS_ROWS.has(kind)) await input.ensureOpen(handle);
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
      const outcome = await input.loadMore(handle, (request as RequestMessage<'loadMore'>).params.all);
      return moreRows(outcome);
    }
    case 'runAgain': {
      const outcome = await input.runAgain(handle, (request as RequestMessage<'runAgain'>).params.all);
      return outcome === undefined ? {} : moreRows(outcome);
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

const NEEDS_ROWS: ReadonlySet<RequestKind> = new Set<RequestKind>([
  'page',
  'columns',
  'cell',
  'statistics',
  'chart',
  'copy',
  'export',
]);

function moreRows(outcome: RunOutcome | undefined): MoreRows {
  if (outcome === undefined) return { closed: 'The rest of this result is not kept.' };
  const { head, progress, error } = outcome;
  if (error !== undefined) return { closed: error.message };
  return head === undefined ? {} : { head, progress };
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
