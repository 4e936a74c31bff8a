import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a thread with a transform may hold in objects: those of the encoder are few and short-lived. */
export const HEAP_LIMIT_MB = 256;
/** Where V8 ends a thread at the latest. It notices late and may end the process with it, so that we look first. */
export const HARD_LIMIT_FACTOR = 3;

/** Whether this thread holds more than `limitMb` of objects that are still needed. */
export function isHeapFull(limitMb: number): boolean {
  const limit = limitMb * 1024 * 1024;
  if (getHeapStatistics().used_heap_size <= limit) return false;
  collectGarbage();
  // With the last fifth free, the next look is a while away.
  return getHeapStatistics().used_heap_size > limit * 0.8;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
