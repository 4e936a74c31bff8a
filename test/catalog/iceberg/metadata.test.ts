import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  currentSchema,
  currentSnapshot,
  defaultSpec,
  nextMetadataLocation,
  parseTableMetadata,
  printTableMetadata,
} from '../../../catalog/iceberg/metadata.ts';
import { assignFieldIds, highestFieldId, indexFields } from '../../../catalog/iceberg/schema.ts';
import {
  type IcebergType,
  isPromotion,
  parsePrimitive,
  parseType,
  typeToJson,
  typeToText,
} from '../../../catalog/iceberg/types.ts';
import { type JsonObject, JsonShapeError, parseJson, stringifyJson } from '../../../catalog/json.ts';

const NESTED = {
  type: 'struct',
  fields: [
    {
      id: 3,
      name: 'tags',
      required: false,
      type: { type: 'list', 'element-id': 4, element: 'string', 'element-required': true },
    },
    {
      id: 5,
      name: 'm',
      required: true,
      doc: 'a map',
      type: {
        type: 'map',
        'key-id': 6,
        key: 'uuid',
        'value-id': 7,
        value: { type: 'struct', fields: [] },
        'value-required': false,
      },
    },
  ],
};

const FULL: JsonObject = {
  'format-version': 2,
  'table-uuid': '9c12d441-03fe-4693-9a96-a0705ddf69c1',
  location: 's3://bucket/t',
  'last-sequence-number': 9007199254740993n,
  'last-updated-ms': 1700000000000,
  'last-column-id': 9,
  'current-schema-id': 1,
  schemas: [
    { type: 'struct', 'schema-id': 0, fields: [] },
    {
      type: 'struct',
      'schema-id': 1,
      'identifier-field-ids': [1],
      fields: [
        { id: 1, name: 'id', required: true, type: 'long' },
        { id: 8, name: 'price', required: false, type: 'decimal(9, 2)', 'write-default': '1.00' },
        { id: 2, name: 'n', required: false, type: NESTED },
        { id: 9, name: 'new kind', required: false, type: 'geometry(srid:4326)' },
      ],
    },
  ],
  'default-spec-id': 1,
  'partition-specs': [
    { 'spec-id': 0, fields: [] },
    { 'spec-id': 1, fields: [{ name: 'id_b', transform: 'bucket[16]', 'source-id': 1, 'field-id': 1000 }] },
  ],
  'last-partition-id': 1000,
  'default-sort-order-id': 1,
  'sort-orders': [
    { 'order-id': 0, fields: [] },
    {
      'order-id': 1,
      fields: [{ transform: 'identity', 'source-id': 1, direction: 'desc', 'null-order': 'nulls-last' }],
    },
  ],
  properties: { 'lakehouse.p.offsets': '{"p":{"0":9007199254740993}}', 'write.format.default': 'PARQUET' },
  'current-snapshot-id': 8823764019823764019n,
  refs: { main: { 'snapshot-id': 8823764019823764019n, type: 'branch', 'max-ref-age-ms': 5 } },
  snapshots: [
    {
      'sequence-number': 9007199254740993n,
      'snapshot-id': 8823764019823764019n,
      'parent-snapshot-id': 7,
      'timestamp-ms': 1700000000000,
      summary: { operation: 'append', 'added-records': '5' },
      'manifest-list': 's3://bucket/t/metadata/snap.avro',
      'schema-id': 1,
      'first-row-id': 3,
    },
  ],
  'snapshot-log': [{ 'timestamp-ms': 1700000000000, 'snapshot-id': 8823764019823764019n }],
  'metadata-log': [
    { 'timestamp-ms': 1699999999999, 'metadata-file': 's3://bucket/t/metadata/00000-x.metadata.json' },
  ],
  statistics: [{ 'snapshot-id': 8823764019823764019n, 'statistics-path': 's3://bucket/s.stats' }],
  'partition-statistics': [],
  'row-lineage': { deep: [1, null] },
};

describe('metadata.json', () => {
  test('what is read and written again is the same, members of newer writers included', () => {
    const text = printTableMetadata(parseTableMetadata(stringifyJson(FULL)));
    assert.deepEqual(parseJson(text), FULL);
    assert.match(text, /"current-snapshot-id":8823764019823764019/);
  });

  test('64-bit ids are bigint and the current pieces are found', () => {
    const metadata = parseTableMetadata(stringifyJson(FULL));
    assert.equal(metadata.currentSnapshotId, 8823764019823764019n);
    assert.equal(currentSnapshot(metadata)?.parentSnapshotId, 7n);
    assert.equal(currentSchema(metadata).fields.length, 4);
    assert.deepEqual(defaultSpec(metadata).fields[0]?.transform, { kind: 'bucket', buckets: 16 });
  });

  test('a table without snapshots says so in the way that older readers insist on', () => {
    const rest = Object.fromEntries(Object.entries(FULL).filter(([name]) => name !== 'current-snapshot-id'));
    for (const none of [-1, null, undefined]) {
      const metadata = parseTableMetadata(
        stringifyJson({ ...rest, ...(none === undefined ? {} : { 'current-snapshot-id': none }) }),
      );
      assert.equal(metadata.currentSnapshotId, undefined);
      assert.match(printTableMetadata(metadata), /"current-snapshot-id":-1/);
    }
  });

  test('metadata of format version 1 is read, with its single schema and spec', () => {
    const metadata = parseTableMetadata(
      stringifyJson({
        'format-version': 1,
        location: 's3://bucket/old',
        'last-updated-ms': 1,
        'last-column-id': 1,
        schema: { type: 'struct', fields: [{ id: 1, name: 'd', required: false, type: 'date' }] },
        'partition-spec': [{ name: 'd_day', transform: 'day', 'source-id': 1 }],
        snapshots: [{ 'snapshot-id': 5, 'timestamp-ms': 1, manifests: ['s3://bucket/m.avro'] }],
      }),
    );
    assert.equal(currentSchema(metadata).fields[0]?.name, 'd');
    assert.deepEqual(defaultSpec(metadata).fields, [
      { sourceId: 1, fieldId: 1000, name: 'd_day', transform: { kind: 'day' } },
    ]);
    assert.deepEqual([metadata.lastPartitionId, metadata.snapshots[0]?.sequenceNumber], [1000, 0n]);
    assert.deepEqual(metadata.snapshots[0]?.extra, { manifests: ['s3://bucket/m.avro'] });
    assert.throws(() => printTableMetadata(metadata), /format version 2/);
  });

  test('what is broken is named by its place', () => {
    const broken =
      (change: JsonObject): (() => unknown) =>
      () =>
        parseTableMetadata(stringifyJson({ ...FULL, ...change }));
    const cases: readonly [JsonObject, string][] = [
      [{ location: 5 }, 'location must be a string, found 5'],
      [{ snapshots: [{}] }, 'snapshots[0].snapshot-id must be a 64-bit integer, found nothing'],
      [
        { schemas: [{ fields: [{ id: 1, name: 'x', required: 'yes', type: 'int' }] }] },
        'schemas[0].fields[0].required must be true or false',
      ],
    ];
    for (const [change, text] of cases)
      assert.throws(
        broken(change),
        (error: unknown) => error instanceof JsonShapeError && error.message.startsWith(text),
      );
    assert.throws(() => parseTableMetadata('[]'), JsonShapeError);
    assert.throws(() => parseTableMetadata('{"a"'), SyntaxError);
    assert.throws(
      () => currentSchema(parseTableMetadata(stringifyJson({ ...FULL, 'current-schema-id': 7 }))),
      /one of 0, 1/,
    );
  });

  test('metadata files are numbered on, in the form that Trino accepts', () => {
    const uuid = '9c12d441-03fe-4693-9a96-a0705ddf69c1';
    assert.equal(
      nextMetadataLocation('s3://b/t/', undefined, uuid),
      `s3://b/t/metadata/00000-${uuid}.metadata.json`,
    );
    assert.equal(
      nextMetadataLocation('s3://b/t', `s3://b/t/metadata/00041-x.gz.metadata.json`, uuid),
      `s3://b/t/metadata/00042-${uuid}.metadata.json`,
    );
  });
});

describe('types and schemas', () => {
  test('every type has one JSON form and one text', () => {
    const type = parseType(NESTED);
    assert.deepEqual(typeToJson(type), NESTED);
    assert.equal(typeToText(type), 'struct<tags: list<string>, m: map<uuid, struct<>>>');
    for (const text of ['decimal(38, 0)', 'fixed[16]', 'timestamptz', 'variant'])
      assert.equal(typeToText(parsePrimitive(text)), text);
    assert.deepEqual(parsePrimitive('decimal(9,2)'), { kind: 'decimal', precision: 9, scale: 2 });
  });

  test('only widening without rewriting is a promotion', () => {
    const allowed = [
      ['int', 'long'],
      ['float', 'double'],
      ['decimal(9,2)', 'decimal(10,2)'],
    ] as const;
    const refused = [
      ['long', 'int'],
      ['int', 'int'],
      ['int', 'double'],
      ['decimal(9,2)', 'decimal(10,3)'],
      ['date', 'timestamp'],
      ['string', 'binary'],
    ] as const;
    for (const [from, to] of allowed)
      assert.ok(isPromotion(parsePrimitive(from), parsePrimitive(to)), `${from} → ${to}`);
    for (const [from, to] of refused)
      assert.ok(!isPromotion(parsePrimitive(from), parsePrimitive(to)), `${from} → ${to}`);
  });

  test('fields are found by id at any depth', () => {
    const index = indexFields((parseType(NESTED) as Extract<IcebergType, { kind: 'struct' }>).fields);
    assert.deepEqual(
      [...index].map(([id, { path }]) => [id, path]),
      [
        [3, 'tags'],
        [4, 'tags.element'],
        [5, 'm'],
        [6, 'm.key'],
        [7, 'm.value'],
      ],
    );
  });

  test('fresh ids go level by level', () => {
    const { fields } = parseType(NESTED) as Extract<IcebergType, { kind: 'struct' }>;
    const assigned = assignFieldIds(fields);
    assert.deepEqual([...indexFields(assigned.fields).keys()].sort(), [1, 2, 3, 4, 5]);
    assert.deepEqual(
      assigned.fields.map(field => field.id),
      [1, 2],
    );
    assert.equal(assigned.lastId, 5);
    assert.equal(highestFieldId(assigned.fields), 5);
    assert.equal(assignFieldIds(fields, 10).fields[0]?.id, 11);
  });
});
