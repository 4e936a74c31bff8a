import type { ObjectStoreProvider } from '../settings.ts';

/**
 * What the project relies on in images that others make: the one place for their names, paths, users and variables.
 * Versions are those of the processes back end, on which every server was run. Source: each project's public Dockerfile.
 */
export interface ImageContract {
  /** The same image in several registries, the preferred one first; the first that can be pulled is used. */
  readonly references: readonly [string, ...string[]];
  /** About what is downloaded, for the plan. */
  readonly downloadBytes: number;
}

/** apache/kafka docker/jvm/Dockerfile: uid 1000, KAFKA_* becomes server.properties, any of them drops the default file. */
export const KAFKA_IMAGE = {
  references: ['apache/kafka:4.3.1', 'mirror.gcr.io/apache/kafka:4.3.1'],
  downloadBytes: 220_000_000,
  /** Declared as a VOLUME; used only when KAFKA_LOG_DIRS names it. */
  dataPath: '/var/lib/kafka/data',
  /** Declared as VOLUMEs too: keys for TLS, and a server.properties of the user's own. */
  emptyPaths: ['/etc/kafka/secrets', '/mnt/shared/config'],
} as const satisfies ImageContract & Record<string, unknown>;

/** projectnessie/nessie tools/dockerbuild/docker/Dockerfile-jvm: uid 10000, JAVA_OPTS_APPEND, management on 9000. */
export const NESSIE_IMAGE = {
  references: ['ghcr.io/projectnessie/nessie:0.99.0', 'quay.io/projectnessie/nessie:0.99.0'],
  downloadBytes: 330_000_000,
  /** Exists in the image as the user's own, so a fresh volume mounted here can be written by the user. */
  dataPath: '/home/nessie',
  port: 19120,
  managementPort: 9000,
} as const satisfies ImageContract & Record<string, unknown>;

/** trinodb/trino core/docker/Dockerfile: uid 1000, /etc/trino, HEALTHCHECK by /usr/lib/trino/bin/health-check. */
export const TRINO_IMAGE = {
  references: ['trinodb/trino:476', 'mirror.gcr.io/trinodb/trino:476'],
  downloadBytes: 780_000_000,
  configPath: '/etc/trino',
  /** Where CREATE CATALOG writes: a volume, because the container is re-created when a setting changes. */
  catalogPath: '/etc/trino/catalog',
  dataPath: '/data/trino',
  port: 8080,
  healthCommand: ['/usr/lib/trino/bin/health-check'],
} as const satisfies ImageContract & Record<string, unknown>;

/** An object store as an image: how it is told its keys and where it puts its objects. */
export interface StoreImage extends ImageContract {
  readonly title: string;
  readonly version: string;
  readonly command: readonly string[];
  readonly port: number;
  readonly dataPath: string;
  readonly memoryMb: number;
  /** Set where the image's own user could not write into a fresh volume. */
  readonly user?: string;
  readonly env: (keys: { accessKeyId: string; secretAccessKey: string }) => Readonly<Record<string, string>>;
}

export const STORE_IMAGES: Readonly<Record<ObjectStoreProvider, StoreImage>> = {
  /** minio/minio Dockerfile.release: VOLUME /data, root. Docker Hub's image was removed; quay.io keeps the last release. */
  minio: {
    title: 'MinIO',
    version: 'RELEASE.2025-09-07T16-13-09Z',
    references: ['quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z'],
    downloadBytes: 60_000_000,
    command: ['server', '/data'],
    port: 9000,
    dataPath: '/data',
    memoryMb: 512,
    env: keys => ({
      MINIO_ROOT_USER: keys.accessKeyId,
      MINIO_ROOT_PASSWORD: keys.secretAccessKey,
      MINIO_UPDATE: 'off',
    }),
  },
  /** seaweedfs docker/Dockerfile.go_build: the entry point passes its first word on to `weed`. */
  seaweedfs: {
    title: 'SeaweedFS',
    version: '4.48',
    references: ['chrislusf/seaweedfs:4.48', 'ghcr.io/chrislusf/seaweedfs:4.48'],
    downloadBytes: 70_000_000,
    command: [
      'mini',
      '-dir=/data',
      '-s3.port=9000',
      '-s3.port.iceberg=0',
      '-s3.port.lance=0',
      '-webdav=false',
      '-admin.ui=false',
      '-master.telemetry=false',
    ],
    port: 9000,
    dataPath: '/data',
    memoryMb: 512,
    env: keys => ({ AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey }),
  },
  /** rustfs Dockerfile: uid 10001, which cannot write into a fresh volume at /data, so it runs as root. */
  rustfs: {
    title: 'RustFS',
    version: '1.0.0-alpha.99',
    references: ['rustfs/rustfs:1.0.0-alpha.99', 'ghcr.io/rustfs/rustfs:1.0.0-alpha.99'],
    downloadBytes: 60_000_000,
    command: ['/data'],
    port: 9000,
    dataPath: '/data',
    memoryMb: 512,
    user: '0',
    env: keys => ({
      RUSTFS_ACCESS_KEY: keys.accessKeyId,
      RUSTFS_SECRET_KEY: keys.secretAccessKey,
      RUSTFS_ADDRESS: ':9000',
      RUSTFS_CONSOLE_ENABLE: 'false',
    }),
  },
};
