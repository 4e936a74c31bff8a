import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import type { OrphanedStack } from '../../docker/containers/orphans.ts';
import type { LakehouseEvent, ServiceName } from '../../docker/events.ts';
import type { CatalogOutcome } from '../../docker/federation/sync.ts';
import type { DataItem, StartPlan } from '../../docker/lakehouse-api.ts';
import type { SettingsChange } from '../../docker/settings.ts';
import type { TransferOptions } from '../../docker/transfer/stack-file.ts';

export type EventListener = (event: LakehouseEvent) => void;

/** What the editor asks of a lakehouse, whether this machine runs it or somebody else does. */
export interface LakehouseControl {
  /** What a person reads, e.g. `the lakehouse of this machine`. */
  readonly title: string;
  /** Who runs it and why, once that is known: `containers on unix:///var/run/docker.sock (the usual socket)`. */
  readonly place?: string | undefined;
  /** What only this machine's own lakehouse can: absent for one that somebody else runs. */
  readonly owner?: LakehouseOwner;
  /** Reports every service's state now and every change, until aborted. Whoever changes it: this window or not. */
  follow(onEvent: EventListener, signal: AbortSignal): Promise<void>;
  /** Rejects when nothing of it runs. */
  endpoints(): Promise<LakehouseEndpoints>;
  /** Brings every service to ready. Rejects when one fails, after its state has said why. `change` counts above the settings. */
  up(onEvent: EventListener, signal: AbortSignal, change?: SettingsChange): Promise<void>;
}

/** What a lakehouse allows to the one whose machine it runs on. */
export interface LakehouseOwner {
  /** What `reset` wants to hear. */
  name(): Promise<string>;
  /** Stops the services and keeps their data. */
  down(onEvent: EventListener): Promise<void>;
  /** Stops the services and deletes all their data. Rejects unless `confirm` is the lakehouse's name. */
  reset(confirm: string, onEvent: EventListener): Promise<void>;
  /** What a start would do, and what wants a decision before. */
  plan(): Promise<StartPlan>;
  /** Where its data lies and how much it is. */
  data(): Promise<DataItem[]>;
  /** Everything that helps to find a fault, with secrets masked. */
  diagnostics(): Promise<string>;
  /** Writes a stopped lakehouse to one new file. */
  exportTo(file: string, options: TransferOptions): Promise<void>;
  /** Fills a lakehouse without data from such a file. */
  importFrom(file: string, options: TransferOptions): Promise<void>;
  /** Makes every `*.properties` file of the folder a catalog of Trino, and drops those that have gone. */
  applyCatalogs(folder: string, signal: AbortSignal): Promise<CatalogOutcome[]>;
  /** What deleted workspaces have left in the Docker engine. */
  orphans(): Promise<OrphanedStack[]>;
  removeOrphan(orphan: OrphanedStack): Promise<void>;
  /** The last lines of a service's log and what comes, until aborted. */
  followLog(service: ServiceName, signal: AbortSignal): AsyncIterable<string>;
}
