import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceName } from './events.ts';
import { makeOwnDirectory, OWNER_ONLY_FILE, readOwnFile, writeOwnFile } from './files.ts';
import type { Home } from './home.ts';
import { identifyProcess, isRunning, type ProcessIdentity, signalGroup } from './process-table.ts';
import type { Launch } from './services/service.ts';

const STOP_GRACE_MS = 15_000;
const STOP_POLL_MS = 50;
/** What a server may know of the user's environment; everything else is its own business. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER', 'LOGNAME'];

/** How a process ended: by itself with a code, or by a signal. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server that was started and is this process's child. */
export interface ServerProcess {
  readonly service: ServiceName;
  readonly pid: number;
  /** Digest of its launch: another digest means that it must be started anew. */
  readonly digest: string;
  readonly exited: Promise<Exit>;
  /** Set once it has ended. */
  exit: Exit | undefined;
}

/** Equal digests mean that a running server needs no restart. */
export function launchDigest(launch: Launch): string {
  return createHash('sha256').update(JSON.stringify(launch)).digest('hex');
}

/** Writes the config files, prepares the data directory where it is new, and starts the server. */
export async function startServer(
  home: Home,
  service: ServiceName,
  launch: Launch,
  env: NodeJS.ProcessEnv,
): Promise<ServerProcess> {
  writeConfig(home.configDirectory(service), launch);
  const data = makeOwnDirectory(home.dataDirectory(service));
  if (launch.prepare !== undefined && !existsSync(path.join(data, launch.prepare.unless))) {
    const preparing = await launchProcess(home, service, { ...launch, args: launch.prepare.args }, env);
    const exit = await preparing.exited;
    if (exit.code !== 0)
      throw new Error(`Preparing its data directory failed: the command ${describeExit(exit)}.`);
  }
  return launchProcess(home, service, launch, env);
}

/** Ends a server and its group: politely first, and by force when it does not end in time. */
export async function stopServer(server: ServerProcess): Promise<void> {
  if (server.exit !== undefined) return;
  signalGroup(server.pid, 'SIGTERM');
  const deadline = new AbortController();
  const force = delay(STOP_GRACE_MS, undefined, { signal: deadline.signal }).then(
    () => signalGroup(server.pid, 'SIGKILL'),
    () => undefined,
  );
  await server.exited;
  deadline.abort();
  await force;
}

/**
 * Ends what a crashed supervisor has left running. A process counts only when its recorded start time agrees: the pid
 * may belong to somebody else by now. Answers the services that were found.
 */
export async function endLeftOvers(home: Home, services: readonly ServiceName[]): Promise<ServiceName[]> {
  const found = services.flatMap(service => {
    const text = readOwnFile(home.processFile(service));
    const identity = text === undefined ? undefined : (JSON.parse(text) as ProcessIdentity);
    return identity !== undefined && isRunning(identity) ? [{ service, identity }] : [];
  });
  await Promise.all(found.map(({ identity }) => endProcess(identity)));
  for (const service of services) rmSync(home.processFile(service), { force: true });
  return found.map(item => item.service);
}

/** `ended with code 1`, `was ended by SIGKILL` */
export function describeExit(exit: Exit): string {
  return exit.signal === null ? `ended with code ${exit.code}` : `was ended by ${exit.signal}`;
}

async function launchProcess(
  home: Home,
  service: ServiceName,
  launch: Launch,
  env: NodeJS.ProcessEnv,
): Promise<ServerProcess> {
  makeOwnDirectory(path.dirname(home.logFile(service)));
  // Opened for appending, so that the file can be cut while the server writes.
  const log = openSync(home.logFile(service), 'a', OWNER_ONLY_FILE);
  writeSync(log, `--- ${new Date().toISOString()} ${path.basename(launch.command)} starts\n`);
  try {
    const child = spawn(launch.command, launch.args, {
      cwd: launch.workingDirectory ?? home.dataDirectory(service),
      // Without the limit glibc keeps an arena per thread, hundreds of megabytes for a JVM with many of them.
      env: { MALLOC_ARENA_MAX: '2', ...inherited(env), ...launch.env },
      detached: true,
      stdio: ['ignore', log, log],
    });
    if (child.pid === undefined) throw await new Promise<Error>(resolve => child.once('error', resolve));
    return track(home, child, { service, pid: child.pid, digest: launchDigest(launch) });
  } finally {
    closeSync(log);
  }
}

function track(
  home: Home,
  child: ChildProcess,
  started: Pick<ServerProcess, 'service' | 'pid' | 'digest'>,
): ServerProcess {
  const file = home.processFile(started.service);
  // At once and synchronously: a crash of this process between start and record would leave an unknown server.
  writeOwnFile(file, JSON.stringify(identifyProcess(started.pid) ?? { pid: started.pid, startTime: '' }));
  const exited = new Promise<Exit>(resolve => {
    child.once('exit', (code, signal) => {
      server.exit = { code, signal };
      rmSync(file, { force: true });
      resolve(server.exit);
    });
  });
  const server: ServerProcess = { ...started, exited, exit: undefined };
  return server;
}

function writeConfig(directory: string, launch: Launch): void {
  makeOwnDirectory(directory);
  for (const [name, text] of Object.entries(launch.files)) writeOwnFile(path.join(directory, name), text);
  const folders = new Set(
    Object.keys(launch.links ?? {}).map(name => path.join(directory, path.dirname(name))),
  );
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true });
    for (const entry of readdirSync(folder)) rmSync(path.join(folder, entry), { recursive: true });
  }
  for (const [name, target] of Object.entries(launch.links ?? {}))
    symlinkSync(target, path.join(directory, name));
}

async function endProcess(identity: ProcessIdentity): Promise<void> {
  signalGroup(identity.pid, 'SIGTERM');
  const deadline = Date.now() + STOP_GRACE_MS;
  while (isRunning(identity)) {
    if (Date.now() > deadline) signalGroup(identity.pid, 'SIGKILL');
    await delay(STOP_POLL_MS);
  }
}

function inherited(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(INHERITED.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]]])));
}
