import { existsSync } from 'node:fs';
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

/**
 * Each plugin costs start-up time and memory, so Trino sees only those that a catalog here needs. The geospatial one brings
 * the type Geometry, without which the PostgreSQL connector does not start.
 */
const TRINO_PLUGINS = ['iceberg', 'tpch', 'geospatial'] as const;

/** Coordinator and worker in one. */
export const TRINO: ServiceSpec = {
  name: 'trino',
  title: 'Trino',
  version: ARTIFACTS.trino.version,
  artifacts: ['trino'],
  needsJava: true,
  internalPorts: [],
  readyAfter: ['objectStore', 'nessie'],
  memoryMb: 900,
  launch: launchTrino,
};

function launchTrino(site: Site): Launch {
  const distribution = site.artifact('trino');
  const vectorModule = site.java?.hasVectorModule ? ['--add-modules=jdk.incubator.vector'] : [];
  return {
    command: javaBinary(site),
    args: [
      '-Xmx1g',
      '-XX:+UseG1GC',
      // Gives the memory of a big query back when it is idle again.
      '-XX:G1PeriodicGCInterval=20000',
      '-XX:MinHeapFreeRatio=10',
      '-XX:MaxHeapFreeRatio=25',
      '-XX:ReservedCodeCacheSize=160M',
      '-XX:+ExitOnOutOfMemoryError',
      ...vectorModule,
      '-Djdk.attach.allowAttachSelf=true',
      '-Dnode.environment=lakehouse',
      '-Dnode.id=lakehouse',
      `-Dnode.data-dir=${site.dataDirectory}`,
      // Only the launcher reads node.properties. Without an address Trino listens on every interface.
      `-Dnode.bind-ip=${LOOPBACK}`,
      `-Dnode.internal-address=${LOOPBACK}`,
      `-Dconfig=${path.join(site.configDirectory, 'etc', 'config.properties')}`,
      '-cp',
      path.join(distribution, 'lib', '*'),
      'io.trino.server.TrinoServer',
    ],
    // It looks for etc/catalog, where CREATE CATALOG writes too, from its working directory only.
    workingDirectory: site.configDirectory,
    env: trinoEnvironment(site),
    files: {
      'etc/config.properties': trinoConfig(site),
      'etc/catalog/iceberg.properties': site.icebergCatalog,
      'etc/catalog/tpch.properties': renderProperties({ 'connector.name': 'tpch' }),
    },
    links: Object.fromEntries(
      [...TRINO_PLUGINS, ...site.settings.plugins]
        .filter(name => existsSync(path.join(distribution, 'plugin', name)))
        .map(name => [`plugin/${name}`, path.join(distribution, 'plugin', name)]),
    ),
  };
}

/** What catalogs may name as `${ENV:…}`, ours and those that CREATE CATALOG makes: Trino keeps the name, not the value. */
function trinoEnvironment(site: Site): Record<string, string> {
  return {
    ...site.catalogVariables,
    LAKEHOUSE_NESSIE_URI: `${httpAddress(site.port('nessie'))}/api/v2`,
    LAKEHOUSE_ICEBERG_REST_URI: `${httpAddress(site.port('nessie'))}/iceberg`,
    LAKEHOUSE_WAREHOUSE: `s3://${WAREHOUSE_BUCKET}/`,
    LAKEHOUSE_S3_ENDPOINT: httpAddress(site.port('objectStore')),
    LAKEHOUSE_S3_REGION: STORE_REGION,
    LAKEHOUSE_S3_ACCESS_KEY: site.credentials.accessKeyId,
    LAKEHOUSE_S3_SECRET_KEY: site.credentials.secretAccessKey,
  };
}

function trinoConfig(site: Site): string {
  const address = httpAddress(site.port('trino'));
  return renderProperties({
    coordinator: true,
    'node-scheduler.include-coordinator': true,
    'http-server.http.port': site.port('trino'),
    'http-server.log.enabled': false,
    'discovery.uri': address,
    // A catalog made by CREATE CATALOG is kept as a file in etc/catalog and is there again after a restart.
    'catalog.management': 'dynamic',
    'catalog.store': 'file',
    'plugin.dir': path.join(site.configDirectory, 'plugin'),
    'query.max-memory': '500MB',
    'query.max-memory-per-node': '500MB',
    'memory.heap-headroom-per-node': '200MB',
  });
}
