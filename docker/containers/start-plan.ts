import { existsSync } from 'node:fs';
import type { PlanDecision, StartPlan } from '../lakehouse-api.ts';
import { isPortFree, pickFreePort } from '../ports.ts';
import { formatBytes, THIS_MACHINE } from '../preflight.ts';
import type { SettingsChange } from '../settings.ts';
import { describeTakenPort } from './converge.ts';
import type { Engine } from './engine-api.ts';
import { describeMemoryShortage, type PlannedUnit, planUnits } from './plan.ts';
import { findImage } from './pull.ts';
import { describeUnreachable, isFarEngine } from './reach.ts';
import { describeUnits, type Unit, type UnitSite } from './units.ts';

/** Images need about this much more on the disk than over the network: their layers are compressed there. */
const UNPACKED_FACTOR = 2.5;

/** How the machine is looked at; tests put their own in. */
export interface DockerMachine {
  readonly isPortFree: (port: number) => Promise<boolean>;
  readonly pickFreePort: (taken: Set<number>) => Promise<number>;
  /** Undefined where the engine keeps its data on a disk that cannot be seen from here. */
  readonly freeDiskBytes: (dataRoot: string) => number | undefined;
}

/** What an `up` of these settings would do on the engine: pulls, containers, ports, memory and disk. */
export async function planContainers(
  engine: Engine,
  site: UnitSite,
  machine: DockerMachine = dockerMachine(engine),
): Promise<StartPlan> {
  const info = await engine.info();
  const { planned, surplus } = await planUnits(engine, site.stackId, describeUnits(site));
  const lines = [`Engine: version ${info.version}, API ${info.apiVersion}, ${info.cpus} CPUs`];
  const decisions: PlanDecision[] = [];
  const taken = new Set<number>();
  const toPull = new Map<string, number>();
  for (const item of planned) {
    lines.push(...(await describeUnit(engine, item, toPull)));
    if (item.action.kind === 'keep' || item.action.kind === 'unpause') continue;
    const ports = await describePorts(engine, item, { machine, taken });
    lines.push(...ports.lines);
    decisions.push(...ports.decisions);
  }
  for (const row of surplus)
    lines.push(`${row.name}: removed, it is not part of the stack any more; its volumes stay`);
  const memory = planned.reduce((sum, item) => sum + item.unit.create.memoryBytes, 0);
  lines.push(
    `Memory: the containers may use ${formatBytes(memory)} of the engine's ${formatBytes(info.memoryBytes)}`,
  );
  const shortage = describeMemoryShortage(
    info,
    planned.map(item => item.unit),
  );
  if (shortage !== undefined) decisions.push({ text: shortage });
  const unreachable = await describeUnreachable(engine.origin, describeUnits(site), machine.isPortFree);
  if (unreachable !== undefined) decisions.push({ text: unreachable });
  const disk = describeDisk([...toPull.values()], machine.freeDiskBytes(info.dataRoot));
  lines.push(disk.line);
  if (disk.shortage !== undefined) decisions.push({ text: disk.shortage });
  lines.push(...decisions.map(decision => decision.text));
  return { lines, decisions };
}

async function describeUnit(
  engine: Engine,
  { unit, action }: PlannedUnit,
  toPull: Map<string, number>,
): Promise<string[]> {
  const [first, ...others] = unit.image.references;
  const present = await findImage(engine, unit.image);
  const reason = action.kind === 'recreate' ? ` because ${action.reason}` : '';
  const image =
    present === undefined
      ? `${first} to be pulled, about ${formatBytes(unit.image.downloadBytes)}`
      : `${present.reference} present, ${formatBytes(present.bytes)}`;
  const line = `${unit.name}: ${action.kind}${reason}; image ${image}`;
  if (present !== undefined) return [line];
  toPull.set(first, unit.image.downloadBytes);
  return others.length === 0 ? [line] : [line, `  else from ${others.join(', ')}`];
}

async function describePorts(
  engine: Engine,
  { unit, found }: PlannedUnit,
  { machine, taken }: { machine: DockerMachine; taken: Set<number> },
): Promise<{ lines: string[]; decisions: PlanDecision[] }> {
  const lines: string[] = [];
  const decisions: PlanDecision[] = [];
  const running = (await engine.listContainers()).filter(row => row.status === 'running');
  const own = running.filter(row => found.some(item => item.id === row.id)).flatMap(row => row.hostPorts);
  for (const port of Object.values(unit.create.ports)) {
    const isFree = await machine.isPortFree(port);
    // A tunnel to an engine on another machine is what listens here.
    if (isFarEngine(engine.origin))
      lines.push(
        `  port ${port} of that machine is ${isFree ? 'not reached from here' : 'reached from here'}`,
      );
    else if (isFree) lines.push(`  port ${port} is free`);
    else if (own.includes(port)) lines.push(`  port ${port} is held by the container that is re-created`);
    else {
      const instead = await machine.pickFreePort(taken);
      lines.push(`  port ${port} is taken; free instead: ${instead}`);
      decisions.push({
        text: await describeTakenPort(engine, unit, { port, instead }),
        remedy: portChange(unit, instead),
      });
    }
  }
  return { lines, decisions };
}

/** The settings with which this unit gets another port; the second and third broker have theirs apart. */
function portChange({ name, service }: Unit, port: number): SettingsChange {
  if (name === 'kafka-2') return { extraBrokerPorts: [port, undefined] };
  if (name === 'kafka-3') return { extraBrokerPorts: [undefined, port] };
  return { ports: { [service]: port } };
}

function describeDisk(
  downloads: readonly number[],
  freeBytes: number | undefined,
): { line: string; shortage?: string } {
  const download = downloads.reduce((sum, bytes) => sum + bytes, 0);
  const needed = download * UNPACKED_FACTOR;
  const want =
    download === 0
      ? 'no image is missing'
      : `${formatBytes(download)} to be pulled, about ${formatBytes(needed)} unpacked`;
  if (freeBytes === undefined)
    return { line: `Disk: ${want}; how much is free on the engine's own disk cannot be seen from here` };
  const line = `Disk: ${want}; ${formatBytes(freeBytes)} are free`;
  if (freeBytes >= needed) return { line };
  return {
    line,
    shortage: `The engine's disk has ${formatBytes(freeBytes)} free and the images need about ${formatBytes(needed)}: free some space first.`,
  };
}

/** Where the engine runs on this machine itself its disk is this machine's; a Docker Desktop has one of its own. */
function dockerMachine(engine: Engine): DockerMachine {
  const isLocal = process.platform === 'linux' && engine.origin.host.startsWith('unix://');
  return {
    isPortFree,
    pickFreePort,
    freeDiskBytes: dataRoot =>
      isLocal && dataRoot !== '' && existsSync(dataRoot) ? THIS_MACHINE.freeDiskBytes(dataRoot) : undefined,
  };
}
