import { existsSync } from 'node:fs';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { findArtifact } from '../artifacts/fetch.ts';
import { ARTIFACTS } from '../artifacts/table.ts';
import { loadSecrets, type Secrets } from '../credentials.ts';
import { SERVICE_NAMES, type ServiceName } from '../events.ts';
import { writeOwnFile } from '../files.ts';
import { withdrawForeignEndpoints } from '../foreign-endpoints.ts';
import { findCacheDirectory } from '../home.ts';
import { readLinesSinceStart } from '../logs.ts';
import { isPortFree, pickFreePort } from '../ports.ts';
import { checkDisk, checkMemory, checkPort, type MachineView } from '../preflight.ts';
import { describeExit, launchDigest, type ServerProcess, startServer, stopServer } from '../processes.ts';
import type { Launch, ServiceSpec } from '../services/service.ts';
import { waitUntilReady } from '../readiness.ts';
import {
  applyChange,
  readStackRecord,
  type SettingsChange,
  type StackRecord,
  writeStackRecord,
} from '../settings.ts';
import { describeEndpoints, describeStack } from '../stack.ts';
import { type Depot, openDepot } from './depot.ts';
import { icebergCatalog, notice, type Runner, runningServer, setState } from './runner.ts';

const LAST_LINES = 12;

/** What an `up` asks for. `env` finds the tools; of it the servers see only a few harmless names. */
export interface UpRequest {
  readonly change: SettingsChange;
  readonly env: NodeJS.ProcessEnv;
}

/** One convergence: everything that its steps share. */
interface Convergence {
  readonly runner: Runner;
  readonly record: StackRecord;
  readonly specs: Readonly<Record<ServiceName, ServiceSpec>>;
  readonly secrets: Secrets;
  readonly endpoints: LakehouseEndpoints;
  readonly depot: Depot;
  readonly env: NodeJS.ProcessEnv;
  readonly machine: MachineView;
  readonly signal: AbortSignal;
  /** Answers whether the service has become ready; filled before the first step runs. */
  readonly outcomes: Map<ServiceName, Promise<boolean>>;
  readonly startedHere: ServerProcess[];
}

/**
 * Brings the lakehouse to the state in which every service is ready, and touches only what is not: fetches what is
 * missing, starts what does not run, restarts what would be launched differently today. Each service goes its own way
 * as far as it can; a failed one says why and leaves the others alone. Aborting ends what this run has started.
 */
export async function converge(
  runner: Runner,
  request: UpRequest,
  options: { machine: MachineView; signal: AbortSignal },
): Promise<void> {
  const run = await planConvergence(runner, request, options);
  const done = SERVICE_NAMES.map(name => {
    const outcome = convergeService(run, run.specs[name]);
    run.outcomes.set(name, outcome);
    return outcome;
  });
  await Promise.all(done);
  if (options.signal.aborted) await undo(run);
  const absent = SERVICE_NAMES.filter(name => runningServer(runner, name) === undefined);
  await withdrawForeignEndpoints(runner.home, {
    ports: absent.map(name => run.record.settings.ports[name]),
    areAll: absent.length === SERVICE_NAMES.length,
  });
}

async function planConvergence(
  runner: Runner,
  request: UpRequest,
  { machine, signal }: { machine: MachineView; signal: AbortSignal },
): Promise<Convergence> {
  const { home } = runner;
  const record = await planRecord(runner, request.change);
  const { settings } = record;
  const specs = describeStack(settings);
  const cacheDirectory = findCacheDirectory(request.env);
  const toStart = Object.values(specs).filter(spec => runningServer(runner, spec.name) === undefined);
  const missing = toStart
    .flatMap(spec => spec.artifacts.map(name => ARTIFACTS[name]))
    .filter(artifact => findArtifact(artifact, cacheDirectory) === undefined);
  const reserveBytes = settings.reserveDiskBytes;
  checkDisk(machine, { directory: cacheDirectory, missing, reserveBytes });
  checkDisk(machine, { directory: home.directory, missing: [], reserveBytes });
  const memoryWarning = checkMemory(machine, toStart);
  if (memoryWarning !== undefined) notice(runner, memoryWarning);
  const secrets = loadSecrets(home.secretsFile, request.change.catalogVariables);
  const endpoints = describeEndpoints(settings, secrets);
  writeStackRecord(home.stackFile, record);
  writeOwnFile(home.endpointsFile, `${JSON.stringify(endpoints, null, 2)}\n`);
  runner.settings = settings;
  return {
    runner,
    record,
    specs,
    secrets,
    endpoints,
    depot: openDepot(runner, { cacheDirectory, env: request.env, signal }),
    env: request.env,
    machine,
    signal,
    outcomes: new Map(),
    startedHere: [],
  };
}

/** Applies the change and gives every internal port a number, which is kept while it can be had. */
async function planRecord(runner: Runner, change: SettingsChange): Promise<StackRecord> {
  const stored = readStackRecord(runner.home.stackFile);
  const taken = new Set([...Object.values(stored.internalPorts), ...Object.values(stored.settings.ports)]);
  const settings = await applyChange(stored.settings, change, () => pickFreePort(taken));
  if (
    settings.objectStore !== stored.settings.objectStore &&
    existsSync(runner.home.dataDirectory('objectStore'))
  )
    throw new Error(
      `The tables of this lakehouse lie in ${stored.settings.objectStore}: with ${settings.objectStore} they would be gone. ` +
        "Delete them with 'lakehouse reset' first, or start another lakehouse with --home.",
    );
  const internalPorts: Record<string, number> = { ...stored.internalPorts };
  for (const spec of Object.values(describeStack(settings))) {
    const isRunning = runningServer(runner, spec.name) !== undefined;
    for (const name of spec.internalPorts) {
      const key = `${spec.name}.${name}`;
      const kept = internalPorts[key];
      if (kept !== undefined && (isRunning || (await isPortFree(kept)))) continue;
      internalPorts[key] = await pickFreePort(taken);
    }
  }
  return { backend: 'processes', settings, internalPorts };
}

/** Answers whether the service is ready; never rejects. */
async function convergeService(run: Convergence, spec: ServiceSpec): Promise<boolean> {
  const { runner } = run;
  try {
    const launch = await planLaunch(run, spec);
    const server = await ensureRunning(run, spec, launch);
    if (runner.states.get(spec.name)?.kind === 'ready') return true;
    await waitUntilReady({
      service: spec.name,
      endpoints: run.endpoints,
      signal: run.signal,
      ended: server.exited.then(exit => `The process ${describeExit(exit)} while it was starting.`),
      before: () => waitForDependencies(run, spec),
      show: state => setState(runner, spec.name, state),
    });
    const address = `127.0.0.1:${run.record.settings.ports[spec.name]}`;
    setState(runner, spec.name, { kind: 'ready', address, pid: server.pid });
    return true;
  } catch (error) {
    if (!run.signal.aborted) reportFailure(run, spec, error as Error);
    return false;
  }
}

async function planLaunch(run: Convergence, spec: ServiceSpec): Promise<Launch> {
  const { runner, record, depot } = run;
  const java = spec.needsJava ? await depot.java(spec.name) : undefined;
  const directories = new Map(
    await Promise.all(
      spec.artifacts.map(async name => [name, await depot.artifact(name, spec.name)] as const),
    ),
  );
  return spec.launch({
    settings: record.settings,
    configDirectory: runner.home.configDirectory(spec.name),
    dataDirectory: runner.home.dataDirectory(spec.name),
    artifact: name => required(directories.get(name), name),
    java,
    port: key => required(record.settings.ports[key as ServiceName] ?? record.internalPorts[key], key),
    credentials: run.secrets,
    catalogVariables: run.secrets.catalogVariables,
    icebergCatalog: icebergCatalog(runner),
  });
}

async function ensureRunning(run: Convergence, spec: ServiceSpec, launch: Launch): Promise<ServerProcess> {
  const { runner } = run;
  const running = runningServer(runner, spec.name);
  if (running?.digest === launchDigest(launch)) return running;
  if (running !== undefined) {
    setState(runner, spec.name, { kind: 'stopping' });
    await stopServer(running);
  }
  run.signal.throwIfAborted();
  setState(runner, spec.name, { kind: 'starting', step: 'starting the process', elapsedMs: 0 });
  await checkPort(run.machine, spec, run.record.settings.ports[spec.name]);
  const server = await startServer(runner.home, spec.name, launch, run.env);
  runner.servers.set(spec.name, server);
  run.startedHere.push(server);
  return server;
}

async function waitForDependencies(run: Convergence, spec: ServiceSpec): Promise<void> {
  for (const name of spec.readyAfter) {
    if (!(await run.outcomes.get(name)))
      throw new Error(`It needs ${run.specs[name].title}, which is not ready.`);
  }
}

function reportFailure(run: Convergence, spec: ServiceSpec, error: Error): void {
  const hasStarted = run.runner.servers.has(spec.name);
  const lastLines = hasStarted ? readLinesSinceStart(run.runner.home.logFile(spec.name), LAST_LINES) : [];
  setState(run.runner, spec.name, { kind: 'failed', cause: error.message, lastLines });
}

async function undo(run: Convergence): Promise<void> {
  await Promise.all(run.startedHere.map(server => stopServer(server)));
  for (const name of SERVICE_NAMES) {
    if (runningServer(run.runner, name) === undefined) setState(run.runner, name, { kind: 'stopped' });
  }
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`The service asks for '${name}' but does not declare it.`);
  return value;
}
