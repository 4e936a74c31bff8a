import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import { readParquet } from 'parquet-wasm';
import type { ContentKey } from '../../../catalog/nessie.ts';
import { createBatchEncoder, type EncodedFile, type EncodingPlan } from '../../../pipeline/batch-encoder.ts';
import { toColumnSpecs } from '../../../pipeline/decode/spec.ts';
import { batchOf } from '../../support/record-batch.ts';

const COLUMNS = toColumnSpecs([
  { id: 1, name: 'id', required: true, type: { kind: 'long' } },
  { id: 2, name: 'zone', required: false, type: { kind: 'string' } },
]);
const TABLE = { columns: COLUMNS, partitionFields: [], targetFileBytes: 1 << 30 };
const PLAN: EncodingPlan = {
  ...TABLE,
  pipeline: 'p',
  table: ['n', 'main'],
  deadLetters: ['n', 'dead'],
  onError: 'deadLetter',
  route: { rule: { kind: 'template', parts: ['n', 'z_{zone}'] }, otherwise: 'main', maxTables: 4 },
};

async function encode(messages: readonly string[], plan = PLAN) {
  const asked: string[] = [];
  const openTable = async (table: ContentKey) => {
    asked.push(table.join('.'));
    return { ...TABLE, table };
  };
  const encoder = createBatchEncoder(plan, { openTable });
  const { rows, poison, examples, files } = await encoder.add(batchOf(messages));
  const all = [...files, ...(await encoder.flush())];
  return { rows, poison, asked, reasons: examples.map(({ reason }) => reason), ids: idsByTable(all) };
}

function idsByTable(files: readonly EncodedFile[]): Record<string, number[]> {
  const ids: Record<string, number[]> = {};
  for (const { table, bytes } of files) {
    const column = tableFromIPC(readParquet(bytes).intoIPCStream()).getChild('id');
    const values = column === null ? [-1] : [...column].map(Number);
    (ids[table.join('.')] ??= []).push(...values);
  }
  return ids;
}

describe('rows of one topic for several tables', () => {
  test('go into the table that each leads to, in their order', async () => {
    const { rows, asked, ids } = await encode([
      '{"id":1,"zone":"A"}',
      '{"id":2,"zone":"b"}',
      '{"id":3}',
      '[{"id":4,"zone":"a"},{"id":5,"zone":"b"}]',
    ]);
    assert.equal(rows, 5);
    assert.deepEqual(asked, ['n.z_a', 'n.z_b']);
    assert.deepEqual(ids, { 'n.z_a': [1, 4], 'n.z_b': [2, 5], 'n.main': [3] });
  });

  test('of one message go into all of their tables or become one dead letter', async () => {
    const { rows, poison, reasons, ids } = await encode([
      '[{"id":1,"zone":"a"},{"id":2,"zone":"b"},{"zone":"b"}]',
      '{"id":3,"zone":"a"}',
    ]);
    assert.deepEqual([rows, poison], [1, 1]);
    assert.deepEqual(reasons, ['row 2 of 2: "id" is required but missing']);
    assert.deepEqual(ids, { 'n.z_a': [3], 'n.dead': [-1] });
  });

  test('make no more tables than are allowed', async () => {
    const { rows, reasons, ids } = await encode(
      Array.from({ length: 6 }, (_, id) => `{"id":${id},"zone":"${id}"}`),
    );
    assert.equal(rows, 4);
    assert.deepEqual(Object.keys(ids).sort(), ['n.dead', 'n.z_0', 'n.z_1', 'n.z_2', 'n.z_3']);
    assert.equal(reasons[0], 'its table n.z_4 would be one more than route.maxTables (4) allows');
  });

  test('are left out where they lead nowhere', async () => {
    const route = { ...PLAN.route!, otherwise: 'drop' } as const;
    const { rows, poison, ids } = await encode(['{"id":1}', '{"id":2,"zone":"a"}'], { ...PLAN, route });
    assert.deepEqual([rows, poison, ids], [1, 0, { 'n.z_a': [2] }]);
  });
});
