import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { PIPELINE_EXEC_ARGV } from '../../pipeline/child-protocol.ts';
import { waitUntil } from './wait-until.ts';

/** `lakehouse etl run <file> --json` as a process of its own, as in a terminal. */
export interface MemberProcess {
  readonly pid: number;
  /** How many partitions it said last that it has; undefined before it said anything. */
  partitions(): number | undefined;
  /** Waits until it says that it has so many. */
  hasPartitions(count: number): Promise<void>;
  /** The texts of its notices. */
  readonly notices: readonly string[];
  signal(signal: NodeJS.Signals): void;
  /** Ctrl+C: it commits what it has read and leaves. */
  stop(): Promise<void>;
  /** Ends it if it still runs. */
  end(): Promise<void>;
}

const PROGRAM = path.resolve(import.meta.dirname, '../../bin/lakehouse.ts');

export function startMember(file: string): MemberProcess {
  const endpoints = process.env['LAKEHOUSE_TEST_ENDPOINTS'] ?? '';
  const args = [...PIPELINE_EXEC_ARGV, PROGRAM, 'etl', 'run', file, '--json', '--endpoints', endpoints];
  const child: ChildProcess & { readonly stdout: NonNullable<ChildProcess['stdout']> } = spawn(
    process.execPath,
    args,
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const notices: string[] = [];
  let partitions: number | undefined;
  createInterface({ input: child.stdout }).on('line', line => {
    const event = JSON.parse(line) as Event;
    if (event.kind === 'notice') notices.push(event.text ?? '');
    if (event.kind === 'metrics') partitions = event.metrics?.share?.partitions;
  });
  const exited = once(child, 'exit');
  assert.ok(child.pid !== undefined);
  return {
    pid: child.pid,
    partitions: () => partitions,
    hasPartitions: count =>
      waitUntil(
        `process ${String(child.pid)} has ${count} partitions; it has said: ${notices.join(' | ')}`,
        () => partitions === count,
        60_000,
      ),
    notices,
    signal: signal => void child.kill(signal),
    stop: async () => {
      child.kill('SIGINT');
      assert.deepEqual(await exited, [0, null]);
    },
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}

interface Event {
  readonly kind: string;
  readonly text?: string;
  readonly metrics?: { readonly share?: { readonly partitions: number } };
}
