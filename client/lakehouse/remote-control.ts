import { setTimeout as delay } from 'node:timers/promises';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { NessieError } from '../../catalog/nessie.ts';
import { SERVICE_NAMES, type ServiceName, type ServiceState } from '../../docker/events.ts';
import { errorMessage } from '../errors.ts';
import type { EventListener, LakehouseControl } from './control.ts';
import { SERVICE_TITLES } from './services.ts';

/** What a lakehouse that somebody else runs is looked at with. */
export interface RemoteLakehouse {
  /** The endpoints file, for messages. */
  readonly file: string;
  readEndpoints(): Promise<LakehouseEndpoints>;
  /** Resolves when the service answers at its address, rejects with the reason when it does not. */
  reach(service: ServiceName, endpoints: LakehouseEndpoints, signal: AbortSignal): Promise<void>;
}

const REACH_DEADLINE_MS = 10_000;
const LOOK_INTERVAL_MS = 15_000;

/** A lakehouse that is only connected to: it is looked at now and then, and `up` checks that all its services answer. */
export function createRemoteControl(remote: RemoteLakehouse): LakehouseControl {
  return {
    title: `the lakehouse of ${remote.file}`,
    follow: async (onEvent, signal) => {
      while (!signal.aborted) {
        await look(remote, onEvent, signal);
        await delay(LOOK_INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    },
    endpoints: () => remote.readEndpoints(),
    up: async (onEvent, signal) => {
      for (const service of SERVICE_NAMES)
        tell(onEvent, service, { kind: 'starting', step: 'asking', elapsedMs: 0 });
      const causes = await look(remote, onEvent, signal);
      signal.throwIfAborted();
      if (causes.length > 0) throw new Error(causes.join(' '));
    },
  };
}

/** Asks every service once and tells how it stands. Answers what is wrong, one sentence per service. */
async function look(remote: RemoteLakehouse, onEvent: EventListener, signal: AbortSignal): Promise<string[]> {
  let endpoints: LakehouseEndpoints;
  try {
    endpoints = await remote.readEndpoints();
  } catch (error) {
    const cause = errorMessage(error);
    for (const service of SERVICE_NAMES) tell(onEvent, service, { kind: 'failed', cause, lastLines: [] });
    return [cause];
  }
  const causes = await Promise.all(
    SERVICE_NAMES.map(async service => {
      const address = addressOf(service, endpoints);
      const reason = await reachOnce(remote, { service, endpoints, signal });
      if (signal.aborted) return undefined;
      if (reason === undefined) {
        tell(onEvent, service, { kind: 'ready', address });
        return undefined;
      }
      const cause = reason.isWhole
        ? reason.text
        : `${SERVICE_TITLES[service]} at ${address} does not answer: ${reason.text}.`;
      tell(onEvent, service, { kind: 'failed', cause, lastLines: [] });
      return cause;
    }),
  );
  return causes.filter(cause => cause !== undefined);
}

interface Reach {
  readonly service: ServiceName;
  readonly endpoints: LakehouseEndpoints;
  readonly signal: AbortSignal;
}

interface Reason {
  readonly text: string;
  /** The text names the service and its address itself. */
  readonly isWhole: boolean;
}

/** Why a service cannot be reached; nothing when it can. */
async function reachOnce(
  remote: RemoteLakehouse,
  { service, endpoints, signal }: Reach,
): Promise<Reason | undefined> {
  const deadline = AbortSignal.timeout(REACH_DEADLINE_MS);
  try {
    await remote.reach(service, endpoints, AbortSignal.any([signal, deadline]));
    return undefined;
  } catch (error) {
    if (deadline.aborted) return { text: `no answer within ${REACH_DEADLINE_MS / 1000} s`, isWhole: false };
    // It does answer, and says what it wants.
    if (error instanceof NessieError && error.code === 'UNAUTHENTICATED')
      return { text: error.message, isWhole: true };
    const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { text: errorMessage(inner), isWhole: false };
  }
}

function tell(onEvent: EventListener, service: ServiceName, state: ServiceState): void {
  onEvent({ kind: 'service', at: Date.now(), service, state });
}

function addressOf(service: ServiceName, endpoints: LakehouseEndpoints): string {
  switch (service) {
    case 'kafka':
      return endpoints.kafka.brokers.join(', ');
    case 'objectStore':
      return endpoints.objectStore.endpoint;
    case 'nessie':
      return endpoints.nessie.uri;
    case 'trino':
      return endpoints.trino.uri;
  }
}
