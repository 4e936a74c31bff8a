import {
  type LakehouseEvent,
  SERVICE_NAMES,
  type ServiceName,
  type ServiceState,
} from '../../docker/events.ts';

/** The state of every service of one lakehouse. */
export type Services = Readonly<Record<ServiceName, ServiceState>>;

/** What the welcome texts and the status bar tell apart. */
export type Overall = 'stopped' | 'busy' | 'partial' | 'ready';

export const SERVICE_TITLES: Readonly<Record<ServiceName, string>> = {
  kafka: 'Kafka',
  objectStore: 'Object Store',
  nessie: 'Nessie',
  trino: 'Trino',
};

/** Nothing was seen of any service yet. */
export const NO_SERVICES: Services = {
  kafka: { kind: 'stopped' },
  objectStore: { kind: 'stopped' },
  nessie: { kind: 'stopped' },
  trino: { kind: 'stopped' },
};

/** The states after one event; notices change nothing. */
export function applyEvent(services: Services, event: LakehouseEvent): Services {
  return event.kind === 'service' ? { ...services, [event.service]: event.state } : services;
}

/** Busy while anything moves, ready when all are, stopped when nothing runs and nothing has failed. */
export function overall(services: Services): Overall {
  const kinds = SERVICE_NAMES.map(name => services[name].kind);
  if (kinds.some(kind => kind === 'fetching' || kind === 'starting' || kind === 'stopping')) return 'busy';
  if (kinds.every(kind => kind === 'ready')) return 'ready';
  return kinds.some(kind => kind === 'ready' || kind === 'failed') ? 'partial' : 'stopped';
}

/** How many services are ready, as `3/4`. */
export function readyCount(services: Services): string {
  const ready = SERVICE_NAMES.filter(name => services[name].kind === 'ready').length;
  return `${ready}/${SERVICE_NAMES.length}`;
}

/** The services that failed, in the order in which a person names them. */
export function failedServices(services: Services): ServiceName[] {
  return SERVICE_NAMES.filter(name => services[name].kind === 'failed');
}

/** One line about a state, without the service's name: what stands beside it in the tree. */
export function describeState(state: ServiceState): string {
  switch (state.kind) {
    case 'missing':
      return 'not there yet';
    case 'fetching':
      return describeFetching(state);
    case 'starting':
      return `starting: ${state.step} (${formatSeconds(state.elapsedMs)})`;
    case 'ready':
      return state.rssBytes === undefined
        ? state.address
        : `${state.address} · ${formatBytes(state.rssBytes)}`;
    case 'stopping':
      return 'stopping';
    case 'stopped':
      return 'stopped';
    case 'failed':
      return `failed: ${firstLine(state.cause)}`;
  }
}

/** A line of a log without the time at its beginning, which would fill a narrow sidebar. */
export function shortLogLine(line: string): string {
  return line.replace(/^[[(]?\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?[\])]?\s*/, '').trim() || line;
}

function describeFetching(state: Extract<ServiceState, { kind: 'fetching' }>): string {
  const received = formatBytes(state.receivedBytes);
  if (state.totalBytes <= 0) return `fetching ${state.artifact}, ${received}`;
  const percent = Math.floor((100 * state.receivedBytes) / state.totalBytes);
  return `fetching ${state.artifact}, ${percent} % of ${formatBytes(state.totalBytes)}`;
}

/** Bytes as a person reads them: decimal units, three significant digits at most. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : Number(value.toPrecision(2))} ${units[unit]}`;
}

function formatSeconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? '';
}
