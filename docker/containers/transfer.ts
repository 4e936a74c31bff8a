import { loadSecrets, writeSecrets } from '../credentials.ts';
import { readMadeCatalogs, writeMadeCatalogs } from '../federation/made-catalogs.ts';
import type { Home } from '../home.ts';
import { readStackRecord, writeStackRecord } from '../settings.ts';
import { readManifest, readStackFile, type TransferOptions, writeStackFile } from '../transfer/stack-file.ts';
import { readVolume, type VolumePart, writeVolumes } from '../transfer/volumes.ts';
import type { Engine } from './engine-api.ts';
import { ensureImage } from './pull.ts';
import { removeStack } from './stack.ts';
import { describeUnits, keptLabels, projectName, STACK_LABEL, type UnitSite } from './units.ts';

/** What an export or import needs to know of its stack. */
export interface TransferSite {
  readonly engine: Engine;
  readonly home: Home;
  /** The site of the settings that are given, with the stack's own keys. */
  readonly siteOf: (settings: UnitSite['settings']) => UnitSite;
}

/** Writes the volumes of a stopped stack to one file. @throws Error when one of its containers runs. */
export async function exportVolumes(
  { engine, home, siteOf }: TransferSite,
  file: string,
  options: TransferOptions,
): Promise<void> {
  const { settings } = readStackRecord(home.stackFile, 'docker');
  const site = siteOf(settings);
  const label = `${STACK_LABEL}=${site.stackId}`;
  const running = (await engine.listContainers(label)).filter(row => row.status === 'running');
  if (running.length > 0)
    throw new Error(
      "The lakehouse is running: stop it first with 'lakehouse down', so that its data is whole.",
    );
  const volumes = await engine.listVolumes(label);
  if (volumes.length === 0) throw new Error('This lakehouse has no data yet: there is nothing to export.');
  const parts = await volumeParts(engine, site, options.signal);
  const present = new Set(volumes.map(volume => volume.name));
  const names = [...parts].filter(([, part]) => present.has(part.volume)).map(([name]) => name);
  const { accessKeyId, secretAccessKey } = loadSecrets(home.secretsFile);
  await writeStackFile(
    file,
    {
      manifest: {
        backend: 'docker',
        settings,
        credentials: { accessKeyId, secretAccessKey },
        catalogs: readMadeCatalogs(home.catalogsFile),
        parts: names,
      },
      open: name => readVolume(engine, site, partNamed(parts, name)),
      totalBytes: volumes.reduce((sum, volume) => sum + Math.max(0, volume.bytes), 0),
    },
    options,
  );
}

/** Fills a stack without data from a file; whatever was made of it is removed again when that fails. */
export async function importVolumes(
  { engine, home, siteOf }: TransferSite,
  file: string,
  options: TransferOptions,
): Promise<void> {
  const { backend, settings, credentials, catalogs, parts: names } = await readManifest(file);
  if (backend !== 'docker')
    throw new Error(
      `${file} holds a lakehouse of the back end ${backend}: import it with --backend ${backend}.`,
    );
  const site = siteOf(settings);
  const label = `${STACK_LABEL}=${site.stackId}`;
  if ((await engine.listVolumes(label)).length > 0)
    throw new Error(
      "This lakehouse has data already: delete it with 'lakehouse reset', or choose another --home.",
    );
  const signal = options.signal ?? new AbortController().signal;
  const parts = await volumeParts(engine, site, signal);
  try {
    for (const name of names) await engine.createVolume(partNamed(parts, name).volume, keptLabels(site));
    const partOf = (name: string): VolumePart => partNamed(parts, name);
    await readStackFile(file, writeVolumes(engine, site, { partOf, signal }), options);
  } catch (error) {
    await removeStack(engine, site.stackId);
    throw error;
  }
  writeSecrets(home.secretsFile, { ...credentials, catalogVariables: {} });
  writeMadeCatalogs(home.catalogsFile, catalogs);
  writeStackRecord(home.stackFile, { backend: 'docker', settings, internalPorts: {} });
}

/** The volumes of a stack by the names that they have in its file, each with the image of the server that uses it. */
async function volumeParts(
  engine: Engine,
  site: UnitSite,
  signal: AbortSignal = new AbortController().signal,
): Promise<Map<string, VolumePart>> {
  const parts = new Map<string, VolumePart>();
  for (const unit of describeUnits(site)) {
    const image = await ensureImage(engine, unit.image, { signal, onProgress: () => undefined });
    for (const volume of Object.keys(unit.create.volumes))
      parts.set(volume.slice(projectName(site.stackId).length + 1), { volume, image });
  }
  return parts;
}

function partNamed(parts: ReadonlyMap<string, VolumePart>, name: string): VolumePart {
  const part = parts.get(name);
  if (part === undefined) throw new Error(`A lakehouse with these settings has no volume '${name}'.`);
  return part;
}
