import { randomUUID } from 'node:crypto';
import type { DataFile } from '../../catalog/iceberg/manifest.ts';
import { currentSchema, currentSnapshot, defaultSortOrder } from '../../catalog/iceberg/metadata.ts';
import { UNSORTED } from '../../catalog/iceberg/sort-order.ts';
import { commit, type ContentKey, isConflict, NessieError } from '../../catalog/nessie.ts';
import { createManifestReader, type ManifestReader } from '../../catalog/reachability.ts';
import type { EncodedFile } from '../batch-encoder.ts';
import { toColumnSpecs } from '../decode/spec.ts';
import { uploadDataFile } from '../iceberg/data-files.ts';
import { backOff, messageOf, retryingReads } from '../iceberg/retrying.ts';
import { toOperation } from '../iceberg/table-operation.ts';
import { loadBranch, type LoadedTable, type TableCatalog } from '../iceberg/table-state.ts';
import type { PreparedAppend } from '../iceberg/write-append.ts';
import { UnreadableFile } from '../parquet/read-columns.ts';
import { canSortBy } from '../parquet/sort-rows.ts';
import {
  type CompactionGroup,
  type CompactionPlan,
  type CompactionPolicy,
  liveFiles,
  planCompaction,
} from './plan-compaction.ts';
import { CompactionOvertaken, prepareReplacement, type Replacement } from './replace-files.ts';
import type { FileRewriter, Rewriting } from './rewrite-files.ts';
import { openUncommitted, type UncommittedFiles } from './uncommitted.ts';

export interface CompactionOptions {
  readonly catalog: TableCatalog;
  readonly branch: string;
  readonly key: ContentKey;
  /** `maxRows` holds for tables with a sort order. */
  readonly policy: CompactionPolicy;
  /** Where files are put together: on this thread or on another. */
  readonly openRewriter: (rewriting: Rewriting) => FileRewriter;
  /** Only say what would be done. */
  readonly dryRun?: boolean;
  readonly onNotice: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Well before others take the new file for forgotten (an hour) and delete it. */
const COMMIT_DEADLINE_MS = 20 * 60_000;

export interface CompactionResult extends Pick<CompactionPlan, 'skipped'> {
  readonly removedFiles: number;
  readonly addedFiles: number;
  readonly removedBytes: bigint;
  readonly addedBytes: bigint;
}

/**
 * Puts the small data files of a table together, partition by partition, and commits each partition's files in one
 * `replace` snapshot. Appends by anybody may go on: the commit is made again on top of theirs. What was changed otherwise
 * meanwhile (rows deleted, files replaced) is left as it is for the next time.
 */
export async function compactTable(options: CompactionOptions): Promise<CompactionResult> {
  const { catalog } = options;
  const reader = createManifestReader(catalog.store, options.signal);
  const table = await load(options);
  const { plan, knownDeletes } = await makePlan(table, reader, options);
  const skipped = new Map(plan.skipped.map(({ reason, files }) => [reason, files]));
  const done = { removedFiles: 0, addedFiles: 0, removedBytes: 0n, addedBytes: 0n };
  for (const group of plan.groups) {
    options.signal?.throwIfAborted();
    const removedBytes = group.files.reduce((sum, file) => sum + file.fileSizeInBytes, 0n);
    let added: DataFile | undefined;
    try {
      if (options.dryRun !== true)
        added = await compactGroup(options, { table, reader, group, knownDeletes });
    } catch (error) {
      if (!(error instanceof CompactionOvertaken || error instanceof UnreadableFile)) throw error;
      const reason =
        error instanceof UnreadableFile
          ? `one of them does not fit the table: ${error.message}`
          : error.message;
      skipped.set(reason, (skipped.get(reason) ?? 0) + group.files.length);
      continue;
    }
    done.removedFiles += group.files.length;
    done.addedFiles += 1;
    done.removedBytes += removedBytes;
    done.addedBytes += added?.fileSizeInBytes ?? removedBytes;
  }
  return { ...done, skipped: [...skipped].map(([reason, files]) => ({ reason, files })) };
}

async function load({ catalog, branch, key, onNotice, signal }: CompactionOptions): Promise<LoadedTable> {
  const onTrouble = (error: unknown): void => onNotice(messageOf(error));
  const { tables } = await retryingReads({ onTrouble, signal }, () => loadBranch(catalog, branch, [key]));
  const [table] = tables;
  if (table === undefined) throw new Error(`There is no table ${key.join('.')} on branch ${branch}.`);
  return table;
}

async function makePlan(
  { metadata }: LoadedTable,
  reader: ManifestReader,
  { policy }: CompactionOptions,
): Promise<{ readonly plan: CompactionPlan; readonly knownDeletes: ReadonlySet<string> }> {
  const snapshot = currentSnapshot(metadata);
  if (snapshot === undefined) return { plan: { groups: [], skipped: [] }, knownDeletes: new Set() };
  const listed = await reader.list(snapshot);
  const manifests = await Promise.all(
    listed.map(async manifest => ({ manifest, entries: await reader.entries(manifest) })),
  );
  const isSorted = defaultSortOrder(metadata).fields.length > 0;
  const limits = isSorted ? policy : { ...policy, maxRows: Infinity };
  return {
    plan: planCompaction(liveFiles(manifests), metadata.defaultSpecId, limits),
    knownDeletes: new Set(
      listed.filter(({ content }) => content === 'deletes').map(({ manifestPath }) => manifestPath),
    ),
  };
}

interface GroupWork {
  readonly table: LoadedTable;
  readonly reader: ManifestReader;
  readonly group: CompactionGroup;
  readonly knownDeletes: ReadonlySet<string>;
}

async function compactGroup(options: CompactionOptions, work: GroupWork): Promise<DataFile> {
  const { catalog } = options;
  const { metadata } = work.table;
  const id = randomUUID();
  const journal = openUncommitted(catalog.store, metadata.location, `compaction-${id}`);
  const added = await writeGroup(options, work, journal);
  try {
    await commitReplacement(options, work, {
      id,
      specId: work.group.specId,
      removed: work.group.files,
      added: [added],
      knownDeletes: work.knownDeletes,
    });
  } catch (error) {
    // Certainly in no commit: the file is nobody's.
    if (error instanceof CompactionOvertaken) {
      await catalog.store.delete(added.filePath);
      await journal.close();
    }
    throw error;
  }
  await journal.close();
  return added;
}

async function writeGroup(
  { catalog, key, openRewriter, signal }: CompactionOptions,
  { table, group }: GroupWork,
  journal: UncommittedFiles,
): Promise<DataFile> {
  const { store } = catalog;
  const { metadata } = table;
  const columns = toColumnSpecs(currentSchema(metadata).fields);
  const order = defaultSortOrder(metadata);
  const isSorted = order.fields.length > 0 && canSortBy(columns, order.fields);
  const rewriter = openRewriter({
    table: key,
    columns,
    partition: group.files[0]?.partition ?? [],
    sortOrder: isSorted ? order : UNSORTED,
    rows: group.files.reduce((sum, file) => sum + Number(file.recordCount), 0),
  });
  let encoded: EncodedFile;
  try {
    for (const { filePath } of group.files) {
      const bytes = await store.get(filePath, { signal });
      // The reader wants the file alone in its buffer.
      const isAlone = bytes.byteLength === bytes.buffer.byteLength;
      await rewriter.add(isAlone ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes));
    }
    encoded = await rewriter.finish();
  } finally {
    await rewriter.stop();
  }
  return uploadDataFile(store, metadata, encoded, {
    beforePut: path => journal.add(path),
  });
}

async function commitReplacement(
  options: CompactionOptions,
  { table, reader }: GroupWork,
  replacement: Replacement,
): Promise<void> {
  const { catalog, branch, key, signal } = options;
  const deadline = performance.now() + COMMIT_DEADLINE_MS;
  for (let attempt = 1; ; attempt++) {
    if (performance.now() > deadline)
      throw new Error(
        `The servers did not take the compaction of ${key.join('.')} in time; nothing is lost.`,
      );
    const onTrouble = (error: unknown): void => options.onNotice(messageOf(error));
    const state = await retryingReads({ onTrouble, signal }, () => loadBranch(catalog, branch, [key]));
    const base = state.tables[0];
    if (base?.metadata.tableUuid !== table.metadata.tableUuid)
      throw new CompactionOvertaken('The table was dropped or made again meanwhile.');
    // The answer to an earlier attempt was lost.
    if (base.metadata.snapshots.some(({ summary }) => summary['lakehouse.commit-id'] === replacement.id))
      return;
    let prepared: PreparedAppend | undefined;
    try {
      prepared = await prepareReplacement(catalog.store, reader, { base, replacement });
      await commit(catalog.nessie, {
        branch,
        expectedHash: state.hash,
        message: `Compact ${replacement.removed.length} files of ${key.join('.')} into ${replacement.added.length}`,
        author: 'lakehouse compaction',
        properties: { 'lakehouse.commit-id': replacement.id },
        operations: [toOperation(prepared)],
      });
      return;
    } catch (error) {
      if (isConflict(error)) {
        await Promise.allSettled((prepared?.ownFiles ?? []).map(uri => catalog.store.delete(uri)));
      } else if (!isPassing(error)) {
        throw error;
      }
      await backOff(attempt, signal);
    }
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof NessieError && error.outcome === 'unknown') return true;
  return (error as { readonly retriable?: unknown }).retriable === true;
}
