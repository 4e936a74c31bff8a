import { Worker } from 'node:worker_threads';
import type { LakehouseEndpoints } from '../../../catalog/endpoints.ts';
import type { QueryStatistics } from '../../../catalog/trino/client.ts';
import type { ReadingReply, ReadingRequest, ReadingStart } from './messages.ts';
import type { OperationName, OperationParams, OperationResult } from './operations.ts';

/** The reading thread as the extension host sees it. It starts with the first call. */
export interface TableReader {
  /** Rejects with an error that has the name, text and stack of the thread's, or with the reason of the signal. */
  call<K extends OperationName>(
    name: K,
    params: OperationParams<K>,
    options?: CallOptions,
  ): Promise<OperationResult<K>>;
  /** Starts the thread, because a call is likely soon. */
  prepare(): void;
  /** Ends the thread; calls that are open fail. */
  dispose(): void;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: QueryStatistics) => void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((progress: QueryStatistics) => void) | undefined;
}

/** A table with very many files must end its own reading, not the extension host. */
const HEAP = { maxOldGenerationSizeMb: 1024 };

/** A link to a thread that is not started yet. */
export function createTableReader(endpoints: LakehouseEndpoints): TableReader {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let isDisposed = false;
  let lastId = 0;

  const fail = (message: string, cause?: unknown): void => {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(new Error(message, { cause }));
    waiting.clear();
  };
  const receive = (reply: ReadingReply): void => {
    const call = waiting.get(reply.id);
    if (reply.kind === 'progress') {
      call?.onProgress?.(reply.progress);
      return;
    }
    waiting.delete(reply.id);
    // The process may end while the thread is idle, but not while somebody waits for it.
    if (waiting.size === 0) worker?.unref();
    if (reply.kind === 'answer') call?.resolve(reply.value);
    else call?.reject(Object.assign(new Error(reply.error.message), reply.error));
  };
  const start = (): Worker => {
    const data: ReadingStart = { endpoints };
    const started = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: data,
      resourceLimits: HEAP,
      name: 'lakehouse-catalog',
    });
    started.on('message', receive);
    started.on('error', (error: Error) =>
      fail(`The tables could not be read: ${error.message}. Try again.`, error),
    );
    started.on('exit', () => fail('Reading the tables was cut off. Try again.'));
    started.unref();
    return started;
  };
  return {
    call: async (name, params, { signal, onProgress } = {}) => {
      signal?.throwIfAborted();
      if (isDisposed) throw new Error('The lakehouse is another one now. Try again.');
      const thread = (worker ??= start());
      const id = (lastId += 1);
      const send = (request: ReadingRequest): void => thread.postMessage(request);
      const answered = new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject, onProgress });
      });
      thread.ref();
      send({ kind: 'call', id, name, params });
      const abort = (): void => {
        send({ kind: 'abort', id });
        waiting.get(id)?.reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      try {
        return (await answered) as OperationResult<typeof name>;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    prepare: () => {
      if (!isDisposed) worker ??= start();
    },
    dispose: () => {
      isDisposed = true;
      void worker?.terminate();
    },
  };
}
