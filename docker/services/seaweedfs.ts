import path from 'node:path';
import { ARTIFACTS } from '../artifacts/table.ts';
import { type Launch, LOOPBACK, type ServiceSpec, type Site, WAREHOUSE_BUCKET } from './service.ts';

/** Every part of SeaweedFS that listens, and the option that names its port. All of them stay on loopback. */
const PORT_OPTIONS = {
  's3-grpc': 's3.port.grpc',
  master: 'master.port',
  'master-grpc': 'master.port.grpc',
  volume: 'volume.port',
  'volume-grpc': 'volume.port.grpc',
  filer: 'filer.port',
  'filer-grpc': 'filer.port.grpc',
  admin: 'admin.port',
  'admin-grpc': 'admin.port.grpc',
} as const;

/** The default store: one small Apache-2.0 program without anything to compile. */
export const SEAWEEDFS: ServiceSpec = {
  name: 'objectStore',
  title: 'SeaweedFS',
  version: ARTIFACTS.seaweedfs.version,
  artifacts: ['seaweedfs'],
  needsJava: false,
  internalPorts: Object.keys(PORT_OPTIONS),
  readyAfter: [],
  memoryMb: 150,
  launch: launchSeaweedFs,
};

function launchSeaweedFs(site: Site): Launch {
  const ports = Object.entries(PORT_OPTIONS).map(
    ([key, option]) => `-${option}=${site.port(`objectStore.${key}`)}`,
  );
  return {
    command: path.join(site.artifact('seaweedfs'), 'weed'),
    args: [
      'mini',
      `-dir=${site.dataDirectory}`,
      `-ip=${LOOPBACK}`,
      `-ip.bind=${LOOPBACK}`,
      `-s3.port=${site.port('objectStore')}`,
      ...ports,
      `-bucket=${WAREHOUSE_BUCKET}`,
      '-s3.port.iceberg=0',
      '-s3.port.lance=0',
      '-webdav=false',
      '-admin.ui=false',
      '-master.telemetry=false',
    ],
    env: {
      AWS_ACCESS_KEY_ID: site.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: site.credentials.secretAccessKey,
    },
    files: {},
  };
}
