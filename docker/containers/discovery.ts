import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readOwnFile } from '../files.ts';
import type { EngineOrigin } from './engine-api.ts';

/** What looking for an engine needs to know of the world. */
export interface EngineSearch {
  readonly env: NodeJS.ProcessEnv;
  /** A host that the user has set, above everything else. */
  readonly override?: string | undefined;
  readonly platform: NodeJS.Platform;
  readonly exists: (file: string) => boolean;
  readonly read: (file: string) => string | undefined;
}

/** The engines worth asking, in the order in which the docker command line and its relatives would take them. */
export function findEngineCandidates(search: EngineSearch): EngineOrigin[] {
  const { env, override } = search;
  if (override !== undefined && override !== '') return [{ host: override, reason: 'the setting' }];
  if (env['DOCKER_HOST']) return [{ host: env['DOCKER_HOST'], reason: 'DOCKER_HOST' }];
  const context = readContext(search);
  const sockets = usualSockets(search)
    .filter(({ file }) => search.platform === 'win32' || search.exists(file))
    .map(({ file, reason }) => ({
      host: search.platform === 'win32' ? `npipe://${file}` : `unix://${file}`,
      reason,
    }));
  const all = context === undefined ? sockets : [context, ...sockets];
  return all.filter((item, i) => all.findIndex(other => other.host === item.host) === i);
}

/** What to say of an engine on another machine, whose published ports nothing here reaches; undefined for one of this machine. */
export function describeFarEngine({ host }: EngineOrigin): string | undefined {
  if (!/^(tcp|http|https|ssh):/.test(host)) return undefined;
  if (/^(localhost|127\..*|\[::1\])$/.test(new URL(host).hostname)) return undefined;
  return (
    `The engine ${host} is on another machine, and the lakehouse is published on that machine's loopback only: ` +
    'run it there, or forward its ports to here (ssh -L) before you start it.'
  );
}

/** The search on this machine. */
export function engineSearch(env: NodeJS.ProcessEnv, override?: string): EngineSearch {
  return { env, override, platform: process.platform, exists: existsSync, read: readOwnFile };
}

/**
 * The context that `docker context use` has chosen: its name in config.json, its host in the metadata file whose folder
 * is the SHA-256 of the name (docker/cli, cli/context/store).
 */
function readContext({ env, read }: EngineSearch): EngineOrigin | undefined {
  const directory = env['DOCKER_CONFIG'] || path.join(homeOf(env), '.docker');
  const config = parseJson(read(path.join(directory, 'config.json'))) as
    { currentContext?: string } | undefined;
  const name = env['DOCKER_CONTEXT'] || config?.currentContext;
  if (name === undefined || name === '' || name === 'default') return undefined;
  const digest = createHash('sha256').update(name).digest('hex');
  const meta = parseJson(read(path.join(directory, 'contexts', 'meta', digest, 'meta.json'))) as
    { Endpoints?: { docker?: { Host?: string } } } | undefined;
  const host = meta?.Endpoints?.docker?.Host;
  return host === undefined ? undefined : { host, reason: `the docker context ${name}` };
}

function usualSockets({ env, platform }: EngineSearch): { file: string; reason: string }[] {
  if (platform === 'win32') return [{ file: '//./pipe/docker_engine', reason: 'Docker Desktop' }];
  const home = homeOf(env);
  const runtime = env['XDG_RUNTIME_DIR'] || `/run/user/${process.getuid?.() ?? 0}`;
  return [
    { file: '/var/run/docker.sock', reason: 'the usual socket' },
    { file: path.join(home, '.docker/run/docker.sock'), reason: 'Docker Desktop' },
    { file: path.join(home, '.docker/desktop/docker.sock'), reason: 'Docker Desktop' },
    { file: path.join(home, '.orbstack/run/docker.sock'), reason: 'OrbStack' },
    { file: path.join(home, '.colima/default/docker.sock'), reason: 'Colima' },
    { file: path.join(home, '.config/colima/default/docker.sock'), reason: 'Colima' },
    { file: path.join(home, '.rd/docker.sock'), reason: 'Rancher Desktop' },
    { file: path.join(runtime, 'docker.sock'), reason: 'rootless Docker' },
    { file: path.join(runtime, 'podman/podman.sock'), reason: 'Podman' },
    { file: '/run/podman/podman.sock', reason: 'Podman' },
  ];
}

function homeOf(env: NodeJS.ProcessEnv): string {
  return env['HOME'] || os.homedir();
}

/** Another program's file: what cannot be read is as good as absent. */
function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
