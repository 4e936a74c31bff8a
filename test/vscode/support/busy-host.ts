import assert from 'node:assert/strict';

/** Nothing of the catalog may hold the editor up for longer than one frame of its window. */
export const FRAME_MS = 16;

/** Takes steps through the product, and nothing of the tests' own work, and fails where one held the extension host up. */
export async function withoutHoldUp(steps: () => Promise<void>): Promise<void> {
  const host = watchHost();
  try {
    await steps();
    const longestMs = host.longestMs();
    console.log(`  at most ${longestMs} ms without a break`);
    assert.ok(longestMs <= FRAME_MS, `the extension host was busy for ${longestMs} ms without a break`);
  } finally {
    host.stop();
  }
}

/** Watches for how long the extension host does not come to what waits for it. */
export interface BusyHost {
  /** The longest time so far, in milliseconds of the processor: what other programs of the machine take is not counted. */
  longestMs(): number;
  /** Forgets what was seen. */
  reset(): void;
  stop(): void;
}

const LOOK_MS = 4;

/** Looks every few milliseconds how much the host's thread worked since the last look: more than that was without a break. */
export function watchHost(): BusyHost {
  let longestMs = 0;
  let last = process.threadCpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(last);
    longestMs = Math.max(longestMs, (user + system) / 1000);
    last = process.threadCpuUsage();
  }, LOOK_MS);
  return {
    longestMs: () => Math.round(longestMs),
    reset: () => {
      longestMs = 0;
      last = process.threadCpuUsage();
    },
    stop: () => clearInterval(timer),
  };
}
