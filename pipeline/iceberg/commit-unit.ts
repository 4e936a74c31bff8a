import type { DataFile } from '../../catalog/iceberg/manifest.ts';
import type { ContentKey } from '../../catalog/nessie.ts';
import type { TopicPartition } from '../topic-partition.ts';

/** From which record on a partition was read, and where reading goes on. */
export interface OffsetSpan {
  readonly start: bigint;
  readonly next: bigint;
  /** The time of the last record in it, in milliseconds; absent where it has no record. */
  readonly lastTime?: number;
}

/** What a unit adds to one table: files that are already in the store. */
export interface TableWrite {
  readonly key: ContentKey;
  readonly files: readonly DataFile[];
  /** The schema and partition spec of the table that the files were written with; both stay valid when the table moves on. */
  readonly schemaId: number;
  readonly specId: number;
}

/** What becomes visible together: files of one or several tables, and how far the topics are read with them. */
export interface CommitUnit {
  readonly id: string;
  readonly spans: ReadonlyMap<TopicPartition, OffsetSpan>;
  /** At most one for each table. */
  readonly writes: readonly TableWrite[];
  /** Rows in all tables but the dead letters'. */
  readonly rows: bigint;
}

/** How a unit stands to the offsets that a table holds. */
export type UnitStanding = 'next' | 'landed' | 'moved';

/**
 * Decides about a unit by the table's offsets alone: it is `next` when every partition stands where the unit begins, it has
 * `landed` when the table names its commit, and otherwise another writer has `moved` the offsets and the unit must be dropped.
 */
export function unitStanding(
  unit: Pick<CommitUnit, 'id' | 'spans'>,
  committed: Pick<CommittedPositions, 'next' | 'commitId'> | undefined,
): UnitStanding {
  if (committed === undefined) return 'next';
  if (committed.commitId === unit.id) return 'landed';
  for (const [partition, span] of unit.spans) {
    const next = committed.next.get(partition);
    if (next !== undefined && next !== span.start) return 'moved';
  }
  return 'next';
}

interface CommittedPositions {
  readonly next: ReadonlyMap<TopicPartition, bigint>;
  readonly commitId: string;
}

/** A map's key for a table. */
export function tableId(key: ContentKey): string {
  return JSON.stringify(key);
}
