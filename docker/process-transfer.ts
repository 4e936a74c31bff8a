import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { directoryBytes } from './artifacts/fetch.ts';
import { loadSecrets, writeSecrets } from './credentials.ts';
import { SERVICE_NAMES } from './events.ts';
import { readMadeCatalogs, writeMadeCatalogs } from './federation/made-catalogs.ts';
import type { Home } from './home.ts';
import type { DataItem } from './lakehouse-api.ts';
import { readStackRecord, writeStackRecord } from './settings.ts';
import { readDirectory, writeDirectories } from './transfer/directories.ts';
import { readManifest, readStackFile, type TransferOptions, writeStackFile } from './transfer/stack-file.ts';

/** Writes the data directories of a lakehouse that does not run to one file; the caller holds its lock. */
export async function exportDirectories(home: Home, file: string, options: TransferOptions): Promise<void> {
  const data = await listData(home);
  if (data.length === 0) throw new Error('This lakehouse has no data yet: there is nothing to export.');
  const { settings } = readStackRecord(home.stackFile);
  const { accessKeyId, secretAccessKey } = loadSecrets(home.secretsFile);
  const directories = partDirectories(home);
  const parts = [...directories.keys()].filter(name => existsSync(directoryOf(directories, name)));
  await writeStackFile(
    file,
    {
      manifest: {
        backend: 'processes',
        settings,
        credentials: { accessKeyId, secretAccessKey },
        catalogs: readMadeCatalogs(home.catalogsFile),
        parts,
      },
      open: part => readDirectory(directoryOf(directories, part)),
      totalBytes: data.reduce((sum, item) => sum + item.bytes, 0),
    },
    options,
  );
}

/** Fills a lakehouse without data from a file; the caller holds its lock. What was written goes again after a failure. */
export async function importDirectories(home: Home, file: string, options: TransferOptions): Promise<void> {
  const { backend, settings, credentials, catalogs } = await readManifest(file);
  if (backend !== 'processes')
    throw new Error(
      `${file} holds a lakehouse of the back end ${backend}: import it with --backend ${backend}.`,
    );
  const directories = partDirectories(home);
  if ([...directories.values()].some(hasEntries))
    throw new Error(
      "This lakehouse has data already: delete it with 'lakehouse reset', or choose another --home.",
    );
  try {
    await readStackFile(
      file,
      writeDirectories(part => directoryOf(directories, part)),
      options,
    );
  } catch (error) {
    for (const directory of directories.values()) await rm(directory, { recursive: true, force: true });
    throw error;
  }
  writeMadeCatalogs(home.catalogsFile, catalogs);
  writeSecrets(home.secretsFile, { ...credentials, catalogVariables: {} });
  writeStackRecord(home.stackFile, { backend: 'processes', settings, internalPorts: {} });
}

/** The data directories that have something in them. */
export async function listData(home: Home): Promise<DataItem[]> {
  const items = SERVICE_NAMES.map(async name => {
    const directory = home.dataDirectory(name);
    return { name: directory, bytes: await directoryBytes(directory) };
  });
  return (await Promise.all(items)).filter(item => item.bytes > 0);
}

/** The data of every service, and the catalogs that were made in Trino, which it keeps beside its configuration. */
function partDirectories(home: Home): ReadonlyMap<string, string> {
  const data = SERVICE_NAMES.map(name => [name, home.dataDirectory(name)] as const);
  return new Map<string, string>([
    ...data,
    ['trinoCatalogs', path.join(home.configDirectory('trino'), 'etc', 'catalog')],
  ]);
}

function directoryOf(directories: ReadonlyMap<string, string>, part: string): string {
  const directory = directories.get(part);
  if (directory === undefined) throw new Error(`A lakehouse has no part '${part}'.`);
  return directory;
}

function hasEntries(directory: string): boolean {
  return existsSync(directory) && readdirSync(directory).length > 0;
}
