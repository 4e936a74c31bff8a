import { fileURLToPath } from 'node:url';
import { openDockerLakehouse } from './containers/backend.ts';
import { engineSearch } from './containers/discovery.ts';
import { connectEngine, NoEngineError } from './engine.ts';
import { findHome } from './home.ts';
import { type Lakehouse, type LakehouseOptions, openLakehouse } from './lakehouse.ts';
import { type Backend, BACKENDS, readBackend } from './settings.ts';

/** A back end by name, or `auto`. */
export type BackendChoice = Backend | 'auto';

export interface SelectOptions extends LakehouseOptions {
  /** By default `LAKEHOUSE_BACKEND`, else `auto`. */
  readonly backend?: BackendChoice;
  /** The engine's host, above DOCKER_HOST and the docker contexts. */
  readonly engineHost?: string;
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
  const resources = options.resources ?? fileURLToPath(new URL('..', import.meta.url));
  try {
    const engine = await connectEngine(engineSearch(env, options.engineHost));
    return openDockerLakehouse({ home, engine, resources });
  } catch (error) {
    if (backend === 'docker' || !(error instanceof NoEngineError)) throw error;
    return openLakehouse(options);
  }
}

/** @throws Error that lists what can be chosen. */
export function parseBackend(text: string): BackendChoice {
  const choice = [...BACKENDS, 'auto' as const].find(name => name === text);
  if (choice === undefined) throw new Error(`'${text}' is no back end: use ${BACKENDS.join(', ')} or auto.`);
  return choice;
}
