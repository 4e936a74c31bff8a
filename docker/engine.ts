import type { Readable } from 'node:stream';
import Docker from 'dockerode';
import { pack } from 'tar-stream';
import { connectionTo } from './containers/connection.ts';
import { type EngineSearch, findEngineCandidates } from './containers/discovery.ts';
import {
  type ContainerCreate,
  type ContainerDetail,
  type ContainerRow,
  type Engine,
  EngineError,
  type EngineInfo,
  type EngineOrigin,
  type PullOptions,
  type PutFile,
  type VolumeRow,
} from './containers/engine-api.ts';
import { describeFault } from './containers/engine-fault.ts';
import { readLogLines } from './containers/log-frames.ts';
import { NoEngineError } from './containers/no-engine-error.ts';
import { readPull, splitLines } from './containers/pull-progress.ts';

/** The connection was refused or cut: the engine is not there, or not any more. */
class NoAnswerError extends EngineError {
  /** As the system names it, e.g. `ENOENT`. */
  readonly code: string | undefined;
  constructor({ message, code }: NodeJS.ErrnoException) {
    super(`The Docker engine does not answer: ${message}`, 0);
    this.code = code;
  }
}

/** Older engines lack what convergence relies on (volumes filtered by label, health start periods). */
const MIN_API_VERSION = '1.41';
const PROBE_TIMEOUT_MS = 5_000;
const SECOND_NS = 1_000_000_000;

/**
 * The first engine that answers ping and info. @throws NoEngineError that tells each one's fault: not installed, not
 * running, no permission on the socket, too old.
 */
export async function connectEngine(search: EngineSearch): Promise<Engine> {
  const faults: string[] = [];
  const candidates = findEngineCandidates(search);
  for (const origin of candidates) {
    try {
      const engine = engineAt(origin);
      const { apiVersion } = await engine.info();
      if (!isOlder(apiVersion, MIN_API_VERSION)) return engine;
      faults.push(
        `${origin.host} (${origin.reason}) speaks API ${apiVersion}: update it, ${MIN_API_VERSION} is needed.`,
      );
    } catch (error) {
      faults.push(describeFault(origin, error as Error));
    }
  }
  if (candidates.length === 0)
    faults.push(
      'No Docker engine was found: install Docker, Podman or Colima, or run the lakehouse as processes.',
    );
  throw new NoEngineError(faults.join('\n'), candidates.length > 0);
}

/** An engine at a known host, not asked yet. */
export function engineAt(origin: EngineOrigin): Engine {
  const docker = openDocker(origin);
  return {
    origin,
    info: () => readInfo(docker),
    listContainers: label => listContainers(docker, label),
    inspectContainer: id => orMissing(docker.getContainer(id).inspect().then(toDetail)),
    createContainer: async create => (await told(docker.createContainer(toCreateOptions(create)))).id,
    putFiles: (id, directory, files) => putFiles(docker, id, { directory, files }),
    readArchive: async (id, path) =>
      (await told(docker.getContainer(id).getArchive({ path }))) as unknown as Readable,
    writeArchive: (id, directory, archive, signal) =>
      writeArchive(docker, id, { directory, archive, signal }),
    startContainer: id => ignoring([304], docker.getContainer(id).start()),
    stopContainer: (id, graceSeconds) =>
      ignoring([304, 404], docker.getContainer(id).stop({ t: graceSeconds })),
    unpauseContainer: id => ignoring([304], docker.getContainer(id).unpause()),
    removeContainer: id => ignoring([404], docker.getContainer(id).remove({ force: true, v: true })),
    readLogs: (id, lines) => readLogs(docker, id, lines),
    followLogs: (id, lines, signal) => followLogs(docker, id, { lines, signal }),
    memoryBytes: id => readMemory(docker, id),
    inspectImage: reference =>
      orMissing(
        docker
          .getImage(reference)
          .inspect()
          .then(image => ({ id: image.Id, bytes: image.Size })),
      ),
    pullImage: (reference, options) => pullImage(docker, reference, options),
    removeImage: reference => ignoring([404], docker.getImage(reference).remove()),
    listVolumes: label => listVolumes(docker, label),
    createVolume: async (name, labels) =>
      void (await told(docker.createVolume({ Name: name, Labels: { ...labels } }))),
    removeVolume: name => ignoring([404], docker.getVolume(name).remove()),
    listNetworks: async label => {
      const rows = await told(docker.listNetworks({ filters: { label: [label] } }));
      return rows.map(row => ({ id: row.Id, name: row.Name, labels: row.Labels ?? {} }));
    },
    createNetwork: (name, labels) =>
      ignoring(
        [409],
        docker.createNetwork({ Name: name, Driver: 'bridge', CheckDuplicate: true, Labels: { ...labels } }),
      ),
    removeNetwork: id => ignoring([404], docker.getNetwork(id).remove()),
    watchContainers: (label, signal) => watchContainers(docker, label, signal),
  };
}

/**
 * docker-modem reads DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH and more when it is made, also for an engine that was
 * named to it, and fails at files that are missing there. Discovery has read them; so they are out of its sight meanwhile.
 */
function openDocker(origin: EngineOrigin): Docker {
  const connection = connectionTo(origin);
  const hidden = Object.entries(process.env).filter(([name]) => name.startsWith('DOCKER_'));
  for (const [name] of hidden) Reflect.deleteProperty(process.env, name);
  try {
    return new Docker(connection);
  } finally {
    Object.assign(process.env, Object.fromEntries(hidden));
  }
}

async function readInfo(docker: Docker): Promise<EngineInfo> {
  await inTime(docker.ping());
  const answers = Promise.all([docker.info() as Promise<Record<string, unknown>>, docker.version()]);
  const [info, version] = await inTime(answers);
  return {
    version: version.Version,
    apiVersion: version.ApiVersion,
    memoryBytes: Number(info['MemTotal'] ?? 0),
    cpus: Number(info['NCPU'] ?? 0),
    operatingSystem: typeof info['OperatingSystem'] === 'string' ? info['OperatingSystem'] : '',
    dataRoot: typeof info['DockerRootDir'] === 'string' ? info['DockerRootDir'] : '',
  };
}

async function listContainers(docker: Docker, label: string | undefined): Promise<ContainerRow[]> {
  const filters = label === undefined ? {} : { filters: { label: [label] } };
  const rows = await told(docker.listContainers({ all: true, ...filters }));
  return rows.map(row => ({
    id: row.Id,
    name: (row.Names[0] ?? '').replace(/^\//, ''),
    labels: row.Labels,
    status: row.State,
    hostPorts: row.Ports.flatMap(port => port.PublicPort ?? []),
  }));
}

function toDetail(info: Docker.ContainerInspectInfo): ContainerDetail {
  const { State } = info;
  return {
    id: info.Id,
    imageId: info.Image,
    labels: info.Config.Labels,
    status: State.Status,
    isRunning: State.Running,
    wasOomKilled: State.OOMKilled,
    exitCode: State.ExitCode,
    error: State.Error,
    startedAt: State.StartedAt,
    health: State.Health?.Status ?? 'none',
    hasNetwork: Object.keys(info.NetworkSettings.Networks).length > 0,
  };
}

function toCreateOptions(create: ContainerCreate): Docker.ContainerCreateOptions {
  const ports = Object.entries(create.ports);
  return {
    name: create.name,
    Image: create.image,
    ...(create.command === undefined ? {} : { Cmd: [...create.command] }),
    ...(create.user === undefined ? {} : { User: create.user }),
    Env: Object.entries(create.env).map(([name, value]) => `${name}=${value}`),
    Labels: { ...create.labels },
    ExposedPorts: Object.fromEntries(ports.map(([inside]) => [`${inside}/tcp`, {}])),
    ...(create.healthCommand === undefined ? {} : { Healthcheck: healthcheck(create.healthCommand) }),
    HostConfig: {
      PortBindings: Object.fromEntries(
        ports.map(([inside, host]) => [`${inside}/tcp`, [{ HostIp: '127.0.0.1', HostPort: String(host) }]]),
      ),
      Mounts: [
        ...Object.entries(create.volumes).map(
          ([Source, Target]) => ({ Type: 'volume', Source, Target }) as const,
        ),
        ...(create.emptyPaths ?? []).map(Target => ({ Type: 'tmpfs', Source: '', Target }) as const),
      ],
      NetworkMode: create.network,
      ...(create.extraHosts === undefined
        ? {}
        : { ExtraHosts: Object.entries(create.extraHosts).map(([name, address]) => `${name}:${address}`) }),
      Memory: create.memoryBytes,
      Init: true,
      RestartPolicy: { Name: 'no' },
      // Left alone, an engine keeps every line that a server ever printed.
      LogConfig: { Type: 'json-file', Config: { 'max-size': '16m', 'max-file': '2' } },
    },
    ...(create.aliases.length === 0
      ? {}
      : { NetworkingConfig: { EndpointsConfig: { [create.network]: { Aliases: [...create.aliases] } } } }),
  };
}

/** Without StartInterval newer engines wait five seconds before the first check. */
function healthcheck(command: readonly string[]): Docker.HealthConfig & { StartInterval: number } {
  return {
    Test: ['CMD', ...command],
    Interval: 2 * SECOND_NS,
    Timeout: 5 * SECOND_NS,
    Retries: 30,
    StartPeriod: 60 * SECOND_NS,
    StartInterval: SECOND_NS,
  };
}

async function putFiles(
  docker: Docker,
  id: string,
  { directory, files }: { directory: string; files: readonly PutFile[] },
): Promise<void> {
  const archive = pack();
  for (const { path, text } of files) archive.entry({ name: path, mode: 0o644 }, text);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  await told(docker.getContainer(id).putArchive(Buffer.concat(chunks), { path: directory }));
}

async function writeArchive(
  docker: Docker,
  id: string,
  { directory, archive, signal }: { directory: string; archive: Readable; signal: AbortSignal },
): Promise<void> {
  const options = { path: directory, abortSignal: signal };
  await told(docker.getContainer(id).putArchive(archive, options));
}

async function readLogs(docker: Docker, id: string, lines: number): Promise<string[]> {
  const options = { stdout: true, stderr: true, tail: lines, follow: false } as const;
  // One that was removed while its state was read has no lines.
  const framed = await orMissing(docker.getContainer(id).logs(options));
  if (framed === undefined) return [];
  const found: string[] = [];
  const reader = readLogLines(line => found.push(line));
  reader.push(framed);
  reader.end();
  return found.slice(-lines);
}

async function* followLogs(
  docker: Docker,
  id: string,
  { lines, signal }: { lines: number; signal: AbortSignal },
): AsyncGenerator<string> {
  const options = { stdout: true, stderr: true, tail: lines, follow: true } as const;
  const stream = await told(docker.getContainer(id).logs({ ...options, abortSignal: signal }));
  const found: string[] = [];
  const reader = readLogLines(line => found.push(line));
  for await (const chunk of untilClosed(stream)) {
    reader.push(chunk);
    yield* found.splice(0);
  }
  reader.end();
  yield* found;
}

/** Resident memory as the engine's cgroup counts it; cgroup v1 calls it rss, v2 anon. Of what has just ended it is none. */
async function readMemory(docker: Docker, id: string): Promise<number> {
  const stats = await orMissing(docker.getContainer(id).stats({ stream: false, 'one-shot': true }));
  // An engine answers with nothing when the container ends while it is asked.
  const memory = stats?.memory_stats as Partial<Docker.MemoryStats> | undefined;
  const details = memory?.stats as { rss?: number; anon?: number } | undefined;
  return details?.rss ?? details?.anon ?? 0;
}

/** dockerode answers when the stream begins, and its follower calls errors inside the stream a success: read it here. */
async function pullImage(docker: Docker, reference: string, options: PullOptions): Promise<void> {
  const stream = await told(docker.pull(reference, { abortSignal: options.signal }));
  const reader = readPull();
  const splitter = splitLines(line => options.onProgress(reader.push(line)));
  for await (const chunk of untilClosed(stream)) splitter.push(chunk);
  splitter.end();
  options.signal.throwIfAborted();
  // A stream can end without a word when the connection goes: only the image itself is a proof.
  const image = await orMissing(docker.getImage(reference).inspect());
  if (image === undefined)
    throw new EngineError(`The pull of ${reference} ended before the image was there.`, 0);
}

async function listVolumes(docker: Docker, label: string): Promise<VolumeRow[]> {
  const { Volumes } = await told(docker.listVolumes({ filters: { label: [label] } }));
  const usage = (await told(docker.df())) as {
    Volumes?: { Name: string; UsageData?: { Size: number } }[] | null;
  };
  const sizes = new Map(usage.Volumes?.map(volume => [volume.Name, volume.UsageData?.Size ?? -1]));
  return (Volumes ?? []).map(volume => ({
    name: volume.Name,
    labels: volume.Labels ?? {},
    bytes: sizes.get(volume.Name) ?? -1,
  }));
}

async function* watchContainers(docker: Docker, label: string, signal: AbortSignal): AsyncGenerator<void> {
  const stream = await told(
    docker.getEvents({ filters: { type: ['container'], label: [label] }, abortSignal: signal }),
  );
  yield;
  for await (const chunk of untilClosed(stream)) {
    // Every check of a container's health makes three events of its own.
    if (!/"exec_(create|start|die)/.test(chunk.toString('utf8'))) yield;
  }
}

/** The chunks of a stream until it ends for whatever reason: an engine that goes away is no error of the reader's. */
async function* untilClosed(stream: NodeJS.ReadableStream): AsyncGenerator<Buffer> {
  stream.on('error', () => undefined);
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch {
    // Aborted or disconnected; callers look at their signal and at the engine's lists.
  }
}

/** `1.9` is older than `1.41`. A version that cannot be read counts as new enough: the engine will say what it lacks. */
function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = than.split('.').map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}

/** dockerode's own timeout leaves its promise pending for ever, so the waiting ends here. */
async function inTime<T>(request: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new EngineError(`It did not answer within ${PROBE_TIMEOUT_MS / 1000} s.`, 0);
    timer = setTimeout(() => reject(error), PROBE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([told(request), late]);
  } finally {
    clearTimeout(timer);
  }
}

function isNetworkError(error: unknown): error is NodeJS.ErrnoException {
  return (
    typeof (error as NodeJS.ErrnoException).syscall === 'string' ||
    (error as NodeJS.ErrnoException).code === 'ECONNRESET'
  );
}

/** The request's result; a refusal becomes an EngineError with the engine's own sentence and without dockerode's. */
async function told<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    const { statusCode, json, message } = error as {
      statusCode?: number;
      json?: { message?: string };
      message: string;
    };
    if (statusCode === undefined) throw isNetworkError(error) ? new NoAnswerError(error) : error;
    const text = json?.message ?? message.replace(/^\(HTTP code \d+\) [^-]* - /, '').trim();
    throw new EngineError(text, statusCode);
  }
}

async function ignoring(statuses: readonly number[], request: Promise<unknown>): Promise<void> {
  try {
    await told(request);
  } catch (error) {
    if (!(error instanceof EngineError) || !statuses.includes(error.status)) throw error;
  }
}

async function orMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await told(request);
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}
