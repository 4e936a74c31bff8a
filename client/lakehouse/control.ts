import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { LakehouseEvent, ServiceName } from '../../docker/events.ts';

export type EventListener = (event: LakehouseEvent) => void;

/** What the editor asks of a lakehouse, whether this machine runs it or somebody else does. */
export interface LakehouseControl {
  /** What the person starts, e.g. `the lakehouse of this machine`. */
  readonly title: string;
  /** Whether `up` and `down` start and stop anything; a lakehouse that somebody else runs is only looked at. */
  readonly canStart: boolean;
  /** Looks once and reports every service's state. Answers the endpoints when the lakehouse can be used. */
  look(onEvent: EventListener): Promise<LakehouseEndpoints | undefined>;
  /** Brings every service to ready. Rejects when one fails, after its state has said why. */
  up(onEvent: EventListener, signal: AbortSignal): Promise<LakehouseEndpoints>;
  /** Stops the services and keeps their data. */
  down(onEvent: EventListener, signal: AbortSignal): Promise<void>;
  /** The file a service writes its log to, where there is one. */
  logFile(service: ServiceName): string | undefined;
}
