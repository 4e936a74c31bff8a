import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TableMetadata } from '../../../catalog/iceberg/metadata.ts';
import type { Snapshot } from '../../../catalog/iceberg/snapshot.ts';
import { schemaHistory } from '../../../catalog/table-page/history.ts';
import { createTableMetadata } from '../../../pipeline/iceberg/new-table.ts';

const LONG = { kind: 'long' } as const;

/** A table whose schema number `i` has `i + 1` columns, each written twice: first late, then early. */
function tableWith(count: number): TableMetadata {
  const table = createTableMetadata({
    key: ['n', 't'],
    fields: [{ id: 1, name: 'c0', required: false, type: LONG }],
    partitioning: [],
    warehouse: 's3://w',
    now: 0,
  });
  const schemas = Array.from({ length: count }, (_, schemaId) => ({
    schemaId,
    fields: Array.from({ length: schemaId + 1 }, (_column, index) => ({
      id: index + 1,
      name: `c${index}`,
      required: false,
      type: LONG,
    })),
  }));
  const snapshots = schemas.flatMap(({ schemaId }): Snapshot[] =>
    [2, 1].map(time => ({
      snapshotId: BigInt(10 * schemaId + time),
      sequenceNumber: 1n,
      timestampMs: 10 * schemaId + time,
      operation: 'append',
      summary: {},
      schemaId,
    })),
  );
  return { ...table, schemas, snapshots, currentSchemaId: count - 1 };
}

describe('the schemas of a table', () => {
  test('are told with what each changed and the oldest snapshot that has it', () => {
    const history = schemaHistory(tableWith(200));
    assert.equal(history.length, 200);
    const [first, second] = history;
    assert.deepEqual(first?.firstSnapshot, { snapshotId: 1n, timestampMs: 1 });
    assert.deepEqual(second?.firstSnapshot, { snapshotId: 11n, timestampMs: 11 });
    assert.equal(second?.changes.length, 1);
    assert.deepEqual(
      history.filter(({ isCurrent }) => isCurrent).map(({ schemaId }) => schemaId),
      [199],
    );
  });

  test('have no snapshot before anything was written', () => {
    const [only] = schemaHistory({ ...tableWith(1), snapshots: [] });
    assert.deepEqual(only, { schemaId: 0, isCurrent: true, changes: [] });
  });
});
