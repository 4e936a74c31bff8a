import type { LakehouseEndpoints } from '../catalog/endpoints.ts';
import type { ServiceName } from './events.ts';
import { KAFKA } from './services/kafka.ts';
import { MINIO } from './services/minio.ts';
import { NESSIE } from './services/nessie.ts';
import { SEAWEEDFS } from './services/seaweedfs.ts';
import {
  httpAddress,
  LOOPBACK,
  type ServiceSpec,
  STORE_REGION,
  type StoreCredentials,
  WAREHOUSE_BUCKET,
} from './services/service.ts';
import { TRINO } from './services/trino.ts';
import type { ObjectStoreProvider, StackSettings } from './settings.ts';

const STORES: Readonly<Partial<Record<ObjectStoreProvider, ServiceSpec>>> = {
  seaweedfs: SEAWEEDFS,
  minio: MINIO,
};

/**
 * The lakehouse as processes of this machine.
 * @throws Error when the chosen object store or profile cannot be had as processes.
 */
export function describeStack(settings: StackSettings): Readonly<Record<ServiceName, ServiceSpec>> {
  if (settings.profile !== 'small')
    throw new Error(
      `The profile ${settings.profile} has three Kafka brokers and needs a Docker engine: use --backend docker, or the profile small.`,
    );
  const objectStore = STORES[settings.objectStore];
  if (objectStore === undefined)
    throw new Error(
      `${settings.objectStore} runs in containers only: use ${Object.keys(STORES).join(' or ')}.`,
    );
  return { kafka: KAFKA, objectStore, nessie: NESSIE, trino: TRINO };
}

/** Where its clients reach it. */
export function describeEndpoints(
  settings: StackSettings,
  credentials: StoreCredentials,
): LakehouseEndpoints {
  const { ports } = settings;
  return {
    kafka: { brokers: brokerPorts(settings).map(port => `${LOOPBACK}:${port}`) },
    objectStore: {
      endpoint: httpAddress(ports.objectStore),
      region: STORE_REGION,
      bucket: WAREHOUSE_BUCKET,
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
    },
    nessie: { uri: `${httpAddress(ports.nessie)}/api/v2` },
    icebergRest: { uri: `${httpAddress(ports.nessie)}/iceberg` },
    trino: { uri: httpAddress(ports.trino), user: 'lakehouse', catalog: 'iceberg' },
  };
}

/** The loopback port of every broker; only containers have more than one. */
export function brokerPorts({ ports, profile, extraBrokerPorts }: StackSettings): number[] {
  return profile === 'standard' ? [ports.kafka, ...extraBrokerPorts] : [ports.kafka];
}
