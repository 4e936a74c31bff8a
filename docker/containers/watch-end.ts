import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from './engine-api.ts';
import { describeEnd } from './status.ts';
import type { Unit } from './units.ts';

const INSPECT_INTERVAL_MS = 500;
/** So many unanswered looks in a row mean that the engine has gone. */
const MAX_SILENCE = 4;

/**
 * Resolves with the cause when one of the containers does not run any more, or the engine has gone; engines' events can be
 * lost, so it looks itself.
 */
export async function watchEnd(
  engine: Engine,
  { ids, units, signal }: { ids: readonly string[]; units: readonly Unit[]; signal: AbortSignal },
): Promise<string> {
  let silence = 0;
  for (;;) {
    for (const [i, id] of ids.entries()) {
      const seen = await engine.inspectContainer(id).catch((error: unknown) => error as Error);
      if (signal.aborted) return 'nobody waits any more';
      silence = seen instanceof Error ? silence + 1 : 0;
      if (seen instanceof Error) {
        if (silence === MAX_SILENCE) return seen.message;
        continue;
      }
      if (seen === undefined) return 'The container was removed while it was starting.';
      if (!seen.isRunning || seen.status === 'restarting') return describeEnd(seen, units[i]);
    }
    await delay(INSPECT_INTERVAL_MS);
  }
}
