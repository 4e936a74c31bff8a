import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Counts } from './counts.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CHECKS = ['typecheck', 'lint', 'format:check'] as const;

/** Types, lint and format, each one check that fails the run. */
export async function staticTier(): Promise<Counts> {
  const results = CHECKS.map(name => {
    const done = spawnSync('npm', ['run', '--silent', name], { cwd: ROOT, stdio: 'inherit' });
    console.log(`${done.status === 0 ? '✔' : '✖'} ${name}`);
    return done.status === 0;
  });
  const passed = results.filter(Boolean).length;
  return { passed, failed: CHECKS.length - passed, skipped: 0 };
}
