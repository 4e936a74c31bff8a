import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { sightContainers } from '../../../docker/containers/status.ts';
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

/** The median of a second `up`, when every service is ready. */
export async function measureSecondStart(lakehouse: Lakehouse): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) seconds.push(await timed(() => lakehouse.up()));
  return median(seconds);
}

/** The longest time from the end of a container to the watcher's word of it, over several containers. */
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
    execFileSync('docker', ['kill', '--signal=KILL', `lakehouse-${stack.stackId}-${unit}`]);
    const killedAt = performance.now();
    await told;
    seconds.push((performance.now() - killedAt) / 1000);
    await events.return(undefined);
  }
  print(`a killed container is told after ${seconds.map(value => value.toFixed(2)).join(', ')} s`);
  await stack.lakehouse.up();
  return Math.max(...seconds);
}

/**
 * What an `up` of the stopped containers takes beyond the servers themselves: those are measured by starting the same
 * containers by hand and asking each by its protocol until it answers. Medians of rounds that take turns.
 */
export async function measureOverhead(stack: DockerStack, print: Print): Promise<number> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await stack.lakehouse.down();
    bare.push(await timed(() => startBare(stack)));
    print(`servers alone ready after ${bare.at(-1)?.toFixed(1)} s`);
    await stack.lakehouse.down();
    ours.push(await timed(() => stack.lakehouse.up()));
    print(`'up' of the same after ${ours.at(-1)?.toFixed(1)} s`);
  }
  return median(ours) - median(bare);
}

async function startBare({ engine, stackId, lakehouse }: DockerStack): Promise<void> {
  const sighting = await sightContainers(engine, stackId);
  const home = homeAt(lakehouse.home);
  const { settings } = readStackRecord(home.stackFile, 'docker');
  const endpoints = describeEndpoints(settings, loadSecrets(home.secretsFile));
  await Promise.all([...sighting.values()].map(detail => engine.startContainer(detail.id)));
  const signal = AbortSignal.timeout(START_DEADLINE_MS);
  await Promise.all(
    SERVICE_NAMES.map(async name => {
      for (;;) {
        try {
          return await PROBES[name]({ endpoints, signal, onStep: () => undefined });
        } catch {
          signal.throwIfAborted();
          await delay(PROBE_PAUSE_MS);
        }
      }
    }),
  );
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
