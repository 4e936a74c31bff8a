import { randomUUID } from 'node:crypto';
import { type DataFile, writeManifest } from '../../catalog/iceberg/manifest.ts';
import {
  type ManifestFile,
  readManifestList,
  summarizePartitions,
  writeManifestList,
} from '../../catalog/iceberg/manifest-list.ts';
import {
  currentSchema,
  currentSnapshot,
  nextMetadataLocation,
  printTableMetadata,
  type TableMetadata,
} from '../../catalog/iceberg/metadata.ts';
import { newSnapshotId } from '../../catalog/iceberg/snapshot.ts';
import type { ObjectStore } from '../../catalog/storage.ts';
import { appendSnapshot } from './append-snapshot.ts';
import { partitionFieldsOf } from './data-files.ts';
import { mergeManifests } from './merge-manifests.ts';
import type { LoadedTable } from './table-state.ts';

/** A manifest in the store that leaves snapshot and sequence number to the list, so that several attempts may use it. */
export interface WrittenManifest {
  readonly path: string;
  readonly length: bigint;
  readonly specId: number;
  readonly partitions: NonNullable<ManifestFile['partitions']>;
  readonly filesCount: number;
  readonly rowsCount: bigint;
}

export interface ManifestRequest {
  readonly metadata: TableMetadata;
  readonly files: readonly DataFile[];
  /** What the files were written with. */
  readonly schemaId: number;
  readonly specId: number;
  readonly unitId: string;
}

/** Writes the manifest of new data files. */
export async function writeDataManifest(
  store: ObjectStore,
  request: ManifestRequest,
): Promise<WrittenManifest> {
  const { files, schemaId, specId, unitId } = request;
  const metadata = { ...request.metadata, currentSchemaId: schemaId, defaultSpecId: specId };
  const partitionFields = partitionFieldsOf(metadata);
  const bytes = writeManifest({
    schema: currentSchema(metadata),
    specId,
    partitionFields,
    content: 'data',
    entries: files.map(dataFile => ({ status: 'added', dataFile })),
  });
  const path = `${metadata.location}/metadata/${unitId}-${randomUUID()}-m0.avro`;
  await store.put(path, bytes);
  return {
    path,
    length: BigInt(bytes.length),
    specId,
    partitions: summarizePartitions(
      partitionFields,
      files.map(file => file.partition),
    ),
    filesCount: files.length,
    rowsCount: files.reduce((sum, file) => sum + file.recordCount, 0n),
  };
}

export interface AppendContent {
  readonly files: readonly DataFile[];
  /** Undefined when there are no files: the snapshot then only carries the summary and properties. */
  readonly manifest: WrittenManifest | undefined;
  readonly summary: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
  readonly now: number;
}

/** A table with one more snapshot, written to the store but not yet committed. */
export interface PreparedAppend {
  readonly table: LoadedTable;
  readonly metadataLocation: string;
  /** What nobody needs when the commit is refused. */
  readonly ownFiles: readonly string[];
}

/** Writes the manifest list and the metadata file of one more snapshot on top of a loaded table. */
export async function prepareAppend(
  store: ObjectStore,
  base: LoadedTable,
  content: AppendContent,
): Promise<PreparedAppend> {
  const { metadata, metadataLocation } = base;
  const snapshotId = newSnapshotId();
  const parent = currentSnapshot(metadata);
  const sequenceNumber = metadata.lastSequenceNumber + 1n;
  const listed =
    parent?.manifestList === undefined ? [] : readManifestList(await store.get(parent.manifestList));
  const merged = await mergeManifests(store, metadata, { manifests: listed, snapshotId, sequenceNumber });
  const previous = merged.manifests;
  const listBytes = writeManifestList({
    snapshotId,
    ...(parent === undefined ? {} : { parentSnapshotId: parent.snapshotId }),
    sequenceNumber,
    manifests:
      content.manifest === undefined
        ? previous
        : [toManifestFile(content.manifest, snapshotId, sequenceNumber), ...previous],
  });
  const manifestList = `${metadata.location}/metadata/snap-${snapshotId}-1-${randomUUID()}.avro`;
  const next = appendSnapshot(metadata, { ...content, snapshotId, manifestList, metadataLocation });
  const nextLocation = nextMetadataLocation(metadata.location, metadataLocation, randomUUID());
  await Promise.all([
    store.put(manifestList, listBytes),
    store.put(nextLocation, Buffer.from(printTableMetadata(next)), { contentType: 'application/json' }),
  ]);
  return {
    table: { ...base, metadata: next, metadataLocation: nextLocation },
    metadataLocation: nextLocation,
    ownFiles: [manifestList, nextLocation, ...merged.written],
  };
}

function toManifestFile(manifest: WrittenManifest, snapshotId: bigint, sequenceNumber: bigint): ManifestFile {
  return {
    manifestPath: manifest.path,
    manifestLength: manifest.length,
    partitionSpecId: manifest.specId,
    content: 'data',
    sequenceNumber,
    minSequenceNumber: sequenceNumber,
    addedSnapshotId: snapshotId,
    addedFilesCount: manifest.filesCount,
    existingFilesCount: 0,
    deletedFilesCount: 0,
    addedRowsCount: manifest.rowsCount,
    existingRowsCount: 0n,
    deletedRowsCount: 0n,
    partitions: manifest.partitions,
  };
}
