import { rmSync } from 'node:fs';
import type { Home } from './home.ts';
import { isPortFree } from './ports.ts';

/** What of a lakehouse should answer, and does not run. */
export interface AbsentServers {
  /** Ports of this machine that nothing of ours listens at. */
  readonly ports: readonly number[];
  /** Nothing else runs either. */
  readonly areAll: boolean;
}

/**
 * Takes the endpoints away when nothing of this lakehouse runs, or when another program answers at one of its ports: nobody
 * may take that program's servers for this lakehouse.
 */
export async function withdrawForeignEndpoints(home: Home, absent: AbsentServers): Promise<void> {
  const areFree = await Promise.all(absent.ports.map(isPortFree));
  if (absent.areAll || areFree.includes(false)) rmSync(home.endpointsFile, { force: true });
}
