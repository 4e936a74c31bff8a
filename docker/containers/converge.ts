import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { type LakehouseEvent, SERVICE_NAMES, type ServiceName, type ServiceState } from '../events.ts';
import { describeHolder, findPortHolder, isPortFree, pickFreePort } from '../ports.ts';
import { type Waiting, waitUntilReady } from '../readiness.ts';
import { type ContainerDetail, type Engine, EngineError } from './engine-api.ts';
import { describeMemoryShortage, type PlannedUnit, planUnits } from './plan.ts';
import { ensureImage } from './pull.ts';
import { isFarEngine } from './reach.ts';
import { explainEnd, type ReadyStarts } from './status.ts';
import {
  HASH_LABEL,
  projectName,
  STACK_LABEL,
  keptLabels,
  type Unit,
  type UnitSite,
  describeUnits,
} from './units.ts';
import { watchEnd } from './watch-end.ts';

const STOP_GRACE_SECONDS = 20;
const LAST_LINES = 12;
/** Engines and Docker Desktop word it differently. */
const PORT_TAKEN = /port is already allocated|address already in use|access permissions/i;
const NETWORK_GONE = /network .* not found/i;

/** What a service needs before it can be proved ready. */
const READY_AFTER: Readonly<Record<ServiceName, readonly ServiceName[]>> = {
  kafka: [],
  objectStore: [],
  nessie: [],
  trino: ['objectStore', 'nessie'],
};

export interface DockerUp {
  readonly site: UnitSite;
  readonly endpoints: LakehouseEndpoints;
  /** Starts that were proved before: what they name needs no second proof. */
  readonly ready: ReadyStarts;
  readonly signal: AbortSignal;
  readonly onEvent: (event: LakehouseEvent) => void;
  /** How a service is waited for; by its protocol unless a test has no servers. */
  readonly waitReady?: (waiting: Waiting) => Promise<void>;
  /** Looks at this machine unless a test has ports of its own. */
  readonly isPortFree?: (port: number) => Promise<boolean>;
}

interface Run extends DockerUp {
  readonly engine: Engine;
  readonly outcomes: Map<ServiceName, Promise<boolean>>;
  readonly failures: Map<ServiceName, ServiceState>;
  readonly startedHere: string[];
  readonly proved: Map<string, string>;
}

/** What a convergence has come to: the proofs to remember and the services that failed. */
export interface DockerOutcome {
  readonly ready: ReadyStarts;
  readonly failures: ReadonlyMap<ServiceName, ServiceState>;
}

/**
 * Brings the containers to what is described: creates, starts, re-creates or keeps each, and proves every service over
 * its protocol. Everything is found by label; a failed container stays for its log. Aborting stops what was started here.
 */
export async function convergeContainers(engine: Engine, up: DockerUp): Promise<DockerOutcome> {
  const run: Run = {
    ...up,
    engine,
    outcomes: new Map(),
    failures: new Map(),
    startedHere: [],
    proved: new Map(),
  };
  const { stackId } = up.site;
  const { planned, surplus } = await planUnits(engine, stackId, describeUnits(up.site));
  const shortage = describeMemoryShortage(
    await engine.info(),
    planned.map(item => item.unit),
  );
  if (shortage !== undefined) run.onEvent({ kind: 'notice', at: Date.now(), text: shortage });
  for (const row of surplus) await engine.removeContainer(row.id);
  if (planned.some(item => item.action.kind !== 'keep')) {
    await ensureNetwork(run);
    await ensureVolumes(run, planned);
  }
  const done = SERVICE_NAMES.map(name => {
    const outcome = convergeService(
      run,
      name,
      planned.filter(item => item.unit.service === name),
    );
    run.outcomes.set(name, outcome);
    return outcome;
  });
  await Promise.all(done);
  if (up.signal.aborted) {
    await Promise.all(run.startedHere.map(id => engine.stopContainer(id, STOP_GRACE_SECONDS)));
    up.signal.throwIfAborted();
  }
  return { ready: Object.fromEntries(run.proved), failures: run.failures };
}

async function convergeService(
  run: Run,
  service: ServiceName,
  planned: readonly PlannedUnit[],
): Promise<boolean> {
  let ids: string[] = [];
  try {
    ids = await Promise.all(planned.map(item => ensureUnit(run, item)));
    const starts = await readStarts(run.engine, ids);
    const isProved = [...starts].every(([id, start]) => run.ready[id] === start);
    if (!isProved) await proveReady(run, service, { ids, units: planned.map(item => item.unit) });
    for (const [id, start] of starts) run.proved.set(id, start);
    show(run, service, { kind: 'ready', address: `127.0.0.1:${run.site.settings.ports[service]}` });
    return true;
  } catch (error) {
    if (run.signal.aborted) return false;
    const logs = await Promise.all(ids.map(id => run.engine.readLogs(id, LAST_LINES).catch(() => [])));
    const lastLines = logs.flat();
    const cause = explainEnd((error as Error).message, lastLines);
    const state: ServiceState = { kind: 'failed', cause, lastLines };
    run.failures.set(service, state);
    show(run, service, state);
    return false;
  }
}

/** Answers the id of the unit's container, which runs. */
async function ensureUnit(run: Run, planned: PlannedUnit): Promise<string> {
  const { engine } = run;
  const { unit, action, found } = planned;
  const existing = found[0]?.id;
  if (action.kind === 'keep' && existing !== undefined) return existing;
  run.signal.throwIfAborted();
  if (action.kind === 'unpause' && existing !== undefined) {
    await engine.unpauseContainer(existing);
    return existing;
  }
  show(run, unit.service, { kind: 'starting', step: `container ${unit.name}`, elapsedMs: 0 });
  if (action.kind === 'start' && existing !== undefined) {
    try {
      return await startOrName(run, unit, existing);
    } catch (error) {
      // A prune takes the network of stopped containers away; one of the same name is another one for them.
      if (!(error instanceof EngineError) || !NETWORK_GONE.test(error.message)) throw error;
    }
  }
  const image = await pullFor(run, unit);
  for (const container of found) {
    await engine.stopContainer(container.id, STOP_GRACE_SECONDS);
    await engine.removeContainer(container.id);
  }
  const labels = {
    ...unit.create.labels,
    [HASH_LABEL]: planned.hash,
    // `docker compose ls` leaves out containers without one.
    'com.docker.compose.config-hash': planned.hash,
  };
  const id = await engine.createContainer({ ...unit.create, image, labels });
  for (const [directory, files] of Object.entries(unit.files)) await engine.putFiles(id, directory, files);
  return startOrName(run, unit, id);
}

/** Starts a container; a taken port is told with its holder. */
async function startOrName(run: Run, unit: Unit, id: string): Promise<string> {
  const ports = Object.values(unit.create.ports);
  // On another machine it is for the engine to say; a tunnel to it listens here.
  for (const port of isFarEngine(run.engine.origin) ? [] : ports) {
    if (!(await (run.isPortFree ?? isPortFree)(port))) throw await portError(run, unit, port);
  }
  try {
    await run.engine.startContainer(id);
  } catch (error) {
    if (!(error instanceof EngineError) || !PORT_TAKEN.test(error.message)) throw error;
    throw await portError(run, unit, ports[0] ?? 0);
  }
  run.startedHere.push(id);
  return id;
}

async function portError({ engine, site }: Run, unit: Unit, port: number): Promise<Error> {
  const instead = await pickFreePort(new Set(Object.values(site.settings.ports)));
  return new Error(await describeTakenPort(engine, unit, { port, instead }));
}

/** Names a container before a process: what listens for it on the host is only the engine's proxy. */
export async function describeTakenPort(
  engine: Engine,
  unit: Unit,
  { port, instead }: { readonly port: number; readonly instead: number },
): Promise<string> {
  const containers = await engine.listContainers();
  const owner = containers.find(row => row.status === 'running' && row.hostPorts.includes(port));
  const holder =
    owner !== undefined
      ? `the container ${owner.name}`
      : isFarEngine(engine.origin)
        ? `a process of ${new URL(engine.origin.host).hostname}`
        : (await isPortFree(port))
          ? 'the engine itself, though nobody listens there (restarting the engine sets it free)'
          : describeHolder(await findPortHolder(port));
  const isExtraBroker = unit.service === 'kafka' && unit.name !== 'kafka-1';
  const inEditor = isExtraBroker ? 'Use Free Ports' : `the setting lakehouse.ports.${unit.service}`;
  const key = isExtraBroker ? unit.name : unit.service;
  return (
    `Port ${port} of ${unit.name} is taken by ${holder}. End it, or choose a free one: ` +
    `--ports ${key}=${instead} on the command line, ${inEditor} in the editor.`
  );
}

async function pullFor(run: Run, { service, image }: Unit): Promise<string> {
  return ensureImage(run.engine, image, {
    signal: run.signal,
    onProgress: (reference, { receivedBytes, totalBytes, layersDone, layers }) => {
      const artifact = `${reference} (${layersDone} of ${layers} layers)`;
      // What the engine knows of grows with every layer that it begins: alone it would make a percentage that goes back.
      const expected = Math.max(image.downloadBytes, totalBytes);
      show(run, service, { kind: 'fetching', artifact, receivedBytes, totalBytes: expected });
    },
  });
}

async function proveReady(
  run: Run,
  service: ServiceName,
  { ids, units }: { ids: readonly string[]; units: readonly Unit[] },
): Promise<void> {
  const over = new AbortController();
  try {
    await (run.waitReady ?? waitUntilReady)({
      service,
      endpoints: run.endpoints,
      signal: run.signal,
      ended: watchEnd(run.engine, { ids, units, signal: over.signal }),
      before: async () => {
        for (const name of READY_AFTER[service]) {
          if (!(await run.outcomes.get(name))) throw new Error(`It needs ${name}, which is not ready.`);
        }
      },
      show: state => show(run, service, state),
    });
  } finally {
    over.abort();
  }
}

async function readStarts(engine: Engine, ids: readonly string[]): Promise<Map<string, string>> {
  const details = await Promise.all(ids.map(id => engine.inspectContainer(id)));
  const known = details.filter((detail): detail is ContainerDetail => detail !== undefined);
  return new Map(known.map(detail => [detail.id, detail.startedAt]));
}

async function ensureNetwork({ engine, site }: Run): Promise<void> {
  const networks = await engine.listNetworks(`${STACK_LABEL}=${site.stackId}`);
  const labels = { ...keptLabels(site), 'com.docker.compose.network': 'default' };
  if (networks.length === 0) await engine.createNetwork(projectName(site.stackId), labels);
}

/** An engine answers the creation of an existing volume with that volume: only its labels say whose it is. */
async function ensureVolumes({ engine, site }: Run, planned: readonly PlannedUnit[]): Promise<void> {
  const label = `${STACK_LABEL}=${site.stackId}`;
  const before = new Set((await engine.listVolumes(label)).map(volume => volume.name));
  const wanted = planned.flatMap(item => Object.keys(item.unit.create.volumes));
  const missing = wanted.filter(name => !before.has(name));
  for (const name of missing) await engine.createVolume(name, keptLabels(site));
  if (missing.length === 0) return;
  const after = new Set((await engine.listVolumes(label)).map(volume => volume.name));
  const foreign = missing.filter(name => !after.has(name));
  if (foreign.length > 0)
    throw new Error(`The volume ${foreign.join(', ')} belongs to somebody else: rename or remove it first.`);
}

function show(run: Run, service: ServiceName, state: ServiceState): void {
  run.onEvent({ kind: 'service', at: Date.now(), service, state });
}
