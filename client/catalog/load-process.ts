import type { LoadAnswer, LoadCommand, LoadEvent } from '../../pipeline/load/child-protocol.ts';
import { runChildTask } from '../child-task.ts';

export interface LoadRun {
  /** The program of the process. */
  readonly program: string;
  readonly command: LoadCommand;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Extract<LoadEvent, { kind: 'progress' }>) => void;
}

/** Runs one command in a process of its own: a large file must not slow the editor down. Never rejects. */
export function runLoad({ program, command, signal, onProgress }: LoadRun): Promise<LoadAnswer> {
  return runChildTask({
    program,
    command,
    work: 'read the file',
    signal,
    isAnswer: (event: LoadEvent): event is LoadAnswer => event.kind !== 'progress',
    onEvent: onProgress,
  });
}
