import {
  currentSchema,
  defaultSortOrder,
  defaultSpec,
  type TableMetadata,
} from '../../../catalog/iceberg/metadata.ts';

/** More snapshots than the tree shows of a table. */
const KEPT_SNAPSHOTS = 100;

/**
 * A table's metadata as the tree and the commands need it: with its newest snapshots and the current one, without older
 * schemas, layouts and logs. A table that a pipeline writes has tens of thousands of snapshots, and copying them to the
 * editor's thread would hold it up for a second.
 */
export function tableHead(metadata: TableMetadata): TableMetadata {
  const { snapshots, currentSnapshotId } = metadata;
  const newest = snapshots.toSorted((a, b) => b.timestampMs - a.timestampMs).slice(0, KEPT_SNAPSHOTS);
  const kept = new Set(newest.map(snapshot => snapshot.snapshotId).concat(currentSnapshotId ?? []));
  return {
    ...metadata,
    schemas: [currentSchema(metadata)],
    partitionSpecs: [defaultSpec(metadata)],
    sortOrders: [defaultSortOrder(metadata)],
    snapshots: snapshots.filter(({ snapshotId }) => kept.has(snapshotId)),
    refs: {},
    snapshotLog: [],
    metadataLog: [],
    extra: {},
  };
}
