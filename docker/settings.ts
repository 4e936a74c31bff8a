import { SERVICE_NAMES, type ServiceName } from './events.ts';
import { readOwnFile, writeOwnFile } from './files.ts';

/**
 * The stores that can hold the warehouse. As a process SeaweedFS comes as one small package, MinIO is compiled from its Go
 * module and RustFS cannot be had; as containers all three can.
 */
export const OBJECT_STORES = ['seaweedfs', 'minio', 'rustfs'] as const;
export type ObjectStoreProvider = (typeof OBJECT_STORES)[number];

/** Who runs the services: a Docker engine, or this machine as child processes. */
export const BACKENDS = ['processes', 'docker'] as const;
export type Backend = (typeof BACKENDS)[number];

/** How much of the original stack runs in containers: one Kafka broker, or its three with replicated topics. */
export const PROFILES = ['small', 'standard'] as const;
export type Profile = (typeof PROFILES)[number];

/** What a person can choose about a lakehouse. Kept in `<home>/stack.json`, so that the next start finds it again. */
export interface StackSettings {
  /** The loopback port of every service. */
  readonly ports: Readonly<Record<ServiceName, number>>;
  readonly objectStore: ObjectStoreProvider;
  /** Containers only. */
  readonly profile: Profile;
  /** Containers only: the loopback ports of the second and third broker of the profile `standard`. */
  readonly extraBrokerPorts: readonly [number, number];
  /** Trino's plugins beside those of the lakehouse's own catalogs; processes only, an image has all of them. */
  readonly plugins: readonly string[];
  /** Starting is refused when less than this would remain free on the disk. */
  readonly reserveDiskBytes: number;
}

/** A port number, or `auto` for any free one, which is then kept. */
export type PortChoice = number | 'auto';

/** A change to the settings; what is absent stays as it is. */
export interface SettingsChange {
  readonly ports?: Readonly<Partial<Record<ServiceName, PortChoice>>>;
  readonly objectStore?: ObjectStoreProvider;
  readonly profile?: Profile;
  readonly extraBrokerPorts?: readonly [PortChoice | undefined, PortChoice | undefined];
  /** Added to those that are there. */
  readonly plugins?: readonly string[];
  /** Environment variables that catalogs name, with their values: kept in the owner-only file of secrets. */
  readonly catalogVariables?: Readonly<Record<string, string>>;
  readonly reserveDiskBytes?: number;
}

/** The ports of the original stack. */
export const DEFAULT_SETTINGS: StackSettings = {
  ports: { kafka: 29092, objectStore: 9000, nessie: 19120, trino: 8083 },
  objectStore: 'seaweedfs',
  profile: 'small',
  extraBrokerPorts: [39092, 49092],
  plugins: [],
  reserveDiskBytes: 1024 ** 3,
};

/** In containers the store is the original's. */
export const DEFAULT_DOCKER_SETTINGS: StackSettings = { ...DEFAULT_SETTINGS, objectStore: 'minio' };

/** What `<home>/stack.json` holds: the settings and every port that was picked for a service's own use. */
export interface StackRecord {
  /** Who runs this lakehouse; its data lies where only that one finds it. */
  readonly backend: Backend;
  readonly settings: StackSettings;
  /** Keys are `service.port`, e.g. `nessie.management`. Kept so that a restart looks the same from outside. */
  readonly internalPorts: Readonly<Record<string, number>>;
}

/** Reads `<home>/stack.json`, or the back end's defaults when the stack was never started. */
export function readStackRecord(file: string, backend: Backend = 'processes'): StackRecord {
  const defaults = backend === 'docker' ? DEFAULT_DOCKER_SETTINGS : DEFAULT_SETTINGS;
  const text = readOwnFile(file);
  if (text === undefined) return { backend, settings: defaults, internalPorts: {} };
  const stored = JSON.parse(text) as Partial<StackRecord>;
  const settings = { ...defaults, ...stored.settings };
  return {
    backend: stored.backend ?? backend,
    settings: { ...settings, ports: { ...defaults.ports, ...settings.ports } },
    internalPorts: stored.internalPorts ?? {},
  };
}

/** Who ran this lakehouse last; undefined when it was never started. */
export function readBackend(file: string): Backend | undefined {
  return readOwnFile(file) === undefined ? undefined : readStackRecord(file).backend;
}

/** Writes `<home>/stack.json`, for its owner only. */
export function writeStackRecord(file: string, record: StackRecord): void {
  writeOwnFile(file, `${JSON.stringify(record, null, 2)}\n`);
}

/** Applies a change. `pickPort` answers a free port for each `auto` whose service still has its default. */
export async function applyChange(
  current: StackSettings,
  change: SettingsChange,
  pickPort: () => Promise<number>,
): Promise<StackSettings> {
  const ports: Record<ServiceName, number> = { ...current.ports };
  for (const name of SERVICE_NAMES) {
    const choice = change.ports?.[name];
    if (choice === 'auto') {
      if (ports[name] === DEFAULT_SETTINGS.ports[name]) ports[name] = await pickPort();
    } else if (choice !== undefined) ports[name] = checkPort(name, choice);
  }
  const [second, third] = await pickBrokerPorts(current, change, pickPort);
  return {
    ports,
    extraBrokerPorts: [second, third],
    plugins: [...new Set([...current.plugins, ...(change.plugins ?? [])])].sort(),
    profile: change.profile ?? current.profile,
    objectStore: change.objectStore ?? current.objectStore,
    reserveDiskBytes: change.reserveDiskBytes ?? current.reserveDiskBytes,
  };
}

/**
 * Reads `auto`, or a list such as `kafka=29192,trino=auto`.
 * @throws Error that names the part which could not be read.
 */
export function parsePorts(text: string): Partial<Record<ServiceName, PortChoice>> {
  if (text.trim() === 'auto') return Object.fromEntries(SERVICE_NAMES.map(name => [name, 'auto']));
  const ports: Partial<Record<ServiceName, PortChoice>> = {};
  for (const part of text.split(',')) {
    const [key = '', value = ''] = part.split('=').map(item => item.trim());
    const name = SERVICE_NAMES.find(item => item.toLowerCase() === key.replace(/[-_]/g, '').toLowerCase());
    if (name === undefined) throw new Error(`'${key}' is no service: use ${SERVICE_NAMES.join(', ')}.`);
    ports[name] = value === 'auto' ? 'auto' : checkPort(name, Number(value));
  }
  return ports;
}

/**
 * The same for a whole stack of containers: `auto` is also for the second and third broker, which may be named as
 * `kafka-2` and `kafka-3`.
 */
export function parsePortChange(text: string): Pick<SettingsChange, 'ports' | 'extraBrokerPorts'> {
  if (text.trim() === 'auto') return { ports: parsePorts(text), extraBrokerPorts: ['auto', 'auto'] };
  const extra: [PortChoice | undefined, PortChoice | undefined] = [undefined, undefined];
  const rest = text.split(',').filter(part => {
    const broker = /^\s*kafka-([23])\s*=\s*(\S+)\s*$/.exec(part);
    if (broker === null) return true;
    extra[Number(broker[1]) - 2] = broker[2] === 'auto' ? 'auto' : checkPort('kafka', Number(broker[2]));
    return false;
  });
  return {
    ...(rest.length === 0 ? {} : { ports: parsePorts(rest.join(',')) }),
    ...(extra.every(port => port === undefined) ? {} : { extraBrokerPorts: extra }),
  };
}

async function pickBrokerPorts(
  current: StackSettings,
  change: SettingsChange,
  pickPort: () => Promise<number>,
): Promise<[number, number]> {
  const pick = async (i: 0 | 1): Promise<number> => {
    const choice = change.extraBrokerPorts?.[i];
    const [kept, original] = [current.extraBrokerPorts[i], DEFAULT_SETTINGS.extraBrokerPorts[i]];
    if (choice === 'auto') return kept === original ? pickPort() : kept;
    return choice === undefined ? kept : checkPort('kafka', choice);
  };
  return [await pick(0), await pick(1)];
}

function checkPort(name: ServiceName, port: number): number {
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new Error(`The port of ${name} must be a whole number from 1 to 65535 or 'auto'.`);
}
