import path from 'node:path';
import { ARTIFACTS } from '../artifacts/table.ts';
import {
  httpAddress,
  javaBinary,
  type Launch,
  LOOPBACK,
  renderProperties,
  type ServiceSpec,
  type Site,
  STORE_REGION,
  WAREHOUSE_BUCKET,
} from './service.ts';

/** Branches and commits, kept by RocksDB in the data directory. */
export const NESSIE: ServiceSpec = {
  name: 'nessie',
  title: 'Project Nessie',
  version: ARTIFACTS.nessie.version,
  artifacts: ['nessie'],
  needsJava: true,
  internalPorts: ['management'],
  readyAfter: [],
  memoryMb: 320,
  launch: launchNessie,
};

function launchNessie(site: Site): Launch {
  const jar = path.join(site.artifact('nessie'), ARTIFACTS.nessie.entry);
  const config = path.join(site.configDirectory, 'application.properties');
  return {
    command: javaBinary(site),
    args: [
      '-Xmx256m',
      '-XX:+UseSerialGC',
      // Compiling with the first compiler alone nearly halves the processor time until it is ready.
      '-XX:TieredStopAtLevel=1',
      '--enable-native-access=ALL-UNNAMED',
      `-Dquarkus.config.locations=${config}`,
      '-jar',
      jar,
    ],
    // Quarkus reads these as lakehouse.s3.name and .secret. A key below `nessie.catalog.` would fail its validation.
    env: {
      LAKEHOUSE_S3_NAME: site.credentials.accessKeyId,
      LAKEHOUSE_S3_SECRET: site.credentials.secretAccessKey,
    },
    files: { 'application.properties': nessieProperties(site) },
  };
}

function nessieProperties(site: Site): string {
  const s3 = 'nessie.catalog.service.s3.default-options';
  return renderProperties({
    'quarkus.http.host': LOOPBACK,
    'quarkus.http.access-log.enabled': false,
    'quarkus.http.port': site.port('nessie'),
    'quarkus.management.host': LOOPBACK,
    'quarkus.management.port': site.port('nessie.management'),
    'nessie.version.store.type': 'ROCKSDB',
    'nessie.version.store.persist.rocks.database-path': path.join(site.dataDirectory, 'rocks'),
    'nessie.catalog.default-warehouse': WAREHOUSE_BUCKET,
    [`nessie.catalog.warehouses.${WAREHOUSE_BUCKET}.location`]: `s3://${WAREHOUSE_BUCKET}/`,
    [`${s3}.endpoint`]: `${httpAddress(site.port('objectStore'))}/`,
    [`${s3}.region`]: STORE_REGION,
    [`${s3}.path-style-access`]: true,
    [`${s3}.access-key`]: 'urn:nessie-secret:quarkus:lakehouse.s3',
  });
}
