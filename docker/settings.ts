import { SERVICE_NAMES, type ServiceName } from './events.ts';
import { readOwnFile, writeOwnFile } from './files.ts';

/** The stores that can hold the warehouse. SeaweedFS comes as one small package; MinIO is compiled from its Go module. */
export const OBJECT_STORES = ['seaweedfs', 'minio'] as const;
export type ObjectStoreProvider = (typeof OBJECT_STORES)[number];

/** What a person can choose about a lakehouse. Kept in `<home>/stack.json`, so that the next start finds it again. */
export interface StackSettings {
  /** The loopback port of every service. */
  readonly ports: Readonly<Record<ServiceName, number>>;
  readonly objectStore: ObjectStoreProvider;
  /** Starting is refused when less than this would remain free on the disk. */
  readonly reserveDiskBytes: number;
}

/** A port number, or `auto` for any free one, which is then kept. */
export type PortChoice = number | 'auto';

/** A change to the settings; what is absent stays as it is. */
export interface SettingsChange {
  readonly ports?: Readonly<Partial<Record<ServiceName, PortChoice>>>;
  readonly objectStore?: ObjectStoreProvider;
  readonly reserveDiskBytes?: number;
}

/** The ports of the original stack. */
export const DEFAULT_SETTINGS: StackSettings = {
  ports: { kafka: 29092, objectStore: 9000, nessie: 19120, trino: 8083 },
  objectStore: 'seaweedfs',
  reserveDiskBytes: 1024 ** 3,
};

/** What `<home>/stack.json` holds: the settings and every port that was picked for a service's own use. */
export interface StackRecord {
  readonly settings: StackSettings;
  /** Keys are `service.port`, e.g. `nessie.management`. Kept so that a restart looks the same from outside. */
  readonly internalPorts: Readonly<Record<string, number>>;
}

/** Reads `<home>/stack.json`, or the defaults when the stack was never started. */
export function readStackRecord(file: string): StackRecord {
  const text = readOwnFile(file);
  if (text === undefined) return { settings: DEFAULT_SETTINGS, internalPorts: {} };
  const stored = JSON.parse(text) as Partial<StackRecord>;
  const settings = { ...DEFAULT_SETTINGS, ...stored.settings };
  return {
    settings: { ...settings, ports: { ...DEFAULT_SETTINGS.ports, ...settings.ports } },
    internalPorts: stored.internalPorts ?? {},
  };
}

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
  return {
    ports,
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

function checkPort(name: ServiceName, port: number): number {
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new Error(`The port of ${name} must be a whole number from 1 to 65535 or 'auto'.`);
}
