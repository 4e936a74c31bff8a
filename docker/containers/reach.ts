import os from 'node:os';
import type { EngineOrigin } from './engine-api.ts';
import type { Unit } from './units.ts';

/** What is asked of a port of this machine; tests have ports of their own. */
export type PortQuestion = (port: number) => Promise<boolean>;

/** True for an engine on another machine, which publishes the lakehouse on that machine's loopback. */
export function isFarEngine({ host }: EngineOrigin): boolean {
  if (!/^(tcp|http|https|ssh):/.test(host)) return false;
  const name = new URL(host.replace(/^\w+:/, 'http:')).hostname.replace(/^\[|\]$/g, '');
  if (/^(localhost|127\..*|::1|0\.0\.0\.0)$/.test(name)) return false;
  const own = Object.values(os.networkInterfaces()).flatMap(list => list?.map(item => item.address) ?? []);
  return name !== os.hostname() && !own.includes(name);
}

/**
 * What to say of an engine on another machine while ports of the lakehouse lead nowhere from here; undefined for an engine
 * of this machine, and when somebody listens here for every port, as a tunnel does.
 */
export async function describeUnreachable(
  origin: EngineOrigin,
  units: readonly Unit[],
  isPortFree: PortQuestion,
): Promise<string | undefined> {
  if (!isFarEngine(origin)) return undefined;
  const open: number[] = [];
  for (const port of units.flatMap(unit => Object.values(unit.create.ports)))
    if (await isPortFree(port)) open.push(port);
  if (open.length === 0) return undefined;
  const { hostname } = new URL(origin.host.replace(/^\w+:/, 'http:'));
  const tunnels = open.map(port => `-L ${port}:127.0.0.1:${port}`).join(' ');
  return (
    `The engine ${origin.host} is on another machine and would publish the lakehouse on that machine's loopback, out of reach ` +
    `from here: run the lakehouse there, or first open a tunnel: ssh -N ${tunnels} ${hostname}`
  );
}
