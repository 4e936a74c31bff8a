import { currentSnapshot, type TableMetadata } from '../../catalog/iceberg/metadata.ts';
import type { DataFile } from '../../catalog/iceberg/manifest.ts';

export interface SnapshotToAppend {
  readonly snapshotId: bigint;
  readonly manifestList: string;
  /** What the snapshot adds; counters are made of it. */
  readonly files: readonly DataFile[];
  /** Files whose rows the new ones hold: the snapshot is then a `replace`. */
  readonly removed?: readonly DataFile[];
  /** Further entries of the summary, and of the table's properties. */
  readonly summary: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
  /** Where `base` stands now; it goes into the metadata log. Undefined for a table that is made by this commit. */
  readonly metadataLocation: string | undefined;
  readonly now: number;
}

/** Iceberg's default of `write.metadata.previous-versions-max`. */
const METADATA_LOG_LENGTH = 100;

/** The metadata of a table with one more snapshot on top. Time never goes back, whatever the clock says. */
export function appendSnapshot(base: TableMetadata, added: SnapshotToAppend): TableMetadata {
  const parent = currentSnapshot(base);
  const timestampMs = nextTimestamp(base, added.now);
  const sequenceNumber = base.lastSequenceNumber + 1n;
  const snapshot = {
    snapshotId: added.snapshotId,
    ...(parent === undefined ? {} : { parentSnapshotId: parent.snapshotId }),
    sequenceNumber,
    timestampMs,
    summary: { ...summaryOf(added, parent?.summary), ...added.summary },
    manifestList: added.manifestList,
    schemaId: base.currentSchemaId,
  };
  const { metadataLocation } = added;
  const previous =
    metadataLocation === undefined
      ? []
      : [{ timestampMs: base.lastUpdatedMs, metadataFile: metadataLocation }];
  return {
    ...base,
    lastSequenceNumber: sequenceNumber,
    lastUpdatedMs: timestampMs,
    properties: { ...base.properties, ...added.properties },
    currentSnapshotId: added.snapshotId,
    snapshots: [...base.snapshots, snapshot],
    refs: { ...base.refs, main: { ...base.refs['main'], type: 'branch', snapshotId: added.snapshotId } },
    snapshotLog: [...base.snapshotLog, { timestampMs, snapshotId: added.snapshotId }],
    metadataLog: [...base.metadataLog, ...previous].slice(-METADATA_LOG_LENGTH),
  };
}

/** Later than everything the table has seen: readers search its logs by time. */
function nextTimestamp(base: TableMetadata, now: number): number {
  const last = base.snapshotLog.at(-1)?.timestampMs ?? 0;
  return Math.max(now, base.lastUpdatedMs + 1, last + 1);
}

/** The counters of a snapshot. A total is written only where the parent's is known: a wrong one would mislead readers. */
function summaryOf(
  { files, removed = [] }: Pick<SnapshotToAppend, 'files' | 'removed'>,
  parent: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  const [added, gone] = [totalsOf(files), totalsOf(removed)];
  const partitions = [...files, ...removed].map(file => JSON.stringify(file.partition, textOfBigint));
  const total = (name: string, change: bigint): Record<string, string> => {
    const before = parent === undefined ? '0' : parent[name];
    return before === undefined || !/^\d+$/.test(before) ? {} : { [name]: String(BigInt(before) + change) };
  };
  return {
    operation: removed.length === 0 ? 'append' : 'replace',
    'added-data-files': String(added.files),
    'added-records': String(added.records),
    'added-files-size': String(added.bytes),
    ...(removed.length === 0
      ? {}
      : {
          'deleted-data-files': String(gone.files),
          'deleted-records': String(gone.records),
          'removed-files-size': String(gone.bytes),
        }),
    'changed-partition-count': String(new Set(partitions).size),
    ...total('total-data-files', added.files - gone.files),
    ...total('total-records', added.records - gone.records),
    ...total('total-files-size', added.bytes - gone.bytes),
    ...total('total-delete-files', 0n),
    ...total('total-position-deletes', 0n),
    ...total('total-equality-deletes', 0n),
  };
}

function totalsOf(files: readonly DataFile[]): {
  readonly files: bigint;
  readonly records: bigint;
  readonly bytes: bigint;
} {
  return {
    files: BigInt(files.length),
    records: files.reduce((sum, file) => sum + file.recordCount, 0n),
    bytes: files.reduce((sum, file) => sum + file.fileSizeInBytes, 0n),
  };
}

function textOfBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
