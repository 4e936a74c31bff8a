import { mapConcurrently } from './concurrent.ts';
import { type ManifestEntry, readManifest } from './iceberg/manifest.ts';
import { type ManifestFile, readManifestList } from './iceberg/manifest-list.ts';
import type { TableMetadata } from './iceberg/metadata.ts';
import type { Snapshot } from './iceberg/snapshot.ts';
import type { JsonObject } from './json.ts';
import type { ObjectStore } from './storage.ts';

/** Reads manifest lists and manifests of tables, each file once: they never change. */
export interface ManifestReader {
  list(snapshot: Snapshot): Promise<readonly ManifestFile[]>;
  entries(manifest: ManifestFile): Promise<readonly ManifestEntry[]>;
}

/** Reads manifest lists and manifests, each once however many snapshots name it. */
export function createManifestReader(store: ObjectStore, signal?: AbortSignal): ManifestReader {
  const lists = new Map<string, Promise<readonly ManifestFile[]>>();
  const manifests = new Map<string, Promise<readonly ManifestEntry[]>>();
  return {
    list: snapshot => {
      const location = snapshot.manifestList;
      // Tables of the first years list their manifests in the metadata itself.
      if (location === undefined) return Promise.resolve(listOfOldSnapshot(snapshot));
      return remember(lists, location, async () => readManifestList(await store.get(location, { signal })));
    },
    entries: manifest =>
      remember(manifests, manifest.manifestPath, async () => {
        const bytes = await store.get(manifest.manifestPath, { signal });
        return readManifest(bytes, manifest).entries;
      }),
  };
}

export interface ReachableFile {
  readonly kind: 'data' | 'deletes' | 'manifest' | 'manifest-list' | 'metadata' | 'statistics';
  /** Absent where no other file says it. */
  readonly bytes?: bigint;
}

export interface ReachabilityOptions {
  /** The snapshots that count; all of the metadata without. */
  readonly snapshots?: readonly Snapshot[];
  /** The metadata file itself, which nothing inside it names. */
  readonly location?: string;
}

/** Every file that the snapshots of a table need, by URI. Throws when one of the files that name others cannot be read. */
export async function reachableFiles(
  reader: ManifestReader,
  metadata: TableMetadata,
  options: ReachabilityOptions = {},
): Promise<Map<string, ReachableFile>> {
  const snapshots = options.snapshots ?? metadata.snapshots;
  const files = new Map<string, ReachableFile>();
  if (options.location !== undefined) files.set(options.location, { kind: 'metadata' });
  for (const entry of metadata.metadataLog) files.set(entry.metadataFile, { kind: 'metadata' });
  for (const path of statisticsPaths(metadata, snapshots)) files.set(path, { kind: 'statistics' });
  const manifests = new Map<string, ManifestFile>();
  const lists = await mapConcurrently(snapshots, 8, async snapshot => reader.list(snapshot));
  for (const [index, list] of lists.entries()) {
    const location = snapshots[index]?.manifestList;
    if (location !== undefined) files.set(location, { kind: 'manifest-list' });
    for (const manifest of list) manifests.set(manifest.manifestPath, manifest);
  }
  const contents = await mapConcurrently([...manifests.values()], 8, async manifest => {
    files.set(manifest.manifestPath, { kind: 'manifest', bytes: manifest.manifestLength });
    return reader.entries(manifest);
  });
  for (const { status, dataFile } of contents.flat()) {
    if (status === 'deleted') continue;
    const kind = dataFile.content === 'data' ? 'data' : 'deletes';
    files.set(dataFile.filePath, { kind, bytes: dataFile.fileSizeInBytes });
  }
  return files;
}

function statisticsPaths(metadata: TableMetadata, snapshots: readonly Snapshot[]): string[] {
  const wanted = new Set(snapshots.map(snapshot => `${snapshot.snapshotId}`));
  const of = (member: string): JsonObject[] => {
    const list = metadata.extra[member];
    return Array.isArray(list) ? (list as JsonObject[]) : [];
  };
  return [...of('statistics'), ...of('partition-statistics')]
    .filter(item => wanted.has(`${item['snapshot-id'] as number | bigint}`))
    .map(item => item['statistics-path'])
    .filter(path => typeof path === 'string');
}

function listOfOldSnapshot(snapshot: Snapshot): ManifestFile[] {
  const paths = snapshot.extra?.['manifests'];
  if (!Array.isArray(paths)) return [];
  return (paths as readonly string[]).map(manifestPath => ({
    manifestPath,
    manifestLength: 0n,
    partitionSpecId: 0,
    content: 'data',
    sequenceNumber: 0n,
    minSequenceNumber: 0n,
    addedSnapshotId: snapshot.snapshotId,
  }));
}

/** A failed reading is forgotten, so that it can be tried again. */
async function remember<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const found = known.get(key);
  if (found !== undefined) return found;
  const reading = read();
  known.set(key, reading);
  reading.catch(() => known.delete(key));
  return reading;
}
