import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The median of several runs, in milliseconds; the first one is for warming up and does not count. */
export async function medianMs(runs: number, work: () => Promise<unknown>): Promise<number> {
  await work();
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return round(times.sort((left, right) => left - right)[Math.floor(runs / 2)] ?? 0);
}

/** One run, in milliseconds. */
export async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return round(performance.now() - start);
}

/**
 * The longest time for which `work` held up everything else in the process, in milliseconds of the processor: what other
 * programs of the machine take from it is not counted.
 */
export async function longestBlockMs(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let isOver = false;
  let last = process.threadCpuUsage();
  const look = (): void => {
    const used = process.threadCpuUsage(last);
    longest = Math.max(longest, (used.user + used.system) / 1000);
    last = process.threadCpuUsage();
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  await work();
  isOver = true;
  await new Promise(resolve => setImmediate(resolve));
  return round(longest);
}

/** How much memory a value takes, in megabytes of the heap: what is more in use than before, without what is garbage. */
export async function heldMb(make: () => Promise<unknown>): Promise<number> {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  const held: unknown[] = [await make()];
  collect();
  const after = process.memoryUsage().heapUsed;
  if (held.length === 0) throw new Error('The value must live until it is measured.');
  return round((after - before) / 1e6);
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
