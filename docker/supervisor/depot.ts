import { existsSync } from 'node:fs';
import path from 'node:path';
import { fetchArtifact } from '../artifacts/fetch.ts';
import { ARTIFACTS, type ArtifactName } from '../artifacts/table.ts';
import type { ServiceName } from '../events.ts';
import { describeMissingJava, findJava, type Java, JVM_DIRECTORIES } from '../jdk.ts';
import { type Runner, setState } from './runner.ts';

/** Fetches artifacts and reports their bytes as the state of the services that wait for them. */
export interface Depot {
  readonly artifact: (name: ArtifactName, waiting: ServiceName) => Promise<string>;
  readonly java: (waiting: ServiceName) => Promise<Java>;
}

/** One depot serves one convergence: what two services need is fetched once. */
export function openDepot(
  runner: Runner,
  options: { cacheDirectory: string; env: NodeJS.ProcessEnv; signal: AbortSignal },
): Depot {
  const started = new Map<ArtifactName, Promise<string>>();
  const waiting = new Map<ArtifactName, Set<ServiceName>>();
  let java: Promise<Java> | undefined;

  const begin = (name: ArtifactName, env: NodeJS.ProcessEnv): Promise<string> =>
    fetchArtifact(ARTIFACTS[name], {
      ...options,
      env,
      poms: path.join(runner.resources.root, 'docker', 'artifacts'),
      onProgress: (receivedBytes, totalBytes) => {
        for (const service of waiting.get(name) ?? []) {
          const artifact = `${ARTIFACTS[name].title} ${ARTIFACTS[name].version}`;
          setState(runner, service, { kind: 'fetching', artifact, receivedBytes, totalBytes });
        }
      },
    });

  const artifact = async (name: ArtifactName, service: ServiceName): Promise<string> => {
    waiting.set(name, (waiting.get(name) ?? new Set()).add(service));
    const promise = started.get(name) ?? mavenEnv(name).then(env => begin(name, env));
    started.set(name, promise);
    try {
      return await promise;
    } finally {
      waiting.get(name)?.delete(service);
    }
  };

  /** Maven is a Java program: where it would find none it runs on the one of the servers. */
  const mavenEnv = async (name: ArtifactName): Promise<NodeJS.ProcessEnv> => {
    const { source } = ARTIFACTS[name];
    const usesMaven = source.kind === 'maven-file' || source.kind === 'maven-classpath';
    if (!usesMaven || java === undefined || hasJava(options.env)) return options.env;
    const { binary } = await java;
    return { ...options.env, JAVA_HOME: path.dirname(path.dirname(binary)) };
  };

  const findOrFetchJava = async (service: ServiceName): Promise<Java> => {
    if (runner.java !== undefined) return runner.java;
    const { best, seen } = await findJava({ env: options.env, jvmDirectories: jvmDirectories(options.env) });
    if (best !== undefined) return best;
    try {
      const directory = await artifact('jdk', service);
      return {
        binary: path.join(directory, ARTIFACTS.jdk.entry),
        version: ARTIFACTS.jdk.version,
        hasVectorModule: false,
      };
    } catch (error) {
      if (options.signal.aborted) throw error;
      throw new Error(`${describeMissingJava(seen)} Fetching one failed too: ${(error as Error).message}`);
    }
  };

  return {
    artifact,
    java: async service => {
      java ??= findOrFetchJava(service);
      runner.java = await java;
      return runner.java;
    },
  };
}

function hasJava(env: NodeJS.ProcessEnv): boolean {
  if (env['JAVA_HOME']) return true;
  return (env['PATH'] ?? '')
    .split(path.delimiter)
    .some(directory => existsSync(path.join(directory, 'java')));
}

/** `LAKEHOUSE_JVM_DIRS` replaces the system's folders of JDKs, for machines that keep theirs elsewhere. */
function jvmDirectories(env: NodeJS.ProcessEnv): readonly string[] {
  const chosen = env['LAKEHOUSE_JVM_DIRS'];
  return chosen === undefined ? JVM_DIRECTORIES : chosen.split(path.delimiter).filter(item => item !== '');
}
