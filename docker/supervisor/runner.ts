import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type LakehouseEvent, SERVICE_NAMES, type ServiceName, type ServiceState } from '../events.ts';
import type { Home } from '../home.ts';
import type { Java } from '../jdk.ts';
import type { ServerProcess } from '../processes.ts';
import type { StackSettings } from '../settings.ts';

/** The folders that hold what is not code: `catalog/iceberg.properties` and `docker/artifacts/pom.xml` below one root. */
export interface Resources {
  readonly root: string;
}

/** The running lakehouse inside its supervisor: what runs, where each service stands, who listens. */
export interface Runner {
  readonly home: Home;
  readonly resources: Resources;
  readonly servers: Map<ServiceName, ServerProcess>;
  readonly states: Map<ServiceName, ServiceState>;
  readonly listeners: Set<(event: LakehouseEvent) => void>;
  /** The Java that the running servers were started with. */
  java: Java | undefined;
  settings: StackSettings;
}

export function createRunner(home: Home, resources: Resources, settings: StackSettings): Runner {
  return {
    home,
    resources,
    servers: new Map(),
    states: new Map(SERVICE_NAMES.map(name => [name, { kind: 'stopped' }])),
    listeners: new Set(),
    java: undefined,
    settings,
  };
}

export function setState(runner: Runner, service: ServiceName, state: ServiceState): void {
  runner.states.set(service, state);
  emit(runner, { kind: 'service', at: Date.now(), service, state });
}

export function notice(runner: Runner, text: string): void {
  emit(runner, { kind: 'notice', at: Date.now(), text });
}

/** The server of a service while it runs. */
export function runningServer(runner: Runner, service: ServiceName): ServerProcess | undefined {
  const server = runner.servers.get(service);
  return server?.exit === undefined ? server : undefined;
}

export function icebergCatalog(runner: Runner): string {
  return readFileSync(path.join(runner.resources.root, 'catalog', 'iceberg.properties'), 'utf8');
}

function emit(runner: Runner, event: LakehouseEvent): void {
  for (const listener of runner.listeners) listener(event);
}
