import { execFile } from 'node:child_process';
import path from 'node:path';

const PROGRAM = path.resolve(import.meta.dirname, '../../bin/lakehouse.ts');

/** What a person at a terminal sees of one command. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `lakehouse …` on containers, in the lakehouse of that directory. */
export async function runLakehouse(
  home: string,
  args: readonly string[],
  typed = '',
): Promise<CommandResult> {
  const env = { ...process.env, LAKEHOUSE_HOME: home, LAKEHOUSE_BACKEND: 'docker' };
  return new Promise(resolve => {
    const child = execFile(process.execPath, [PROGRAM, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
    child.stdin?.end(typed);
  });
}
