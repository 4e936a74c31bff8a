import type { TableMetadata } from '../../catalog/iceberg/metadata.ts';
import type { ContentKey } from '../../catalog/nessie.ts';
import type { FilePolicy, MaintenancePolicy } from '../config.ts';
import { messageOf } from '../iceberg/retrying.ts';
import { loadBranch, type TableCatalog } from '../iceberg/table-state.ts';
import { compactTable, type CompactionResult } from './compact-table.ts';
import { expireSnapshots } from './expire-table.ts';
import type { CompactionPolicy } from './plan-compaction.ts';
import { openRewriterThread } from './rewriter-thread.ts';
import { deleteUnneeded, readForgotten } from './uncommitted.ts';

export interface MaintenanceOptions {
  readonly catalog: TableCatalog;
  readonly branch: string;
  /** The tables to be kept small, as far as the pipeline has written to them. */
  readonly tables: () => readonly ContentKey[];
  readonly files: FilePolicy;
  readonly maintenance: MaintenancePolicy;
  /** Where several processes write the tables: whether this one looks after a table. */
  readonly mayMaintain?: ((key: ContentKey, metadata: TableMetadata) => boolean) | undefined;
  readonly workerEntry: URL;
  readonly onNotice: (text: string) => void;
}

/** Beside a running pipeline the memory is the pipeline's: its compaction makes files of this size at most. */
const MAX_BYTES_BESIDE_PIPELINE = 64 * 1024 * 1024;
/** Sorting holds all rows of a new file in memory. */
const MAX_SORTED_ROWS_BESIDE_PIPELINE = 250_000;
const MAX_SORTED_ROWS = 2_000_000;
const MIN_FILES = 5;
/** Work of another process that is younger may still go on. */
const FORGOTTEN_AFTER_MS = 3_600_000;
const TICK_MS = 15_000;

/** What the command line puts together, where nothing else needs the memory. */
export function compactionPolicy({ targetBytes }: FilePolicy): CompactionPolicy {
  return { targetBytes, minFiles: MIN_FILES, maxRows: MAX_SORTED_ROWS };
}

/**
 * Keeps the tables of a pipeline small while the pipeline runs: puts small files together, lets old snapshots go, and deletes files
 * that an earlier run left behind without a commit. Nothing that goes wrong here stops the pipeline.
 */
export function startMaintenance(options: MaintenanceOptions): { stop(): Promise<void> } {
  const { compactEveryMs, expireAfterMs } = options.maintenance;
  const ending = new AbortController();
  const every = compactEveryMs ?? (expireAfterMs === undefined ? undefined : 3_600_000);
  let due = performance.now() + (every ?? 0);
  let running: Promise<void> | undefined;
  const tick = (): void => {
    if (every === undefined || running !== undefined || performance.now() < due) return;
    running = maintainAll(options, ending.signal).finally(() => {
      running = undefined;
      due = performance.now() + every;
    });
  };
  const timer = setInterval(tick, Math.min(TICK_MS, every ?? TICK_MS));
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      ending.abort();
      await running;
    },
  };
}

/** One table after the other; what goes wrong with one does not keep the others waiting. */
async function maintainAll(options: MaintenanceOptions, signal: AbortSignal): Promise<void> {
  for (const key of options.tables()) {
    const name = key.join('.');
    const onNotice = (text: string): void => options.onNotice(`${name}: ${text}`);
    try {
      if (!(await isOurs(options, key))) continue;
      await maintain({ ...options, onNotice }, key, signal);
    } catch (error) {
      if (signal.aborted) return;
      onNotice(`Maintenance of the table failed: ${messageOf(error)}`);
    }
  }
}

async function isOurs(
  { catalog, branch, mayMaintain }: MaintenanceOptions,
  key: ContentKey,
): Promise<boolean> {
  if (mayMaintain === undefined) return true;
  const [table] = (await loadBranch(catalog, branch, [key])).tables;
  return table !== undefined && mayMaintain(key, table.metadata);
}

async function maintain(options: MaintenanceOptions, key: ContentKey, signal: AbortSignal): Promise<void> {
  const { catalog, branch, files, maintenance, onNotice } = options;
  const place = { catalog, branch, key, onNotice, signal };
  if (maintenance.compactEveryMs !== undefined) {
    const result = await compactTable({
      ...place,
      policy: {
        targetBytes: Math.min(files.targetBytes, MAX_BYTES_BESIDE_PIPELINE),
        minFiles: MIN_FILES,
        maxRows: MAX_SORTED_ROWS_BESIDE_PIPELINE,
      },
      openRewriter: rewriting => openRewriterThread(rewriting, options.workerEntry),
    });
    if (result.addedFiles > 0) onNotice(describeCompaction(result));
  }
  if (maintenance.expireAfterMs !== undefined) {
    const olderThanMs = Date.now() - maintenance.expireAfterMs;
    const result = await expireSnapshots({ ...place, olderThanMs, retainLast: maintenance.retainLast });
    if (result.snapshots > 0)
      onNotice(`Expired ${result.snapshots} snapshots and deleted ${result.deleted.length} files.`);
  }
  const { deleted } = await deleteForgotten({ ...place, olderThanMs: Date.now() - FORGOTTEN_AFTER_MS });
  if (deleted > 0) onNotice(`Deleted ${deleted} files that an earlier run left without a commit.`);
}

/** What a compaction did, in a sentence. */
export function describeCompaction({
  removedFiles,
  addedFiles,
  removedBytes,
  addedBytes,
}: CompactionResult): string {
  const megabytes = (bytes: bigint): string => `${(Number(bytes) / 1e6).toFixed(1)} MB`;
  return `Put ${removedFiles} files (${megabytes(removedBytes)}) together into ${addedFiles} (${megabytes(addedBytes)}).`;
}

export interface ForgottenOptions {
  readonly catalog: TableCatalog;
  readonly branch: string;
  readonly key: ContentKey;
  /** Younger entries of the journal are left. */
  readonly olderThanMs: number;
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/** Deletes what the journal of a table names and nothing needs. */
export async function deleteForgotten(options: ForgottenOptions): Promise<{ readonly deleted: number }> {
  const { catalog, branch, key, olderThanMs, dryRun = false, signal } = options;
  const [table] = (await loadBranch(catalog, branch, [key])).tables;
  if (table === undefined) return { deleted: 0 };
  const { entries, files } = await readForgotten(catalog.store, table.metadata, olderThanMs);
  if (entries.length === 0) return { deleted: 0 };
  const { deleted, unreadable } = await deleteUnneeded({ catalog, branch, table }, files, { dryRun, signal });
  if (!dryRun && unreadable.length === 0)
    await Promise.all(entries.map(entry => catalog.store.delete(entry)));
  return { deleted: deleted.length };
}
