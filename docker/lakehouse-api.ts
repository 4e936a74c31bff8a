import type { LakehouseEndpoints } from '../catalog/endpoints.ts';
import type { LakehouseEvent, ServiceName } from './events.ts';
import { readOwnFile } from './files.ts';
import type { Home } from './home.ts';
import type { Backend, SettingsChange } from './settings.ts';
import { type LakehouseStatus, listFailures } from './status.ts';
import type { TransferOptions } from './transfer/stack-file.ts';

export interface UpOptions {
  readonly settings?: SettingsChange;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: LakehouseEvent) => void;
}

/** A lakehouse on this machine, running or not. */
export interface Lakehouse {
  readonly home: string;
  /** The name that `reset` wants to hear. */
  readonly name: string;
  readonly backend: Backend;
  /** Who runs it and why, for a person: `containers on unix:///var/run/docker.sock (the usual socket)`. */
  readonly place: string;
  /**
   * Brings every service to readiness; does nothing to what is ready. Aborting ends what this call has started.
   * @throws LakehouseStartError when a service did not become ready; the others keep running.
   */
  up(options?: UpOptions): Promise<LakehouseStatus>;
  /** Ends every service and the supervisor; all data stays. */
  down(options?: { readonly onEvent?: (event: LakehouseEvent) => void }): Promise<LakehouseStatus>;
  status(): Promise<LakehouseStatus>;
  /** @throws Error when the lakehouse is not running. */
  endpoints(): Promise<LakehouseEndpoints>;
  /** The state of every service now, then every change, through stops and starts, until aborted. */
  watch(signal: AbortSignal): AsyncGenerator<LakehouseEvent>;
  /** The last lines of a service's log; with `follow` also what comes, until aborted. */
  logs(service: ServiceName, options: LogOptions): AsyncGenerator<string>;
  /** Where its data lies and how much it is: what `reset` would delete. */
  data(): Promise<DataItem[]>;
  /** What an `up` with this change would do; nothing is changed. */
  plan(change?: SettingsChange): Promise<StartPlan>;
  /** Everything that helps to find a fault, as text with all secrets masked. */
  diagnostics(): Promise<string>;
  /**
   * Writes settings, keys and all data to one new file.
   * @throws Error while it runs, and when the file exists already.
   */
  exportTo(file: string, options?: TransferOptions): Promise<void>;
  /**
   * Fills a lakehouse that has no data yet from such a file; `up` then starts it.
   * @throws Error when it has data already, or the file is of the other back end. Nothing of it remains after a failure.
   */
  importFrom(file: string, options?: TransferOptions): Promise<void>;
  /** Stops it and deletes all its data. @throws Error unless `confirm` is its name. */
  reset(options: {
    readonly confirm: string;
    readonly onEvent?: (event: LakehouseEvent) => void;
  }): Promise<void>;
}

/** What a start would do, and what wants a decision before. */
export interface StartPlan {
  /** For a person to read, one thing per line. */
  readonly lines: readonly string[];
  /** Empty when a start can just go on. */
  readonly decisions: readonly PlanDecision[];
}

/** Something that stands in a start's way. */
export interface PlanDecision {
  readonly text: string;
  /** The change that would clear it away, where there is one. */
  readonly remedy?: SettingsChange;
}

/** A directory or volume of a lakehouse. */
export interface DataItem {
  readonly name: string;
  readonly bytes: number;
}

export interface LogOptions {
  readonly lines?: number;
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** Some services did not become ready. The message names each with its cause. */
export class LakehouseStartError extends Error {
  override readonly name = 'LakehouseStartError';
  readonly status: LakehouseStatus;
  constructor(status: LakehouseStatus) {
    const causes = listFailures(status).map(item => `${status.services[item.service].title}: ${item.cause}`);
    super(causes.join('\n'));
    this.status = status;
  }
}

/** @throws Error when the lakehouse of this home is not running. */
export function readEndpoints(home: Home): LakehouseEndpoints {
  const text = readOwnFile(home.endpointsFile);
  if (text === undefined)
    throw new Error(`The lakehouse in ${home.directory} is not running: start it with 'lakehouse up'.`);
  return JSON.parse(text) as LakehouseEndpoints;
}
