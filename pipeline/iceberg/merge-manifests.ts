import { randomUUID } from 'node:crypto';
import { type ManifestEntry, readManifest, writeManifest } from '../../catalog/iceberg/manifest.ts';
import { type ManifestFile, summarizePartitions } from '../../catalog/iceberg/manifest-list.ts';
import { currentSchema, type TableMetadata } from '../../catalog/iceberg/metadata.ts';
import { typePartitionFields } from '../../catalog/iceberg/partition.ts';
import type { ObjectStore } from '../../catalog/storage.ts';

/** Iceberg's default of `commit.manifest.min-count-to-merge`: every append adds a manifest, and readers open all of them. */
const MIN_COUNT_TO_MERGE = 100;
/** Manifests of this size are left alone (`commit.manifest.target-size-bytes`). */
const TARGET_BYTES = 8 * 1024 * 1024;

export interface MergeRequest {
  readonly manifests: readonly ManifestFile[];
  readonly snapshotId: bigint;
  readonly sequenceNumber: bigint;
}

export interface MergedManifests {
  readonly manifests: readonly ManifestFile[];
  /** Paths of manifests that were written and are not committed yet. */
  readonly written: readonly string[];
}

/**
 * Puts the small data manifests of each partition spec together once there are many of them. Entries keep the snapshot and
 * sequence numbers of the commit that added their file; entries of deleted files end here, as a new snapshot has no use for them.
 */
export async function mergeManifests(
  store: ObjectStore,
  metadata: TableMetadata,
  { manifests, snapshotId, sequenceNumber }: MergeRequest,
): Promise<MergedManifests> {
  const small = manifests.filter(item => item.content === 'data' && item.manifestLength < TARGET_BYTES);
  const specs = new Map<number, ManifestFile[]>();
  for (const manifest of small) {
    const same = specs.get(manifest.partitionSpecId);
    if (same === undefined) specs.set(manifest.partitionSpecId, [manifest]);
    else same.push(manifest);
  }
  const replaced = new Set<ManifestFile>();
  const fresh: ManifestFile[] = [];
  for (const [specId, group] of specs) {
    if (group.length < MIN_COUNT_TO_MERGE) continue;
    const merged = await mergeGroup(store, metadata, { specId, group, snapshotId, sequenceNumber });
    if (merged === undefined) continue;
    fresh.push(merged);
    for (const manifest of group) replaced.add(manifest);
  }
  return {
    manifests: [...fresh, ...manifests.filter(manifest => !replaced.has(manifest))],
    written: fresh.map(manifest => manifest.manifestPath),
  };
}

interface Group extends Omit<MergeRequest, 'manifests'> {
  readonly specId: number;
  readonly group: readonly ManifestFile[];
}

async function mergeGroup(
  store: ObjectStore,
  metadata: TableMetadata,
  { specId, group, snapshotId, sequenceNumber }: Group,
): Promise<ManifestFile | undefined> {
  const spec = metadata.partitionSpecs.find(candidate => candidate.specId === specId);
  if (spec === undefined) return undefined;
  const schema = currentSchema(metadata);
  const partitionFields = typePartitionFields(spec, schema);
  // The values of a column that was dropped can be read but no longer be written in their own type.
  if (partitionFields.some(field => field.resultType.kind === 'other')) return undefined;
  const entries: ManifestEntry[] = [];
  for (const manifest of group) {
    const read = readManifest(await store.get(manifest.manifestPath), manifest);
    for (const entry of read.entries)
      if (entry.status !== 'deleted') entries.push({ ...entry, status: 'existing' });
  }
  if (entries.length === 0) return undefined;
  const bytes = writeManifest({ schema, specId, partitionFields, content: 'data', entries });
  const manifestPath = `${metadata.location}/metadata/${randomUUID()}-merged.avro`;
  await store.put(manifestPath, bytes);
  const sequences = entries.map(entry => entry.sequenceNumber ?? 0n);
  return {
    manifestPath,
    manifestLength: BigInt(bytes.length),
    partitionSpecId: specId,
    content: 'data',
    sequenceNumber,
    minSequenceNumber: sequences.reduce((least, next) => (next < least ? next : least)),
    addedSnapshotId: snapshotId,
    addedFilesCount: 0,
    existingFilesCount: entries.length,
    deletedFilesCount: 0,
    addedRowsCount: 0n,
    existingRowsCount: entries.reduce((sum, entry) => sum + entry.dataFile.recordCount, 0n),
    deletedRowsCount: 0n,
    partitions: summarizePartitions(
      partitionFields,
      entries.map(entry => entry.dataFile.partition),
    ),
  };
}
