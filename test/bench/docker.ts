/**
 * `npm run bench docker -- [--sequences 5] [--json]`: what the docker back end adds to its servers. Needs an engine with the
 * images. Bars: overhead ≤ 2 s, second start ≤ 1 s, a change told ≤ 2 s, nothing left behind by random sequences of
 * starts, kills and stops (the bar is meant for `--sequences 50`).
 */
import { parseArgs } from 'node:util';
import { measureMemory } from './docker/memory.ts';
import { leakedBySequences } from './docker/sequences.ts';
import { measureOverhead, measureSecondStart, measureStateLatency } from './docker/timing.ts';
import { AUTO_PORTS } from '../services/docker/stack-clients.ts';
import { type DockerStack, openDockerStack } from '../docker/engine-stack.ts';

interface Figures {
  readonly overheadSeconds: number;
  readonly secondStartSeconds: number;
  readonly stateLatencySeconds: number;
  /** Of the profile small, all containers together: after a start, and at its highest while everything is used. */
  readonly memoryMb: number;
  readonly memoryPeakMb: number;
  /** The same of the profile standard. */
  readonly standardMemoryMb: number;
  readonly standardMemoryPeakMb: number;
  readonly leaked: number;
  readonly sequences: number;
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean' },
      sequences: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
    },
  });
  const small = await measureSmall();
  const standard = await measureStandard();
  const sequences = Number(values.sequences);
  const left = await leakedBySequences({ sequences, seed: Number(values.seed), log: print });
  const figures: Figures = { ...small, ...standard, leaked: left.length, sequences };
  for (const name of left) print(`left behind: ${name}`);
  print(verdict('overhead over the servers', figures.overheadSeconds, 2));
  print(verdict('second start', figures.secondStartSeconds, 1));
  print(verdict('a change is told', figures.stateLatencySeconds, 2));
  print(`left behind by ${sequences} sequences: ${left.length} (bar 0)`);
  if (values.json === true) console.log(JSON.stringify(figures));
}

async function measureSmall(): Promise<Omit<Figures, keyof StandardFigures | 'leaked' | 'sequences'>> {
  await using stack = await openDockerStack();
  const began = performance.now();
  await stack.lakehouse.up({ settings: { ports: AUTO_PORTS } });
  print(`first start, images present: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const secondStartSeconds = await measureSecondStart(stack.lakehouse, print);
  const stateLatencySeconds = await measureStateLatency(stack, print);
  const overheadSeconds = await measureOverhead(stack, print);
  const memory = await printMemory('small', stack);
  return {
    overheadSeconds,
    secondStartSeconds,
    stateLatencySeconds,
    memoryMb: memory.idle,
    memoryPeakMb: memory.peak,
  };
}

type StandardFigures = Pick<Figures, 'standardMemoryMb' | 'standardMemoryPeakMb'>;

async function measureStandard(): Promise<StandardFigures> {
  await using stack = await openDockerStack();
  const settings = { ports: AUTO_PORTS, extraBrokerPorts: ['auto', 'auto'], profile: 'standard' } as const;
  await stack.lakehouse.up({ settings });
  const { idle, peak } = await printMemory('standard', stack);
  return { standardMemoryMb: idle, standardMemoryPeakMb: peak };
}

/** Prints a row for each container and answers the sums. */
async function printMemory(profile: string, stack: DockerStack): Promise<{ idle: number; peak: number }> {
  const containers = Object.entries(await measureMemory(stack));
  print(`memory of ${profile} in MB:  idle   used  limit`);
  for (const [name, { idle, peak, limit }] of containers)
    print(`  ${name.padEnd(22)}${[idle, peak, limit].map(value => String(value).padStart(6)).join(' ')}`);
  const sum = (key: 'idle' | 'peak'): number => containers.reduce((total, [, row]) => total + row[key], 0);
  return { idle: sum('idle'), peak: sum('peak') };
}

function verdict(what: string, seconds: number, bar: number): string {
  return `${what}: ${seconds.toFixed(2)} s (bar ${bar} s${seconds <= bar ? '' : ', MISSED'})`;
}

function print(text: string): void {
  console.error(text);
}
