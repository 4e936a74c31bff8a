import { setTimeout as delay } from 'node:timers/promises';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { ServiceName } from '../events.ts';
import { PROBES } from '../probes.ts';
import { describeExit, type ServerProcess } from '../processes.ts';
import { type Runner, setState } from './runner.ts';

const READY_DEADLINE_MS = 180_000;
const PROBE_PAUSE_MS = 150;
const ELAPSED_INTERVAL_MS = 1_000;

/** What waiting for a service needs. */
export interface Waiting {
  readonly server: ServerProcess;
  readonly endpoints: LakehouseEndpoints;
  readonly signal: AbortSignal;
  /** Resolves when what the service depends on is ready; its rejection ends the waiting. */
  readonly before: () => Promise<void>;
}

/**
 * Probes until the service does its work, and shows what is being tried and for how long.
 * @throws Error as soon as its process ends, and when it is not ready in time: then with what the last probe said.
 */
export async function waitUntilReady(runner: Runner, service: ServiceName, waiting: Waiting): Promise<void> {
  const began = performance.now();
  let step = 'starting the process';
  const show = (): void => {
    const elapsedMs = Math.round(performance.now() - began);
    setState(runner, service, { kind: 'starting', step, elapsedMs });
  };
  const onStep = (next: string): void => {
    if (next === step) return;
    step = next;
    show();
  };
  const ended = new AbortController();
  void waiting.server.exited.then(exit => {
    ended.abort(new Error(`The process ${describeExit(exit)} while it was starting.`));
  });
  const signal = AbortSignal.any([waiting.signal, ended.signal]);
  const ticker = setInterval(show, ELAPSED_INTERVAL_MS);
  try {
    await untilAborted(signal, waiting.before());
    const deadline = performance.now() + READY_DEADLINE_MS;
    for (;;) {
      try {
        await untilAborted(signal, PROBES[service]({ endpoints: waiting.endpoints, signal, onStep }));
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
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
