import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openDockerLakehouse } from '../../docker/containers/backend.ts';
import { removeStack, stackIdOf } from '../../docker/containers/stack.ts';
import { engineSearch } from '../../docker/containers/discovery.ts';
import type { Engine } from '../../docker/containers/engine-api.ts';
import { STACK_LABEL } from '../../docker/containers/units.ts';
import { connectEngine } from '../../docker/engine.ts';
import { homeAt } from '../../docker/home.ts';
import type { Lakehouse } from '../../docker/lakehouse.ts';

const RESOURCES = path.resolve(import.meta.dirname, '../..');

/** A lakehouse of containers in a home of its own; afterwards nothing of it is left in the engine. */
export interface DockerStack extends AsyncDisposable {
  readonly lakehouse: Lakehouse;
  readonly engine: Engine;
  readonly stackId: string;
  /** Another opening of the same home, as another window would have it. */
  reopen(): Lakehouse;
}

export interface DockerStackOptions {
  /** What every container's health is asked by, in place of what the stack or its image says. */
  readonly healthCommand?: readonly string[];
}

export async function openDockerStack({ healthCommand }: DockerStackOptions = {}): Promise<DockerStack> {
  const found = await connectEngine(engineSearch(process.env));
  const engine: Engine =
    healthCommand === undefined
      ? found
      : { ...found, createContainer: create => found.createContainer({ ...create, healthCommand }) };
  const directory = mkdtempSync(path.join(os.tmpdir(), 'lakehouse-docker-'));
  const home = homeAt(path.join(directory, 'stack'));
  const reopen = (): Lakehouse => openDockerLakehouse({ home, engine, resources: RESOURCES });
  const stackId = stackIdOf(home);
  return {
    lakehouse: reopen(),
    engine,
    stackId,
    reopen,
    [Symbol.asyncDispose]: async () => {
      await removeStack(engine, stackId);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What the engine still has of a stack. */
export async function leftOf(engine: Engine, stackId: string): Promise<string[]> {
  const label = `${STACK_LABEL}=${stackId}`;
  const [containers, volumes, networks] = await Promise.all([
    engine.listContainers(label),
    engine.listVolumes(label),
    engine.listNetworks(label),
  ]);
  return [...containers, ...volumes, ...networks].map(item => item.name);
}
