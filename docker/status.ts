import type { ServiceName, ServiceState } from './events.ts';

/** A lakehouse at one moment. Both back ends answer it; `status --json` prints it. */
export interface LakehouseStatus {
  readonly home: string;
  readonly backend: 'processes' | 'docker';
  readonly services: Readonly<Record<ServiceName, ServiceStatus>>;
  /** Resident memory of all services and of the supervisor. */
  readonly rssBytes: number;
  /** The process that watches over the services; absent when nothing runs. */
  readonly supervisor?: { readonly pid: number; readonly rssBytes: number };
}

export interface ServiceStatus {
  readonly title: string;
  readonly version: string;
  /** `host:port` for its clients, whether it runs or not. */
  readonly address: string;
  readonly state: ServiceState;
  readonly pid?: number;
  readonly rssBytes?: number;
}

/** The services that have not become ready, with their causes; empty when all are. */
export function listFailures(
  status: LakehouseStatus,
): { service: ServiceName; cause: string; lastLines: readonly string[] }[] {
  return Object.entries(status.services).flatMap(([service, { state }]) =>
    state.kind === 'failed'
      ? [{ service: service as ServiceName, cause: state.cause, lastLines: state.lastLines }]
      : [],
  );
}
