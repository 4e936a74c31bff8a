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

const STORES: Readonly<Record<ObjectStoreProvider, ServiceSpec>> = { seaweedfs: SEAWEEDFS, minio: MINIO };

/** What the lakehouse is: its services, whoever runs them. */
export function describeStack(settings: StackSettings): Readonly<Record<ServiceName, ServiceSpec>> {
  return { kafka: KAFKA, objectStore: STORES[settings.objectStore], nessie: NESSIE, trino: TRINO };
}

/** Where its clients reach it. */
export function describeEndpoints(
  settings: StackSettings,
  credentials: StoreCredentials,
): LakehouseEndpoints {
  const { ports } = settings;
  return {
    kafka: { brokers: [`${LOOPBACK}:${ports.kafka}`] },
    objectStore: {
      endpoint: httpAddress(ports.objectStore),
      region: STORE_REGION,
      bucket: WAREHOUSE_BUCKET,
      ...credentials,
    },
    nessie: { uri: `${httpAddress(ports.nessie)}/api/v2` },
    icebergRest: { uri: `${httpAddress(ports.nessie)}/iceberg` },
    trino: { uri: httpAddress(ports.trino), user: 'lakehouse', catalog: 'iceberg' },
  };
}
