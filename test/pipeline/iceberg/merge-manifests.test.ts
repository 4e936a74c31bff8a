import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ManifestEntry, readManifest, writeManifest } from '../../../catalog/iceberg/manifest.ts';
import type { ManifestFile } from '../../../catalog/iceberg/manifest-list.ts';
import { currentSchema } from '../../../catalog/iceberg/metadata.ts';
import { typePartitionFields } from '../../../catalog/iceberg/partition.ts';
import type { ObjectStore } from '../../../catalog/storage.ts';
import { mergeManifests } from '../../../pipeline/iceberg/merge-manifests.ts';
import { createTableMetadata } from '../../../pipeline/iceberg/new-table.ts';

const METADATA = createTableMetadata({
  key: ['n', 't'],
  fields: [{ id: 0, name: 'a', required: false, type: { kind: 'string' } }],
  partitioning: [{ column: 'a', transform: { kind: 'identity' } }],
  warehouse: 's3://w',
  now: 1,
});
const FIELDS = typePartitionFields(METADATA.partitionSpecs[0]!, currentSchema(METADATA)); // A new table has one spec.

function memoryStore(objects: Map<string, Uint8Array>): ObjectStore {
  return {
    get: async (uri: string) => objects.get(uri) ?? assert.fail(uri),
    put: async (uri: string, bytes: Uint8Array) => void objects.set(uri, bytes),
  } as unknown as ObjectStore;
}

/** A manifest of one commit: a file that was added with it, or that it deleted. */
function oneManifest(
  objects: Map<string, Uint8Array>,
  index: number,
  status: ManifestEntry['status'],
): ManifestFile {
  const dataFile = {
    content: 'data',
    filePath: `f${index}`,
    fileFormat: 'PARQUET',
    partition: [index % 2 === 0 ? 'even' : null],
    recordCount: 10n,
    fileSizeInBytes: 100n,
  } as const;
  const bytes = writeManifest({
    schema: currentSchema(METADATA),
    specId: 0,
    partitionFields: FIELDS,
    content: 'data',
    entries: [
      {
        status,
        dataFile,
        ...(status === 'added' ? {} : { snapshotId: 5n, sequenceNumber: 1n, fileSequenceNumber: 1n }),
      },
    ],
  });
  const manifestPath = `m${index}`;
  objects.set(manifestPath, bytes);
  const sequenceNumber = BigInt(index + 1);
  return {
    manifestPath,
    manifestLength: BigInt(bytes.length),
    partitionSpecId: 0,
    content: 'data',
    sequenceNumber,
    minSequenceNumber: sequenceNumber,
    addedSnapshotId: 1000n + sequenceNumber,
  };
}

test('a hundred small manifests become one that keeps when and by which commit every file came', async () => {
  const objects = new Map<string, Uint8Array>();
  const store = memoryStore(objects);
  const manifests = Array.from({ length: 100 }, (_, i) =>
    oneManifest(objects, i, i === 7 ? 'deleted' : 'added'),
  );
  const deletes: ManifestFile = { ...oneManifest(objects, 100, 'added'), content: 'deletes' };
  const request = { manifests: [deletes, ...manifests], snapshotId: 77n, sequenceNumber: 200n };
  const { manifests: merged, written } = await mergeManifests(store, METADATA, request);
  assert.equal(merged.length, 2);
  assert.equal(merged[1], deletes);
  const [manifest] = merged;
  assert.ok(manifest);
  assert.deepEqual(written, [manifest.manifestPath]);
  assert.deepEqual(
    [
      manifest.existingFilesCount,
      manifest.existingRowsCount,
      manifest.minSequenceNumber,
      manifest.sequenceNumber,
    ],
    [99, 990n, 1n, 200n],
  );
  assert.equal(manifest.partitions?.[0]?.containsNull, true);
  const { entries } = readManifest(objects.get(manifest.manifestPath)!, manifest); // It was just written.
  assert.deepEqual(
    entries
      .slice(6, 8)
      .map(entry => [entry.status, entry.dataFile.filePath, entry.snapshotId, entry.sequenceNumber]),
    [
      ['existing', 'f6', 1007n, 7n],
      ['existing', 'f8', 1009n, 9n],
    ],
  );
});

test('fewer manifests are left as they are', async () => {
  const objects = new Map<string, Uint8Array>();
  const manifests = Array.from({ length: 99 }, (_, i) => oneManifest(objects, i, 'added'));
  const merged = await mergeManifests(memoryStore(objects), METADATA, {
    manifests,
    snapshotId: 1n,
    sequenceNumber: 1n,
  });
  assert.deepEqual(merged, { manifests, written: [] });
});
