import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { sightContainers } from '../../../docker/containers/status.ts';
import { SERVICE_LABEL } from '../../../docker/containers/units.ts';
import { loadSecrets } from '../../../docker/credentials.ts';
import { SERVICE_NAMES, type ServiceName } from '../../../docker/events.ts';
import { homeAt } from '../../../docker/home.ts';
import type { Lakehouse } from '../../../docker/lakehouse.ts';
import { PROBES } from '../../../docker/probes.ts';
import { readStackRecord } from '../../../docker/settings.ts';
import { describeEndpoints } from '../../../docker/stack.ts';
import type { DockerStack } from '../../docker/engine-stack.ts';

const ROUNDS = 3;
const START_DEADLINE_MS = 300_000;
const PROBE_PAUSE_MS = 20;
type Print = (text: string) => void;

/** The median of a second `up`, when every service is ready; as the command line does it, it is printed. */
export async function measureSecondStart(lakehouse: Lakehouse, print: Print): Promise<number> {
  const program = path.resolve(import.meta.dirname, '../../../bin/lakehouse.ts');
  const command = [program, 'up', '--backend', 'docker', '--home', lakehouse.home];
  const seconds: number[] = [];
  const bySelf: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    seconds.push(await timed(() => lakehouse.up()));
    bySelf.push(await timed(() => promisify(execFile)(process.execPath, command)));
  }
  print(`a second 'lakehouse up' as a program of its own: ${median(bySelf).toFixed(2)} s`);
  return median(seconds);
}

/** The longest time from the wish to kill a container to the watcher's word of it, over several containers. */
export async function measureStateLatency(stack: DockerStack, print: Print): Promise<number> {
  const seconds: number[] = [];
  for (const [service, unit] of [
    ['objectStore', 'object-store'],
    ['nessie', 'nessie'],
    ['kafka', 'kafka-1'],
  ] as const) {
    const events = stack.lakehouse.watch(AbortSignal.timeout(60_000));
    await waitFor(events, service, 'ready');
    const told = waitFor(events, service, 'failed');
    const killedAt = performance.now();
    const kill = promisify(execFile)('docker', [
      'kill',
      '--signal=KILL',
      `lakehouse-${stack.stackId}-${unit}`,
    ]);
    await told;
    seconds.push((performance.now() - killedAt) / 1000);
    await kill;
    await events.return(undefined);
  }
  print(`a killed container is told after ${seconds.map(value => value.toFixed(2)).join(', ')} s`);
  await stack.lakehouse.up();
  return Math.max(...seconds);
}

/**
 * What an `up` of the stopped containers takes beyond the servers themselves: all of its time but the longest that one
 * service took from its container's start, by the engine's word, to its first answer, by a prober of the benchmark's own
 * that never rests. The median of several rounds; both are taken in the same one, because a busy machine slows both.
 */
export async function measureOverhead(stack: DockerStack, print: Print): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await stack.lakehouse.down();
    const over = new AbortController();
    const answers = firstAnswers(stack, over.signal);
    const total = await timed(() => stack.lakehouse.up());
    const answeredAt = await answers;
    over.abort();
    const sighting = await sightContainers(stack.engine, stack.stackId);
    const startUps = [...sighting.values()].map(detail => {
      const service = detail.labels[SERVICE_LABEL] as ServiceName;
      return (answeredAt[service] - Date.parse(detail.startedAt)) / 1000;
    });
    const servers = Math.max(...startUps);
    print(
      `'up' of stopped containers: ${total.toFixed(1)} s, the slowest server alone ${servers.toFixed(1)} s`,
    );
    seconds.push(total - servers);
  }
  return median(seconds);
}

/** When each service answered its probe first, as milliseconds since the epoch. Asks without a rest. */
async function firstAnswers(
  { lakehouse }: DockerStack,
  outer: AbortSignal,
): Promise<Readonly<Record<ServiceName, number>>> {
  const home = homeAt(lakehouse.home);
  const { settings } = readStackRecord(home.stackFile, 'docker');
  const endpoints = describeEndpoints(settings, loadSecrets(home.secretsFile));
  const signal = AbortSignal.any([outer, AbortSignal.timeout(START_DEADLINE_MS)]);
  const answers = await Promise.all(
    SERVICE_NAMES.map(async name => {
      for (;;) {
        try {
          await PROBES[name]({ endpoints, signal, onStep: () => undefined });
          return [name, Date.now()] as const;
        } catch {
          signal.throwIfAborted();
          await delay(PROBE_PAUSE_MS);
        }
      }
    }),
  );
  return Object.fromEntries(answers) as Record<ServiceName, number>;
}

async function waitFor(
  events: ReturnType<Lakehouse['watch']>,
  service: ServiceName,
  kind: string,
): Promise<void> {
  for (;;) {
    const next = await events.next();
    if (next.done === true) throw new Error(`${service} was never told as ${kind}.`);
    if (next.value.kind === 'service' && next.value.service === service && next.value.state.kind === kind)
      return;
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
