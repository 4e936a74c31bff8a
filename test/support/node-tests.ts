import { readdirSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import type { Counts } from './counts.ts';

const COMPILE_CACHE = path.resolve(import.meta.dirname, '../../out/compile-cache');
const FILE_DEADLINE_MS = 10 * 60_000;
const TEST_ROOT = path.resolve(import.meta.dirname, '..');

/** Which test files to run: those `under` one folder of test/, or all but some folders; `only` keeps the paths that contain it. */
export interface NodeTestsOptions {
  readonly under?: string;
  readonly leaveOut?: readonly string[];
  readonly only?: string | undefined;
  readonly concurrency: number;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** Runs `*.test.ts` files with node:test, each in a process of its own, and counts the leaves. */
export async function runNodeTests(options: NodeTestsOptions): Promise<Counts> {
  const files = testFiles(options);
  if (files.length === 0) {
    console.log(`no test file${options.only === undefined ? '' : ` matches '${options.only}'`}`);
    return { passed: 0, failed: 0, skipped: 0 };
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const stream = run({
    files,
    concurrency: options.concurrency,
    // A file that never ends is a failure with a name, not a run that is cut from outside.
    timeout: FILE_DEADLINE_MS,
    // Every file is a process of its own: compiled once, the sources load faster in all of them.
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env, ...options.env },
  });
  stream.on('test:pass', event => {
    if (event.details.type === 'suite') return;
    if (event.skip !== undefined || event.todo !== undefined) counts.skipped += 1;
    else counts.passed += 1;
  });
  stream.on('test:fail', event => {
    // A suite that fails only because a test in it failed is no failure of its own.
    if (event.details.type === 'suite' && event.details.error.cause === undefined) return;
    if (event.details.type !== 'suite') counts.failed += 1;
  });
  const report = stream.compose(spec);
  report.pipe(process.stdout, { end: false });
  await new Promise<void>((resolve, reject) => report.once('end', resolve).once('error', reject));
  return counts;
}

function testFiles({ under, leaveOut = [], only }: NodeTestsOptions): string[] {
  const root = path.join(TEST_ROOT, under ?? '');
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map(entry => path.join(entry.parentPath, entry.name))
    .filter(file => !leaveOut.includes(path.relative(TEST_ROOT, file).split(path.sep)[0] ?? ''))
    .filter(file => only === undefined || path.relative(TEST_ROOT, file).includes(only))
    .sort();
}
