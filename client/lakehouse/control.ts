import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { LakehouseEvent, ServiceName } from '../../docker/events.ts';

export type EventListener = (event: LakehouseEvent) => void;

/** What the editor asks of a lakehouse, whether this machine runs it or somebody else does. */
export interface LakehouseControl {
  /** What a person reads, e.g. `the lakehouse of this machine`. */
  readonly title: string;
  /** What only this machine's own lakehouse can: absent for one that somebody else runs. */
  readonly owner?: LakehouseOwner;
  /** Reports every service's state now and every change, until aborted. Whoever changes it: this window or not. */
  follow(onEvent: EventListener, signal: AbortSignal): Promise<void>;
  /** Rejects when nothing of it runs. */
  endpoints(): Promise<LakehouseEndpoints>;
  /** Brings every service to ready. Rejects when one fails, after its state has said why. */
  up(onEvent: EventListener, signal: AbortSignal): Promise<void>;
}

/** What a lakehouse allows to the one whose machine it runs on. */
export interface LakehouseOwner {
  /** What `reset` wants to hear. */
  name(): Promise<string>;
  /** Stops the services and keeps their data. */
  down(onEvent: EventListener): Promise<void>;
  /** Stops the services and deletes all their data. Rejects unless `confirm` is the lakehouse's name. */
  reset(confirm: string, onEvent: EventListener): Promise<void>;
  /** The last lines of a service's log and what comes, until aborted. */
  followLog(service: ServiceName, signal: AbortSignal): AsyncIterable<string>;
}
