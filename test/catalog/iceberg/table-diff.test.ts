import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseTableMetadata, type TableMetadata } from '../../../catalog/iceberg/metadata.ts';
import { currentHistory, diffTables, isEmptyDiff, tableTotals } from '../../../catalog/iceberg/table-diff.ts';
import { type JsonObject, stringifyJson } from '../../../catalog/json.ts';

type Parents = Readonly<Record<number, number | undefined>>;

/** A table whose snapshots have the given parents; `current` is the current one. */
function table(parents: Parents, current: number, change: JsonObject = {}): TableMetadata {
  return parseTableMetadata(
    stringifyJson({
      'format-version': 2,
      'table-uuid': 'u',
      location: 's3://b/t',
      'last-sequence-number': 1,
      'last-updated-ms': 1,
      'last-column-id': 9,
      'current-schema-id': 0,
      schemas: [
        { type: 'struct', 'schema-id': 0, fields: [{ id: 1, name: 'a', required: false, type: 'int' }] },
      ],
      'default-spec-id': 0,
      'partition-specs': [{ 'spec-id': 0, fields: [] }],
      'last-partition-id': 999,
      'default-sort-order-id': 0,
      'sort-orders': [{ 'order-id': 0, fields: [] }],
      'current-snapshot-id': current,
      snapshots: Object.entries(parents).map(([id, parent]) => ({
        'snapshot-id': Number(id),
        ...(parent === undefined ? {} : { 'parent-snapshot-id': parent }),
        'timestamp-ms': Number(id),
        summary: { operation: 'append', 'total-records': `${id}00`, 'total-files-size': 'much' },
      })),
      ...change,
    }),
  );
}

const schema = (...fields: readonly JsonObject[]): JsonObject => ({
  schemas: [{ type: 'struct', 'schema-id': 0, fields }],
});

describe('the difference of two states of a table', () => {
  test('says how the histories lie to each other', () => {
    const relation = (from: TableMetadata, to: TableMetadata): unknown[] => {
      const { snapshots } = diffTables(from, to);
      return [
        snapshots.relation,
        snapshots.commonAncestor,
        snapshots.onlyFrom.length,
        snapshots.onlyTo.length,
      ];
    };
    const one = table({ 1: undefined }, 1);
    const two = table({ 1: undefined, 2: 1 }, 2);
    const side = table({ 1: undefined, 3: 1 }, 3);
    assert.deepEqual(relation(one, one), ['same', 1n, 0, 0]);
    assert.deepEqual(relation(one, two), ['ahead', 1n, 0, 1]);
    assert.deepEqual(relation(two, one), ['behind', 1n, 1, 0]);
    assert.deepEqual(relation(two, side), ['diverged', 1n, 1, 1]);
    assert.deepEqual(relation(two, table({ 7: undefined }, 7)), ['unrelated', undefined, 2, 1]);
    assert.deepEqual(relation(table({}, -1), one), ['ahead', undefined, 0, 1]);
    assert.equal(isEmptyDiff(diffTables(one, one)), true);
    assert.equal(isEmptyDiff(diffTables(one, two)), false);
  });

  test('a history that was cut or runs in a circle ends', () => {
    assert.deepEqual(
      currentHistory(table({ 5: 4 }, 5)).map(item => item.snapshotId),
      [5n],
    );
    assert.ok(currentHistory(table({ 1: 2, 2: 1 }, 1)).length <= 3);
  });

  test('follows columns by their ids, into nested ones', () => {
    const nested = (name: string, type: string): JsonObject => ({
      id: 2,
      name: 's',
      required: false,
      type: { type: 'struct', fields: [{ id: 3, name, required: false, type }] },
    });
    const from = table(
      {},
      -1,
      schema({ id: 1, name: 'a', required: true, type: 'int', doc: 'x' }, nested('x', 'float'), {
        id: 4,
        name: 'gone',
        required: false,
        type: 'date',
      }),
    );
    const to = table(
      {},
      -1,
      schema({ id: 1, name: 'b', required: false, type: 'long' }, nested('y', 'double'), {
        id: 5,
        name: 'gone',
        required: true,
        type: 'date',
      }),
    );
    assert.deepEqual(diffTables(from, to).schema, [
      { kind: 'dropped', path: 'gone', type: 'date' },
      { kind: 'renamed', path: 'b', from: 'a', to: 'b' },
      { kind: 'type', path: 'b', from: 'int', to: 'long' },
      { kind: 'required', path: 'b', to: false },
      { kind: 'comment', path: 'b', from: 'x', to: '' },
      { kind: 'renamed', path: 's.y', from: 's.x', to: 's.y' },
      { kind: 'type', path: 's.y', from: 'float', to: 'double' },
      { kind: 'added', path: 'gone', type: 'date', required: true },
    ]);
  });

  test('tells layout, properties and a table made again', () => {
    const to = table({}, -1, {
      'table-uuid': 'other',
      'partition-specs': [
        {
          'spec-id': 0,
          fields: [
            { 'source-id': 1, 'field-id': 1000, name: 'a_b', transform: 'bucket[4]' },
            { 'source-id': 8, 'field-id': 1001, name: 'z', transform: 'identity' },
          ],
        },
      ],
      'sort-orders': [
        {
          'order-id': 0,
          fields: [{ 'source-id': 1, transform: 'identity', direction: 'desc', 'null-order': 'nulls-last' }],
        },
      ],
      properties: { a: '1', 'nessie.commit.id': 'x' },
    });
    const diff = diffTables(table({}, -1, { properties: { b: '2' } }), to);
    assert.equal(diff.isSameTable, false);
    assert.deepEqual(diff.partitioning, { from: '', to: 'bucket[4](a), unknown column' });
    assert.deepEqual(diff.sortOrder, { from: '', to: 'a desc nulls-last' });
    assert.deepEqual(diff.properties, [
      { name: 'a', to: '1' },
      { name: 'b', from: '2' },
    ]);
  });

  test('counts that a writer left out or garbled are unknown, not zero', () => {
    assert.deepEqual(tableTotals(table({ 3: undefined }, 3)), { rows: 300n });
    assert.deepEqual(tableTotals(table({}, -1)), { rows: 0n, dataFiles: 0n, bytes: 0n, deleteFiles: 0n });
  });
});
