import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { SERVICE_NAMES, type ServiceName } from '../../docker/events.ts';
import type { EventListener, LakehouseControl } from './control.ts';
import { SERVICE_TITLES } from './services.ts';

/** What a lakehouse that somebody else runs is looked at with. */
export interface RemoteLakehouse {
  /** The endpoints file, for messages. */
  readonly file: string;
  readEndpoints(): Promise<LakehouseEndpoints>;
  /** Resolves when the service answers by its protocol, rejects with the reason when it does not. */
  probe(service: ServiceName, endpoints: LakehouseEndpoints, signal: AbortSignal): Promise<void>;
}

const PROBE_DEADLINE_MS = 10_000;

/** A lakehouse that is only connected to: `up` checks that all four services answer, `down` is refused. */
export function createRemoteControl(remote: RemoteLakehouse): LakehouseControl {
  const title = `the lakehouse of ${remote.file}`;
  const check = async (
    onEvent: EventListener,
    signal?: AbortSignal,
  ): Promise<[LakehouseEndpoints, string[]]> => {
    const endpoints = await remote.readEndpoints();
    const failures = await Promise.all(
      SERVICE_NAMES.map(service => probeOne({ remote, service, endpoints, onEvent, signal })),
    );
    return [endpoints, failures.filter(failure => failure !== undefined)];
  };
  return {
    title,
    canStart: false,
    look: async onEvent => {
      const [endpoints, failures] = await check(onEvent);
      return failures.length === 0 ? endpoints : undefined;
    },
    up: async (onEvent, signal) => {
      const [endpoints, failures] = await check(onEvent, signal);
      signal.throwIfAborted();
      if (failures.length > 0) throw new Error(failures.join(' '));
      return endpoints;
    },
    down: () => Promise.reject(new Error(`${title} is run by somebody else: stop it where it was started.`)),
    logFile: () => undefined,
  };
}

interface ProbeRun {
  readonly remote: RemoteLakehouse;
  readonly service: ServiceName;
  readonly endpoints: LakehouseEndpoints;
  readonly onEvent: EventListener;
  readonly signal: AbortSignal | undefined;
}

/** Reports starting, then ready or failed. Answers what is wrong in one sentence, nothing when all is well. */
async function probeOne(run: ProbeRun): Promise<string | undefined> {
  const { remote, service, endpoints, onEvent } = run;
  const report = (state: Parameters<EventListener>[0] & { kind: 'service' }): void => onEvent(state);
  const deadline = AbortSignal.timeout(PROBE_DEADLINE_MS);
  const signal = run.signal === undefined ? deadline : AbortSignal.any([run.signal, deadline]);
  const address = addressOf(service, endpoints);
  report({
    kind: 'service',
    at: Date.now(),
    service,
    state: { kind: 'starting', step: 'asking', elapsedMs: 0 },
  });
  try {
    await remote.probe(service, endpoints, signal);
    report({ kind: 'service', at: Date.now(), service, state: { kind: 'ready', address } });
    return undefined;
  } catch (error) {
    const reason = deadline.aborted ? `no answer within ${PROBE_DEADLINE_MS / 1000} s` : String(error);
    const cause = `${SERVICE_TITLES[service]} at ${address} does not answer: ${reason}`;
    report({ kind: 'service', at: Date.now(), service, state: { kind: 'failed', cause, lastLines: [] } });
    return cause;
  }
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
