import { connectNessie, getConfig, getReference } from '../catalog/nessie.ts';
import { quoteIdentifier } from '../catalog/trino/quote.ts';
import type { ServiceName } from './events.ts';
import { type ProbeRun, REQUEST_TIMEOUT_MS } from './probe-run.ts';

/**
 * Resolves when the service does its work over its own protocol; rejects with what it answered instead. Each loads its
 * service's client itself: all of them at once would hold up whoever waits for one.
 */
export const PROBES: Readonly<Record<ServiceName, (run: ProbeRun) => Promise<void>>> = {
  kafka: async run => (await import('./kafka-probe.ts')).probeKafka(run),
  objectStore: async run => (await import('./object-store-probe.ts')).probeObjectStore(run),
  nessie: probeNessie,
  trino: probeTrino,
};

/** The configuration and the default branch. */
async function probeNessie({ endpoints, signal, onStep }: ProbeRun): Promise<void> {
  onStep('asking for the default branch');
  const connection = connectNessie({ ...endpoints.nessie, timeoutMs: REQUEST_TIMEOUT_MS });
  const { defaultBranch } = await getConfig(connection, signal);
  await getReference(connection, defaultBranch, { signal });
}

/** Not starting any more, computing, and seeing the tables' catalog: a plain 200 while it starts means nothing. */
async function probeTrino({ endpoints, signal, onStep }: ProbeRun): Promise<void> {
  const { uri, user, catalog } = endpoints.trino;
  onStep('waiting for the coordinator');
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
  const response = await fetch(`${uri}/v1/info`, { signal: timeout });
  const info = (await response.json()) as { starting?: boolean };
  if (info.starting !== false) throw new Error('Trino is still starting.');
  const { connectTrino, queryAll } = await import('../catalog/trino/client.ts');
  const trino = connectTrino({ uri, user, source: 'lakehouse-probe', requestTimeoutMs: REQUEST_TIMEOUT_MS });
  onStep('running SELECT 1');
  await queryAll(trino, 'SELECT 1', { signal });
  onStep(`listing the schemas of ${catalog}`);
  await queryAll(trino, `SHOW SCHEMAS FROM ${quoteIdentifier(catalog)}`, { signal });
}
