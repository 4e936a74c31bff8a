/** One test inside the extension host. node:test does not run there: its reporters want a process of their own. */
export interface HostTest {
  readonly title: string;
  readonly run: () => Promise<void> | void;
}

const collected: HostTest[] = [];
const DEADLINE_MS = 60_000;

/** Registers a test; they run one after the other, in the order in which they were registered. */
export function hostTest(title: string, run: HostTest['run']): void {
  collected.push({ title, run });
}

/** Runs what was registered and prints the counts last. Rejects when a test failed, which is how VS Code ends with 1. */
export async function runHostTests(): Promise<void> {
  let failed = 0;
  for (const { title, run } of collected) {
    const began = performance.now();
    try {
      await withDeadline(run);
      console.log(`ok - ${title} (${Math.round(performance.now() - began)} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`not ok - ${title}\n${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  console.log(`${collected.length - failed} passed, ${failed} failed, 0 skipped`);
  if (failed > 0 || collected.length === 0) throw new Error(`${failed} of ${collected.length} tests failed.`);
}

async function withDeadline(run: HostTest['run']): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error(`The test did not end within ${DEADLINE_MS / 1000} s.`));
  }, DEADLINE_MS);
  try {
    await Promise.race([run(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
