import { createHash } from 'node:crypto';
import type { Home } from '../home.ts';
import type { Engine } from './engine-api.ts';
import { STACK_LABEL } from './units.ts';

/** The id of a home's stack: the same home finds its containers again even when its own files were lost. */
export function stackIdOf(home: Home): string {
  return createHash('sha256').update(home.directory).digest('hex').slice(0, 8);
}

/** Removes every container, volume and network that carries the stack's label, and nothing else. */
export async function removeStack(engine: Engine, stackId: string): Promise<void> {
  const label = `${STACK_LABEL}=${stackId}`;
  const containers = await engine.listContainers(label);
  await Promise.all(containers.map(row => engine.removeContainer(row.id)));
  const [volumes, networks] = await Promise.all([engine.listVolumes(label), engine.listNetworks(label)]);
  await Promise.all(volumes.map(volume => engine.removeVolume(volume.name)));
  await Promise.all(networks.map(network => engine.removeNetwork(network.id)));
}
