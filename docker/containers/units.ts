import { createHash } from 'node:crypto';
import os from 'node:os';
import type { ServiceName } from '../events.ts';
import {
  renderProperties,
  type StoreCredentials,
  STORE_REGION,
  WAREHOUSE_BUCKET,
} from '../services/service.ts';
import type { StackSettings } from '../settings.ts';
import { brokerPorts } from '../stack.ts';
import type { ContainerCreate, Labels, PutFile } from './engine-api.ts';
import { type ImageContract, KAFKA_IMAGE, NESSIE_IMAGE, STORE_IMAGES, TRINO_IMAGE } from './images.ts';

/** Ours; every question of ownership is answered by these alone, never by a name. */
export const STACK_LABEL = 'dev.lakehouse.stack';
export const SERVICE_LABEL = 'dev.lakehouse.service';
export const UNIT_LABEL = 'dev.lakehouse.unit';
export const HASH_LABEL = 'dev.lakehouse.hash';
/** The home directory, by which a stack whose workspace has gone is found. */
export const HOME_LABEL = 'dev.lakehouse.home';
/** The machine of the home: an engine may serve several. On volumes and networks only. */
export const HOST_LABEL = 'dev.lakehouse.host';

/** One container of the lakehouse, complete but for its hash. */
export interface Unit {
  /** `kafka-1`, `object-store`, `nessie`, `trino`: also its name inside the network. */
  readonly name: string;
  readonly service: ServiceName;
  readonly image: ImageContract;
  readonly create: ContainerCreate;
  /** Put in before the start, by directory. */
  readonly files: Readonly<Record<string, readonly PutFile[]>>;
}

/** What the units of a stack depend on. */
export interface UnitSite {
  /** Short and unique: part of every name. */
  readonly stackId: string;
  readonly home: string;
  readonly settings: StackSettings;
  readonly credentials: StoreCredentials;
  /** What catalogs of the workspace may name as `${ENV:…}`. */
  readonly catalogVariables: Readonly<Record<string, string>>;
  /** The text of `catalog/iceberg.properties`. */
  readonly icebergCatalog: string;
}

const MB = 1024 ** 2;
/** The one cluster id of all brokers of a stack; it need not differ between stacks. */
const CLUSTER_ID = '3bLx1v0OQbWyYfyZ1r3v9g';
const BROKER_PORT = 9092;
const INTERNAL_PORT = 19092;
const CONTROLLER_PORT = 9093;

/** Every container of the stack, in the order in which a person would start them. */
export function describeUnits(site: UnitSite): Unit[] {
  const brokers = brokerPorts(site.settings);
  return [...brokers.map((_, i) => kafkaUnit(site, i)), storeUnit(site), nessieUnit(site), trinoUnit(site)];
}

/** Labels of everything that belongs to the stack; the compose ones make Docker Desktop and `docker compose ls` group it. */
export function stackLabels(site: Pick<UnitSite, 'stackId' | 'home'>): Labels {
  return {
    [STACK_LABEL]: site.stackId,
    [HOME_LABEL]: site.home,
    'com.docker.compose.project': projectName(site.stackId),
    'com.docker.compose.project.working_dir': site.home,
  };
}

/** Labels of what outlives containers: volumes and networks also say whose machine made them. */
export function keptLabels(site: Pick<UnitSite, 'stackId' | 'home'>): Labels {
  return { ...stackLabels(site), [HOST_LABEL]: os.hostname() };
}

export function projectName(stackId: string): string {
  return `lakehouse-${stackId}`;
}

/** Equal hashes mean that a container needs no re-creation. Secrets are in it too, which is why it is a digest. */
export function unitHash(unit: Unit): string {
  return createHash('sha256')
    .update(JSON.stringify([unit.create, unit.files]))
    .digest('hex');
}

function kafkaUnit(site: UnitSite, index: number): Unit {
  const { settings } = site;
  const ports = brokerPorts(settings);
  const id = index + 1;
  const replication = ports.length;
  const voters = ports.map((_, i) => `${i + 1}@kafka-${i + 1}:${CONTROLLER_PORT}`);
  const hostPort = ports[index] ?? settings.ports.kafka;
  const env = {
    CLUSTER_ID,
    KAFKA_NODE_ID: String(id),
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_LISTENERS: `HOST://:${BROKER_PORT},INTERNAL://:${INTERNAL_PORT},CONTROLLER://:${CONTROLLER_PORT}`,
    // A client is sent to the address of the listener that it came in by.
    KAFKA_ADVERTISED_LISTENERS: `HOST://127.0.0.1:${hostPort},INTERNAL://kafka-${id}:${INTERNAL_PORT}`,
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'HOST:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
    KAFKA_INTER_BROKER_LISTENER_NAME: 'INTERNAL',
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_CONTROLLER_QUORUM_VOTERS: voters.join(','),
    KAFKA_LOG_DIRS: KAFKA_IMAGE.dataPath,
    KAFKA_NUM_PARTITIONS: '3',
    KAFKA_DEFAULT_REPLICATION_FACTOR: String(replication),
    KAFKA_MIN_INSYNC_REPLICAS: String(Math.min(2, replication)),
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: String(replication),
    KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '5',
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: String(replication),
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: String(Math.min(2, replication)),
    KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '5',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_MESSAGE_MAX_BYTES: String(16 * MB),
    // The cleaner's buffer alone is 128 MB by default, more than a small heap has.
    KAFKA_LOG_CLEANER_DEDUPE_BUFFER_SIZE: String(8 * MB),
    KAFKA_HEAP_OPTS: '-Xms96m -Xmx256m',
    MALLOC_ARENA_MAX: '2',
  };
  return unit(site, `kafka-${id}`, {
    service: 'kafka',
    image: KAFKA_IMAGE,
    env,
    ports: { [BROKER_PORT]: hostPort },
    volumes: { [`kafka-${id}`]: KAFKA_IMAGE.dataPath },
    emptyPaths: KAFKA_IMAGE.emptyPaths,
    memoryMb: 640,
    // A JVM tool as a check would eat a core every few seconds.
    healthCommand: ['bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${BROKER_PORT}`],
  });
}

function storeUnit(site: UnitSite): Unit {
  const image = STORE_IMAGES[site.settings.objectStore];
  return unit(site, 'object-store', {
    service: 'objectStore',
    image,
    command: image.command,
    env: image.env(site.credentials),
    ports: { [image.port]: site.settings.ports.objectStore },
    volumes: { [`objects-${site.settings.objectStore}`]: image.dataPath },
    memoryMb: image.memoryMb,
    ...(image.user === undefined ? {} : { user: image.user }),
  });
}

function nessieUnit(site: UnitSite): Unit {
  const s3 = 'nessie.catalog.service.s3.default-options';
  const env = {
    JAVA_OPTS_APPEND: '-Xms64m -Xmx256m -XX:TieredStopAtLevel=1',
    MALLOC_ARENA_MAX: '2',
    'quarkus.http.access-log.enabled': 'false',
    'nessie.version.store.type': 'ROCKSDB',
    'nessie.version.store.persist.rocks.database-path': `${NESSIE_IMAGE.dataPath}/rocks`,
    'nessie.catalog.default-warehouse': WAREHOUSE_BUCKET,
    [`nessie.catalog.warehouses.${WAREHOUSE_BUCKET}.location`]: `s3://${WAREHOUSE_BUCKET}/`,
    [`${s3}.endpoint`]: `${storeAddress(site)}/`,
    // Clients on the host reach the store by another name than Nessie does.
    [`${s3}.external-endpoint`]: `http://127.0.0.1:${site.settings.ports.objectStore}/`,
    [`${s3}.region`]: STORE_REGION,
    [`${s3}.path-style-access`]: 'true',
    [`${s3}.access-key`]: 'urn:nessie-secret:quarkus:lakehouse.s3',
    'lakehouse.s3.name': site.credentials.accessKeyId,
    'lakehouse.s3.secret': site.credentials.secretAccessKey,
  };
  return unit(site, 'nessie', {
    service: 'nessie',
    image: NESSIE_IMAGE,
    env,
    ports: { [NESSIE_IMAGE.port]: site.settings.ports.nessie },
    volumes: { nessie: NESSIE_IMAGE.dataPath },
    memoryMb: 768,
  });
}

function trinoUnit(site: UnitSite): Unit {
  const config = renderProperties({
    coordinator: true,
    'node-scheduler.include-coordinator': true,
    'http-server.http.port': TRINO_IMAGE.port,
    'discovery.uri': `http://localhost:${TRINO_IMAGE.port}`,
    'catalog.management': 'dynamic',
    'catalog.store': 'file',
    'query.max-memory': '400MB',
    'query.max-memory-per-node': '400MB',
    'memory.heap-headroom-per-node': '200MB',
  });
  const jvm = [
    '-server',
    '-Xmx1g',
    '-XX:+UseG1GC',
    '-XX:+ExitOnOutOfMemoryError',
    '-XX:ReservedCodeCacheSize=160M',
    '-Djdk.attach.allowAttachSelf=true',
    '--add-modules=jdk.incubator.vector',
    '',
  ];
  const node = renderProperties({
    'node.environment': 'lakehouse',
    'node.id': 'lakehouse',
    'node.data-dir': TRINO_IMAGE.dataPath,
  });
  return unit(site, 'trino', {
    service: 'trino',
    image: TRINO_IMAGE,
    env: {
      ...site.catalogVariables,
      CATALOG_MANAGEMENT: 'dynamic',
      MALLOC_ARENA_MAX: '2',
      LAKEHOUSE_NESSIE_URI: `http://nessie:${NESSIE_IMAGE.port}/api/v2`,
      LAKEHOUSE_ICEBERG_REST_URI: `http://nessie:${NESSIE_IMAGE.port}/iceberg`,
      LAKEHOUSE_WAREHOUSE: `s3://${WAREHOUSE_BUCKET}/`,
      LAKEHOUSE_S3_ENDPOINT: storeAddress(site),
      LAKEHOUSE_S3_REGION: STORE_REGION,
      LAKEHOUSE_S3_ACCESS_KEY: site.credentials.accessKeyId,
      LAKEHOUSE_S3_SECRET_KEY: site.credentials.secretAccessKey,
    },
    ports: { [TRINO_IMAGE.port]: site.settings.ports.trino },
    volumes: { 'trino-catalogs': TRINO_IMAGE.catalogPath },
    // It was seen to use 1,441 MB with this heap while joins of six million rows ran.
    memoryMb: 1800,
    healthCommand: TRINO_IMAGE.healthCommand,
    // Databases of the machine, which catalog files name; Docker Desktop has the name by itself, Linux has not.
    extraHosts: { 'host.docker.internal': 'host-gateway' },
    files: {
      [TRINO_IMAGE.configPath]: [
        { path: 'config.properties', text: config },
        { path: 'jvm.config', text: jvm.join('\n') },
        { path: 'node.properties', text: node },
      ],
      [TRINO_IMAGE.catalogPath]: [
        { path: 'iceberg.properties', text: site.icebergCatalog },
        { path: 'tpch.properties', text: renderProperties({ 'connector.name': 'tpch' }) },
      ],
    },
  });
}

interface UnitParts {
  readonly service: ServiceName;
  readonly image: ImageContract;
  readonly command?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<number, number>>;
  readonly volumes: Readonly<Record<string, string>>;
  readonly emptyPaths?: readonly string[];
  readonly memoryMb: number;
  readonly healthCommand?: readonly string[];
  readonly user?: string;
  readonly extraHosts?: Readonly<Record<string, string>>;
  readonly files?: Unit['files'];
}

function unit(site: UnitSite, name: string, parts: UnitParts): Unit {
  const project = projectName(site.stackId);
  const { service, image, files, memoryMb, volumes, ...create } = parts;
  return {
    name,
    service,
    image,
    files: files ?? {},
    create: {
      ...create,
      name: `${project}-${name}`,
      image: image.references[0],
      labels: {
        ...stackLabels(site),
        [SERVICE_LABEL]: service,
        [UNIT_LABEL]: name,
        'com.docker.compose.service': name,
        'com.docker.compose.container-number': '1',
        'com.docker.compose.oneoff': 'False',
      },
      network: project,
      aliases: [name],
      volumes: Object.fromEntries(Object.entries(volumes).map(([key, path]) => [`${project}_${key}`, path])),
      memoryBytes: memoryMb * MB,
    },
  };
}

function storeAddress(site: UnitSite): string {
  return `http://object-store:${STORE_IMAGES[site.settings.objectStore].port}`;
}
