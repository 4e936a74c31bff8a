import { statfsSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describeHolder, findPortHolder, isPortFree, pickFreePort, type PortHolder } from './ports.ts';
import type { ServiceSpec } from './services/service.ts';
import type { Artifact } from './artifacts/table.ts';

/** A server needs room for its data and logs even when everything is fetched. */
const MIN_DATA_BYTES = 256 * 1024 ** 2;

/** How the machine is looked at; tests put their own in. */
export interface MachineView {
  readonly freeDiskBytes: (directory: string) => number;
  readonly availableMemoryBytes: () => number;
  readonly isPortFree: (port: number) => Promise<boolean>;
  readonly findPortHolder: (port: number) => Promise<PortHolder | undefined>;
  readonly pickFreePort: (taken: Set<number>) => Promise<number>;
}

export const THIS_MACHINE: MachineView = {
  freeDiskBytes,
  availableMemoryBytes,
  isPortFree,
  findPortHolder,
  pickFreePort,
};

/**
 * Refuses to start when the disk could not hold what has to be fetched and still keep the reserve.
 * @throws Error that names the folder, what is needed and what is there.
 */
export function checkDisk(
  machine: MachineView,
  need: { directory: string; missing: readonly Artifact[]; reserveBytes: number },
): void {
  // While it is unpacked an artifact lies on the disk twice.
  const toFetch = need.missing.reduce(
    (sum, item) => sum + item.downloadBytes + item.unpackedBytes + (item.buildBytes ?? 0),
    0,
  );
  const needed = toFetch + MIN_DATA_BYTES + need.reserveBytes;
  const free = machine.freeDiskBytes(need.directory);
  if (free >= needed) return;
  const purpose =
    toFetch === 0
      ? ''
      : ` (${formatBytes(toFetch)} of it for ${need.missing.map(item => item.title).join(', ')})`;
  throw new Error(
    `The disk of ${need.directory} has ${formatBytes(free)} free and ${formatBytes(needed)} are needed${purpose}. ` +
      'Free some space, or choose another folder with LAKEHOUSE_HOME and LAKEHOUSE_CACHE.',
  );
}

/** A sentence when the memory that is free is less than the services were measured to use, else undefined. */
export function checkMemory(machine: MachineView, toStart: readonly ServiceSpec[]): string | undefined {
  const needed = toStart.reduce((sum, spec) => sum + spec.memoryMb, 0) * 1024 ** 2;
  const available = machine.availableMemoryBytes();
  if (available >= needed) return undefined;
  return `The services were measured to need ${formatBytes(needed)} of memory and ${formatBytes(available)} are available: expect swapping, or close something.`;
}

/** @throws Error that names the port, its holder, a free port and the setting to change. */
export async function checkPort(machine: MachineView, spec: ServiceSpec, port: number): Promise<void> {
  const blocked = await findBlockedPort(machine, spec, port);
  if (blocked !== undefined) throw new Error(blocked.text);
}

/** What to say of a port that is not free, and the free one to take instead; undefined when it is free. */
export async function findBlockedPort(
  machine: MachineView,
  spec: ServiceSpec,
  port: number,
  taken = new Set<number>(),
): Promise<{ readonly text: string; readonly instead: number } | undefined> {
  if (await machine.isPortFree(port)) return undefined;
  const holder = describeHolder(await machine.findPortHolder(port));
  const instead = await machine.pickFreePort(taken);
  const text =
    `Port ${port} is taken by ${holder}. End it, or give ${spec.title} a free one: ` +
    `--ports ${spec.name}=${instead} on the command line, the setting lakehouse.ports.${spec.name} in the editor.`;
  return { text, instead };
}

/** `1.2 GB`, `45 MB`: decimal units, as disks and downloads are sold. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.round(bytes / 1e3)} kB`;
}

/** The disk is asked about at the nearest folder that exists already. */
function freeDiskBytes(directory: string): number {
  for (let folder = path.resolve(directory); ; folder = path.dirname(folder)) {
    try {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || folder === path.dirname(folder)) throw error;
    }
  }
}

/** Linux counts caches that it would give up as available; elsewhere only the size of the machine says something. */
function availableMemoryBytes(): number {
  if (process.platform !== 'linux') return os.totalmem();
  const match = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'));
  return Number(match?.[1] ?? 0) * 1024;
}
