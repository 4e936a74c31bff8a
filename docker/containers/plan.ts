import type { ContainerDetail, ContainerRow, Engine, EngineInfo } from './engine-api.ts';
import { findImage } from './pull.ts';
import { HASH_LABEL, STACK_LABEL, type Unit, UNIT_LABEL, unitHash } from './units.ts';

/** What has to be done to a container so that it is as described and runs. */
export type UnitAction =
  | { readonly kind: 'keep' }
  | { readonly kind: 'create' }
  | { readonly kind: 'start' }
  | { readonly kind: 'unpause' }
  | { readonly kind: 'recreate'; readonly reason: string };

/** A unit with the containers that carry its label and what is to be done. */
export interface PlannedUnit {
  readonly unit: Unit;
  readonly hash: string;
  readonly found: readonly ContainerDetail[];
  readonly action: UnitAction;
}

/** Decides for one unit. Volumes are never touched, so re-creating loses nothing. */
export function planAction(hash: string, found: readonly ContainerDetail[], imageId?: string): UnitAction {
  const [container, ...others] = found;
  if (container === undefined) return { kind: 'create' };
  if (others.length > 0) return { kind: 'recreate', reason: 'there are several of it' };
  if (container.labels[HASH_LABEL] !== hash) return { kind: 'recreate', reason: 'its settings have changed' };
  if (imageId !== undefined && container.imageId !== imageId)
    return { kind: 'recreate', reason: 'its image is another one now' };
  switch (container.status) {
    case 'running':
      // Some engines leave a container without a network after a start that failed at a taken port.
      return container.hasNetwork
        ? { kind: 'keep' }
        : { kind: 'recreate', reason: 'it has lost its network' };
    case 'paused':
      return { kind: 'unpause' };
    case 'exited':
      return { kind: 'start' };
    case 'created':
      return container.error === ''
        ? { kind: 'start' }
        : { kind: 'recreate', reason: 'its start had failed' };
    default:
      return { kind: 'recreate', reason: `it is ${container.status}` };
  }
}

/** Looks at the engine and decides for every unit; `surplus` are containers of the stack that are not described. */
export async function planUnits(
  engine: Engine,
  stackId: string,
  units: readonly Unit[],
): Promise<{ readonly planned: PlannedUnit[]; readonly surplus: ContainerRow[] }> {
  const rows = await engine.listContainers(`${STACK_LABEL}=${stackId}`);
  const names = new Set(units.map(unit => unit.name));
  const planned = await Promise.all(
    units.map(async unit => {
      const own = rows.filter(row => row.labels[UNIT_LABEL] === unit.name);
      const details = await Promise.all(own.map(row => engine.inspectContainer(row.id)));
      const found = details.filter(detail => detail !== undefined);
      const hash = unitHash(unit);
      return {
        unit,
        hash,
        found,
        action: planAction(hash, found, (await findImage(engine, unit.image))?.id),
      };
    }),
  );
  return { planned, surplus: rows.filter(row => !names.has(row.labels[UNIT_LABEL] ?? '')) };
}

/** Why the stack's containers do not fit into the engine's memory, or undefined when they do. */
export function describeMemoryShortage(info: EngineInfo, units: readonly Unit[]): string | undefined {
  const needed = units.reduce((sum, unit) => sum + unit.create.memoryBytes, 0);
  if (info.memoryBytes === 0 || info.memoryBytes >= needed) return undefined;
  const gb = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GB`;
  return `The engine has ${gb(info.memoryBytes)} of memory and the containers may use ${gb(needed)}: give it more, or use the profile small.`;
}
