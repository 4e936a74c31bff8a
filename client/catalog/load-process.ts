import { type ChildProcess, fork } from 'node:child_process';
import type { LoadAnswer, LoadCommand, LoadEvent } from '../../pipeline/load/child-protocol.ts';

export interface LoadRun {
  /** The program of the process. */
  readonly program: string;
  readonly command: LoadCommand;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Extract<LoadEvent, { kind: 'progress' }>) => void;
}

/** Runs one command in a process of its own: a large file must not slow the editor down. Never rejects. */
export async function runLoad({ program, command, signal, onProgress }: LoadRun): Promise<LoadAnswer> {
  const child = fork(program, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // The editor's own binary is Electron, which is Node when it is told so.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  const ended = Promise.withResolvers<LoadAnswer>();
  let complaint = '';
  child.stderr
    ?.setEncoding('utf8')
    .on('data', (text: string) => (complaint = `${complaint}${text}`.slice(-2000)));
  child.on('message', message => {
    const event = message as LoadEvent;
    if (event.kind === 'progress') onProgress?.(event);
    else ended.resolve(event);
  });
  child.once('error', error => ended.resolve({ kind: 'failed', message: error.message }));
  child.once('exit', (code, killedBy) => {
    const why = complaint.trim() === '' ? '' : ` ${complaint.trim()}`;
    ended.resolve({
      kind: 'failed',
      message: `The process that read the file ended with ${killedBy ?? `code ${code}`}.${why}`,
    });
  });
  const cancel = (): void => send(child, { kind: 'cancel' });
  signal?.addEventListener('abort', cancel, { once: true });
  send(child, command);
  try {
    return await ended.promise;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/** A process that is gone says so by its exit. */
function send(child: ChildProcess, command: LoadCommand): void {
  if (child.connected) child.send(command, () => {});
}
