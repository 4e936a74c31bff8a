import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  currentSchema,
  currentSnapshot,
  defaultSpec,
  parseTableMetadata,
} from '../../../catalog/iceberg/metadata.ts';
import { tableHead } from '../../../client/catalog/reading/table-head.ts';

function metadata(snapshots: number, current: number): string {
  const list = Array.from(
    { length: snapshots },
    (_, i) =>
      `{"snapshot-id":${i + 1},"sequence-number":${i + 1},"timestamp-ms":${i},"summary":{"operation":"append"},"manifest-list":"s3://w/${i}","schema-id":1}`,
  );
  return `{"format-version":2,"table-uuid":"u","location":"s3://w/t","last-sequence-number":1,"last-updated-ms":1,"last-column-id":1,"current-schema-id":1,"schemas":[{"type":"struct","schema-id":0,"fields":[]},{"type":"struct","schema-id":1,"fields":[{"id":1,"name":"n","required":false,"type":"long"}]}],"default-spec-id":0,"partition-specs":[{"spec-id":0,"fields":[]}],"last-partition-id":999,"default-sort-order-id":0,"sort-orders":[{"order-id":0,"fields":[]}],"properties":{"comment":"c"},"current-snapshot-id":${current},"snapshots":[${list.join(',')}],"snapshot-log":[{"snapshot-id":1,"timestamp-ms":0}],"metadata-log":[]}`;
}

describe('the head of a table', () => {
  test('has the newest snapshots and the current one, however old, and the schema and layout in force', () => {
    const head = tableHead(parseTableMetadata(metadata(5_000, 7)));
    assert.deepEqual(
      head.snapshots.map(({ snapshotId }) => snapshotId),
      [7n, ...Array.from({ length: 100 }, (_, i) => BigInt(4_901 + i))],
    );
    assert.equal(currentSnapshot(head)?.snapshotId, 7n);
    assert.equal(currentSchema(head).schemaId, 1);
    assert.equal(defaultSpec(head).specId, 0);
    assert.equal(head.properties['comment'], 'c');
    assert.ok(structuredClone(head));
  });
});
