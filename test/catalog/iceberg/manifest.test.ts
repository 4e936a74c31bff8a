import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type AvroSchema, readAvroFile, writeAvroFile } from '../../../catalog/iceberg/avro.ts';
import { decodeBound } from '../../../catalog/iceberg/bounds.ts';
import {
  type DataFile,
  type ManifestEntry,
  readManifest,
  writeManifest,
} from '../../../catalog/iceberg/manifest.ts';
import {
  type ManifestFile,
  readManifestList,
  summarizePartitions,
  writeManifestList,
} from '../../../catalog/iceberg/manifest-list.ts';
import { parseTransform, typePartitionFields } from '../../../catalog/iceberg/partition.ts';
import type { Schema } from '../../../catalog/iceberg/schema.ts';
import { parsePrimitive } from '../../../catalog/iceberg/types.ts';

const TYPES = [
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'string',
  'uuid',
  'binary',
  'fixed[3]',
  'decimal(9,2)',
  'decimal(38,0)',
] as const;

const SCHEMA: Schema = {
  schemaId: 3,
  fields: TYPES.map((type, index) => ({
    id: index + 1,
    name: `c.${type} 😀`,
    required: false,
    type: parsePrimitive(type),
  })),
};
const SPEC = {
  specId: 2,
  fields: TYPES.map((type, index) => ({
    sourceId: index + 1,
    fieldId: 1000 + index,
    // Partitions are called like their columns, and those may be called anything.
    name: ['__proto__', 'constructor'][index] ?? `p.${type}`,
    transform: parseTransform('identity'),
  })),
};
const FIELDS = typePartitionFields(SPEC, SCHEMA);

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const bytes = (length?: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array(length === undefined ? { maxLength: 20 } : { minLength: length, maxLength: length });
const float = fc.float({ noNaN: true });
const PARTITION = fc.tuple(
  ...[
    fc.boolean(),
    fc.integer(),
    int64,
    float,
    fc.double({ noNaN: true }),
    fc.integer(),
    int64,
    int64,
    int64,
    fc.string(),
    fc.uuid(),
    bytes(),
    bytes(3),
    fc.bigInt({ min: -999999999n, max: 999999999n }),
    fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }),
  ].map(value => fc.option<boolean | number | bigint | string | Uint8Array>(value)),
);
const columnMap = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Map<number, T>> =>
  fc
    .uniqueArray(fc.tuple(fc.nat(), value), { selector: pair => pair[0], maxLength: 4 })
    .map(pairs => new Map(pairs));

const DATA_FILE: fc.Arbitrary<DataFile> = fc.record(
  {
    content: fc.constantFrom('data', 'position-deletes', 'equality-deletes'),
    filePath: fc.string(),
    fileFormat: fc.constantFrom('PARQUET', 'ORC', 'AVRO'),
    partition: PARTITION,
    recordCount: int64,
    fileSizeInBytes: int64,
    columnSizes: columnMap(int64),
    valueCounts: columnMap(int64),
    nullValueCounts: columnMap(int64),
    nanValueCounts: columnMap(int64),
    lowerBounds: columnMap(bytes()),
    upperBounds: columnMap(bytes()),
    keyMetadata: bytes(),
    splitOffsets: fc.array(int64, { maxLength: 3 }),
    equalityIds: fc.array(fc.nat(), { maxLength: 3 }),
    sortOrderId: fc.nat(),
  },
  { requiredKeys: ['content', 'filePath', 'fileFormat', 'partition', 'recordCount', 'fileSizeInBytes'] },
);
const ENTRY: fc.Arbitrary<ManifestEntry> = fc.record(
  {
    status: fc.constantFrom('existing', 'added', 'deleted'),
    snapshotId: int64,
    sequenceNumber: int64,
    fileSequenceNumber: int64,
    dataFile: DATA_FILE,
  },
  { requiredKeys: ['status', 'dataFile'] },
);

describe('manifests', () => {
  test('whatever is written is read back', () => {
    fc.assert(
      fc.property(fc.array(ENTRY, { maxLength: 4 }), entries => {
        const read = readManifest(
          writeManifest({ schema: SCHEMA, specId: 2, partitionFields: FIELDS, content: 'data', entries }),
        );
        assert.equal(read.specId, 2);
        assert.equal(read.content, 'data');
        assert.deepEqual(plain(read.entries), plain(entries));
      }),
      { numRuns: 60 },
    );
  });

  test('every field carries the id by which other readers find it', () => {
    const file = readAvroFile(
      writeManifest({ schema: SCHEMA, specId: 2, partitionFields: FIELDS, content: 'deletes', entries: [] }),
    );
    const ids = collectIds(file.schema);
    assert.deepEqual(ids.slice(0, 5), [0, 1, 3, 4, 2]);
    for (const id of [
      134, 100, 101, 102, 103, 104, 108, 117, 118, 109, 119, 120, 110, 121, 122, 137, 138, 139, 125, 126, 127,
      128, 129, 130, 131, 132, 133, 135, 136, 140, 1000, 1014,
    ])
      assert.ok(ids.includes(id), `${id} is missing`);
    assert.equal(file.metadata.get('partition-spec-id'), '2');
    assert.equal(file.metadata.get('schema-id'), '3');
    assert.equal(file.metadata.get('format-version'), '2');
    assert.equal(file.metadata.get('content'), 'deletes');
    assert.match(file.metadata.get('schema') ?? '', /"schema-id":3/);
    assert.match(file.metadata.get('partition-spec') ?? '', /"field-id":1014/);
  });

  test('numbers that are left out are inherited from the manifest list', () => {
    const dataFile: DataFile = {
      content: 'data',
      filePath: 'f',
      fileFormat: 'PARQUET',
      partition: [],
      recordCount: 1n,
      fileSizeInBytes: 1n,
    };
    const entries: ManifestEntry[] = [
      { status: 'added', dataFile },
      { status: 'existing', snapshotId: 5n, sequenceNumber: 2n, fileSequenceNumber: 1n, dataFile },
    ];
    const written = writeManifest({
      schema: SCHEMA,
      specId: 0,
      partitionFields: [],
      content: 'data',
      entries,
    });
    const [added, existing] = readManifest(
      written,
      manifestFile({ sequenceNumber: 9n, addedSnapshotId: 77n }),
    ).entries;
    assert.deepEqual([added?.snapshotId, added?.sequenceNumber, added?.fileSequenceNumber], [77n, 9n, 9n]);
    assert.deepEqual(
      [existing?.snapshotId, existing?.sequenceNumber, existing?.fileSequenceNumber],
      [5n, 2n, 1n],
    );
  });

  test('fields are found by id when another writer names them otherwise, and by name when it gives no ids', () => {
    const renamed: AvroSchema = {
      type: 'record',
      name: 'm',
      fields: [
        { name: 'manifest_path', type: 'string', 'field-id': 500 },
        { name: 'manifest_length', type: 'long', 'field-id': 501 },
        { name: 'partition_spec_id', type: 'int', 'field-id': 502 },
        { name: 'added_snapshot_id', type: ['null', 'long'], 'field-id': 503 },
        { name: 'added_data_files_count', type: ['null', 'int'], 'field-id': 504 },
      ],
    };
    const nameless: AvroSchema = {
      type: 'record',
      name: 'm',
      fields: [
        { name: 'manifest_path', type: 'string' },
        { name: 'added_files_count', type: 'int' },
        { name: 'content', type: 'int' },
      ],
    };
    const [first] = readManifestList(
      writeAvroFile({
        schema: renamed,
        metadata: {},
        records: [
          {
            manifest_path: 'a',
            manifest_length: 5n,
            partition_spec_id: 1,
            added_snapshot_id: null,
            added_data_files_count: 3,
          },
        ],
      }),
    );
    assert.deepEqual(
      [first?.addedFilesCount, first?.manifestLength, first?.addedSnapshotId, first?.content],
      [3, 5n, -1n, 'data'],
    );
    const [second] = readManifestList(
      writeAvroFile({
        schema: nameless,
        metadata: {},
        records: [{ manifest_path: 'b', added_files_count: 4, content: 1 }],
      }),
    );
    assert.deepEqual([second?.manifestPath, second?.addedFilesCount, second?.content], ['b', 4, 'deletes']);
  });

  test('a manifest list is read back as written', () => {
    const manifests: ManifestFile[] = [
      manifestFile({
        partitions: [
          {
            containsNull: true,
            containsNan: false,
            lowerBound: Uint8Array.of(1),
            upperBound: Uint8Array.of(2),
          },
          { containsNull: false },
        ],
      }),
      manifestFile({ content: 'deletes', keyMetadata: Uint8Array.of(9) }),
    ];
    const written = writeManifestList({ snapshotId: 8823764019823764019n, sequenceNumber: 4n, manifests });
    assert.deepEqual(plain(readManifestList(written)), plain(manifests));
    assert.equal(readAvroFile(written).metadata.get('snapshot-id'), '8823764019823764019');
    assert.equal(readAvroFile(written).metadata.get('parent-snapshot-id'), 'null');
  });

  test('partition summaries enclose the values, whatever their type', () => {
    fc.assert(
      fc.property(fc.array(PARTITION, { minLength: 1, maxLength: 5 }), partitions => {
        const summaries = summarizePartitions(FIELDS, partitions);
        summaries.forEach((summary, index) => {
          const type = FIELDS[index]?.resultType ?? { kind: 'int' };
          const values = partitions.map(partition => partition[index] ?? null);
          assert.equal(summary.containsNull, values.includes(null));
          if (
            typeof values[0] === 'bigint' &&
            summary.lowerBound !== undefined &&
            summary.upperBound !== undefined
          ) {
            assert.ok((decodeBound(type, summary.lowerBound) as bigint) <= values[0]);
            assert.ok((decodeBound(type, summary.upperBound) as bigint) >= values[0]);
          }
        });
      }),
      { numRuns: 60 },
    );
    const [nan] = summarizePartitions(
      typePartitionFields({ specId: 0, fields: SPEC.fields.slice(4, 5) }, SCHEMA),
      [[NaN]],
    );
    assert.deepEqual(nan, { containsNull: false, containsNan: true });
  });
});

function manifestFile(changes: Partial<ManifestFile>): ManifestFile {
  return {
    manifestPath: 's3://b/m.avro',
    manifestLength: 9007199254740993n,
    partitionSpecId: 0,
    content: 'data',
    sequenceNumber: 4n,
    minSequenceNumber: 2n,
    addedSnapshotId: 8823764019823764019n,
    addedFilesCount: 1,
    existingFilesCount: 2,
    deletedFilesCount: 3,
    addedRowsCount: 4n,
    existingRowsCount: 5n,
    deletedRowsCount: 6n,
    ...changes,
  };
}

/** Buffers and arrays of bytes alike as hex, −0 apart from 0, so that deepEqual compares values. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Map)
    return Array.from(value as Map<unknown, unknown>, ([key, item]) => [key, plain(item)]);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return value;
}

function collectIds(schema: unknown): number[] {
  if (Array.isArray(schema)) return schema.flatMap(collectIds);
  if (typeof schema !== 'object' || schema === null) return [];
  const own = schema as Record<string, unknown>;
  const ids = [own['field-id'], own['element-id']].filter(id => typeof id === 'number');
  return [...ids, ...['type', 'items', 'fields'].flatMap(name => collectIds(own[name]))];
}
