import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assignFieldIds } from '../../../catalog/iceberg/schema.ts';
import { parsePrimitive } from '../../../catalog/iceberg/types.ts';
import { appendValue } from '../../../pipeline/decode/append-value.ts';
import { type Column, createColumn } from '../../../pipeline/decode/column.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { chooseEncodings, type ColumnEncoding } from '../../../pipeline/parquet/dictionaries.ts';
import { openParquetFile } from '../../../pipeline/parquet/file-writer.ts';
import { parquetMetadata } from 'hyparquet';

const ROWS = 8_192;

function columnOf(type: string, valueAt: (row: number) => number | string, rows = ROWS): Column {
  const fields = [{ id: 0, name: 'c', required: false, type: parsePrimitive(type) }];
  const [spec] = toColumnSpecs(assignFieldIds(fields).fields);
  assert.ok(spec !== undefined);
  const column = createColumn(spec, rows);
  for (let row = 0; row < rows; row++)
    assert.equal(appendValue(column, row, valueAt(row)), undefined, String(valueAt(row)));
  return column;
}

function encodingOf(column: Column, rows = ROWS): Omit<ColumnEncoding, 'name'> | undefined {
  const [encoding] = chooseEncodings([column], rows);
  return encoding && { hasDictionary: encoding.hasDictionary, isCompressed: encoding.isCompressed };
}

/** Numbers without an order, the same in each run. */
const scattered = (row: number): number =>
  Math.floor(Math.abs(Math.sin(row + 1) * 4_294_967_296 * 1_000) % 4_294_967_296);

test('a column whose values are all different has no dictionary, and is compressed', () => {
  const expected = { hasDictionary: false, isCompressed: true };
  assert.deepEqual(encodingOf(columnOf('double', scattered)), expected);
  assert.deepEqual(encodingOf(columnOf('long', row => row)), expected);
  assert.deepEqual(encodingOf(columnOf('string', row => `text ${row}`)), expected);
});

test('amounts that repeat in the end have a dictionary, which is all that makes them small', () => {
  const amount = (row: number): number => (scattered(row) % 1_200) / 100;
  assert.deepEqual(encodingOf(columnOf('double', amount)), { hasDictionary: true, isCompressed: false });
  assert.deepEqual(encodingOf(columnOf('int', row => scattered(row) % 265)), {
    hasDictionary: true,
    isCompressed: false,
  });
});

test('few values, and texts, are compressed as well', () => {
  const expected = { hasDictionary: true, isCompressed: true };
  assert.deepEqual(encodingOf(columnOf('int', row => row % 6)), expected);
  assert.deepEqual(encodingOf(columnOf('string', row => `zone ${scattered(row) % 265}`)), expected);
});

test('of too few rows nothing is said', () => {
  assert.equal(encodingOf(columnOf('double', scattered, 511), 511), undefined);
});

test('the file says of each column how it was written', async () => {
  const file = openParquetFile(ROWS);
  await file.append([columnOf('int', row => scattered(row) % 265)], ROWS);
  await file.append([columnOf('int', row => scattered(row) % 265)], ROWS);
  const { bytes } = await file.finish();
  const codecs = parquetMetadata(bytes.buffer).row_groups.map(group => group.columns[0]?.meta_data?.codec);
  assert.deepEqual(codecs, ['UNCOMPRESSED', 'UNCOMPRESSED']);
});
