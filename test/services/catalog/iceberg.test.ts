import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { decodeBound } from '../../../catalog/iceberg/bounds.ts';
import { type ManifestEntry, readManifest, writeManifest } from '../../../catalog/iceberg/manifest.ts';
import {
  type ManifestFile,
  readManifestList,
  summarizePartitions,
  writeManifestList,
} from '../../../catalog/iceberg/manifest-list.ts';
import {
  currentSchema,
  currentSnapshot,
  defaultSpec,
  nextMetadataLocation,
  parseTableMetadata,
  printTableMetadata,
  type TableMetadata,
} from '../../../catalog/iceberg/metadata.ts';
import { typePartitionFields } from '../../../catalog/iceberg/partition.ts';
import { newSnapshotId, type Snapshot } from '../../../catalog/iceberg/snapshot.ts';
import { applyTransform } from '../../../catalog/iceberg/transforms.ts';
import { isPrimitive } from '../../../catalog/iceberg/types.ts';
import { type IcebergValue, formatValue } from '../../../catalog/iceberg/value.ts';
import { parseJson } from '../../../catalog/json.ts';
import { commit, connectNessie, getConfig, getContents, type TableContent } from '../../../catalog/nessie.ts';
import { createObjectStore, createS3Client } from '../../../catalog/storage.ts';
import { connectTrino, queryAll, type TrinoRow } from '../../../catalog/trino/client.ts';
import { quoteName } from '../../../catalog/trino/quote.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

const endpoints = testEndpoints();
const trino = connectTrino({ uri: endpoints.trino.uri, user: endpoints.trino.user });
const nessie = connectNessie({ uri: endpoints.nessie.uri });
const s3 = createS3Client(endpoints.objectStore);
const store = createObjectStore(s3);
const schema = `catalog_iceberg_${randomUUID().slice(0, 8)}`;
const TABLE = 't "ä" 😀';
const name = (table: string): string => quoteName([endpoints.trino.catalog, schema, table]);
const sql = async (text: string): Promise<readonly TrinoRow[]> => (await queryAll(trino, text)).rows;

const COLUMNS = `
  b boolean, i integer, l bigint, r real, d double, de decimal(9, 2), big decimal(38, 0), da date, ti time(6), ts timestamp(6),
  tz timestamp(6) with time zone, s varchar, u uuid, bi varbinary,
  ro row(a integer, "x.y" array(varchar)), m map(varchar, bigint)`;
const PARTITIONING = [
  'b',
  'bucket(i, 8)',
  'bucket(l, 16)',
  'truncate(s, 3)',
  'bucket(s, 4)',
  'day(ts)',
  'hour(tz)',
  'month(da)',
  'bucket(de, 8)',
  'truncate(de, 10)',
  'bucket(u, 8)',
  'bucket(da, 8)',
  'bucket(ts, 8)',
  'bucket(bi, 8)',
  'ti',
  'big',
];
const ROWS = [
  `(true, 34, 34, REAL '1.5', 2.5e0, DECIMAL '14.20', DECIMAL '12345678901234567890123456789012345678', DATE '2017-11-16', TIME '22:31:08',
    TIMESTAMP '2017-11-16 22:31:08', TIMESTAMP '2017-11-16 14:31:08 -08:00', 'iceberg', UUID 'f79c3e09-677c-4bbd-a479-3f349cb785e7', X'00010203',
    ROW(1, ARRAY['q']), MAP(ARRAY['k'], ARRAY[BIGINT '9007199254740993']))`,
  `(false, -1, BIGINT '-9223372036854775808', REAL '-0.0', nan(), DECIMAL '-0.05', DECIMAL '-1', DATE '1969-12-31', TIME '00:00:00.000001',
    TIMESTAMP '1969-12-31 23:59:59.999999', TIMESTAMP '1900-01-01 00:00:00 UTC', 'ä😀 a rather long text beyond sixteen', NULL, X'', NULL, NULL)`,
  `(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`,
];

describe('Iceberg tables that Trino wrote, really', () => {
  let metadata: TableMetadata;
  let text: string;
  let manifests: readonly ManifestFile[];
  let entries: readonly ManifestEntry[];

  before(async () => {
    await sql(`CREATE SCHEMA ${quoteName([endpoints.trino.catalog, schema])}`);
    const partitioning = PARTITIONING.map(item => `'${item}'`).join(', ');
    await sql(
      `CREATE TABLE ${name(TABLE)} (${COLUMNS}) WITH (partitioning = ARRAY[${partitioning}], sorted_by = ARRAY['i DESC NULLS FIRST'])`,
    );
    await sql(`INSERT INTO ${name(TABLE)} VALUES ${ROWS.join(', ')}`);
    text = await load((await content(TABLE)).metadataLocation);
    metadata = parseTableMetadata(text);
    const snapshot = currentSnapshot(metadata);
    manifests = readManifestList(await store.get(snapshot?.manifestList ?? ''));
    const read = await Promise.all(
      manifests.map(async file => readManifest(await store.get(file.manifestPath), file)),
    );
    entries = read.flatMap(manifest => manifest.entries);
  });

  after(async () => {
    for (const table of [TABLE, 'copy']) await sql(`DROP TABLE IF EXISTS ${name(table)}`);
    await sql(`DROP SCHEMA IF EXISTS ${quoteName([endpoints.trino.catalog, schema])}`);
    s3.destroy();
  });

  test('metadata.json is read and written again without a loss', () => {
    assert.deepEqual(parseJson(printTableMetadata(metadata)), withDefaults(parseJson(text)));
    assert.equal(defaultSpec(metadata).fields.length, PARTITIONING.length);
    assert.equal(metadata.sortOrders.at(-1)?.fields[0]?.direction, 'desc');
  });

  test('the manifests say what Trino says of its files', async () => {
    const files = await sql(
      `SELECT file_path, record_count, file_size_in_bytes FROM ${name(`${TABLE}$files`)} ORDER BY 1`,
    );
    const ours = entries.map(({ dataFile }) => [
      dataFile.filePath,
      dataFile.recordCount,
      dataFile.fileSizeInBytes,
    ]);
    assert.deepEqual(
      ours.sort((a, b) => ((a[0] as string) < (b[0] as string) ? -1 : 1)),
      files,
    );
    assert.equal(files.length, 3);
    const listed = await sql(
      `SELECT path, length, added_snapshot_id, added_data_files_count FROM ${name(`${TABLE}$manifests`)}`,
    );
    assert.deepEqual(
      manifests.map(file => [
        file.manifestPath,
        file.manifestLength,
        file.addedSnapshotId,
        file.addedFilesCount,
      ]),
      listed,
    );
    const snapshot = currentSnapshot(metadata);
    assert.ok(
      entries.every(
        entry =>
          entry.snapshotId === snapshot?.snapshotId && entry.sequenceNumber === snapshot?.sequenceNumber,
      ),
    );
  });

  test('our transforms give the partitions that Trino computed, for every transform and null', async () => {
    const fields = typePartitionFields(defaultSpec(metadata), currentSchema(metadata));
    for (const { dataFile } of entries) {
      const row = rowOf(dataFile.recordCount === 1n ? dataFile.lowerBounds : undefined, metadata);
      fields.forEach((field, index) => {
        // A long text's bound is cut, so its hash cannot be computed from it.
        if (
          field.name === 's_bucket' &&
          Array.from((row.get(field.sourceId) as string | null) ?? '').length === 16
        )
          return;
        const expected = applyTransform(field.transform, field.sourceType, row.get(field.sourceId) ?? null);
        assert.deepEqual(dataFile.partition[index], expected, `${field.name} of ${dataFile.filePath}`);
      });
    }
  });

  test('bounds are the values that Trino wrote', () => {
    const first = entries.find(({ dataFile }) => dataFile.partition[0] === true)?.dataFile;
    const shown = new Map<string, string>();
    for (const field of currentSchema(metadata).fields) {
      const bytes = first?.lowerBounds?.get(field.id);
      if (bytes === undefined || !isPrimitive(field.type)) continue;
      const value = decodeBound(field.type, bytes);
      shown.set(field.name, value === undefined ? '?' : formatValue(field.type, value));
    }
    assert.deepEqual(Object.fromEntries(shown), {
      b: 'true',
      i: '34',
      l: '34',
      r: '1.5',
      d: '2.5',
      de: '14.20',
      big: '12345678901234567890123456789012345678',
      da: '2017-11-16',
      ti: '22:31:08',
      ts: '2017-11-16 22:31:08',
      tz: '2017-11-16 22:31:08Z',
      s: 'iceberg',
      u: 'f79c3e09-677c-4bbd-a479-3f349cb785e7',
      ...(shown.has('bi') ? { bi: '0x00010203' } : {}),
    });
  });

  test('a table of which we rewrite every manifest, the list and the metadata is the same table to Trino', async () => {
    const before_ = await sql(`SELECT *, "$path", "$partition" FROM ${name(TABLE)} ORDER BY i`);
    await rewrite(metadata, entries);
    assert.deepEqual(await sql(`SELECT *, "$path", "$partition" FROM ${name(TABLE)} ORDER BY i`), before_);
    assert.deepEqual(
      await sql(
        `SELECT s FROM ${name(TABLE)} WHERE i = 34 AND l = 34 AND de = 14.20 AND da = DATE '2017-11-16' AND tz > TIMESTAMP '2017-01-01 00:00:00 UTC' AND u = UUID 'f79c3e09-677c-4bbd-a479-3f349cb785e7'`,
      ),
      [['iceberg']],
    );
    assert.deepEqual(await sql(`SELECT count(*) FROM ${name(`${TABLE}$partitions`)}`), [[3n]]);
    await sql(`INSERT INTO ${name(TABLE)} VALUES ${ROWS[0] ?? ''}`);
    await sql(`UPDATE ${name(TABLE)} SET i = 35 WHERE i = -1`);
    await sql(`DELETE FROM ${name(TABLE)} WHERE i IS NULL`);
    assert.deepEqual(await sql(`SELECT i, count(*) FROM ${name(TABLE)} GROUP BY 1 ORDER BY 1`), [
      [34, 2n],
      [35, 1n],
    ]);
    const now = parseTableMetadata(await load((await content(TABLE)).metadataLocation));
    const list = readManifestList(await store.get(currentSnapshot(now)?.manifestList ?? ''));
    const contents = await Promise.all(
      list.map(async file => readManifest(await store.get(file.manifestPath), file)),
    );
    assert.ok(
      contents.some(manifest =>
        manifest.entries.some(entry => entry.dataFile.content === 'position-deletes'),
      ),
    );
  });
});

/** Commits the same files again through manifests, a list and metadata that our code writes. */
async function rewrite(metadata: TableMetadata, entries: readonly ManifestEntry[]): Promise<void> {
  const snapshotId = newSnapshotId();
  const sequenceNumber = metadata.lastSequenceNumber + 1n;
  const partitionFields = typePartitionFields(defaultSpec(metadata), currentSchema(metadata));
  const existing = entries.map(entry => ({ ...entry, status: 'existing' as const }));
  const manifest = writeManifest({
    schema: currentSchema(metadata),
    specId: metadata.defaultSpecId,
    partitionFields,
    content: 'data',
    entries: existing,
  });
  const manifestPath = `${metadata.location}/metadata/${randomUUID()}-m0.avro`;
  await store.put(manifestPath, manifest, { ifNoneMatch: '*' });
  const file: ManifestFile = {
    manifestPath,
    manifestLength: BigInt(manifest.length),
    partitionSpecId: metadata.defaultSpecId,
    content: 'data',
    sequenceNumber,
    minSequenceNumber: 1n,
    addedSnapshotId: snapshotId,
    addedFilesCount: 0,
    existingFilesCount: entries.length,
    deletedFilesCount: 0,
    addedRowsCount: 0n,
    existingRowsCount: 3n,
    deletedRowsCount: 0n,
    partitions: summarizePartitions(
      partitionFields,
      entries.map(entry => entry.dataFile.partition),
    ),
  };
  const manifestList = `${metadata.location}/metadata/snap-${snapshotId}-1-${randomUUID()}.avro`;
  const parent = metadata.currentSnapshotId;
  await store.put(
    manifestList,
    writeManifestList({
      snapshotId,
      sequenceNumber,
      manifests: [file],
      ...(parent === undefined ? {} : { parentSnapshotId: parent }),
    }),
  );
  const timestampMs = Math.max(Date.now(), metadata.lastUpdatedMs + 1);
  const snapshot: Snapshot = {
    snapshotId,
    sequenceNumber,
    timestampMs,
    manifestList,
    schemaId: metadata.currentSchemaId,
    summary: { operation: 'replace', 'total-records': '3', 'total-data-files': `${entries.length}` },
    ...(parent === undefined ? {} : { parentSnapshotId: parent }),
  };
  const table = await content(TABLE);
  const location = nextMetadataLocation(metadata.location, table.metadataLocation, randomUUID());
  const next: TableMetadata = {
    ...metadata,
    lastSequenceNumber: sequenceNumber,
    lastUpdatedMs: timestampMs,
    currentSnapshotId: snapshotId,
    snapshots: [...metadata.snapshots, snapshot],
    refs: { main: { snapshotId, type: 'branch' } },
    snapshotLog: [...metadata.snapshotLog, { timestampMs, snapshotId }],
    metadataLog: [
      ...metadata.metadataLog,
      { timestampMs: metadata.lastUpdatedMs, metadataFile: table.metadataLocation },
    ],
  };
  await store.put(location, Buffer.from(printTableMetadata(next)));
  const { defaultBranch } = await getConfig(nessie);
  const { reference } = await getContents(nessie, { name: defaultBranch }, { keys: [[schema, TABLE]] });
  await commit(nessie, {
    branch: defaultBranch,
    expectedHash: reference.hash,
    message: 'rewrite',
    operations: [
      { type: 'PUT', key: [schema, TABLE], content: { ...table, metadataLocation: location, snapshotId } },
    ],
  });
}

async function content(table: string): Promise<TableContent> {
  const { defaultBranch } = await getConfig(nessie);
  const found = (await getContents(nessie, { name: defaultBranch }, { keys: [[schema, table]] })).items[0]
    ?.content;
  assert.ok(found?.type === 'ICEBERG_TABLE', `${table} is no table`);
  return found;
}

async function load(location: string): Promise<string> {
  return Buffer.from(await store.get(location)).toString('utf8');
}

/** The values of a file of one row, read from its lower bounds. */
function rowOf(
  bounds: ReadonlyMap<number, Uint8Array> | undefined,
  metadata: TableMetadata,
): Map<number, IcebergValue | null> {
  const row = new Map<number, IcebergValue | null>();
  for (const field of currentSchema(metadata).fields) {
    const bytes = bounds?.get(field.id);
    if (isPrimitive(field.type) && bytes !== undefined)
      row.set(field.id, decodeBound(field.type, bytes) ?? null);
  }
  return row;
}

/** Members that the specification lets a writer leave out; ours writes them. */
function withDefaults(value: unknown): unknown {
  return { 'snapshot-log': [], 'metadata-log': [], ...(value as object) };
}
