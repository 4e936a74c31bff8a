import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 5_000;

export interface Retrying {
  /** Told of every failure that is tried again. */
  readonly onTrouble: (error: unknown) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Repeats a read until the servers answer. Only failures that may pass are repeated. */
export async function retryingReads<T>({ onTrouble, signal }: Retrying, read: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      signal?.throwIfAborted();
      if ((error as { readonly retriable?: unknown }).retriable !== true) throw error;
      onTrouble(error);
      await backOff(attempt, signal);
    }
  }
}

/** Waits longer from attempt to attempt, and never as long as somebody else who waits for the same. */
export async function backOff(attempt: number, signal: AbortSignal | undefined): Promise<void> {
  const limit = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
  await sleep(limit * (0.5 + Math.random() / 2), undefined, signal === undefined ? {} : { signal });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
