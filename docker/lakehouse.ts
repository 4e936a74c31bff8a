import { spawn } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findArtifact } from './artifacts/fetch.ts';
import { ARTIFACTS } from './artifacts/table.ts';
import { loadSecrets } from './credentials.ts';
import { connectControl, type ControlConnection, SupervisorEndedError } from './control.ts';
import { type LakehouseEvent, SERVICE_NAMES, type ServiceName, type ServiceState } from './events.ts';
import { makeOwnDirectory, OWNER_ONLY_FILE, readOwnFile } from './files.ts';
import { describeDiagnostics, maskSecrets } from './diagnostics.ts';
import {
  type Lakehouse,
  LakehouseStartError,
  type LogOptions,
  readEndpoints,
  type UpOptions,
} from './lakehouse-api.ts';
import { planProcesses } from './process-plan.ts';
import { findCacheDirectory, findHome, type Home } from './home.ts';
import { acquireLock, findLockHolder } from './lock.ts';
import { followLog, readLastLines } from './logs.ts';
import { isRunning } from './process-table.ts';
import { exportDirectories, importDirectories, listData } from './process-transfer.ts';
import { endLeftOvers } from './processes.ts';
import { readStackRecord } from './settings.ts';
import { describeStack } from './stack.ts';
import { type LakehouseStatus, listFailures, type ServiceStatus } from './status.ts';

const CONNECT_DEADLINE_MS = 20_000;
const POLL_MS = 40;
const MAX_UP_ATTEMPTS = 3;
const DIAGNOSTIC_LINES = 200;
/** How often a watcher looks whether a supervisor has appeared. */
const WATCH_INTERVAL_MS = 1_000;

/** How to open a lakehouse. All of it may be left out: the defaults are those of the command line. */
export interface LakehouseOptions {
  /** Its directory; by default `LAKEHOUSE_HOME`, else `lakehouse/default` in the user's data directory. */
  readonly home?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The folder that holds `catalog/iceberg.properties` and `docker/artifacts/pom.xml`: the repository, or the extension. */
  readonly resources?: string;
  /** The supervisor's program for Node; a bundled caller names its bundle. */
  readonly supervisorEntry?: string;
}

export {
  type DataItem,
  type Lakehouse,
  LakehouseStartError,
  type LogOptions,
  type PlanDecision,
  type StartPlan,
  type UpOptions,
} from './lakehouse-api.ts';

interface Context {
  readonly home: Home;
  readonly env: NodeJS.ProcessEnv;
  readonly resources: string;
  readonly supervisorEntry: string;
}

/** Opens a lakehouse of processes; nothing is started yet. */
export function openLakehouse(options: LakehouseOptions = {}): Lakehouse {
  const env = options.env ?? process.env;
  const home = findHome(env, options.home);
  const context: Context = {
    home,
    env,
    resources: options.resources ?? fileURLToPath(new URL('..', import.meta.url)),
    supervisorEntry:
      options.supervisorEntry ?? fileURLToPath(new URL('./supervisor/main.ts', import.meta.url)),
  };
  const name = path.basename(home.directory);
  return {
    home: home.directory,
    name,
    backend: 'processes',
    place: 'processes of this machine',
    up: options => up(context, options ?? {}),
    down: options => down(context, options?.onEvent),
    status: () => readStatus(context),
    endpoints: async () => readEndpoints(home),
    watch: signal => watch(context, signal),
    logs: (service, options) => logs(home, service, options),
    data: () => listData(home),
    plan: async change => planProcesses({ home, env, running: await runningServices(context) }, change ?? {}),
    diagnostics: () => diagnose(context),
    exportTo: (file, options) => whileStopped(context, () => exportDirectories(home, file, options ?? {})),
    importFrom: (file, options) => whileStopped(context, () => importDirectories(home, file, options ?? {})),
    reset: async ({ confirm, onEvent }) => {
      if (confirm !== name) throw new Error(`Nothing was deleted: type the name '${name}' to confirm.`);
      await down(context, onEvent);
      await withLock(home, () => rmSync(home.directory, { recursive: true, force: true }));
    },
  };
}

/** A supervisor may be on its way out when it is asked: then the next one is. */
async function up(context: Context, options: UpOptions): Promise<LakehouseStatus> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await upOnce(context, options);
    } catch (error) {
      if (!(error instanceof SupervisorEndedError) || attempt === MAX_UP_ATTEMPTS) throw error;
    }
  }
}

async function upOnce(context: Context, { settings, signal, onEvent }: UpOptions): Promise<LakehouseStatus> {
  signal?.throwIfAborted();
  const connection = await connectOrStart(context, onEvent ?? (() => undefined));
  // A supervisor that has ended meanwhile has nothing left to cancel.
  const cancel = (): void => void connection.ask({ method: 'cancel' }).catch(() => undefined);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    if (onEvent !== undefined) await connection.ask({ method: 'watch' });
    const request = { change: settings ?? {}, env: context.env };
    const status = await connection.ask({ method: 'up', request });
    signal?.throwIfAborted();
    if (listFailures(status).length > 0) throw new LakehouseStartError(status);
    return status;
  } finally {
    signal?.removeEventListener('abort', cancel);
    connection.close();
  }
}

async function down(context: Context, onEvent?: (event: LakehouseEvent) => void): Promise<LakehouseStatus> {
  const { home } = context;
  const connection = await connectControl(home.socketPath, onEvent ?? (() => undefined));
  if (connection === undefined) {
    await withLock(home, () => endLeftOvers(home, SERVICE_NAMES));
    rmSync(home.endpointsFile, { force: true });
    return readStatus(context);
  }
  const holder = findLockHolder(home.lockPrefix);
  if (onEvent !== undefined) await connection.ask({ method: 'watch' });
  const status = await connection.ask({ method: 'down' });
  while (holder !== undefined && isRunning(holder)) await delay(POLL_MS);
  connection.close();
  return status;
}

async function readStatus(context: Context): Promise<LakehouseStatus> {
  const connection = await connectControl(context.home.socketPath, () => undefined);
  if (connection === undefined) return statusAtRest(context);
  try {
    return await connection.ask({ method: 'status' });
  } finally {
    connection.close();
  }
}

async function* watch(context: Context, outer: AbortSignal): AsyncGenerator<LakehouseEvent> {
  const queue: LakehouseEvent[] = [];
  let wake: () => void = () => undefined;
  const push = (event: LakehouseEvent): void => {
    queue.push(event);
    wake();
  };
  // Also ends the feed when the consumer stops listening before the signal is aborted.
  const own = new AbortController();
  const signal = AbortSignal.any([outer, own.signal]);
  signal.addEventListener('abort', () => wake(), { once: true });
  const source = feed(context, signal, push);
  try {
    while (!signal.aborted) {
      const arrived = new Promise<void>(resolve => (wake = resolve));
      yield* queue.splice(0);
      if (queue.length === 0 && !signal.aborted) await arrived;
    }
  } finally {
    own.abort();
    await source;
  }
}

/** Follows one supervisor after the other; in between the services are told as being at rest. */
async function feed(
  context: Context,
  signal: AbortSignal,
  push: (event: LakehouseEvent) => void,
): Promise<void> {
  let isTold = false;
  while (!signal.aborted) {
    const connection = await connectControl(context.home.socketPath, push);
    if (connection === undefined) {
      if (!isTold) {
        for (const [service, { state }] of Object.entries(statusAtRest(context).services))
          push({ kind: 'service', at: Date.now(), service: service as ServiceName, state });
      }
      isTold = true;
      await delay(WATCH_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
      continue;
    }
    isTold = false;
    const close = (): void => connection.close();
    signal.addEventListener('abort', close, { once: true });
    // When it ends instead of answering, `closed` settles too and the next round looks again.
    await connection.ask({ method: 'watch' }).catch(() => undefined);
    await connection.closed;
    signal.removeEventListener('abort', close);
  }
}

async function* logs(home: Home, service: ServiceName, options: LogOptions): AsyncGenerator<string> {
  const file = home.logFile(service);
  makeOwnDirectory(path.dirname(file));
  const coming = options.follow ? followLog(file, options.signal ?? new AbortController().signal) : undefined;
  yield* readLastLines(file, options.lines ?? 200);
  if (coming !== undefined) yield* coming;
}

/** The supervisor that runs, or a new one. When two are started at once, one of them takes the lock and both serve it. */
async function connectOrStart(
  context: Context,
  onEvent: (event: LakehouseEvent) => void,
): Promise<ControlConnection> {
  const { home } = context;
  const running = await connectControl(home.socketPath, onEvent);
  if (running !== undefined) return running;
  const ended = startSupervisor(context);
  const deadline = performance.now() + CONNECT_DEADLINE_MS;
  for (;;) {
    const connection = await connectControl(home.socketPath, onEvent);
    if (connection !== undefined) return connection;
    const hasFailed = (await Promise.race([ended, delay(POLL_MS, 'running')])) === 'failed';
    if (hasFailed || performance.now() > deadline) {
      const lines = readLastLines(home.supervisorLog, 5).join('\n');
      throw new Error(`The supervisor of the lakehouse did not start. ${home.supervisorLog} says:\n${lines}`);
    }
  }
}

function startSupervisor({ home, env, resources, supervisorEntry }: Context): Promise<'ended' | 'failed'> {
  makeOwnDirectory(home.directory);
  makeOwnDirectory(path.dirname(home.supervisorLog));
  const log = openSync(home.supervisorLog, 'a', OWNER_ONLY_FILE);
  const child = spawn(
    process.execPath,
    [supervisorEntry, '--home', home.directory, '--resources', resources],
    // In the editor this process is Electron, which is Node only when told so.
    {
      cwd: home.directory,
      env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
      detached: true,
      stdio: ['ignore', log, log],
    },
  );
  closeSync(log);
  child.unref();
  return new Promise(resolve => {
    child.once('error', () => resolve('failed'));
    child.once('exit', code => {
      if (code !== 0) resolve('failed');
    });
  });
}

async function runningServices(context: Context): Promise<ReadonlySet<ServiceName>> {
  const { services } = await readStatus(context);
  return new Set(SERVICE_NAMES.filter(name => services[name].pid !== undefined));
}

async function diagnose(context: Context): Promise<string> {
  const { home, env } = context;
  return describeDiagnostics({
    status: await readStatus(context),
    facts: { settings: readStackRecord(home.stackFile), cache: findCacheDirectory(env) },
    logs: service => logs(home, service, { lines: DIAGNOSTIC_LINES }),
    mask: text => maskSecrets(text, loadSecrets(home.secretsFile)),
  });
}

/** Does something to the data that no running service may be in the middle of. */
async function whileStopped(context: Context, work: () => Promise<void>): Promise<void> {
  if ((await runningServices(context)).size > 0)
    throw new Error(
      "The lakehouse is running: stop it first with 'lakehouse down', so that its data is whole.",
    );
  await withLock(context.home, work);
}

/** Does something that no supervisor may be in the middle of. */
async function withLock(home: Home, work: () => unknown): Promise<void> {
  const lock = acquireLock(home.lockPrefix);
  if (lock === undefined)
    throw new Error('Another process is starting this lakehouse: try again in a moment.');
  try {
    await work();
  } finally {
    // A reset has removed the home, the lock with it.
    if (readOwnFile(home.stackFile) !== undefined) lock.release();
    else rmSync(home.directory, { recursive: true, force: true });
  }
}

function statusAtRest({ home, env }: Context): LakehouseStatus {
  const { settings } = readStackRecord(home.stackFile);
  const cache = findCacheDirectory(env);
  const rows = Object.values(describeStack(settings)).map(spec => {
    const isHere = spec.artifacts.every(name => findArtifact(ARTIFACTS[name], cache) !== undefined);
    const state: ServiceState = { kind: isHere ? 'stopped' : 'missing' };
    const { title, version } = spec;
    const row: ServiceStatus = { title, version, address: `127.0.0.1:${settings.ports[spec.name]}`, state };
    return [spec.name, row] as const;
  });
  const services = Object.fromEntries(rows) as Record<ServiceName, ServiceStatus>;
  return { home: home.directory, backend: 'processes', services, rssBytes: 0 };
}
