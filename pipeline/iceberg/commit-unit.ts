import type { DataFile } from '../../catalog/iceberg/manifest.ts';

/** From which record on a partition was read, and where reading goes on. */
export interface OffsetSpan {
  readonly start: bigint;
  readonly next: bigint;
}

/** What becomes visible together: files that are already in the store, and how far the topic is read with them. */
export interface CommitUnit {
  readonly id: string;
  readonly spans: ReadonlyMap<number, OffsetSpan>;
  readonly tableFiles: readonly DataFile[];
  readonly deadLetterFiles: readonly DataFile[];
  readonly rows: bigint;
  /** The schema and partition spec of the table that the files were written with; both stay valid when the table moves on. */
  readonly schemaId: number;
  readonly specId: number;
}

/** How a unit stands to the offsets that a table holds. */
export type UnitStanding = 'next' | 'landed' | 'moved';

/**
 * Decides about a unit by the table's offsets alone: it is `next` when every partition stands where the unit begins, it has
 * `landed` when the table names its commit, and otherwise another writer has `moved` the offsets and the unit must be dropped.
 */
export function unitStanding(
  unit: CommitUnit,
  committed: { readonly next: ReadonlyMap<number, bigint>; readonly commitId: string } | undefined,
): UnitStanding {
  if (committed === undefined) return 'next';
  if (committed.commitId === unit.id) return 'landed';
  for (const [partition, span] of unit.spans) {
    const next = committed.next.get(partition);
    if (next !== undefined && next !== span.start) return 'moved';
  }
  return 'next';
}
