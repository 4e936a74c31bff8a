/**
 * `npm run bench docker -- [--sequences 5] [--json]`: what the docker back end adds to its servers. Needs an engine with the
 * images. Bars: overhead ≤ 2 s, second start ≤ 1 s, a change told ≤ 2 s, nothing left behind by random sequences of
 * starts, kills and stops (the bar is meant for `--sequences 50`, which takes about ten minutes).
 */
import { parseArgs } from 'node:util';
import { leakedBySequences } from './docker/sequences.ts';
import { measureOverhead, measureSecondStart, measureStateLatency } from './docker/timing.ts';
import { AUTO_PORTS } from '../services/docker/stack-clients.ts';
import { openDockerStack } from '../docker/engine-stack.ts';
import type { Lakehouse } from '../../docker/lakehouse.ts';

interface Figures {
  readonly overheadSeconds: number;
  readonly secondStartSeconds: number;
  readonly stateLatencySeconds: number;
  /** Of the profile small, after a start. */
  readonly memoryMb: number;
  readonly standardMemoryMb: number;
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
  const standardMemoryMb = await measureStandard();
  const sequences = Number(values.sequences);
  const left = await leakedBySequences({ sequences, seed: Number(values.seed), log: print });
  const figures: Figures = { ...small, standardMemoryMb, leaked: left.length, sequences };
  for (const name of left) print(`left behind: ${name}`);
  print(verdict('overhead over the servers', figures.overheadSeconds, 2));
  print(verdict('second start', figures.secondStartSeconds, 1));
  print(verdict('a change is told', figures.stateLatencySeconds, 2));
  print(`left behind by ${sequences} sequences: ${left.length} (bar 0)`);
  if (values.json === true) console.log(JSON.stringify(figures));
}

async function measureSmall(): Promise<Omit<Figures, 'standardMemoryMb' | 'leaked' | 'sequences'>> {
  await using stack = await openDockerStack();
  const began = performance.now();
  await stack.lakehouse.up({ settings: { ports: AUTO_PORTS } });
  print(`first start, images present: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const memoryMb = await printMemory('small', stack.lakehouse);
  const secondStartSeconds = await measureSecondStart(stack.lakehouse);
  const stateLatencySeconds = await measureStateLatency(stack, print);
  const overheadSeconds = await measureOverhead(stack, print);
  return { overheadSeconds, secondStartSeconds, stateLatencySeconds, memoryMb };
}

async function measureStandard(): Promise<number> {
  await using stack = await openDockerStack();
  const settings = { ports: AUTO_PORTS, extraBrokerPorts: ['auto', 'auto'], profile: 'standard' } as const;
  await stack.lakehouse.up({ settings });
  return await printMemory('standard', stack.lakehouse);
}

async function printMemory(profile: string, lakehouse: Lakehouse): Promise<number> {
  const { services, rssBytes } = await lakehouse.status();
  const megabytes = (bytes = 0): number => Math.round(bytes / 1e6);
  const rows = Object.values(services).map(row => `${row.title} ${megabytes(row.rssBytes)} MB`);
  print(`memory of ${profile}: ${rows.join(', ')}; together ${megabytes(rssBytes)} MB`);
  return megabytes(rssBytes);
}

function verdict(what: string, seconds: number, bar: number): string {
  return `${what}: ${seconds.toFixed(2)} s (bar ${bar} s${seconds <= bar ? '' : ', MISSED'})`;
}

function print(text: string): void {
  console.error(text);
}
