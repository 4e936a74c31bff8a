import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import type { ServiceName } from './events.ts';

/** A unix socket's path must fit into `sun_path`: 104 bytes on macOS, 108 on Linux, one of them for the final NUL. */
const MAX_SOCKET_PATH_BYTES = 100;

/** Where everything of one lakehouse lies. */
export interface Home {
  readonly directory: string;
  readonly stackFile: string;
  readonly secretsFile: string;
  readonly endpointsFile: string;
  /** Which starts of which containers were proved ready; docker back end only. */
  readonly readyFile: string;
  /** Which catalogs of Trino were made from the workspace's files. */
  readonly catalogsFile: string;
  readonly supervisorLog: string;
  readonly lockPrefix: string;
  readonly socketPath: string;
  readonly configDirectory: (service: ServiceName) => string;
  readonly dataDirectory: (service: ServiceName) => string;
  readonly logFile: (service: ServiceName) => string;
  /** Names the process that runs as `service`, for cleaning up after a crash. */
  readonly processFile: (service: ServiceName) => string;
}

/**
 * The directory of a lakehouse: `explicit`, else `LAKEHOUSE_HOME`, else `lakehouse/<name>` below the user's data
 * directory (XDG Base Directory Specification: `XDG_DATA_HOME`, by default `~/.local/share`).
 */
export function findHome(env: NodeJS.ProcessEnv, explicit?: string, name = 'default'): Home {
  const fromEnv = env['LAKEHOUSE_HOME'];
  const dataHome = env['XDG_DATA_HOME'] || path.join(env['HOME'] ?? os.homedir(), '.local', 'share');
  return homeAt(path.resolve(explicit ?? (fromEnv || path.join(dataHome, 'lakehouse', name))));
}

/** The cache of fetched artifacts, shared by every lakehouse: `LAKEHOUSE_CACHE`, else `lakehouse` in `XDG_CACHE_HOME`. */
export function findCacheDirectory(env: NodeJS.ProcessEnv): string {
  const cacheHome = env['XDG_CACHE_HOME'] || path.join(env['HOME'] ?? os.homedir(), '.cache');
  return path.resolve(env['LAKEHOUSE_CACHE'] || path.join(cacheHome, 'lakehouse'));
}

/** The lakehouse in `directory`, which need not exist yet. */
export function homeAt(directory: string): Home {
  const at = (...parts: string[]): string => path.join(directory, ...parts);
  return {
    directory,
    stackFile: at('stack.json'),
    secretsFile: at('secrets.json'),
    endpointsFile: at('endpoints.json'),
    readyFile: at('ready.json'),
    catalogsFile: at('catalogs.json'),
    supervisorLog: at('logs', 'supervisor.log'),
    lockPrefix: at('supervisor'),
    socketPath: findSocketPath(directory),
    configDirectory: service => at('config', service),
    dataDirectory: service => at('data', service),
    logFile: service => at('logs', `${service}.log`),
    processFile: service => at('run', `${service}.json`),
  };
}

/** In the home directory where its path is short enough, else in a directory of this user below the system's own. */
function findSocketPath(directory: string): string {
  const inside = path.join(directory, 'control.sock');
  if (Buffer.byteLength(inside) <= MAX_SOCKET_PATH_BYTES) return inside;
  const digest = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  const user = process.getuid?.() ?? os.userInfo().username;
  return path.join('/tmp', `lakehouse-${user}`, `${digest}.sock`);
}
