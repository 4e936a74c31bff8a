import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const DEADLINE_MS = 60_000;

/** The engine that test/docker/lab/lab.sh started: the only one that a test may stop. */
export interface LabEngine {
  stop(): Promise<void>;
  /** Starts it as it was, with more arguments if given. */
  start(more?: readonly string[]): Promise<void>;
}

/** Undefined when DOCKER_HOST is no lab's. */
export function findLabEngine(env: NodeJS.ProcessEnv): LabEngine | undefined {
  const socket = (env['DOCKER_HOST'] ?? '').replace(/^unix:\/\//, '');
  const pidFile = path.join(path.dirname(socket), 'docker.pid');
  if (socket === '' || !existsSync(pidFile)) return undefined;
  const pid = (): number => Number(readFileSync(pidFile, 'utf8'));
  const read = (file: string): string[] =>
    readFileSync(`/proc/${pid()}/${file}`, 'utf8')
      .split('\0')
      .filter(part => part !== '');
  const args = read('cmdline').slice(1);
  // Not the first dockerd on this process's PATH: the lab may run one that it has compiled, with a runc of its own.
  const program = readlinkSync(`/proc/${pid()}/exe`);
  const PATH = read('environ')
    .find(variable => variable.startsWith('PATH='))
    ?.slice('PATH='.length);
  return {
    stop: async () => {
      process.kill(pid(), 'SIGTERM');
      await until('the engine has ended', () => !existsSync(pidFile));
    },
    start: async (more = []) => {
      const log = openSync(path.join(path.dirname(socket), 'dockerd.log'), 'a');
      const env = { ...process.env, PATH };
      spawn(program, [...args, ...more], { env, detached: true, stdio: ['ignore', log, log] }).unref();
      await until('the engine has started', () => existsSync(socket) && existsSync(pidFile));
    },
  };
}

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`Waited ${DEADLINE_MS / 1000} s until ${what}.`);
    await delay(50);
  }
}
