import path from 'node:path';
import { ARTIFACTS } from '../artifacts/table.ts';
import { type Launch, LOOPBACK, type ServiceSpec, type Site } from './service.ts';

/** The store of the original stack. AGPL-3.0, so it is compiled from its module and runs as a program of its own. */
export const MINIO: ServiceSpec = {
  name: 'objectStore',
  title: 'MinIO',
  version: ARTIFACTS.minio.version,
  artifacts: ['minio'],
  needsJava: false,
  internalPorts: ['console'],
  readyAfter: [],
  memoryMb: 150,
  launch: launchMinio,
};

function launchMinio(site: Site): Launch {
  return {
    command: path.join(site.artifact('minio'), 'minio'),
    args: [
      'server',
      site.dataDirectory,
      '--address',
      `${LOOPBACK}:${site.port('objectStore')}`,
      '--console-address',
      `${LOOPBACK}:${site.port('objectStore.console')}`,
    ],
    env: {
      MINIO_ROOT_USER: site.credentials.accessKeyId,
      MINIO_ROOT_PASSWORD: site.credentials.secretAccessKey,
      MINIO_UPDATE: 'off',
    },
    files: {},
  };
}
