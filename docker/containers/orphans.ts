import { existsSync } from 'node:fs';
import os from 'node:os';
import { homeAt } from '../home.ts';
import type { DataItem } from '../lakehouse-api.ts';
import { findLockHolder } from '../lock.ts';
import type { Engine, Labels } from './engine-api.ts';
import { HOME_LABEL, HOST_LABEL, STACK_LABEL } from './units.ts';

/** A stack whose home directory has gone: nothing but its labels knows of it any more. */
export interface OrphanedStack {
  readonly stackId: string;
  /** The directory that it had. */
  readonly home: string;
  readonly containers: number;
  readonly volumes: readonly DataItem[];
}

/** How this machine is looked at; tests put their own in. */
export interface OrphanSearch {
  /** Whether the directory is a lakehouse's, or is just becoming one. */
  readonly isHome: (directory: string) => boolean;
  readonly host: string;
}

const HERE: OrphanSearch = { isHome, host: os.hostname() };

/**
 * Stacks of this machine whose home has gone and of which nothing runs. An engine can serve several machines (containers
 * of developers, remote windows), where a home that is missing here may well be there: their stacks are left out.
 */
export async function findOrphans(engine: Engine, search: OrphanSearch = HERE): Promise<OrphanedStack[]> {
  const [containers, volumes, networks] = await Promise.all([
    engine.listContainers(STACK_LABEL),
    engine.listVolumes(STACK_LABEL),
    engine.listNetworks(STACK_LABEL),
  ]);
  const labels = [...containers, ...volumes, ...networks].map(item => item.labels);
  const running = new Set(containers.filter(row => row.status === 'running').map(row => stackOf(row.labels)));
  const elsewhere = new Set(
    labels.filter(item => item[HOST_LABEL] !== undefined && item[HOST_LABEL] !== search.host).map(stackOf),
  );
  const homes = new Map(labels.map(item => [stackOf(item), item[HOME_LABEL] ?? '']));
  return [...homes]
    .filter(([id, home]) => home !== '' && !search.isHome(home) && !running.has(id) && !elsewhere.has(id))
    .map(([stackId, home]) => ({
      stackId,
      home,
      containers: containers.filter(row => stackOf(row.labels) === stackId).length,
      volumes: volumes
        .filter(row => stackOf(row.labels) === stackId)
        .map(row => ({ name: `volume ${row.name}`, bytes: Math.max(0, row.bytes) })),
    }));
}

/** Whoever looks at a deleted lakehouse can leave an empty directory; whoever fills a new one holds its lock. */
function isHome(directory: string): boolean {
  const { stackFile, lockPrefix } = homeAt(directory);
  return existsSync(stackFile) || findLockHolder(lockPrefix) !== undefined;
}

function stackOf(labels: Labels): string {
  return labels[STACK_LABEL] ?? '';
}
