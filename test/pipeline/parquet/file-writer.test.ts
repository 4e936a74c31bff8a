import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parquetMetadata } from 'hyparquet';
import { ParquetFile, readParquet } from 'parquet-wasm';
import { tableFromIPC } from 'apache-arrow';
import { decodeBound } from '../../../catalog/iceberg/bounds.ts';
import { assignFieldIds } from '../../../catalog/iceberg/schema.ts';
import type { TypedPartitionField } from '../../../catalog/iceberg/partition.ts';
import { type NestedField, parsePrimitive, type PrimitiveType } from '../../../catalog/iceberg/types.ts';
import { createBatchEncoder, type EncodedFile } from '../../../pipeline/batch-encoder.ts';
import { appendValue } from '../../../pipeline/decode/append-value.ts';
import { createColumn } from '../../../pipeline/decode/column.ts';
import { openParquetFile } from '../../../pipeline/parquet/file-writer.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { batchOf } from '../../support/record-batch.ts';

function fieldsOf(schema: Readonly<Record<string, string>>): readonly NestedField[] {
  const fields = Object.entries(schema).map(([name, type]) => ({
    id: 0,
    name,
    required: type.endsWith('!'),
    type: parsePrimitive(type.replace('!', '')),
  }));
  return assignFieldIds(fields).fields;
}

interface Case {
  readonly fields: readonly NestedField[];
  readonly partitionFields?: readonly TypedPartitionField[];
  readonly records: readonly (object | string)[];
}

async function encode({ fields, partitionFields = [], records }: Case): Promise<readonly EncodedFile[]> {
  const encoder = createBatchEncoder({
    pipeline: 'p',
    table: ['n', 't'],
    deadLetters: ['n', 't__dead_letters'],
    columns: toColumnSpecs(fields),
    partitionFields,
    targetFileBytes: 1 << 30,
    onError: 'deadLetter',
  });
  const report = await encoder.add(
    batchOf(records.map(item => (typeof item === 'string' ? item : JSON.stringify(item)))),
  );
  return [...report.files, ...(await encoder.flush())];
}

function rowsIn(file: EncodedFile): Record<string, unknown>[] {
  const table = tableFromIPC(readParquet(file.bytes).intoIPCStream());
  return table.toArray().map(row => (row as { toJSON(): Record<string, unknown> }).toJSON());
}

/** A bound as a value, by column id. */
function boundsOf(file: EncodedFile, id: number, type: PrimitiveType): unknown[] {
  return [file.metrics.lowerBounds, file.metrics.upperBounds].map(map => {
    const bytes = map?.get(id);
    return bytes === undefined ? undefined : decodeBound(type, bytes);
  });
}

describe('an encoded file', () => {
  test('carries field ids, also inside structs, lists and maps', async () => {
    const { fields } = assignFieldIds([
      { id: 0, name: 'a', required: true, type: { kind: 'long' } },
      {
        id: 0,
        name: 's',
        required: false,
        type: { kind: 'struct', fields: fieldsOf({ x: 'int', y: 'string' }) },
      },
      {
        id: 0,
        name: 'l',
        required: false,
        type: { kind: 'list', elementId: 0, elementRequired: false, element: { kind: 'double' } },
      },
      {
        id: 0,
        name: 'm',
        required: false,
        type: {
          kind: 'map',
          keyId: 0,
          key: { kind: 'string' },
          valueId: 0,
          valueRequired: false,
          value: { kind: 'long' },
        },
      },
    ]);
    const records = [
      { a: 1, s: { x: 5, y: 'q' }, l: [1.5, null], m: { k: 7 } },
      { a: 2, s: null, l: [], m: {} },
      { a: 3 },
    ];
    const [file] = await encode({ fields, records });
    assert.ok(file);
    const ids = parquetMetadata(file.bytes.buffer)
      .schema.filter(element => element.field_id !== undefined)
      .map(element => `${element.name}=${element.field_id}`);
    assert.deepEqual(ids, ['a=1', 's=2', 'x=5', 'y=6', 'l=3', 'element=7', 'm=4', 'key=8', 'value=9']);
    const rows = rowsIn(file).map(row =>
      JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)),
    );
    assert.deepEqual(rows, [
      '{"a":1,"s":{"x":5,"y":"q"},"l":[1.5,null],"m":{"k":7}}',
      '{"a":2,"s":null,"l":[],"m":{}}',
      '{"a":3,"s":null,"l":null,"m":null}',
    ]);
  });

  test('says where its row groups begin and how large its columns are', async () => {
    const columns = toColumnSpecs(fieldsOf({ a: 'long', b: 'string' })).map(spec => createColumn(spec, 100));
    for (let row = 0; row < 100; row++) {
      appendValue(columns[0]!, row, row * row); // Two columns were just made.
      appendValue(columns[1]!, row, `value ${row}`);
    }
    const writer = openParquetFile(100);
    for (const rows of [100, 100, 50]) await writer.append(columns, rows);
    const file = await writer.finish();
    // Another reader's view of the same file.
    const footer = await ParquetFile.fromFile(new Blob([file.bytes]));
    const groups = footer.metadata().rowGroups();
    assert.deepEqual(
      groups.map(group => group.numRows()),
      [100, 100, 50],
    );
    const sizes = [0, 1].map(index =>
      groups.reduce((sum, group) => sum + BigInt(group.column(index).compressedSize()), 0n),
    );
    assert.deepEqual(
      [...file.columnSizes],
      [
        [1, sizes[0]],
        [2, sizes[1]],
      ],
    );
    assert.equal(file.splitOffsets[0], 4n);
    const total = groups.map(group => BigInt(group.compressedSize()));
    assert.equal(file.splitOffsets[1], 4n + (total[0] ?? 0n));
    assert.equal(file.splitOffsets[2], 4n + (total[0] ?? 0n) + (total[1] ?? 0n));
  });

  test('has bounds that hold every value, count nulls and NaN, and treat both zeros as one', async () => {
    const fields = fieldsOf({
      i: 'int',
      l: 'long',
      d: 'double',
      s: 'string',
      t: 'timestamptz',
      p: 'decimal(20,2)',
      b: 'boolean',
    });
    const records = [
      '{"i":-5,"l":9007199254740993,"d":0,"s":"b","t":"2024-01-01T00:00:00Z","p":1.5,"b":true}',
      '{"i":7,"l":-9223372036854775808,"d":"NaN","s":"🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫🛫","t":"1969-12-31T23:59:59Z","p":-2.25,"b":true}',
      '{"i":null,"d":null}',
      '{"d":-0}',
    ];
    const [file] = await encode({ fields, records });
    assert.ok(file);
    assert.deepEqual(boundsOf(file, 1, { kind: 'int' }), [-5, 7]);
    assert.deepEqual(boundsOf(file, 2, { kind: 'long' }), [-9223372036854775808n, 9007199254740993n]);
    assert.deepEqual(boundsOf(file, 3, { kind: 'double' }), [-0, 0]);
    const [low, high] = boundsOf(file, 4, { kind: 'string' });
    assert.equal(low, 'b');
    assert.equal(high, '🛫'.repeat(15) + String.fromCodePoint(0x1f6ec));
    assert.deepEqual(boundsOf(file, 5, { kind: 'timestamptz' }), [-1000000n, 1704067200000000n]);
    assert.deepEqual(boundsOf(file, 6, { kind: 'decimal', precision: 20, scale: 2 }), [-225n, 150n]);
    assert.deepEqual(boundsOf(file, 7, { kind: 'boolean' }), [true, true]);
    assert.equal(file.metrics.nanValueCounts?.get(3), 1n);
    assert.equal(file.metrics.nullValueCounts?.get(3), 1n);
    assert.equal(file.metrics.nullValueCounts?.get(1), 2n);
    assert.equal(file.metrics.valueCounts?.get(1), 4n);
  });

  test('holds the rows of one partition only', async () => {
    const fields = fieldsOf({ t: 'timestamp', c: 'string' });
    const partitionFields: TypedPartitionField[] = [
      {
        sourceId: 1,
        fieldId: 1000,
        name: 't_day',
        transform: { kind: 'day' },
        sourceType: { kind: 'timestamp' },
        resultType: { kind: 'date' },
      },
      {
        sourceId: 2,
        fieldId: 1001,
        name: 'c',
        transform: { kind: 'identity' },
        sourceType: { kind: 'string' },
        resultType: { kind: 'string' },
      },
    ];
    const records = [
      { t: '2024-01-01T00:00:00', c: 'x' },
      { t: '1969-12-31T23:00:00', c: 'x' },
      { t: '2024-01-01T23:59:59', c: 'x' },
      { t: null, c: 'x' },
      { t: '2024-01-01T12:00:00', c: null },
    ];
    const files = await encode({ fields, partitionFields, records });
    assert.deepEqual(
      files.map(file => [file.partition, file.recordCount]),
      [
        [[19723, 'x'], 2n],
        [[-1, 'x'], 1n],
        [[null, 'x'], 1n],
        [[19723, null], 1n],
      ],
    );
  });

  test('keeps bad records apart, with their bytes, place and reason', async () => {
    const fields = fieldsOf({ a: 'int!' });
    const files = await encode({ fields, records: ['{"a":1}', '{"a":"x"}', 'not json'] });
    assert.deepEqual(
      files.map(file => [file.table.at(-1), file.recordCount]),
      [
        ['t', 1n],
        ['t__dead_letters', 2n],
      ],
    );
    const [first, second] = rowsIn(files[1]!); // Two files were just found.
    assert.equal(first?.['offset'], 1n);
    assert.equal(first['error'], '"a" expects int, found "x"');
    assert.equal(Buffer.from(first['value'] as Uint8Array).toString(), '{"a":"x"}');
    assert.equal(Buffer.from(first['key'] as Uint8Array).toString(), 'k1');
    assert.match(String(second?.['error']), /^no JSON/);
  });
});

test('a column whose values stay new is written without a dictionary, others with one', async () => {
  const fields = fieldsOf({
    id: 'long',
    fare: 'double',
    at: 'timestamp',
    s: 'string',
    kind: 'string',
    x: 'double',
    n: 'int',
  });
  const records = Array.from({ length: 3_000 }, (_, i) => ({
    id: i * 7_000_000_001,
    // Most of the first rows have an amount of their own, most of the last ones one that there was.
    fare: i % 4 === 0 ? 0 : (i % 1_700) / 100,
    at: new Date(1.7e12 + i * 1000).toISOString().replace('Z', ''),
    s: `text ${i}`,
    kind: `kind ${i % 9}`,
    x: i / 7,
    n: i % 50,
  }));
  const [file] = await encode({ fields, records });
  assert.ok(file);
  const { row_groups: groups } = parquetMetadata(file.bytes.buffer);
  const withDictionary = groups[0]?.columns
    .filter(column => column.meta_data?.dictionary_page_offset !== undefined)
    .map(column => column.meta_data?.path_in_schema.join('.'));
  assert.deepEqual(withDictionary, ['fare', 'kind', 'n']);
  assert.deepEqual(
    rowsIn(file).map(row => [row['id'], row['fare'], row['s'], row['kind'], row['x'], row['n']]),
    records.map(({ id, fare, s, kind, x, n }) => [BigInt(id), fare, s, kind, x, n]),
  );
});
