import type {
  AnswerMessage,
  ProgressMessage,
  RequestKind,
  RequestMessage,
  RendererRequests,
} from '../messages.ts';

/** What VS Code gives a renderer that declares messaging. */
export interface Messaging {
  postMessage?(message: unknown): void;
  onDidReceiveMessage?(listener: (message: unknown) => void): { dispose(): void };
}

/** The way to the extension host, which holds the results. */
export interface HostLink {
  ask<K extends RequestKind>(
    handle: string,
    kind: K,
    params: RendererRequests[K]['params'],
  ): Promise<RendererRequests[K]['answer']>;
  /** Follows the progress of one running statement. */
  onProgress(handle: string, listener: (message: ProgressMessage) => void): () => void;
}

/** A link over VS Code's messaging. Without a host every question fails with the reason. */
export function createHostLink(messaging: Messaging): HostLink {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, Set<(message: ProgressMessage) => void>>();
  let nextId = 1;
  messaging.onDidReceiveMessage?.(message => {
    const { type } = message as { type?: unknown };
    if (type === 'answer') {
      const { id, value, error } = message as AnswerMessage;
      const question = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) question?.resolve(value);
      else question?.reject(new Error(error));
    } else if (type === 'progress') {
      const progress = message as ProgressMessage;
      for (const listener of listeners.get(progress.handle) ?? []) listener(progress);
    }
  });
  return {
    ask: <K extends RequestKind>(handle: string, kind: K, params: RendererRequests[K]['params']) =>
      new Promise<RendererRequests[K]['answer']>((resolve, reject) => {
        if (messaging.postMessage === undefined) {
          reject(new Error('The Lakehouse extension is not running here: only the first rows can be shown.'));
          return;
        }
        const id = nextId++;
        waiting.set(id, {
          resolve: value => {
            resolve(value as RendererRequests[K]['answer']);
          },
          reject,
        });
        const request: RequestMessage<K> = { type: 'request', id, handle, kind, params };
        messaging.postMessage(request);
      }),
    onProgress: (handle, listener) => {
      const set = listeners.get(handle) ?? new Set();
      listeners.set(handle, set.add(listener));
      return () => set.delete(listener);
    },
  };
}
