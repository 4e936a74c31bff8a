import { setTimeout as delay } from 'node:timers/promises';
import type { LakehouseEndpoints } from '../catalog/endpoints.ts';
import type { ServiceName, ServiceState } from './events.ts';

const READY_DEADLINE_MS = 300_000;
const PROBE_PAUSE_MS = 150;
const ELAPSED_INTERVAL_MS = 1_000;

/** What waiting for a service needs, whoever runs it. */
export interface Waiting {
  readonly service: ServiceName;
  readonly endpoints: LakehouseEndpoints;
  readonly signal: AbortSignal;
  /** Resolves when what runs the service has ended, with the sentence that says how. */
  readonly ended: Promise<string>;
  /** Resolves when what the service depends on is ready; its rejection ends the waiting. */
  readonly before: () => Promise<void>;
  readonly show: (state: ServiceState) => void;
}

/**
 * Probes until the service does its work, and shows what is being tried and for how long.
 * @throws Error as soon as it has ended, and when it is not ready in time: then with what the last probe said.
 */
export async function waitUntilReady(waiting: Waiting): Promise<void> {
  // Loaded with the first service that is waited for: the probes use every service's own client.
  const { PROBES } = await import('./probes.ts');
  const began = performance.now();
  let step = 'waiting for the services that it needs';
  const show = (): void =>
    waiting.show({ kind: 'starting', step, elapsedMs: Math.round(performance.now() - began) });
  const onStep = (next: string): void => {
    if (next === step) return;
    step = next;
    show();
  };
  const ended = new AbortController();
  void waiting.ended.then(text => ended.abort(new Error(text)));
  const signal = AbortSignal.any([waiting.signal, ended.signal]);
  const ticker = setInterval(show, ELAPSED_INTERVAL_MS);
  try {
    await untilAborted(signal, waiting.before());
    const deadline = performance.now() + READY_DEADLINE_MS;
    for (;;) {
      try {
        const { endpoints } = waiting;
        await untilAborted(signal, PROBES[waiting.service]({ endpoints, signal, onStep }));
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (performance.now() > deadline) throw tooLate(error as Error);
      }
      await delay(PROBE_PAUSE_MS);
    }
  } finally {
    clearInterval(ticker);
  }
}

function tooLate(error: Error): Error {
  return new Error(`It was not ready after ${READY_DEADLINE_MS / 1000} s: ${error.message}`);
}

/** The promise's result, or the signal's reason as soon as it is aborted. */
async function untilAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  // Whatever the promise comes to after this has given up on it, it is nobody's any more.
  promise.catch(() => undefined);
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
