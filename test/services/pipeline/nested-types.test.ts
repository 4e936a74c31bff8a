import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parquetMetadata } from 'hyparquet';
import { createObjectStore, createS3Client } from '../../../catalog/storage.ts';
import type { SourceConfig } from '../../../pipeline/config.ts';
import { avroWriter } from '../../support/avro-library.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { avroRecord, NESTED_AVRO } from '../../support/nested-avro.ts';
import {
  COLUMNS,
  nestedRecords,
  NESTED_ROWS,
  NESTED_SCHEMA,
  treeToShown,
  trinoToShown,
} from '../../support/nested-types.ts';
import { openPlayground, type Playground } from '../../support/pipeline-playground.ts';

async function checkRows(ground: Playground): Promise<void> {
  const selected = COLUMNS.map(({ name, nested }) => nested.sql?.(name) ?? name).join(', ');
  const rows = await ground.query(`SELECT ${selected} FROM ${ground.sqlName} ORDER BY id`);
  assert.equal(rows.length, NESTED_ROWS.length);
  for (const [row, treeOf] of NESTED_ROWS.entries()) {
    const expected = COLUMNS.map(column => [column.name, treeToShown(treeOf(column), column.primitive)]);
    const found = COLUMNS.map((column, index) => [
      column.name,
      trinoToShown(rows[row]?.[index] ?? null, column.nested.trees[0]),
    ]);
    assert.deepEqual(found, expected, `row ${row}`);
  }
}

describe('every primitive type two deep in lists, structs and maps, and as the key of maps', () => {
  test('arrives from JSON as it was sent, nulls and empties at every level', async () => {
    await using ground = await openPlayground('nested', { schema: NESTED_SCHEMA, partitions: 1 });
    const records = nestedRecords();
    // Of the map's required value, of the list's required element and of the required struct in a list.
    const bad = ['{"long_rm":{"1":null}}', '{"long_rl":[1,null]}', '{"long_rs":[null]}', '{"long_rs":[{}]}'];
    await ground.produce([...records, ...bad]);
    const summary = await ground.run();
    assert.deepEqual([summary.rows, summary.poisonRecords], [BigInt(records.length), BigInt(bad.length)]);
    await checkRows(ground);
    await checkRequired(ground);
  });

  test('arrives from Avro as it was sent', async () => {
    await using ground = await openPlayground('nestedavro', { schema: NESTED_SCHEMA, partitions: 1 });
    const write = avroWriter(NESTED_AVRO);
    await ground.produce(NESTED_ROWS.map((treeOf, id) => Buffer.from(write(avroRecord(BigInt(id), treeOf)))));
    const schemas = { kind: 'fixed', schema: JSON.stringify(NESTED_AVRO) } as const;
    const source: SourceConfig = { topics: [ground.topic], start: 'earliest', format: 'avro', schemas };
    const summary = await ground.run({ config: { source } });
    assert.deepEqual([summary.rows, summary.poisonRecords], [BigInt(NESTED_ROWS.length), 0n]);
    await checkRows(ground);
  });
});

/** What must have a value is required in the file, too, and nothing else is. */
async function checkRequired(ground: Playground): Promise<void> {
  const files = await ground.query(`SELECT file_path FROM ${ground.sqlName.replace(/"$/, '$files"')}`);
  const client = createS3Client(testEndpoints().objectStore);
  try {
    const file = await createObjectStore(client).get(String(files[0]?.[0]));
    const { schema } = parquetMetadata(Uint8Array.from(file).buffer);
    const pathsOf = requiredLeaves(schema);
    assert.deepEqual(pathsOf('uuid_rl'), ['uuid_rl.list.element']);
    assert.deepEqual(pathsOf('date_rm'), ['date_rm.entries.key', 'date_rm.entries.value']);
    assert.deepEqual(pathsOf('time_mm'), ['time_mm.entries.key', 'time_mm.entries.value.entries.key']);
    assert.deepEqual(pathsOf('int_rs'), [
      'int_rs.list.element',
      'int_rs.list.element.v',
      'int_rs.list.element.w.list.element',
    ]);
  } finally {
    client.destroy();
  }
}

/** The dotted paths of the required elements below a column. */
function requiredLeaves(
  schema: readonly {
    readonly name: string;
    readonly num_children?: number;
    readonly repetition_type?: string;
  }[],
): (column: string) => string[] {
  const required: string[] = [];
  let next = 1;
  const read = (path: string): void => {
    const element = schema[next++];
    if (element === undefined) return;
    const place = path === '' ? element.name : `${path}.${element.name}`;
    if (element.repetition_type === 'REQUIRED') required.push(place);
    for (let i = 0; i < (element.num_children ?? 0); i++) read(place);
  };
  while (next < schema.length) read('');
  return column => required.filter(place => place.startsWith(`${column}.`));
}
