import { setTimeout as delay } from 'node:timers/promises';
import { rmSync } from 'node:fs';
import { SERVICE_NAMES, type ServiceName } from '../events.ts';
import { readLinesSinceStart, rotateLog } from '../logs.ts';
import type { MachineView } from '../preflight.ts';
import { describeExit, type ServerProcess, stopServer } from '../processes.ts';
import { residentBytes } from '../process-table.ts';
import { describeStack } from '../stack.ts';
import type { LakehouseStatus, ServiceStatus } from '../status.ts';
import { converge, type UpRequest } from './converge.ts';
import { notice, type Runner, runningServer, setState } from './runner.ts';

const ROTATE_INTERVAL_MS = 15_000;
/** A service that was ready and ended is started again this often within the window, then left as failed. */
const MAX_RESTARTS = 3;
const RESTART_WINDOW_MS = 10 * 60_000;
const RESTART_PAUSE_MS = 500;
const LAST_LINES = 12;

/** The running lakehouse as its control socket sees it. */
export interface Supervision {
  readonly runner: Runner;
  /** Converges, after whatever is under way; answers where everything stands then. */
  up(request: UpRequest, signal: AbortSignal): Promise<LakehouseStatus>;
  /** Ends every service, in the order of their dependencies. */
  down(): Promise<LakehouseStatus>;
  status(): LakehouseStatus;
  /** True while a service runs or something is being done. */
  isBusy(): boolean;
  dispose(): void;
}

export function supervise(runner: Runner, machine: MachineView): Supervision {
  const watched = new WeakSet<ServerProcess>();
  const restarts = new Map<ServiceName, number[]>();
  let lastRequest: UpRequest | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let pending = 0;
  let stopping: AbortController | undefined;
  const current = new Set<AbortController>();

  /** One thing at a time: two starters never work on the same service. */
  const enqueue = async <T>(work: () => Promise<T>): Promise<T> => {
    pending++;
    const result = queue.then(work);
    // Whoever asked hears of a failure; the next in the queue must not.
    queue = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      pending--;
    }
  };

  const up = (request: UpRequest, signal: AbortSignal): Promise<LakehouseStatus> =>
    enqueue(async () => {
      const own = new AbortController();
      current.add(own);
      try {
        lastRequest = { ...request, change: {} };
        await converge(runner, request, { machine, signal: AbortSignal.any([signal, own.signal]) });
      } finally {
        current.delete(own);
        watchServers();
      }
      return status();
    });

  const watchServers = (): void => {
    for (const [name, server] of runner.servers) {
      if (watched.has(server)) continue;
      watched.add(server);
      void server.exited.then(() => restartEnded(name, server));
    }
  };

  /** Only a service that was ready: one that dies while starting would only die again. */
  const restartEnded = async (name: ServiceName, server: ServerProcess): Promise<void> => {
    if (stopping !== undefined || runner.servers.get(name) !== server || server.exit === undefined) return;
    if (runner.states.get(name)?.kind !== 'ready') return;
    const cause = `The process ${describeExit(server.exit)}.`;
    const lastLines = readLinesSinceStart(runner.home.logFile(name), LAST_LINES);
    setState(runner, name, { kind: 'failed', cause, lastLines });
    const recent = (restarts.get(name) ?? []).filter(at => Date.now() - at < RESTART_WINDOW_MS);
    const { title } = describeStack(runner.settings)[name];
    if (lastRequest === undefined || recent.length >= MAX_RESTARTS) {
      notice(
        runner,
        `${title}: ${cause} It has ended ${recent.length + 1} times in a short while and stays down.`,
      );
      return;
    }
    restarts.set(name, [...recent, Date.now()]);
    notice(runner, `${title}: ${cause} Starting it again.`);
    await delay(RESTART_PAUSE_MS);
    // What goes wrong stands in the service's state, which everybody watches.
    if (stopping === undefined) await up(lastRequest, new AbortController().signal).catch(() => undefined);
  };

  const down = async (): Promise<LakehouseStatus> => {
    stopping = new AbortController();
    for (const controller of current) controller.abort(new Error('The lakehouse is being stopped.'));
    return enqueue(async () => {
      // Trino writes to the catalog and the store, Nessie's tables lie in the store.
      await Promise.all([
        stopOne('kafka'),
        stopOne('trino')
          .then(() => stopOne('nessie'))
          .then(() => stopOne('objectStore')),
      ]);
      rmSync(runner.home.endpointsFile, { force: true });
      stopping = undefined;
      return status();
    });
  };

  const stopOne = async (name: ServiceName): Promise<void> => {
    const server = runningServer(runner, name);
    if (server !== undefined) {
      setState(runner, name, { kind: 'stopping' });
      await stopServer(server);
    }
    setState(runner, name, { kind: 'stopped' });
  };

  const status = (): LakehouseStatus => readStatus(runner);
  const rotation = setInterval(() => {
    for (const name of SERVICE_NAMES) rotateLog(runner.home.logFile(name));
  }, ROTATE_INTERVAL_MS);

  return {
    runner,
    up,
    down,
    status,
    isBusy: () => pending > 0 || SERVICE_NAMES.some(name => runningServer(runner, name) !== undefined),
    dispose: () => clearInterval(rotation),
  };
}

function readStatus(runner: Runner): LakehouseStatus {
  const specs = describeStack(runner.settings);
  const own = { pid: process.pid, rssBytes: residentBytes(process.pid) };
  const rows = SERVICE_NAMES.map(name => {
    const server = runningServer(runner, name);
    const state = runner.states.get(name) ?? { kind: 'stopped' };
    const row: ServiceStatus = {
      title: specs[name].title,
      version: specs[name].version,
      address: `127.0.0.1:${runner.settings.ports[name]}`,
      state,
      ...(server === undefined ? {} : { pid: server.pid, rssBytes: residentBytes(server.pid) }),
    };
    return [name, row] as const;
  });
  const services = Object.fromEntries(rows) as Record<ServiceName, ServiceStatus>;
  const rssBytes = rows.reduce((sum, [, row]) => sum + (row.rssBytes ?? 0), own.rssBytes);
  return { home: runner.home.directory, backend: 'processes', services, rssBytes, supervisor: own };
}
