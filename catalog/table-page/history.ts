import type { TableMetadata } from '../iceberg/metadata.ts';
import type { Snapshot } from '../iceberg/snapshot.ts';
import {
  counter,
  currentHistory,
  diffSchemas,
  partitionText,
  type SchemaChange,
  sortText,
} from '../iceberg/table-diff.ts';

/** One version of the columns, and what it changed in the one before. */
export interface SchemaVersion {
  readonly schemaId: number;
  readonly isCurrent: boolean;
  readonly changes: readonly SchemaChange[];
  /** When data was first written with it, as far as snapshots that are kept tell. */
  readonly firstSnapshot?: { readonly snapshotId: bigint; readonly timestampMs: number };
}

/** A partition spec or sort order in words. */
export interface LayoutVersion {
  readonly id: number;
  /** Empty for "not partitioned", "not sorted". */
  readonly text: string;
  readonly isCurrent: boolean;
}

/** One snapshot of the timeline. Counts are absent where the writer did not say them. */
export interface SnapshotRow {
  readonly snapshotId: bigint;
  readonly parentSnapshotId?: bigint;
  readonly timestampMs: number;
  /** `append`, `overwrite`, `replace`, `delete`. */
  readonly operation: string;
  readonly isCurrent: boolean;
  /** False for what a rollback left aside. */
  readonly isInHistory: boolean;
  readonly addedRows?: bigint;
  readonly deletedRows?: bigint;
  readonly totalRows?: bigint;
  readonly addedFiles?: bigint;
  readonly deletedFiles?: bigint;
  readonly addedBytes?: bigint;
  readonly schemaId?: number;
  /** Who wrote it, as the summary says: an engine's name and version. */
  readonly writer?: string;
}

/** The versions of the columns, oldest first. */
export function schemaHistory(metadata: TableMetadata): SchemaVersion[] {
  const schemas = [...metadata.schemas].sort((left, right) => left.schemaId - right.schemaId);
  const firsts = firstSnapshots(metadata);
  return schemas.map((schema, index) => {
    const previous = schemas[index - 1];
    const first = firsts.get(schema.schemaId);
    return {
      schemaId: schema.schemaId,
      isCurrent: schema.schemaId === metadata.currentSchemaId,
      changes: previous === undefined ? [] : diffSchemas(previous, schema),
      ...(first === undefined
        ? {}
        : { firstSnapshot: { snapshotId: first.snapshotId, timestampMs: first.timestampMs } }),
    };
  });
}

/** The oldest snapshot of every schema, found in one pass: a table may have thousands of both. */
function firstSnapshots({ snapshots }: TableMetadata): ReadonlyMap<number, Snapshot> {
  const firsts = new Map<number, Snapshot>();
  for (const snapshot of snapshots) {
    if (snapshot.schemaId === undefined) continue;
    const first = firsts.get(snapshot.schemaId);
    if (first === undefined || snapshot.timestampMs < first.timestampMs)
      firsts.set(snapshot.schemaId, snapshot);
  }
  return firsts;
}

export function partitionHistory(metadata: TableMetadata): LayoutVersion[] {
  return metadata.partitionSpecs.map(spec => ({
    id: spec.specId,
    text: partitionText(metadata, spec),
    isCurrent: spec.specId === metadata.defaultSpecId,
  }));
}

export function sortHistory(metadata: TableMetadata): LayoutVersion[] {
  return metadata.sortOrders.map(order => ({
    id: order.orderId,
    text: sortText(metadata, order),
    isCurrent: order.orderId === metadata.defaultSortOrderId,
  }));
}

/** All snapshots that are kept, newest first. */
export function snapshotRows(metadata: TableMetadata): SnapshotRow[] {
  const history = new Set(currentHistory(metadata).map(snapshot => snapshot.snapshotId));
  return [...metadata.snapshots]
    .sort(
      (left, right) =>
        right.timestampMs - left.timestampMs || Number(right.sequenceNumber - left.sequenceNumber),
    )
    .map(snapshot => ({
      snapshotId: snapshot.snapshotId,
      ...(snapshot.parentSnapshotId === undefined ? {} : { parentSnapshotId: snapshot.parentSnapshotId }),
      timestampMs: snapshot.timestampMs,
      operation: snapshot.summary['operation'] ?? 'unknown',
      isCurrent: snapshot.snapshotId === metadata.currentSnapshotId,
      isInHistory: history.has(snapshot.snapshotId),
      ...snapshotCounts(snapshot),
      ...(snapshot.schemaId === undefined ? {} : { schemaId: snapshot.schemaId }),
    }));
}

type SnapshotCounts = Pick<
  SnapshotRow,
  'addedRows' | 'deletedRows' | 'totalRows' | 'addedFiles' | 'deletedFiles' | 'addedBytes' | 'writer'
>;

function snapshotCounts({ summary }: Snapshot): SnapshotCounts {
  const counts = {
    addedRows: counter(summary['added-records']),
    deletedRows: sum(counter(summary['deleted-records']), counter(summary['added-position-deletes'])),
    totalRows: counter(summary['total-records']),
    addedFiles: counter(summary['added-data-files']),
    deletedFiles: counter(summary['deleted-data-files']),
    addedBytes: counter(summary['added-files-size']),
    writer: writerOf(summary),
  };
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== undefined));
}

function writerOf(summary: Readonly<Record<string, string>>): string | undefined {
  const engine = summary['engine-name'] ?? (summary['trino_query_id'] === undefined ? undefined : 'trino');
  const version = summary['engine-version'];
  return engine === undefined || version === undefined ? engine : `${engine} ${version}`;
}

function sum(left: bigint | undefined, right: bigint | undefined): bigint | undefined {
  return left === undefined ? right : left + (right ?? 0n);
}
