import { randomUUID } from 'node:crypto';
import { type DataFile, type ManifestEntry, writeManifest } from '../../catalog/iceberg/manifest.ts';
import {
  type ManifestFile,
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
import { typePartitionFields } from '../../catalog/iceberg/partition.ts';
import { newSnapshotId } from '../../catalog/iceberg/snapshot.ts';
import type { ManifestReader } from '../../catalog/reachability.ts';
import type { ObjectStore } from '../../catalog/storage.ts';
import { appendSnapshot } from '../iceberg/append-snapshot.ts';
import type { LoadedTable } from '../iceberg/table-state.ts';
import type { PreparedAppend } from '../iceberg/write-append.ts';

/** The table is no longer as it was when the files were chosen; the message says what changed. */
export class CompactionOvertaken extends Error {
  override readonly name = 'CompactionOvertaken';
}

export interface Replacement {
  /** Names the commit, so that one whose answer was lost is found again. */
  readonly id: string;
  readonly specId: number;
  readonly removed: readonly DataFile[];
  readonly added: readonly DataFile[];
  /** The delete manifests that were there when the files were read: a further one may concern them. */
  readonly knownDeletes: ReadonlySet<string>;
  /** Further entries of the snapshot's summary. `operation` among them where the new files do not hold the same rows. */
  readonly summary?: Readonly<Record<string, string>>;
}

/**
 * Writes a snapshot that has other files in the place of some (specification, "Snapshots": operation `replace`, unless the
 * summary says otherwise) on top of a loaded table. Throws CompactionOvertaken when one of the files is gone or rows may have been deleted from them.
 */
export async function prepareReplacement(
  store: ObjectStore,
  reader: ManifestReader,
  { base, replacement }: { readonly base: LoadedTable; readonly replacement: Replacement },
): Promise<PreparedAppend> {
  const { metadata } = base;
  const parent = currentSnapshot(metadata);
  if (parent === undefined) throw new CompactionOvertaken('The table has no snapshot any more.');
  const listed = await reader.list(parent);
  const isOvertaken = listed.some(
    ({ content, manifestPath }) => content === 'deletes' && !replacement.knownDeletes.has(manifestPath),
  );
  if (isOvertaken) throw new CompactionOvertaken('Rows were deleted one by one meanwhile.');
  const snapshotId = newSnapshotId();
  const sequenceNumber = metadata.lastSequenceNumber + 1n;
  const context = { store, metadata, snapshotId, sequenceNumber };
  const { kept, touched } = await findTouched(reader, listed, replacement);
  const rewritten = await rewriteManifests(context, touched, replacement);
  const entries = replacement.added.map((dataFile): ManifestEntry => ({ status: 'added', dataFile }));
  const added =
    entries.length === 0 ? [] : [await writeEntries(context, { specId: replacement.specId, entries })];
  const manifestList = `${metadata.location}/metadata/snap-${snapshotId}-1-${randomUUID()}.avro`;
  const list = writeManifestList({
    snapshotId,
    parentSnapshotId: parent.snapshotId,
    sequenceNumber,
    manifests: [...added, ...rewritten, ...kept],
  });
  const next = appendSnapshot(metadata, {
    snapshotId,
    manifestList,
    files: replacement.added,
    removed: replacement.removed,
    summary: { ...replacement.summary, 'lakehouse.commit-id': replacement.id, ...pipelineMarks(metadata) },
    properties: {},
    metadataLocation: base.metadataLocation,
    now: Date.now(),
  });
  const metadataLocation = nextMetadataLocation(metadata.location, base.metadataLocation, randomUUID());
  await Promise.all([
    store.put(manifestList, list),
    store.put(metadataLocation, Buffer.from(printTableMetadata(next)), { contentType: 'application/json' }),
  ]);
  const manifests = [...added, ...rewritten].map(({ manifestPath }) => manifestPath);
  return {
    table: { ...base, metadata: next, metadataLocation },
    metadataLocation,
    ownFiles: [manifestList, metadataLocation, ...manifests],
  };
}

/** The offsets of every pipeline, so that they stand in the current snapshot as well as in the properties. */
export function pipelineMarks({ properties }: TableMetadata): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).filter(([name]) => /^lakehouse\..*\.offsets$/.test(name)),
  );
}

interface TouchedManifest {
  readonly manifest: ManifestFile;
  readonly entries: readonly ManifestEntry[];
}

async function findTouched(
  reader: ManifestReader,
  listed: readonly ManifestFile[],
  { removed }: Replacement,
): Promise<{ readonly kept: ManifestFile[]; readonly touched: TouchedManifest[] }> {
  const missing = new Set(removed.map(({ filePath }) => filePath));
  const paths = new Set(missing);
  const kept: ManifestFile[] = [];
  const touched: TouchedManifest[] = [];
  for (const manifest of listed) {
    const entries = manifest.content === 'data' ? await reader.entries(manifest) : [];
    const live = entries.filter(
      ({ status, dataFile }) => status !== 'deleted' && paths.has(dataFile.filePath),
    );
    if (live.length === 0) kept.push(manifest);
    else touched.push({ manifest, entries });
    for (const { dataFile } of live) missing.delete(dataFile.filePath);
  }
  if (missing.size > 0)
    throw new CompactionOvertaken(`${missing.size} of the files were replaced or deleted meanwhile.`);
  return { kept, touched };
}

interface WriteContext {
  readonly store: ObjectStore;
  readonly metadata: TableMetadata;
  readonly snapshotId: bigint;
  readonly sequenceNumber: bigint;
}

/** The touched manifests as one for each partition spec: removed files are marked as deleted by this snapshot. */
async function rewriteManifests(
  context: WriteContext,
  touched: readonly TouchedManifest[],
  { removed }: Replacement,
): Promise<ManifestFile[]> {
  const gone = new Set(removed.map(({ filePath }) => filePath));
  const specs = new Map<number, ManifestEntry[]>();
  for (const { manifest, entries } of touched) {
    const own = specs.get(manifest.partitionSpecId) ?? [];
    specs.set(manifest.partitionSpecId, own);
    for (const entry of entries) {
      if (entry.status === 'deleted') continue;
      const isGone = gone.has(entry.dataFile.filePath);
      own.push(
        isGone
          ? { ...entry, status: 'deleted', snapshotId: context.snapshotId }
          : { ...entry, status: 'existing' },
      );
    }
  }
  return Promise.all([...specs].map(async ([specId, entries]) => writeEntries(context, { specId, entries })));
}

async function writeEntries(
  { store, metadata, snapshotId, sequenceNumber }: WriteContext,
  { specId, entries }: { readonly specId: number; readonly entries: readonly ManifestEntry[] },
): Promise<ManifestFile> {
  const spec = metadata.partitionSpecs.find(candidate => candidate.specId === specId);
  const schema = currentSchema(metadata);
  const partitionFields = spec === undefined ? [] : typePartitionFields(spec, schema);
  if (spec === undefined || partitionFields.some(field => field.resultType.kind === 'other'))
    throw new CompactionOvertaken('A column of the partitioning was dropped.');
  const bytes = writeManifest({ schema, specId, partitionFields, content: 'data', entries });
  const manifestPath = `${metadata.location}/metadata/${randomUUID()}-replace.avro`;
  await store.put(manifestPath, bytes);
  const of = (status: ManifestEntry['status']): ManifestEntry[] =>
    entries.filter(entry => entry.status === status);
  const rows = (status: ManifestEntry['status']): bigint =>
    of(status).reduce((sum, entry) => sum + entry.dataFile.recordCount, 0n);
  const sequences = entries.map(entry => entry.sequenceNumber ?? sequenceNumber);
  return {
    manifestPath,
    manifestLength: BigInt(bytes.length),
    partitionSpecId: specId,
    content: 'data',
    sequenceNumber,
    minSequenceNumber: sequences.reduce((least, next) => (next < least ? next : least), sequenceNumber),
    addedSnapshotId: snapshotId,
    addedFilesCount: of('added').length,
    existingFilesCount: of('existing').length,
    deletedFilesCount: of('deleted').length,
    addedRowsCount: rows('added'),
    existingRowsCount: rows('existing'),
    deletedRowsCount: rows('deleted'),
    partitions: summarizePartitions(
      partitionFields,
      entries.map(entry => entry.dataFile.partition),
    ),
  };
}
