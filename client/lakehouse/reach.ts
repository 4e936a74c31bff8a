import { connect } from 'node:net';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import { connectNessie, getConfig } from '../../catalog/nessie.ts';
import type { ServiceName } from '../../docker/events.ts';
import { fetchFor } from './loopback-fetch.ts';

/**
 * A light look at one service of a running lakehouse, cheap enough for every refresh of the view: does it answer at its
 * address? Whether it can work is what starting it has proved. Rejects with the reason.
 */
export async function reachService(
  service: ServiceName,
  endpoints: LakehouseEndpoints,
  signal: AbortSignal,
): Promise<void> {
  switch (service) {
    case 'kafka':
      return reachAny(endpoints.kafka.brokers, signal);
    case 'objectStore':
      // Any HTTP answer will do: without a signature it is a refusal, which only a living store gives.
      await fetchFor(endpoints.objectStore.endpoint)(endpoints.objectStore.endpoint, { signal });
      return;
    case 'nessie':
      await getConfig(connectNessie({ ...endpoints.nessie, fetch: fetchFor(endpoints.nessie.uri) }), signal);
      return;
    case 'trino':
      return reachTrino(endpoints.trino.uri, signal);
  }
}

async function reachTrino(uri: string, signal: AbortSignal): Promise<void> {
  const response = await fetchFor(uri)(`${uri.replace(/\/+$/, '')}/v1/info`, { signal });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const info = (await response.json()) as { readonly starting?: boolean };
  if (info.starting === true) throw new Error('it is still starting');
}

/** One broker that takes a connection is enough: it names the others. */
async function reachAny(brokers: readonly string[], signal: AbortSignal): Promise<void> {
  try {
    await Promise.any(brokers.map(broker => openSocket(broker, signal)));
  } catch (error) {
    const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
    throw first;
  }
}

function openSocket(address: string, signal: AbortSignal): Promise<void> {
  const colon = address.lastIndexOf(':');
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)), signal });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
