import type { Readable } from 'node:stream';

/** The part of a Docker engine that the lakehouse uses. `engine.ts` does it over dockerode, tests in memory. */
export interface Engine {
  /** Where it was found and why that one was taken. */
  readonly origin: EngineOrigin;
  info(): Promise<EngineInfo>;
  /** Every container with the label (`key` or `key=value`), stopped ones too; all containers without one. */
  listContainers(label?: string): Promise<ContainerRow[]>;
  inspectContainer(id: string): Promise<ContainerDetail | undefined>;
  /** Answers the new container's id. */
  createContainer(create: ContainerCreate): Promise<string>;
  /** Puts files into a container that need not run. Only files: a folder's owner would be changed by naming it. */
  putFiles(id: string, directory: string, files: readonly PutFile[]): Promise<void>;
  /** A tar of a path in a container that need not run; the names in it begin with the path's last part. */
  readArchive(id: string, path: string): Promise<Readable>;
  /** Unpacks a tar into a folder of a container that need not run, with the owners and modes that it names. */
  writeArchive(id: string, directory: string, archive: Readable, signal: AbortSignal): Promise<void>;
  startContainer(id: string): Promise<void>;
  /** Nothing happens to one that does not run or is not there. */
  stopContainer(id: string, graceSeconds: number): Promise<void>;
  unpauseContainer(id: string): Promise<void>;
  /** Removes it by force, with its anonymous volumes; named ones stay. */
  removeContainer(id: string): Promise<void>;
  /** The last lines of both streams. */
  readLogs(id: string, lines: number): Promise<string[]>;
  followLogs(id: string, lines: number, signal: AbortSignal): AsyncGenerator<string>;
  memoryBytes(id: string): Promise<number>;
  inspectImage(reference: string): Promise<{ readonly id: string; readonly bytes: number } | undefined>;
  /** Pulls an image; an error inside the stream is a failure. */
  pullImage(reference: string, options: PullOptions): Promise<void>;
  /** Takes a name away from an image, and the image with its last name. */
  removeImage(reference: string): Promise<void>;
  listVolumes(label: string): Promise<VolumeRow[]>;
  createVolume(name: string, labels: Labels): Promise<void>;
  removeVolume(name: string): Promise<void>;
  listNetworks(label: string): Promise<NetworkRow[]>;
  createNetwork(name: string, labels: Labels): Promise<void>;
  removeNetwork(id: string): Promise<void>;
  /** A hint that something has changed among the containers with the label; the list is the truth. */
  watchContainers(label: string, signal: AbortSignal): AsyncGenerator<void>;
}

export type Labels = Readonly<Record<string, string>>;

export interface EngineOrigin {
  /** What a Docker client would take as its host, e.g. `unix:///var/run/docker.sock`. */
  readonly host: string;
  /** e.g. `DOCKER_HOST`, `the docker context colima`, `the usual socket`. */
  readonly reason: string;
  /** Absent where the engine is spoken to in the clear. */
  readonly tls?: EngineTls;
}

/** Where the certificates for an engine are; they are read when it is connected, and never kept in an origin. */
export interface EngineTls {
  /** Holds `ca.pem`, and `cert.pem` with `key.pem` where the engine asks who we are; undefined for none of them. */
  readonly directory: string | undefined;
  /** False where the user has said that the engine's certificate is not to be looked at. */
  readonly isVerified: boolean;
}

export interface EngineInfo {
  readonly version: string;
  readonly apiVersion: string;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly operatingSystem: string;
  /** Where the engine keeps images and volumes, as a path of the machine that it runs on. */
  readonly dataRoot: string;
}

export interface ContainerRow {
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
  /** `running`, `exited`, `created`, `paused`, `dead`, `restarting`, `removing`. */
  readonly status: string;
  readonly hostPorts: readonly number[];
}

export interface ContainerDetail {
  readonly id: string;
  /** The image that it was created from, which its name may not mean any more. */
  readonly imageId: string;
  readonly labels: Labels;
  readonly status: string;
  readonly isRunning: boolean;
  readonly wasOomKilled: boolean;
  readonly exitCode: number;
  /** What the engine says about a start that failed. */
  readonly error: string;
  /** When it was started last, as the engine writes it. */
  readonly startedAt: string;
  /** `none`, `starting`, `healthy`, `unhealthy`. */
  readonly health: string;
  /** False for a container that runs but lost its network, as some engines leave it after a failed start. */
  readonly hasNetwork: boolean;
}

/** A container to be created. All of it but the hash's own label goes into the hash. */
export interface ContainerCreate {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Labels;
  readonly network: string;
  readonly aliases: readonly string[];
  /** Container port → loopback port of the host. */
  readonly ports: Readonly<Record<number, number>>;
  /** Volume name → path in the container. */
  readonly volumes: Readonly<Record<string, string>>;
  /**
   * Paths that the image declares as volumes and that nobody needs. They get memory: a volume without a name would stay in
   * the engine when somebody deletes the container by hand.
   */
  readonly emptyPaths?: readonly string[];
  readonly memoryBytes: number;
  readonly healthCommand?: readonly string[];
  readonly user?: string;
  /** Names that resolve inside, e.g. `host.docker.internal` → `host-gateway`. */
  readonly extraHosts?: Readonly<Record<string, string>>;
}

export interface PutFile {
  readonly path: string;
  readonly text: string;
}

export interface PullOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PullProgress) => void;
}

/** What an engine tells of a pull so far; totals grow as layers are found, so no percentage is made of them. */
export interface PullProgress {
  readonly receivedBytes: number;
  readonly totalBytes: number;
  readonly layersDone: number;
  readonly layers: number;
}

export interface NetworkRow {
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
}

export interface VolumeRow {
  readonly name: string;
  readonly labels: Labels;
  /** -1 when the engine does not tell. */
  readonly bytes: number;
}

/** A request that the engine refused or did not answer, told in words of ours with its own text at the end. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** The HTTP status, 0 when there was no answer. */
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}
