import { SERVICE_NAMES, type ServiceName, type ServiceState } from '../events.ts';
import { readOwnFile, writeOwnFile } from '../files.ts';
import type { StackSettings } from '../settings.ts';
import type { LakehouseStatus, ServiceStatus } from '../status.ts';
import type { ContainerDetail, Engine } from './engine-api.ts';
import { KAFKA_IMAGE, NESSIE_IMAGE, STORE_IMAGES, TRINO_IMAGE } from './images.ts';
import { STACK_LABEL, type Unit, UNIT_LABEL } from './units.ts';

const LAST_LINES = 12;
const MB = 1024 ** 2;

/** The start of a container that was proved ready by its protocol: a later start has to prove itself again. */
export type ReadyStarts = Readonly<Record<string, string>>;

/** Units and what the engine knows of their containers. */
export type Sighting = ReadonlyMap<string, ContainerDetail>;

export async function sightContainers(engine: Engine, stackId: string): Promise<Sighting> {
  const rows = await engine.listContainers(`${STACK_LABEL}=${stackId}`);
  const details = await Promise.all(rows.map(row => engine.inspectContainer(row.id)));
  return new Map(
    details.flatMap(detail =>
      detail === undefined ? [] : [[detail.labels[UNIT_LABEL] ?? '', detail] as const],
    ),
  );
}

/** The state of a service out of those of its containers: the worst one counts. */
export function serviceState(
  units: readonly Unit[],
  view: { sighting: Sighting; ready: ReadyStarts; address: string },
): ServiceState {
  const details = units.map(unit => view.sighting.get(unit.name));
  if (details.every(detail => detail === undefined)) return { kind: 'missing' };
  const ended = details.find(detail => detail !== undefined && hasFailed(detail));
  if (ended !== undefined) {
    const unit = units.find(item => view.sighting.get(item.name) === ended);
    const cause = describeEnd(ended, unit);
    // Of several containers the person has to know which.
    const named = units.length > 1 && unit !== undefined ? `${unit.name}: ${cause}` : cause;
    return { kind: 'failed', cause: named, lastLines: [] };
  }
  if (details.some(detail => detail?.isRunning !== true)) return { kind: 'stopped' };
  const isProved = details.every(
    detail => detail !== undefined && view.ready[detail.id] === detail.startedAt,
  );
  if (isProved) return { kind: 'ready', address: view.address };
  return { kind: 'starting', step: 'running, not proved ready', elapsedMs: 0 };
}

/** One sentence about how a container ended, the telling words first: a tree view shows no more than them. */
export function describeEnd(detail: ContainerDetail, unit: Unit | undefined): string {
  if (detail.wasOomKilled) {
    const limit = unit === undefined ? '' : ` of ${Math.round(unit.create.memoryBytes / MB)} MB`;
    return `Out of memory: it wanted more than its limit${limit}.`;
  }
  if (detail.status === 'paused') return 'The container is paused.';
  if (detail.error !== '') return `The container could not start: ${detail.error}`;
  if (detail.status === 'exited' && detail.exitCode === 137) return 'Killed (exit code 137).';
  if (detail.status === 'exited') return `Ended with exit code ${detail.exitCode}.`;
  return `The container is ${detail.status}.`;
}

/** What a server's last lines say about why it ended, the most telling first. */
const TELLING_LINES = [
  /OutOfMemoryError/,
  /No space left on device/i,
  /Permission denied/i,
  /Address already in use/i,
  /\b(FATAL|Fatal)\b/,
  /Exception|\bERROR\b|\bError\b/,
];
const MAX_TELLING_LENGTH = 200;

/** The sentence about an end with the line of the log that tells most, where an exit code alone says nothing. */
export function explainEnd(cause: string, lines: readonly string[]): string {
  if (!/exit code \d+\.$/.test(cause)) return cause;
  const found = TELLING_LINES.map(pattern => lines.findLast(line => pattern.test(line)));
  const line = found
    .find(item => item !== undefined)
    ?.replace(/^[\d\s\-T:.,Z[\]]+/, '')
    .trim();
  return line === undefined ? cause : `${cause.slice(0, -1)}: ${line.slice(0, MAX_TELLING_LENGTH)}`;
}

/** `143` and `0` are what an orderly stop leaves. */
function hasFailed(detail: ContainerDetail): boolean {
  if (detail.wasOomKilled && !detail.isRunning) return true;
  if (detail.status === 'exited') return detail.exitCode !== 0 && detail.exitCode !== 143;
  return (
    detail.status === 'dead' ||
    detail.status === 'paused' ||
    (detail.status === 'created' && detail.error !== '')
  );
}

/** The whole stack at this moment, with the last lines of what has failed and, if wanted, the memory of what runs. */
export async function readDockerStatus(
  engine: Engine,
  stack: {
    home: string;
    stackId: string;
    settings: StackSettings;
    units: readonly Unit[];
    ready: ReadyStarts;
    /** Asking costs a second on older engines, so whoever only wants the states leaves it. */
    withMemory: boolean;
  },
): Promise<LakehouseStatus> {
  const sighting = await sightContainers(engine, stack.stackId);
  const rows = await Promise.all(
    SERVICE_NAMES.map(async name => {
      const units = stack.units.filter(unit => unit.service === name);
      const details = units.flatMap(unit => sighting.get(unit.name) ?? []);
      const address = `127.0.0.1:${stack.settings.ports[name]}`;
      const state = serviceState(units, { sighting, ready: stack.ready, address });
      const running = stack.withMemory ? details.filter(detail => detail.isRunning) : [];
      const memory = await Promise.all(running.map(detail => engine.memoryBytes(detail.id)));
      const rssBytes = memory.reduce((sum, bytes) => sum + bytes, 0);
      const row: ServiceStatus = {
        ...titleAndVersion(name, stack.settings),
        address,
        state: state.kind === 'failed' ? await withLog(engine, state, details) : state,
        ...(running.length === 0 ? {} : { rssBytes }),
      };
      return [name, row] as const;
    }),
  );
  const services = Object.fromEntries(rows) as Record<ServiceName, ServiceStatus>;
  const rssBytes = rows.reduce((sum, [, row]) => sum + (row.rssBytes ?? 0), 0);
  return { home: stack.home, backend: 'docker', services, rssBytes };
}

export function readReadyStarts(file: string): ReadyStarts {
  const text = readOwnFile(file);
  return text === undefined ? {} : (JSON.parse(text) as ReadyStarts);
}

export function writeReadyStarts(file: string, starts: ReadyStarts): void {
  writeOwnFile(file, JSON.stringify(starts));
}

async function withLog(
  engine: Engine,
  state: Extract<ServiceState, { kind: 'failed' }>,
  details: readonly ContainerDetail[],
): Promise<ServiceState> {
  const failed = details.find(detail => hasFailed(detail));
  const lastLines = failed === undefined ? [] : await engine.readLogs(failed.id, LAST_LINES);
  return { ...state, cause: explainEnd(state.cause, lastLines), lastLines };
}

function titleAndVersion(name: ServiceName, settings: StackSettings): { title: string; version: string } {
  const store = STORE_IMAGES[settings.objectStore];
  const tag = (reference: string): string => reference.slice(reference.lastIndexOf(':') + 1);
  switch (name) {
    case 'kafka':
      return { title: 'Apache Kafka', version: tag(KAFKA_IMAGE.references[0]) };
    case 'objectStore':
      return { title: store.title, version: store.version };
    case 'nessie':
      return { title: 'Project Nessie', version: tag(NESSIE_IMAGE.references[0]) };
    case 'trino':
      return { title: 'Trino', version: tag(TRINO_IMAGE.references[0]) };
  }
}
