import { spawn } from 'node:child_process';

const KILL_AFTER_MS = 3_000;
const KEPT_OUTPUT_CHARS = 20_000;

/** A package client to be run to its end. */
export interface ToolRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** A package client that ended badly or is not installed. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly isMissing: boolean;
  constructor(message: string, isMissing: boolean) {
    super(message);
    this.isMissing = isMissing;
  }
}

/**
 * Runs a package client in a process group of its own and answers what it printed. Aborting ends the whole group: Maven
 * and pip start further processes that would go on downloading.
 * @throws ToolError when the client is not installed or ends with another code than 0.
 */
export async function runTool(run: ToolRun): Promise<string> {
  run.signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(run.command, run.args, {
      cwd: run.cwd,
      env: run.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT_CHARS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const stop = (): void => endGroup(child.pid);
    run.signal.addEventListener('abort', stop, { once: true });
    child.once('error', error => {
      run.signal.removeEventListener('abort', stop);
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      reject(new ToolError(isMissing ? `${run.command} is not installed` : error.message, isMissing));
    });
    child.once('close', code => {
      run.signal.removeEventListener('abort', stop);
      if (run.signal.aborted) reject(run.signal.reason as Error);
      else if (code === 0) resolve(output);
      else reject(new ToolError(`${run.command} failed: ${summarize(output)}`, false));
    });
  });
}

/** The first line that names an error, else the last lines. */
function summarize(output: string): string {
  const lines = output.split('\n').filter(line => line.trim() !== '');
  const error = lines.find(line => /^\[?error|^error/i.test(line));
  return error?.trim() ?? lines.slice(-3).join(' · ');
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  signalQuietly(pid, 'SIGTERM');
  setTimeout(() => signalQuietly(pid, 'SIGKILL'), KILL_AFTER_MS).unref();
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended already.
  }
}
