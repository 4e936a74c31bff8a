import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import tar, { type Pack } from 'tar-stream';
import type { Engine } from '../containers/engine-api.ts';
import { projectName, stackLabels, type UnitSite } from '../containers/units.ts';
import { type PartEntry, type PartSink, toEntryHeader } from './stack-file.ts';

/** Where the volume is mounted in the container that lends it; the last part begins the names in its archives. */
const MOUNT = '/lakehouse-volume';
const PREFIX = 'lakehouse-volume/';

/** A volume of a stack and an image, present in the engine, by which it can be mounted. */
export interface VolumePart {
  readonly volume: string;
  readonly image: string;
}

type Stack = Pick<UnitSite, 'stackId' | 'home'>;

/** Every folder and file of a volume, with owners and modes. The container that lends it is never started. */
export async function* readVolume(engine: Engine, stack: Stack, part: VolumePart): AsyncGenerator<PartEntry> {
  const id = await lend(engine, stack, part);
  try {
    const archive = await engine.readArchive(id, MOUNT);
    const extract = tar.extract();
    const reading = pipeline(archive, extract);
    reading.catch(() => undefined);
    for await (const entry of extract) {
      // Sockets and links, of which the servers leave some behind, are no data.
      const header = toEntryHeader(entry.header, entry.header.name.slice(PREFIX.length));
      if (header !== undefined) yield { header, content: entry as unknown as Readable };
      entry.resume();
    }
    await reading;
  } finally {
    await engine.removeContainer(id);
  }
}

/** Writes parts into volumes that exist and are empty. */
export function writeVolumes(
  engine: Engine,
  stack: Stack,
  options: { partOf: (name: string) => VolumePart; signal: AbortSignal },
): PartSink {
  let current: { name: string; pack: Pack; written: Promise<void> } | undefined;
  const close = async (): Promise<void> => {
    current?.pack.finalize();
    await current?.written;
    current = undefined;
  };
  const open = (name: string): NonNullable<typeof current> => {
    const pack = tar.pack();
    const written = lend(engine, stack, options.partOf(name)).then(async id => {
      try {
        await engine.writeArchive(id, '/', Readable.from(pack), options.signal);
      } finally {
        pack.destroy();
        await engine.removeContainer(id);
      }
    });
    return { name, pack, written };
  };
  return {
    put: async (name, { header, content }) => {
      if (current?.name !== name) {
        await close();
        current = open(name);
      }
      const { pack, written } = current;
      const entry = pack.entry({ ...header, name: PREFIX + header.name });
      // When the engine refuses the archive nobody reads it any more, so waiting for the entry alone would never end.
      await Promise.race([pipeline(content, entry), written]);
    },
    finish: close,
  };
}

/** A container that only mounts a volume; it carries the stack's label, so that a reset finds it after a crash. */
function lend(engine: Engine, stack: Stack, { volume, image }: VolumePart): Promise<string> {
  const project = projectName(stack.stackId);
  return engine.createContainer({
    name: `${project}-lends-${volume.slice(project.length + 1)}`,
    image,
    env: {},
    labels: stackLabels(stack),
    network: 'none',
    aliases: [],
    ports: {},
    volumes: { [volume]: MOUNT },
    memoryBytes: 0,
  });
}
