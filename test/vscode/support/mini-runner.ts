import { Session } from 'node:inspector/promises';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { watchHost } from './busy-host.ts';
import { takePicture } from './page.ts';

/** One test inside the extension host. node:test does not run there: its reporters want a process of their own. */
interface HostTest {
  readonly title: string;
  readonly run: () => Promise<void> | void;
  /** Why it cannot run here; it is then counted as skipped. */
  readonly skip: string | undefined;
}

const collected: HostTest[] = [];
const DEADLINE_MS = 180_000;
const WAIT_DEADLINE_MS = 30_000;
const LOOK_AGAIN_MS = 50;

/** Registers a test; they run one after the other, in the order in which they were registered. */
export function hostTest(title: string, run: HostTest['run'], skip?: string): void {
  collected.push({ title, run, skip });
}

/** Runs what was registered and prints the counts last. Rejects when a test failed, which is how VS Code ends with 1. */
export async function runHostTests(): Promise<void> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const hosted of collected) counts[await runOne(hosted)] += 1;
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  if (counts.failed > 0 || counts.passed === 0) throw new Error(`${counts.failed} tests failed.`);
}

async function runOne({ title, run, skip }: HostTest): Promise<'passed' | 'failed' | 'skipped'> {
  if (skip !== undefined) {
    console.log(`skipped - ${title}: ${skip}`);
    return 'skipped';
  }
  const began = performance.now();
  const profile = await startProfile();
  const host = watchHost();
  try {
    await withDeadline(run);
    await profile?.(title);
    console.log(
      `ok - ${title} (${Math.round(performance.now() - began)} ms, host busy at most ${host.longestMs()} ms without a break)`,
    );
    return 'passed';
  } catch (error) {
    console.log(`not ok - ${title}\n${error instanceof Error ? error.stack : String(error)}`);
    await takePicture(`failed-${fileName(title)}`).catch(() => undefined);
    return 'failed';
  } finally {
    host.stop();
  }
}

/** With `LAKEHOUSE_TEST_PROFILE`, a folder: records what the host does, and answers what writes it there as a CPU profile. */
async function startProfile(): Promise<((title: string) => Promise<void>) | undefined> {
  const folder = process.env['LAKEHOUSE_TEST_PROFILE'];
  if (folder === undefined) return undefined;
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  return async title => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    writeFileSync(path.join(folder, `${fileName(title)}.cpuprofile`), JSON.stringify(profile));
  };
}

function fileName(title: string): string {
  return title.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 60);
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

/** Waits until a condition of the extension host holds; rejects with `what` when it does not in time. */
export async function waitUntil(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + WAIT_DEADLINE_MS;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Waited ${WAIT_DEADLINE_MS / 1000} s in vain: ${what}.`);
    await new Promise(resolve => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
