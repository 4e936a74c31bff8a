import { type ChildProcess, fork, type Serializable } from 'node:child_process';

/** What the last word of a task's process may be when it ends without one. */
export interface TaskFailure {
  readonly kind: 'failed';
  readonly message: string;
}

export interface ChildTask<Event, Answer extends Event> {
  /** The program of the process. */
  readonly program: string;
  /** Told to the process first. */
  readonly command: Serializable;
  /** What the process does, in the past, e.g. `read the file`. */
  readonly work: string;
  readonly signal?: AbortSignal | undefined;
  /** What keeps the memory of the process small, where it needs much. */
  readonly lean?: { readonly execArgv: readonly string[]; readonly env: Readonly<Record<string, string>> };
  readonly isAnswer: (event: Event) => event is Answer;
  /** Told of everything but the answer. */
  readonly onEvent?: ((event: Exclude<Event, Answer>) => void) | undefined;
}

/**
 * Runs one task in a process of its own, so that it does not slow the editor down. An abort tells the process `cancel`, to
 * which it still answers. Never rejects.
 */
export async function runChildTask<Event extends object, Answer extends Event>(
  task: ChildTask<Event, Answer>,
): Promise<Answer | TaskFailure> {
  const { signal, lean } = task;
  const child = fork(task.program, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // The editor's own binary is Electron, which is Node when it is told so.
    env: { ...process.env, ...lean?.env, ELECTRON_RUN_AS_NODE: '1' },
    ...(lean === undefined ? {} : { execArgv: [...lean.execArgv] }),
  });
  const ended = Promise.withResolvers<Answer | TaskFailure>();
  let complaint = '';
  child.stderr
    ?.setEncoding('utf8')
    .on('data', (text: string) => (complaint = `${complaint}${text}`.slice(-2000)));
  child.on('message', message => {
    const event = message as Event;
    if (task.isAnswer(event)) ended.resolve(event);
    else task.onEvent?.(event as Exclude<Event, Answer>);
  });
  child.once('error', error => ended.resolve({ kind: 'failed', message: error.message }));
  child.once('exit', (code, killedBy) => {
    const why = complaint.trim() === '' ? '' : ` ${complaint.trim()}`;
    const how = killedBy ?? `code ${code}`;
    ended.resolve({ kind: 'failed', message: `The process that ${task.work} ended with ${how}.${why}` });
  });
  const cancel = (): void => send(child, { kind: 'cancel' });
  signal?.addEventListener('abort', cancel, { once: true });
  send(child, task.command);
  try {
    return await ended.promise;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/** A process that is gone says so by its exit. */
function send(child: ChildProcess, command: Serializable): void {
  if (child.connected) child.send(command, () => {});
}
