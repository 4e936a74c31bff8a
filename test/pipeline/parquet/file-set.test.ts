import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import { readParquet } from 'parquet-wasm';
import { assignFieldIds } from '../../../catalog/iceberg/schema.ts';
import type { SortField } from '../../../catalog/iceberg/sort-order.ts';
import { typePartitionFields } from '../../../catalog/iceberg/partition.ts';
import { parsePrimitive } from '../../../catalog/iceberg/types.ts';
import { createBatchEncoder, type EncodedFile, type EncodingPlan } from '../../../pipeline/batch-encoder.ts';
import { startEncoderThread } from '../../../pipeline/encoder-thread.ts';
import { openRewriter } from '../../../pipeline/compact/rewrite-files.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { batchOf } from '../../support/record-batch.ts';

const { fields: FIELDS } = assignFieldIds(
  Object.entries({ id: 'long', x: 'double', s: 'string', ok: 'boolean', d: 'decimal(9,2)', at: 'date' }).map(
    ([name, type]) => ({ id: 0, name, required: false, type: parsePrimitive(type) }),
  ),
);
const COLUMNS = toColumnSpecs(FIELDS);

function planOf(changes: Partial<EncodingPlan>): EncodingPlan {
  return {
    pipeline: 'p',
    table: ['n', 't'],
    deadLetters: ['n', 'd'],
    columns: COLUMNS,
    partitionFields: [],
    targetFileBytes: 1 << 30,
    onError: 'skip',
    ...changes,
  };
}

function sortField(
  sourceId: number,
  direction: 'asc' | 'desc',
  nullOrder: SortField['nullOrder'],
): SortField {
  return { sourceId, transform: { kind: 'identity' }, direction, nullOrder };
}

const RECORDS = Array.from({ length: 600 }, (_, i) => ({
  id: (i * 7919) % 600,
  x: i % 11 === 0 ? null : ((i * 31) % 17) - 8,
  s: `text ${(i * 13) % 50}`,
  ok: i % 3 === 0,
  d: `${i}.25`,
  at: '1969-12-31',
}));

function rowsIn(file: EncodedFile): Record<string, unknown>[] {
  const table = tableFromIPC(readParquet(file.bytes).intoIPCStream());
  return table.toArray().map(row => (row as { toJSON(): Record<string, unknown> }).toJSON());
}

async function encode(plan: EncodingPlan, records: readonly object[]): Promise<EncodedFile[]> {
  const encoder = createBatchEncoder(plan);
  const { files } = await encoder.add(batchOf(records.map(record => JSON.stringify(record))));
  return [...files, ...(await encoder.flush())];
}

test('rows are in the order of the table, and so they are after files were put together', async () => {
  const sortOrder = {
    orderId: 3,
    fields: [sortField(2, 'desc', 'nulls-last'), sortField(1, 'asc', 'nulls-first')],
  };
  const files = [
    ...(await encode(planOf({ sortOrder }), RECORDS.slice(0, 250))),
    ...(await encode(planOf({ sortOrder }), RECORDS.slice(250))),
  ];
  const rewriter = openRewriter({ table: ['n', 't'], columns: COLUMNS, partition: [], sortOrder, rows: 600 });
  for (const file of files) await rewriter.add(file.bytes);
  const whole = await rewriter.finish();
  const expected = (records: typeof RECORDS): unknown[] =>
    [...records]
      .sort((a, b) => (b.x ?? -Infinity) - (a.x ?? -Infinity) || a.id - b.id)
      .map(({ id, x, s }) => [BigInt(id), x, s]);
  const shown = (file: EncodedFile | undefined): unknown[] =>
    (file === undefined ? [] : rowsIn(file)).map(row => [row['id'], row['x'], row['s']]);
  assert.deepEqual(
    files.map(file => file.sortOrderId),
    [3, 3],
  );
  assert.deepEqual(shown(files[0]), expected(RECORDS.slice(0, 250)));
  assert.deepEqual(shown(files[1]), expected(RECORDS.slice(250)));
  assert.deepEqual(shown(whole), expected(RECORDS));
  assert.equal(whole.sortOrderId, 3);
});

test('rows of more partitions than may be open wait on disk and become one file each', async () => {
  const spec = {
    specId: 0,
    fields: [{ sourceId: 3, fieldId: 1000, name: 's', transform: { kind: 'identity' as const } }],
  };
  const partitionFields = typePartitionFields(spec, { schemaId: 0, fields: FIELDS });
  const before = new Set(spillFolders());
  const encoder = createBatchEncoder(planOf({ partitionFields, openPartitions: 4 }));
  const files: EncodedFile[] = [];
  for (let at = 0; at < 600; at += 200) {
    const { files: early } = await encoder.add(
      batchOf(RECORDS.slice(at, at + 200).map(record => JSON.stringify(record))),
    );
    files.push(...early);
  }
  files.push(...(await encoder.flush()));
  assert.equal(files.length, 50);
  assert.equal(new Set(files.map(file => file.partition[0])).size, 50);
  const byId = (rows: readonly Record<string, unknown>[]): string[] =>
    rows.map(row => JSON.stringify([Number(row['id']), row['x'], row['s'], row['ok']])).sort();
  assert.deepEqual(byId(files.flatMap(rowsIn)), byId(RECORDS));
  for (const file of files) for (const row of rowsIn(file)) assert.equal(row['s'], file.partition[0]);
  assert.deepEqual(
    spillFolders().filter(name => name.includes(`-${process.pid}-`) && !before.has(name)),
    [],
  );
});

function spillFolders(): string[] {
  return readdirSync(tmpdir()).filter(name => name.startsWith('lakehouse-rows-'));
}

test('rows that wait on disk are gone when the thread is stopped in the middle', async () => {
  const spec = {
    specId: 0,
    fields: [{ sourceId: 1, fieldId: 1000, name: 'id', transform: { kind: 'identity' as const } }],
  };
  const partitionFields = typePartitionFields(spec, { schemaId: 0, fields: FIELDS });
  // A row group of long texts is full, so its rows are written or wait.
  const thread = startEncoderThread(planOf({ partitionFields, openPartitions: 1 }));
  const long = 'x'.repeat(6_000_000);
  await thread.add(batchOf([1, 2].map(id => JSON.stringify({ id, s: long }))));
  const mine = spillFolders().filter(name => name.startsWith(`lakehouse-rows-${process.pid}-`));
  assert.equal(mine.length, 1);
  await thread.stop();
  assert.deepEqual(
    spillFolders().filter(name => mine.includes(name)),
    [],
  );
});
