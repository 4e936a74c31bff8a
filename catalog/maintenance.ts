import type { TableHolder } from './holders.ts';
import { currentHistory } from './iceberg/table-diff.ts';
import { type TableMetadata, withoutTrailingSlashes } from './iceberg/metadata.ts';
import type { Snapshot } from './iceberg/snapshot.ts';
import {
  createManifestReader,
  type ManifestReader,
  type ReachableFile,
  reachableFiles,
} from './reachability.ts';
import type { ObjectStore } from './storage.ts';
import { loadTableMetadata } from './table-loader.ts';

/**
 * What a maintenance procedure of Trino would delete, worked out beforehand. Trino looks at one branch only: it deletes files
 * that another branch or tag still needs, and that reference is then unreadable. So a plan says who needs what, and
 * nothing may run while `blockedBy` is not empty.
 */
export interface MaintenancePlan {
  /** Snapshots that would go; empty for orphan removal. */
  readonly snapshots: readonly Snapshot[];
  readonly files: number;
  readonly bytes: bigint;
  readonly blockedBy: readonly MaintenanceBlock[];
}

export interface MaintenanceBlock {
  readonly reference: string;
  /** How many of the files that would be deleted this reference needs; absent where its metadata cannot be read to tell. */
  readonly files?: number;
  /** True when the present state of the table there would be unreadable, false when only its history would suffer. */
  readonly isCurrentLost: boolean;
}

export interface MaintainedTable {
  readonly metadata: TableMetadata;
  readonly metadataLocation: string;
  readonly holders: readonly TableHolder[];
}

export interface ExpiryPolicy {
  /** Snapshots made before this moment go (milliseconds since 1970), */
  readonly olderThanMs: number;
  /** but so many of the newest of the current history stay in any case; at least the current one. */
  readonly retainLast?: number;
}

/** Plans `expire_snapshots`. */
export async function planExpiry(
  store: ObjectStore,
  table: MaintainedTable,
  policy: ExpiryPolicy & { readonly signal?: AbortSignal },
): Promise<MaintenancePlan> {
  const reader = createManifestReader(store, policy.signal);
  const { metadata } = table;
  const kept = keptSnapshots(metadata, policy);
  const snapshots = metadata.snapshots.filter(snapshot => !kept.has(snapshot.snapshotId));
  const stay = metadata.snapshots.filter(snapshot => kept.has(snapshot.snapshotId));
  const [all, remaining] = [
    await reachableFiles(reader, metadata),
    await reachableFiles(reader, metadata, { snapshots: stay }),
  ];
  const deleted = without(all, remaining);
  // Trino leaves the statistics files of expired snapshots where they are.
  const counted = new Map([...deleted].filter(([, file]) => file.kind !== 'statistics'));
  return {
    snapshots,
    ...totalsOf(counted),
    blockedBy: await findBlocks({ store, reader, table, deleted, signal: policy.signal }),
  };
}

/** Plans `remove_orphan_files`: everything below the table's location that its own metadata does not name. */
export async function planOrphanRemoval(
  store: ObjectStore,
  table: MaintainedTable,
  policy: { readonly olderThanMs: number; readonly signal?: AbortSignal },
): Promise<MaintenancePlan> {
  const reader = createManifestReader(store, policy.signal);
  const needed = await reachableFiles(reader, table.metadata, { location: table.metadataLocation });
  const deleted = new Map<string, ReachableFile>();
  const prefix = `${withoutTrailingSlashes(table.metadata.location)}/`;
  for await (const object of store.list(prefix, { signal: policy.signal })) {
    const isOld = (object.lastModified?.getTime() ?? 0) < policy.olderThanMs;
    if (isOld && !needed.has(object.uri))
      deleted.set(object.uri, { kind: 'data', bytes: BigInt(object.size) });
  }
  return {
    snapshots: [],
    ...totalsOf(deleted),
    blockedBy: await findBlocks({ store, reader, table, deleted, signal: policy.signal }),
  };
}

function keptSnapshots(metadata: TableMetadata, policy: ExpiryPolicy): ReadonlySet<bigint> {
  const named = Object.values(metadata.refs).map(ref => ref.snapshotId);
  const newest = currentHistory(metadata).slice(0, Math.max(1, policy.retainLast ?? 1));
  const young = metadata.snapshots.filter(snapshot => snapshot.timestampMs >= policy.olderThanMs);
  return new Set([...named, ...[...newest, ...young].map(snapshot => snapshot.snapshotId)]);
}

interface BlockSearch {
  readonly store: ObjectStore;
  readonly reader: ManifestReader;
  readonly table: MaintainedTable;
  readonly deleted: ReadonlyMap<string, ReachableFile>;
  readonly signal: AbortSignal | undefined;
}

async function findBlocks(search: BlockSearch): Promise<MaintenanceBlock[]> {
  const { table, deleted } = search;
  if (deleted.size === 0) return [];
  const blocks: MaintenanceBlock[] = [];
  const known = new Map<string, Omit<MaintenanceBlock, 'reference'> | undefined>();
  for (const { reference, content } of table.holders) {
    const location = content.metadataLocation;
    if (!known.has(location)) known.set(location, await blockOf(search, location));
    const block = known.get(location);
    if (block !== undefined) blocks.push({ reference: reference.name, ...block });
  }
  return blocks;
}

/** What the reference whose metadata lies at `location` would lose. What cannot be read is taken to need everything. */
async function blockOf(
  search: BlockSearch,
  location: string,
): Promise<Omit<MaintenanceBlock, 'reference'> | undefined> {
  const { store, reader, deleted } = search;
  try {
    const metadata = await loadTableMetadata(store, location, { signal: search.signal });
    const needed = await reachableFiles(reader, metadata, { location });
    const files = countCommon(deleted, needed);
    if (files === 0) return undefined;
    const current = metadata.snapshots.filter(snapshot => snapshot.snapshotId === metadata.currentSnapshotId);
    const now = await reachableFiles(
      reader,
      { ...metadata, metadataLog: [] },
      { location, snapshots: current },
    );
    return { files, isCurrentLost: countCommon(deleted, now) > 0 };
  } catch {
    search.signal?.throwIfAborted();
    return { isCurrentLost: true };
  }
}

function without(
  all: ReadonlyMap<string, ReachableFile>,
  remaining: ReadonlyMap<string, ReachableFile>,
): Map<string, ReachableFile> {
  return new Map([...all].filter(([uri]) => !remaining.has(uri)));
}

function countCommon(left: ReadonlyMap<string, unknown>, right: ReadonlyMap<string, unknown>): number {
  let count = 0;
  for (const uri of left.keys()) if (right.has(uri)) count += 1;
  return count;
}

function totalsOf(files: ReadonlyMap<string, ReachableFile>): {
  readonly files: number;
  readonly bytes: bigint;
} {
  let bytes = 0n;
  for (const file of files.values()) bytes += file.bytes ?? 0n;
  return { files: files.size, bytes };
}
