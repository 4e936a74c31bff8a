import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareChecksums, type DataChecksum } from '../../bin/checksum/checksum.ts';
import { DATASETS } from '../../bin/datasets.ts';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { typeToText } from '../../catalog/iceberg/types.ts';
import { parsePipelineConfig } from '../../pipeline/config.ts';

const TOPIC: DataChecksum = {
  rows: 2n,
  columns: [
    { column: 'a', present: 2n, sum: 10n },
    { column: 'b', present: 1n, sum: 5n },
  ],
};

test('equal checksums have no differences, whatever the order of the columns', () => {
  assert.deepEqual(compareChecksums(TOPIC, { rows: 2n, columns: TOPIC.columns.toReversed() }), []);
});

test('every difference is named: rows, missing values, changed values, missing columns', () => {
  const table = {
    rows: 3n,
    columns: [{ column: 'a', present: 2n, sum: 11n }],
  };
  assert.deepEqual(compareChecksums(TOPIC, table), [
    '2 rows in the topic, 3 in the table',
    'a: the values differ',
    'b is not in the table',
  ]);
  const fewer = { rows: 2n, columns: [TOPIC.columns[0]!, { column: 'b', present: 0n, sum: 0n }] }; // Two columns above.
  assert.deepEqual(compareChecksums(TOPIC, fewer), ['b: 1 values in the topic, 0 in the table']);
});

for (const [name, { schema }] of Object.entries(DATASETS)) {
  test(`the example pipeline for ${name} has the columns of its data set`, () => {
    const file = path.resolve(import.meta.dirname, `../../examples/${name}.pipeline.yaml`);
    const config = parsePipelineConfig(readFileSync(file, 'utf8'), file);
    const columns = Object.fromEntries(
      config.schema?.map(field => [field.name, typeToText(field.type)]) ?? [],
    );
    assert.deepEqual(columns, schema);
  });
}
