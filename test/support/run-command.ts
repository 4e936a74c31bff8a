import { Readable } from 'node:stream';
import type { Command, CommandInput } from '../../bin/command.ts';

export interface CommandOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandRun {
  readonly values?: CommandInput['values'];
  readonly positionals?: readonly string[];
  readonly cwd: string;
  readonly signal?: AbortSignal;
  /** What is typed. */
  readonly stdin?: string;
  /** Further variables of the environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Told of everything that is written to the error stream. */
  readonly onStderr?: (text: string) => void;
}

/** Runs a command as the shell would, against the lakehouse of the tests. */
export async function runCommand(command: Command, run: CommandRun): Promise<CommandOutcome> {
  let [stdout, stderr] = ['', ''];
  const code = await command.run({
    values: { endpoints: process.env['LAKEHOUSE_TEST_ENDPOINTS'], ...run.values },
    positionals: run.positionals ?? [],
    stdin: Readable.from(run.stdin === undefined ? [] : [run.stdin]),
    stdout: { write: text => (stdout += text) },
    stderr: {
      write: text => {
        stderr += text;
        run.onStderr?.(text);
      },
    },
    env: { ...process.env, ...run.env },
    cwd: run.cwd,
    signal: run.signal ?? new AbortController().signal,
  });
  return { code, stdout, stderr };
}
