import { Worker } from 'node:worker_threads';
import type { Progress, RendererRequests, ResultHead } from '../messages.ts';
import type { CallKind, CallMessage, QuestionKind, WorkerCalls, WorkerMessage } from './worker-messages.ts';

/** The results worker as the extension host sees it. The thread starts with the first call. */
export interface ResultsWorker extends AsyncDisposable {
  call<K extends CallKind>(kind: K, params: WorkerCalls[K]['params']): Promise<WorkerCalls[K]['answer']>;
  ask<K extends QuestionKind>(
    handle: string,
    kind: K,
    params: RendererRequests[K]['params'],
  ): Promise<K extends 'copy' ? { text: string; rows: number } : RendererRequests[K]['answer']>;
  /** Follows one running statement. */
  follow(handle: string, events: FollowEvents): { dispose(): void };
}

export interface FollowEvents {
  readonly onProgress?: (progress: Progress) => void;
  readonly onFirstRows?: (head: ResultHead, progress: Progress) => void;
  /** Rows an export has written. */
  readonly onExported?: (rows: number) => void;
}

/**
 * JSON pages of Trino make much short-lived garbage. A small young generation keeps it from spreading, and a known limit for
 * the old one makes the collector come early: without one it lets the heap grow as if it had all of the machine. Rows
 * themselves lie outside of the heap.
 */
const HEAP = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 512 };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A link to a worker that is not started yet. */
export function createResultsWorker(): ResultsWorker {
  const waiting = new Map<number, Waiting>();
  const followers = new Map<string, FollowEvents>();
  let worker: Worker | undefined;
  let nextId = 1;

  /** A process may end while the worker is idle, but not while somebody waits for it. */
  const settle = (id: number): Waiting | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker?.unref();
    return found;
  };
  const receive = (message: WorkerMessage): void => {
    switch (message.type) {
      case 'answer':
        settle(message.id)?.resolve(message.value);
        return;
      case 'failure':
        settle(message.id)?.reject(new Error(message.message));
        return;
      case 'progress':
        followers.get(message.handle)?.onProgress?.(message.progress);
        return;
      case 'firstRows':
        followers.get(message.handle)?.onFirstRows?.(message.head, message.progress);
        return;
      case 'exported':
        followers.get(message.handle)?.onExported?.(message.rows);
    }
  };
  const fail = (error: Error): void => {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = (): Worker => {
    const started = new Worker(new URL('./worker.ts', import.meta.url), { resourceLimits: HEAP });
    started.on('message', receive);
    started.on('error', (error: Error) => {
      fail(new Error(`The results worker failed: ${error.message}. Run the cell again.`, { cause: error }));
    });
    started.on('exit', () => {
      fail(new Error('The results worker ended. Run the cell again.'));
    });
    return started;
  };
  const call: ResultsWorker['call'] = (kind, params) =>
    new Promise((resolve, reject) => {
      worker ??= start();
      const message: CallMessage = { id: nextId++, kind, params };
      waiting.set(message.id, { resolve, reject });
      worker.ref();
      worker.postMessage(message);
    });
  return {
    call,
    ask: (handle, kind, params) => call('ask', { handle, kind, params }) as never,
    follow: (handle, events) => {
      followers.set(handle, events);
      return { dispose: () => followers.delete(handle) };
    },
    [Symbol.asyncDispose]: async () => {
      await worker?.terminate();
    },
  };
}
