import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { directoryBytes } from './artifacts/fetch.ts';
import { loadSecrets, writeSecrets } from './credentials.ts';
import { SERVICE_NAMES, type ServiceName } from './events.ts';
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
  const parts = SERVICE_NAMES.filter(name => existsSync(home.dataDirectory(name)));
  await writeStackFile(
    file,
    {
      manifest: { backend: 'processes', settings, credentials: { accessKeyId, secretAccessKey }, parts },
      open: part => readDirectory(home.dataDirectory(serviceNamed(part))),
      totalBytes: data.reduce((sum, item) => sum + item.bytes, 0),
    },
    options,
  );
}

/** Fills a lakehouse without data from a file; the caller holds its lock. What was written goes again after a failure. */
export async function importDirectories(home: Home, file: string, options: TransferOptions): Promise<void> {
  const { backend, settings, credentials } = await readManifest(file);
  if (backend !== 'processes')
    throw new Error(
      `${file} holds a lakehouse of the back end ${backend}: import it with --backend ${backend}.`,
    );
  if (SERVICE_NAMES.some(name => hasEntries(home.dataDirectory(name))))
    throw new Error(
      "This lakehouse has data already: delete it with 'lakehouse reset', or choose another --home.",
    );
  try {
    const sink = writeDirectories(part => home.dataDirectory(serviceNamed(part)));
    await readStackFile(file, sink, options);
  } catch (error) {
    for (const name of SERVICE_NAMES) await rm(home.dataDirectory(name), { recursive: true, force: true });
    throw error;
  }
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

function serviceNamed(part: string): ServiceName {
  const name = SERVICE_NAMES.find(item => item === part);
  if (name === undefined) throw new Error(`A lakehouse has no service '${part}'.`);
  return name;
}

function hasEntries(directory: string): boolean {
  return existsSync(directory) && readdirSync(directory).length > 0;
}
