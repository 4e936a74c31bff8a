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
  if (override !== undefined && override !== '') return [named(search, override, 'the setting')];
  if (env['DOCKER_HOST']) return [named(search, env['DOCKER_HOST'], 'DOCKER_HOST')];
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

/** The search on this machine. */
export function engineSearch(env: NodeJS.ProcessEnv, override?: string): EngineSearch {
  return { env, override, platform: process.platform, exists: existsSync, read: readOwnFile };
}

/** A host that was named by itself: the environment says whether it speaks TLS, as for the docker command line. */
function named({ env }: EngineSearch, host: string, reason: string): EngineOrigin {
  const isVerified = Boolean(env['DOCKER_TLS_VERIFY']);
  const wantsTls = isVerified || Boolean(env['DOCKER_TLS']) || host.startsWith('https:');
  if (!/^(tcp|http|https):/.test(host) || !wantsTls) return { host, reason };
  const directory = env['DOCKER_CERT_PATH'] || configDirectory(env);
  return { host, reason, tls: { directory, isVerified: isVerified || !env['DOCKER_TLS'] } };
}

function configDirectory(env: NodeJS.ProcessEnv): string {
  return env['DOCKER_CONFIG'] || path.join(homeOf(env), '.docker');
}

/**
 * The context that `docker context use` has chosen: its name in config.json, its host in the metadata file whose folder
 * is the SHA-256 of the name, its certificates in a folder of the same name (docker/cli, cli/context/store).
 */
function readContext({ env, exists, read }: EngineSearch): EngineOrigin | undefined {
  const directory = configDirectory(env);
  const config = parseJson(read(path.join(directory, 'config.json'))) as
    { currentContext?: string } | undefined;
  const name = env['DOCKER_CONTEXT'] || config?.currentContext;
  if (name === undefined || name === '' || name === 'default') return undefined;
  const digest = createHash('sha256').update(name).digest('hex');
  const meta = parseJson(read(path.join(directory, 'contexts', 'meta', digest, 'meta.json'))) as
    { Endpoints?: { docker?: { Host?: string; SkipTLSVerify?: boolean } } } | undefined;
  const { Host: host, SkipTLSVerify: isUnverified = false } = meta?.Endpoints?.docker ?? {};
  if (host === undefined) return undefined;
  const origin = { host, reason: `the docker context ${name}` };
  const certificates = path.join(directory, 'contexts', 'tls', digest, 'docker');
  const hasCertificates = ['ca.pem', 'cert.pem', 'key.pem'].some(file =>
    exists(path.join(certificates, file)),
  );
  if (!/^(tcp|http|https):/.test(host) || !(hasCertificates || isUnverified)) return origin;
  return {
    ...origin,
    tls: { directory: hasCertificates ? certificates : undefined, isVerified: !isUnverified },
  };
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
    { file: path.join(home, '.local/share/containers/podman/machine/podman.sock'), reason: 'Podman' },
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
