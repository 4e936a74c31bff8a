import { setTimeout as delay } from 'node:timers/promises';
import { type LakehouseEvent, SERVICE_NAMES, type ServiceName, type ServiceState } from '../events.ts';
import type { LogOptions } from '../lakehouse-api.ts';
import type { LakehouseStatus } from '../status.ts';
import type { Engine } from './engine-api.ts';
import { STACK_LABEL } from './units.ts';

const NO_ANSWER = 'The Docker engine does not answer';
const RECONNECT_PAUSE_MS = 1_000;
/** An engine that was paused takes requests and never answers. */
const ANSWER_DEADLINE_MS = 10_000;
/** Events can be lost with an engine that restarts, so the lists are read anew this often in any case. */
const RELIST_INTERVAL_MS = 5_000;

/**
 * The state of every service now, then every change. The engine's events only say when to look: what the lists say is
 * told. An engine that goes away is told as the failure of every service until it is back.
 */
export async function* watchStack(
  engine: Engine,
  stack: {
    stackId: string;
    signal: AbortSignal;
    status: () => Promise<LakehouseStatus>;
    /** How long an answer may take before it counts as none. */
    deadlineMs?: number;
  },
): AsyncGenerator<LakehouseEvent> {
  const told = new Map<ServiceName, string>();
  const news = function* (
    states: readonly (readonly [ServiceName, ServiceState])[],
  ): Generator<LakehouseEvent> {
    for (const [service, state] of states) {
      const text = JSON.stringify(state);
      if (told.get(service) === text) continue;
      told.set(service, text);
      yield { kind: 'service', at: Date.now(), service, state };
    }
  };
  const looks = hints(engine, stack);
  try {
    while ((await looks.next()).done !== true) {
      yield* news(await readStates(stack.status, stack.deadlineMs ?? ANSWER_DEADLINE_MS));
    }
  } finally {
    await looks.return();
  }
}

async function readStates(
  status: () => Promise<LakehouseStatus>,
  deadlineMs: number,
): Promise<(readonly [ServiceName, ServiceState])[]> {
  const over = new AbortController();
  const late = delay(deadlineMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`it took the question and said nothing for ${deadlineMs / 1000} s.`);
  });
  // When the answer comes first nobody waits for this any more.
  late.catch(() => undefined);
  try {
    const { services } = await Promise.race([status(), late]);
    return SERVICE_NAMES.map(name => [name, services[name].state]);
  } catch (error) {
    const { message } = error as Error;
    const cause = message.startsWith(NO_ANSWER) ? message : `${NO_ANSWER}: ${message}`;
    return SERVICE_NAMES.map(name => [name, { kind: 'failed', cause, lastLines: [] }]);
  } finally {
    over.abort();
  }
}

/** When to look: at once, at every event, when the connection was lost, and every few seconds. */
async function* hints(
  engine: Engine,
  { stackId, signal }: { stackId: string; signal: AbortSignal },
): AsyncGenerator<void, void> {
  let wake: () => void = () => undefined;
  const own = new AbortController();
  const stop = AbortSignal.any([signal, own.signal]);
  const ring = (): void => wake();
  stop.addEventListener('abort', ring, { once: true });
  const timer = setInterval(ring, RELIST_INTERVAL_MS);
  const listening = (async () => {
    while (!stop.aborted) {
      try {
        const changes = engine.watchContainers(`${STACK_LABEL}=${stackId}`, stop);
        while ((await changes.next()).done !== true) ring();
      } catch {
        // Told by the look that follows: the engine's answer to it says more than a broken stream.
      }
      ring();
      await delay(RECONNECT_PAUSE_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  })();
  try {
    while (!stop.aborted) {
      const rung = new Promise<void>(resolve => (wake = resolve));
      yield;
      if (!stop.aborted) await rung;
    }
  } finally {
    clearInterval(timer);
    own.abort();
    await listening;
  }
}

/** The logs of a service's containers; with several of them each line carries its container's name. */
export async function* logContainers(
  engine: Engine,
  options: LogOptions & { containers: () => Promise<{ id: string; name: string }[]> },
): AsyncGenerator<string> {
  const containers = await options.containers();
  const lines = options.lines ?? 200;
  const signal = options.signal ?? new AbortController().signal;
  const label = (name: string, line: string): string => (containers.length > 1 ? `${name} | ${line}` : line);
  if (options.follow !== true) {
    for (const { id, name } of containers)
      for (const line of await engine.readLogs(id, lines)) yield label(name, line);
    return;
  }
  yield* merge(
    containers.map(async function* ({ id, name }) {
      for await (const line of engine.followLogs(id, lines, signal)) yield label(name, line);
    }),
  );
}

/** Whatever comes first from any of the sources. */
async function* merge(sources: readonly AsyncGenerator<string>[]): AsyncGenerator<string> {
  const next = (i: number): Promise<{ i: number; result: IteratorResult<string, unknown> }> =>
    (sources[i] as AsyncGenerator<string>).next().then(result => ({ i, result }));
  const waiting = new Map(sources.map((_, i) => [i, next(i)]));
  while (waiting.size > 0) {
    const { i, result } = await Promise.race(waiting.values());
    if (result.done === true) waiting.delete(i);
    else {
      waiting.set(i, next(i));
      yield result.value;
    }
  }
}
