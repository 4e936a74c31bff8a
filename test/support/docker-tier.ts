import { spawnSync } from 'node:child_process';
import type { Counts } from './counts.ts';
import { runNodeTests } from './node-tests.ts';

/** The tests against a real Docker engine; skipped with a line that says so where none answers. */
export async function dockerTier({ only }: { readonly only: string | undefined }): Promise<Counts> {
  const answer = spawnSync('docker', ['info', '--format', '{{.ServerVersion}}'], { encoding: 'utf8' });
  if (answer.status !== 0) {
    console.log(
      'SKIPPED: no Docker engine answers here, so nothing of the docker back end was run against a real one.',
    );
    console.log(`  ${(answer.error?.message ?? answer.stderr).trim().split('\n')[0] ?? ''}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return runNodeTests({ under: 'docker', only, concurrency: 1 });
}
