import { fileURLToPath } from 'node:url';
import { engineSearch, findEngineCandidates } from './containers/discovery.ts';
import type { Engine } from './containers/engine-api.ts';
import type { OrphanedStack } from './containers/orphans.ts';
import { NoEngineError } from './containers/no-engine-error.ts';
import { findHome } from './home.ts';
import { type Lakehouse, type LakehouseOptions, openLakehouse } from './lakehouse.ts';
import { type Backend, BACKENDS, readBackend } from './settings.ts';

/** A back end by name, or `auto`. */
export type BackendChoice = Backend | 'auto';

/** How a Docker engine is found. */
export interface EngineOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** The engine's host, above DOCKER_HOST and the docker contexts. */
  readonly engineHost?: string;
}

/** Which lakehouse is opened, and on which back end. */
export interface SelectOptions extends LakehouseOptions, EngineOptions {
  /** By default `LAKEHOUSE_BACKEND`, else `auto`. */
  readonly backend?: BackendChoice;
}

/**
 * Opens a lakehouse on the back end that was asked for. `auto` stays with the one that this home was started with, and
 * else takes Docker where an engine answers and processes where none does.
 * @throws NoEngineError when Docker is wanted and no engine can be used; Error when the home belongs to the other one.
 */
export async function selectLakehouse(options: SelectOptions = {}): Promise<Lakehouse> {
  const env = options.env ?? process.env;
  const home = findHome(env, options.home);
  const wanted = options.backend ?? parseBackend(env['LAKEHOUSE_BACKEND'] || 'auto');
  const started = readBackend(home.stackFile);
  if (started !== undefined && wanted !== 'auto' && wanted !== started)
    throw new Error(
      `The lakehouse in ${home.directory} was started with the back end ${started}, where its data lies. ` +
        `Delete it with 'lakehouse reset' first, or start another one with --home.`,
    );
  const backend = wanted === 'auto' ? started : wanted;
  if (backend === 'processes') return openLakehouse(options);
  // Docker's client is large: whoever has no engine does without.
  if (backend === undefined && findEngineCandidates(engineSearch(env, options.engineHost)).length === 0)
    return openLakehouse(options);
  const resources = options.resources ?? fileURLToPath(new URL('..', import.meta.url));
  try {
    const engine = await openEngine({ ...options, env });
    const { openDockerLakehouse } = await import('./containers/backend.ts');
    return openDockerLakehouse({ home, engine, resources });
  } catch (error) {
    if (backend === 'docker' || !(error instanceof NoEngineError)) throw error;
    const lakehouse = openLakehouse(options);
    // Whoever has an engine expects containers, and wants to hear why there are none.
    const reason = error.hasCandidates
      ? `, because Docker cannot be used: ${error.message.replace(/\.$/, '')}`
      : '';
    return { ...lakehouse, place: lakehouse.place + reason };
  }
}

/** Stacks on the engine whose home directory has gone; none where no engine answers. */
export async function findDockerOrphans(options: EngineOptions = {}): Promise<OrphanedStack[]> {
  try {
    const engine = await openEngine(options);
    return await (await import('./containers/orphans.ts')).findOrphans(engine);
  } catch (error) {
    if (error instanceof NoEngineError) return [];
    throw error;
  }
}

/** Deletes the containers, volumes and networks of a stack that `findDockerOrphans` answered. */
export async function removeDockerOrphan(orphan: OrphanedStack, options: EngineOptions = {}): Promise<void> {
  const engine = await openEngine(options);
  await (await import('./containers/stack.ts')).removeStack(engine, orphan.stackId);
}

async function openEngine({ env = process.env, engineHost }: EngineOptions): Promise<Engine> {
  const { connectEngine } = await import('./engine.ts');
  return connectEngine(engineSearch(env, engineHost));
}

/** @throws Error that lists what can be chosen. */
export function parseBackend(text: string): BackendChoice {
  const choice = [...BACKENDS, 'auto' as const].find(name => name === text);
  if (choice === undefined) throw new Error(`'${text}' is no back end: use ${BACKENDS.join(', ')} or auto.`);
  return choice;
}
