import { randomUUID } from 'node:crypto';
import {
  nextMetadataLocation,
  printTableMetadata,
  type TableMetadata,
} from '../../catalog/iceberg/metadata.ts';
import { type JsonValue, optional, readArray, readInt64, readObject } from '../../catalog/json.ts';
import type { Snapshot } from '../../catalog/iceberg/snapshot.ts';
import { currentHistory } from '../../catalog/iceberg/table-diff.ts';
import { commit, type ContentKey, isConflict, NessieError } from '../../catalog/nessie.ts';
import { createManifestReader, reachableFiles } from '../../catalog/reachability.ts';
import { backOff, messageOf, retryingReads } from '../iceberg/retrying.ts';
import { toOperation } from '../iceberg/table-operation.ts';
import { loadBranch, type LoadedTable, type TableCatalog } from '../iceberg/table-state.ts';
import { deleteUnneeded, type Deletion, openUncommitted } from './uncommitted.ts';

export interface ExpiryOptions {
  readonly catalog: TableCatalog;
  readonly branch: string;
  readonly key: ContentKey;
  /** Snapshots made before this moment go (milliseconds since 1970), */
  readonly olderThanMs: number;
  /** but so many of the newest of the current history stay; at least the current one. */
  readonly retainLast: number;
  readonly dryRun?: boolean;
  readonly onNotice: (text: string) => void;
  readonly signal?: AbortSignal;
}

export interface ExpiryResult extends Deletion {
  readonly snapshots: number;
}

/**
 * Takes old snapshots out of a table and then deletes the files that only they named. Files that another branch or tag
 * needs stay. The names stand in the journal before the snapshots go, so that a crash in between loses no space either.
 */
export async function expireSnapshots(options: ExpiryOptions): Promise<ExpiryResult> {
  const { catalog, branch, dryRun = false, signal } = options;
  const { store } = catalog;
  const reader = createManifestReader(store, signal);
  for (let attempt = 1; ; attempt++) {
    const { base, hash } = await load(options);
    const expired = expiredSnapshots(base.metadata, options);
    if (expired.length === 0) return { snapshots: 0, deleted: [], kept: 0, unreadable: [] };
    const next = withoutSnapshots(base, expired);
    const candidates = await onlyNamedBy(reader, base.metadata, expired);
    const place = { catalog, branch, table: { ...base, metadata: next } };
    if (dryRun)
      return { snapshots: expired.length, ...(await deleteUnneeded(place, candidates, { dryRun, signal })) };
    const journal = openUncommitted(store, next.location, `expiry-${randomUUID()}`);
    await journal.add(...candidates);
    const metadataLocation = nextMetadataLocation(next.location, base.metadataLocation, randomUUID());
    const table: LoadedTable = { ...base, metadata: next, metadataLocation };
    try {
      const bytes = Buffer.from(printTableMetadata(next));
      await store.put(metadataLocation, bytes, { contentType: 'application/json' });
      await commit(catalog.nessie, {
        branch,
        expectedHash: hash,
        message: `Expire ${expired.length} snapshots of ${options.key.join('.')}`,
        author: 'lakehouse expiry',
        operations: [toOperation({ table, metadataLocation, ownFiles: [] })],
      });
    } catch (error) {
      // With an unknown outcome the journal stays: whatever was decided, the next clean-up looks at what is needed then.
      if (isConflict(error)) {
        await Promise.allSettled([store.delete(metadataLocation), journal.close()]);
      } else if (!isPassing(error)) {
        throw error;
      }
      options.onNotice(messageOf(error));
      await backOff(attempt, signal);
      continue;
    }
    // Looked at only now: a branch that was made meanwhile counts.
    const deletion = await deleteUnneeded({ catalog, branch, table }, candidates, { signal });
    if (deletion.unreadable.length === 0) await journal.close();
    return { snapshots: expired.length, ...deletion };
  }
}

async function load(options: ExpiryOptions): Promise<{ readonly base: LoadedTable; readonly hash: string }> {
  const { catalog, branch, key, signal } = options;
  const onTrouble = (error: unknown): void => options.onNotice(messageOf(error));
  const { tables, hash } = await retryingReads({ onTrouble, signal }, () =>
    loadBranch(catalog, branch, [key]),
  );
  const [base] = tables;
  if (base === undefined) throw new Error(`There is no table ${key.join('.')} on branch ${branch}.`);
  return { base, hash };
}

/** Never the current one, and none that a name inside the table points to. */
function expiredSnapshots(
  metadata: TableMetadata,
  { olderThanMs, retainLast }: Pick<ExpiryOptions, 'olderThanMs' | 'retainLast'>,
): Snapshot[] {
  const kept = new Set(Object.values(metadata.refs).map(ref => ref.snapshotId));
  for (const { snapshotId } of currentHistory(metadata).slice(0, Math.max(1, retainLast)))
    kept.add(snapshotId);
  return metadata.snapshots.filter(
    ({ snapshotId, timestampMs }) => timestampMs < olderThanMs && !kept.has(snapshotId),
  );
}

/** The metadata without some snapshots and what is said about them; the log ends where a gap would begin, as readers expect. */
function withoutSnapshots(
  { metadata, metadataLocation }: LoadedTable,
  expired: readonly Snapshot[],
): TableMetadata {
  const gone = new Set(expired.map(({ snapshotId }) => snapshotId));
  const lastGone = metadata.snapshotLog.findLastIndex(({ snapshotId }) => gone.has(snapshotId));
  const timestampMs = Math.max(Date.now(), metadata.lastUpdatedMs + 1);
  const isKept = (entry: JsonValue): boolean =>
    !gone.has(readInt64(readObject(entry, 'statistics')['snapshot-id'], 'snapshot-id'));
  const extra: Record<string, JsonValue | undefined> = { ...metadata.extra };
  for (const name of ['statistics', 'partition-statistics']) {
    const entries = optional(extra[name], name, readArray);
    if (entries !== undefined) extra[name] = entries.filter(isKept);
  }
  return {
    ...metadata,
    lastUpdatedMs: timestampMs,
    snapshots: metadata.snapshots.filter(({ snapshotId }) => !gone.has(snapshotId)),
    snapshotLog: metadata.snapshotLog.slice(lastGone + 1),
    metadataLog:
      metadataLocation === undefined
        ? metadata.metadataLog
        : [
            ...metadata.metadataLog,
            { timestampMs: metadata.lastUpdatedMs, metadataFile: metadataLocation },
          ].slice(-100),
    extra,
  };
}

async function onlyNamedBy(
  reader: ReturnType<typeof createManifestReader>,
  metadata: TableMetadata,
  expired: readonly Snapshot[],
): Promise<string[]> {
  const gone = new Set(expired.map(({ snapshotId }) => snapshotId));
  const bare = { ...metadata, metadataLog: [] };
  const theirs = await reachableFiles(reader, bare, { snapshots: expired });
  const stay = metadata.snapshots.filter(({ snapshotId }) => !gone.has(snapshotId));
  const needed = await reachableFiles(reader, bare, { snapshots: stay });
  return [...theirs.keys()].filter(file => !needed.has(file));
}

function isPassing(error: unknown): boolean {
  if (error instanceof NessieError && error.outcome === 'unknown') return true;
  return (error as { readonly retriable?: unknown }).retriable === true;
}
