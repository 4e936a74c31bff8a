import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const INSTALL_DEADLINE_MS = 240_000;

/** Python with packages of its own, which are gone with it. */
export interface Python extends AsyncDisposable {
  /** Runs a script and answers what it printed; `secrets` come to it as environment variables. */
  run(script: string, args: readonly string[], secrets?: Readonly<Record<string, string>>): Promise<string>;
}

/** Installs a package for one test; undefined where pip does not bring it. */
export async function openPython(requirement: string): Promise<Python | undefined> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lakehouse-python-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const args = ['-m', 'pip', 'install', '--quiet', '--target', folder, requirement];
    await run('python3', args, { timeout: INSTALL_DEADLINE_MS });
  } catch {
    await remove();
    return undefined;
  }
  return {
    run: async (script, args, secrets = {}) => {
      const env = { ...process.env, ...secrets, PYTHONPATH: folder };
      return (await run('python3', ['-c', script, ...args], { env })).stdout;
    },
    [Symbol.asyncDispose]: remove,
  };
}
