import { Readable } from 'node:stream';
import type {
  ContainerCreate,
  ContainerDetail,
  Engine,
  VolumeRow,
} from '../../docker/containers/engine-api.ts';
import { EngineError } from '../../docker/containers/engine-api.ts';

/** A container as the engine in memory keeps it. */
export interface MemoryContainer extends ContainerDetail {
  readonly create: ContainerCreate;
}

/** An engine without containers behind it: remembers what it was told and every call that changed something. */
export interface MemoryEngine extends Engine {
  readonly containers: Map<string, MemoryContainer>;
  readonly volumes: Map<string, VolumeRow>;
  readonly networks: Map<string, { name: string; labels: Readonly<Record<string, string>> }>;
  readonly images: Set<string>;
  readonly calls: string[];
}

export function createMemoryEngine(images: readonly string[]): MemoryEngine {
  const containers = new Map<string, MemoryContainer>();
  const volumes = new Map<string, VolumeRow>();
  const networks: MemoryEngine['networks'] = new Map();
  const known = new Set(images);
  const calls: string[] = [];
  let next = 1;
  const nameOf = (id: string): string => containers.get(id)?.create.name ?? id;
  const change = (id: string, over: Partial<MemoryContainer>): void => {
    const container = containers.get(id);
    if (container === undefined) throw new EngineError(`No such container: ${id}`, 404);
    containers.set(id, { ...container, ...over });
  };
  const hasLabel = (labels: Readonly<Record<string, string>>, label: string | undefined): boolean => {
    const [key = '', value] = (label ?? '').split('=');
    return label === undefined || (key in labels && (value === undefined || labels[key] === value));
  };
  return {
    containers,
    volumes,
    networks,
    images: known,
    calls,
    origin: { host: 'memory://', reason: 'a test' },
    info: async () => ({
      version: '1',
      apiVersion: '1.44',
      memoryBytes: 8e9,
      cpus: 2,
      operatingSystem: 'test',
      dataRoot: '/var/lib/docker',
    }),
    listContainers: async label =>
      [...containers.values()]
        .filter(item => hasLabel(item.labels, label))
        .map(item => ({
          id: item.id,
          name: item.create.name,
          labels: item.labels,
          status: item.status,
          hostPorts: Object.values(item.create.ports),
        })),
    inspectContainer: async id => containers.get(id),
    createContainer: async create => {
      if (!known.has(create.image)) throw new EngineError(`No such image: ${create.image}`, 404);
      const id = `id-${next++}`;
      calls.push(`create ${create.name}`);
      containers.set(id, {
        id,
        imageId: create.image,
        create,
        labels: create.labels,
        status: 'created',
        isRunning: false,
        wasOomKilled: false,
        exitCode: 0,
        error: '',
        startedAt: '',
        health: 'none',
        hasNetwork: true,
      });
      return id;
    },
    putFiles: async () => undefined,
    readArchive: async () => Readable.from([]),
    writeArchive: async () => undefined,
    startContainer: async id => {
      calls.push(`start ${nameOf(id)}`);
      change(id, { status: 'running', isRunning: true, startedAt: `start ${next++}`, hasNetwork: true });
    },
    stopContainer: async id => change(id, { status: 'exited', isRunning: false, exitCode: 143 }),
    unpauseContainer: async id => {
      calls.push(`unpause ${nameOf(id)}`);
      change(id, { status: 'running', isRunning: true });
    },
    removeContainer: async id => {
      calls.push(`remove ${nameOf(id)}`);
      containers.delete(id);
    },
    readLogs: async id => [`log of ${nameOf(id)}`],
    followLogs: async function* () {},
    memoryBytes: async () => 100e6,
    inspectImage: async reference => (known.has(reference) ? { id: reference, bytes: 1e8 } : undefined),
    pullImage: async reference => {
      calls.push(`pull ${reference}`);
      known.add(reference);
    },
    removeImage: async reference => void known.delete(reference),
    listVolumes: async label => [...volumes.values()].filter(item => hasLabel(item.labels, label)),
    createVolume: async (name, labels) => {
      if (!volumes.has(name)) volumes.set(name, { name, labels, bytes: 0 });
    },
    removeVolume: async name => void volumes.delete(name),
    listNetworks: async label =>
      [...networks]
        .filter(([, item]) => hasLabel(item.labels, label))
        .map(([id, { name, labels }]) => ({ id, name, labels })),
    createNetwork: async (name, labels) => void networks.set(name, { name, labels }),
    removeNetwork: async id => void networks.delete(id),
    watchContainers: async function* () {},
  };
}
