import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadSecrets, readSecrets, type Secrets } from '../credentials.ts';
import type { LakehouseEvent, ServiceName } from '../events.ts';
import { writeOwnFile } from '../files.ts';
import { withdrawForeignEndpoints } from '../foreign-endpoints.ts';
import type { Home } from '../home.ts';
import { type Lakehouse, LakehouseStartError, readEndpoints, type UpOptions } from '../lakehouse-api.ts';
import { acquireLock } from '../lock.ts';
import { isPortFree, pickFreePort } from '../ports.ts';
import { applyChange, readStackRecord, type SettingsChange, writeStackRecord } from '../settings.ts';
import { describeEndpoints } from '../stack.ts';
import type { LakehouseStatus } from '../status.ts';
import { describeDiagnostics, maskSecrets } from '../diagnostics.ts';
import { convergeContainers } from './converge.ts';
import { logContainers, watchStack } from './follow.ts';
import type { Engine } from './engine-api.ts';
import { describeUnreachable, isFarEngine } from './reach.ts';
import { removeStack, stackIdOf } from './stack.ts';
import { planContainers } from './start-plan.ts';
import { readDockerStatus, readReadyStarts, sightContainers, writeReadyStarts } from './status.ts';
import { exportVolumes, importVolumes } from './transfer.ts';
import { describeUnits, STACK_LABEL, type Unit, type UnitSite } from './units.ts';

const LOCK_POLL_MS = 200;
const STOP_GRACE_SECONDS = 20;
const DIAGNOSTIC_LINES = 200;

/** A lakehouse of containers: where it is written down and the engine that runs it. */
export interface DockerContext {
  readonly home: Home;
  readonly engine: Engine;
  /** The folder that holds `catalog/iceberg.properties`. */
  readonly resources: string;
}

/** Opens the lakehouse of this home on an engine; nothing is started yet. */
export function openDockerLakehouse(context: DockerContext): Lakehouse {
  const { home, engine } = context;
  const name = path.basename(home.directory);
  const status = (): Promise<LakehouseStatus> => readStatus(context);
  const transfer = {
    engine,
    home,
    siteOf: (settings: UnitSite['settings']) => siteOf(context, settings, readSecrets(home.secretsFile)),
  };
  return {
    home: home.directory,
    name,
    backend: 'docker',
    place: `containers on ${engine.origin.host} (${engine.origin.reason})`,
    up: options => up(context, options ?? {}),
    down: options => down(context, options?.onEvent),
    status: () => readStatus(context, true),
    endpoints: async () => readEndpoints(home),
    watch: signal => watchStack(engine, { stackId: stackIdOf(home), signal, status }),
    logs: (service, options) =>
      logContainers(engine, { ...options, containers: () => containersOf(context, service) }),
    data: async () => {
      const volumes = await engine.listVolumes(`${STACK_LABEL}=${stackIdOf(home)}`);
      return volumes.map(volume => ({ name: `volume ${volume.name}`, bytes: Math.max(0, volume.bytes) }));
    },
    plan: async change => planContainers(engine, await planSite(context, change ?? {}, readSecrets)),
    diagnostics: () => describeContainers(context, status),
    exportTo: (file, options) =>
      withDockerLock(home, options?.signal, () => exportVolumes(transfer, file, options ?? {})),
    importFrom: (file, options) =>
      withDockerLock(home, options?.signal, () => importVolumes(transfer, file, options ?? {})),
    reset: async ({ confirm }) => {
      if (confirm !== name) throw new Error(`Nothing was deleted: type the name '${name}' to confirm.`);
      await withDockerLock(home, undefined, () => removeStack(engine, stackIdOf(home)));
      rmSync(home.directory, { recursive: true, force: true });
    },
  };
}

async function up(context: DockerContext, options: UpOptions): Promise<LakehouseStatus> {
  const { home, engine } = context;
  const signal = options.signal ?? new AbortController().signal;
  return withDockerLock(home, signal, async () => {
    const site = await planSite(context, options.settings ?? {}, loadSecrets);
    const unreachable = await describeUnreachable(engine.origin, describeUnits(site), isPortFree);
    if (unreachable !== undefined) throw new Error(unreachable);
    writeStackRecord(home.stackFile, { backend: 'docker', settings: site.settings, internalPorts: {} });
    const endpoints = describeEndpoints(site.settings, site.credentials);
    writeOwnFile(home.endpointsFile, `${JSON.stringify(endpoints, null, 2)}\n`);
    const { ready, failures } = await convergeContainers(engine, {
      site,
      endpoints,
      signal,
      ready: readReadyStarts(home.readyFile),
      onEvent: options.onEvent ?? (() => undefined),
    }).finally(() => withdrawEndpoints(context, describeUnits(site)));
    writeReadyStarts(home.readyFile, ready);
    const status = await readStatus(context);
    if (failures.size === 0) return status;
    const services = { ...status.services };
    for (const [name, state] of failures) services[name] = { ...services[name], state };
    throw new LakehouseStartError({ ...status, services });
  });
}

async function withdrawEndpoints({ home, engine }: DockerContext, units: readonly Unit[]): Promise<void> {
  const sighting = await sightContainers(engine, stackIdOf(home));
  const absent = units.filter(unit => sighting.get(unit.name)?.isRunning !== true);
  // At the ports of an engine on another machine a tunnel listens, whatever runs behind it.
  const ports = isFarEngine(engine.origin) ? [] : absent.flatMap(unit => Object.values(unit.create.ports));
  await withdrawForeignEndpoints(home, { ports, areAll: absent.length === units.length });
}

async function down(
  context: DockerContext,
  onEvent?: (event: LakehouseEvent) => void,
): Promise<LakehouseStatus> {
  const { home, engine } = context;
  return withDockerLock(home, undefined, async () => {
    const sighting = await sightContainers(engine, stackIdOf(home));
    const { units } = await readUnits(context);
    const stop = async (service: ServiceName): Promise<void> => {
      const ids = units
        .filter(unit => unit.service === service)
        .flatMap(unit => sighting.get(unit.name)?.id ?? []);
      onEvent?.({ kind: 'service', at: Date.now(), service, state: { kind: 'stopping' } });
      await Promise.all(ids.map(id => engine.stopContainer(id, STOP_GRACE_SECONDS)));
      onEvent?.({ kind: 'service', at: Date.now(), service, state: { kind: 'stopped' } });
    };
    await Promise.all([
      stop('kafka'),
      stop('trino')
        .then(() => stop('nessie'))
        .then(() => stop('objectStore')),
    ]);
    rmSync(home.endpointsFile, { force: true });
    return readStatus(context);
  });
}

async function readStatus(context: DockerContext, withMemory = false): Promise<LakehouseStatus> {
  const { home, engine } = context;
  const { site, units } = await readUnits(context);
  const ready = readReadyStarts(home.readyFile);
  return readDockerStatus(engine, {
    home: home.directory,
    stackId: site.stackId,
    settings: site.settings,
    units,
    ready,
    withMemory,
  });
}

async function planSite(
  context: DockerContext,
  change: SettingsChange,
  secretsOf: typeof loadSecrets,
): Promise<UnitSite> {
  const { home } = context;
  const stored = readStackRecord(home.stackFile, 'docker');
  const taken = new Set([...Object.values(stored.settings.ports), ...stored.settings.extraBrokerPorts]);
  const settings = await applyChange(stored.settings, change, () => pickFreePort(taken));
  await refuseLoss(context, stored.settings, settings);
  return siteOf(context, settings, secretsOf(home.secretsFile, change.catalogVariables));
}

/** Another store or another number of brokers would not see the data of the present ones. */
async function refuseLoss(
  { engine, home }: DockerContext,
  before: UnitSite['settings'],
  after: UnitSite['settings'],
): Promise<void> {
  const isSame = before.objectStore === after.objectStore && before.profile === after.profile;
  if (isSame || (await engine.listVolumes(`${STACK_LABEL}=${stackIdOf(home)}`)).length === 0) return;
  throw new Error(
    `This lakehouse keeps its data in ${before.objectStore} with the profile ${before.profile}. ` +
      "Delete it with 'lakehouse reset' before you change that, or start another lakehouse with --home.",
  );
}

/** The engine, the containers as it inspects them, and what every back end tells. */
async function describeContainers(
  context: DockerContext,
  status: () => Promise<LakehouseStatus>,
): Promise<string> {
  const { engine, home } = context;
  const { site } = await readUnits(context);
  const info = await engine.info();
  const rows = await engine.listContainers(`${STACK_LABEL}=${site.stackId}`);
  const details = await Promise.all(rows.map(row => engine.inspectContainer(row.id)));
  return describeDiagnostics({
    status: await status(),
    facts: { engine: { ...engine.origin, ...info }, settings: site.settings, containers: details },
    logs: service =>
      logContainers(engine, { lines: DIAGNOSTIC_LINES, containers: () => containersOf(context, service) }),
    mask: text => maskSecrets(text, readSecrets(home.secretsFile)),
  });
}

async function readUnits(context: DockerContext): Promise<{ site: UnitSite; units: Unit[] }> {
  const { settings } = readStackRecord(context.home.stackFile, 'docker');
  const site = siteOf(context, settings, readSecrets(context.home.secretsFile));
  return { site, units: describeUnits(site) };
}

function siteOf(
  { home, resources }: DockerContext,
  settings: UnitSite['settings'],
  secrets: Secrets,
): UnitSite {
  return {
    stackId: stackIdOf(home),
    home: home.directory,
    settings,
    credentials: secrets,
    catalogVariables: secrets.catalogVariables,
    icebergCatalog: readFileSync(path.join(resources, 'catalog', 'iceberg.properties'), 'utf8'),
  };
}

async function containersOf(
  context: DockerContext,
  service: ServiceName,
): Promise<{ id: string; name: string }[]> {
  const { units } = await readUnits(context);
  const sighting = await sightContainers(context.engine, stackIdOf(context.home));
  return units
    .filter(unit => unit.service === service)
    .flatMap(unit => {
      const detail = sighting.get(unit.name);
      return detail === undefined ? [] : [{ id: detail.id, name: unit.name }];
    });
}

/** Two starters of one home come one after the other. */
async function withDockerLock<T>(
  home: Home,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    signal?.throwIfAborted();
    const lock = acquireLock(home.lockPrefix);
    if (lock === undefined) {
      await delay(LOCK_POLL_MS);
      continue;
    }
    try {
      return await work();
    } finally {
      lock.release();
    }
  }
}
