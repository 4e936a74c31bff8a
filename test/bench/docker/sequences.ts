import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LakehouseStartError } from '../../../docker/lakehouse.ts';
import { type DockerStack, openDockerStack } from '../../docker/engine-stack.ts';
import { AUTO_PORTS } from '../../services/docker/stack-clients.ts';
import { type Random, randomFrom } from '../random.ts';

const MAX_STEPS = 5;
const MAX_START_MS = 6_000;
const PROGRAM = path.resolve(import.meta.dirname, '../../../bin/lakehouse.ts');
const UNITS = ['kafka-1', 'object-store', 'nessie', 'trino'] as const;

/**
 * Goes through random sequences of starts that are cut off or killed, kills, pauses, deletions by hand and stops, each ended
 * by a reset. Answers the names of all containers, volumes (anonymous ones too) and networks that the engine has then and
 * had not before.
 */
export async function leakedBySequences(options: {
  readonly sequences: number;
  readonly seed: number;
  readonly log: (text: string) => void;
}): Promise<string[]> {
  const random = randomFrom(options.seed);
  const before = new Set(listEverything());
  for (let i = 0; i < options.sequences; i++) {
    await using stack = await openDockerStack();
    // Before the first start there is nothing to be killed or stopped.
    const steps = [await startKilled(stack, 1_000 + random.below(MAX_START_MS))];
    const count = 1 + random.below(MAX_STEPS);
    for (let step = 0; step < count; step++) steps.push(await takeStep(stack, random));
    await stack.lakehouse.reset({ confirm: stack.lakehouse.name });
    options.log(`sequence ${i + 1}: ${steps.join(', ')}, reset`);
  }
  return listEverything().filter(name => !before.has(name));
}

async function takeStep(stack: DockerStack, random: Random): Promise<string> {
  const unit = random.pick(UNITS);
  const name = `lakehouse-${stack.stackId}-${unit}`;
  const dice = random.next();
  if (dice < 0.2) return startCut(stack, random.below(MAX_START_MS));
  if (dice < 0.35) return startKilled(stack, random.below(MAX_START_MS));
  if (dice < 0.55) return tryDocker(`kill ${unit}`, ['kill', '--signal=KILL', name]);
  if (dice < 0.7) return tryDocker(`delete ${unit}`, ['rm', '--force', name]);
  if (dice < 0.8) return tryDocker(`pause ${unit}`, ['pause', name]);
  if (dice < 0.9) return tryDocker(`start ${unit}`, ['start', name]);
  await stack.lakehouse.down();
  return 'stop';
}

/** A starter that is ended by force: nobody tidies up after it, and what it has asked the engine for still comes to be. */
async function startKilled({ lakehouse }: DockerStack, afterMs: number): Promise<string> {
  const args = [PROGRAM, 'up', '--backend', 'docker', '--home', lakehouse.home, '--ports', 'auto'];
  const starter = spawn(process.execPath, args, { stdio: 'ignore' });
  const ended = once(starter, 'exit');
  await delay(afterMs);
  starter.kill('SIGKILL');
  await ended;
  return `starter killed after ${afterMs} ms`;
}

/** Two starters, one of which gives up after a while; a start that fails for what was done before is part of the game. */
async function startCut(stack: DockerStack, afterMs: number): Promise<string> {
  const signal = AbortSignal.timeout(afterMs);
  const settings = { ports: AUTO_PORTS };
  const [first] = await Promise.allSettled([
    stack.lakehouse.up({ settings, signal }),
    stack.reopen().up({ settings, signal }),
  ]);
  if (first.status === 'rejected' && !signal.aborted && !(first.reason instanceof LakehouseStartError))
    throw first.reason;
  return `start cut after ${afterMs} ms`;
}

/** Not every step is possible in every state: killing what does not run is refused, which changes nothing. */
function tryDocker(what: string, args: readonly string[]): string {
  try {
    execFileSync('docker', args, { stdio: 'ignore' });
    return what;
  } catch {
    return `${what} (refused)`;
  }
}

function listEverything(): string[] {
  const list = (...args: string[]): string[] =>
    execFileSync('docker', args, { encoding: 'utf8' }).split('\n').filter(Boolean);
  return [
    ...list('ps', '--all', '--format', 'container {{.Names}}'),
    ...list('volume', 'ls', '--format', 'volume {{.Name}}'),
    ...list('network', 'ls', '--format', 'network {{.Name}}'),
  ];
}
