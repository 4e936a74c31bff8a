import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { runCountedProcess } from './counted-process.ts';
import { addCounts, type Counts } from './counts.ts';
import { runNodeTests } from './node-tests.ts';

const EDITOR = path.resolve(import.meta.dirname, '../vscode/docker-run.ts');
const LAB = path.resolve(import.meta.dirname, '../docker/lab/lab.sh');

/**
 * The tests against a real Docker engine; skipped with a line that says so where none answers. `LAKEHOUSE_TEST_LAB` names a
 * folder in which an engine with stand-in images may be built where there is none (root on Debian; installs packages).
 */
export async function dockerTier({ only }: { readonly only: string | undefined }): Promise<Counts> {
  const folder = process.env['LAKEHOUSE_TEST_LAB'];
  const missing = engineFault(process.env);
  if (missing === undefined) return runOnEngine(only, {});
  if (folder === undefined) return skipped(missing);
  try {
    const built = spawnSync('bash', [LAB, 'up', folder], { stdio: ['ignore', 'inherit', 'inherit'] });
    if (built.status !== 0) return skipped(`${missing} ${LAB} could not build one either.`);
    const env = { DOCKER_HOST: `unix://${path.resolve(folder)}/docker.sock` };
    return await runOnEngine(only, env);
  } finally {
    spawnSync('bash', [LAB, 'down', folder], { stdio: ['ignore', 'inherit', 'inherit'] });
  }
}

/** The library first, then the editor on containers. */
async function runOnEngine(only: string | undefined, env: NodeJS.ProcessEnv): Promise<Counts> {
  const counts = await runNodeTests({ under: 'docker', only, concurrency: 1, env });
  if (only !== undefined && !'vscode'.includes(only)) return counts;
  return addCounts(counts, await runCountedProcess(EDITOR, { ...process.env, ...env }));
}

function skipped(reason: string): Counts {
  console.log(
    'SKIPPED: no Docker engine answers here, so nothing of the docker back end was run against a real one.',
  );
  console.log(`  ${reason}`);
  return { passed: 0, failed: 0, skipped: 1 };
}

/** Why no engine can be used, or undefined when one can. */
function engineFault(env: NodeJS.ProcessEnv): string | undefined {
  const answer = spawnSync('docker', ['info', '--format', '{{.ServerVersion}}'], { encoding: 'utf8', env });
  if (answer.status === 0) return undefined;
  return (answer.error?.message ?? answer.stderr).trim().split('\n')[0] ?? '';
}
