import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ContentKey,
  commit,
  type CommitResult as NessieCommit,
  isConflict,
  NessieError,
  type Operation,
} from '../../catalog/nessie.ts';
import { PipelineHalt, PositionsMoved } from '../errors.ts';
import { type CommitUnit, unitStanding } from './commit-unit.ts';
import { type CommittedOffsets, offsetsProperty, printOffsets, readCommittedOffsets } from './offsets.ts';
import { type BranchState, loadBranch, type LoadedTable, type TableCatalog } from './table-state.ts';
import {
  prepareAppend,
  type PreparedAppend,
  type WrittenManifest,
  writeDataManifest,
} from './write-append.ts';

/** Commits units of one pipeline to its table. One writer at a time calls it, one unit after the other. */
export interface Committer {
  /** The newest state that this writer knows. */
  readonly state: () => CommitterState;
  /** Makes a unit visible exactly once. Throws PositionsMoved when another writer has gone on from its start. */
  commit(unit: CommitUnit): Promise<CommitResult>;
}

export interface CommitterState {
  readonly table: LoadedTable;
  readonly deadLetters: LoadedTable | undefined;
  readonly offsets: CommittedOffsets | undefined;
}

export interface CommitResult {
  readonly snapshotId: bigint | undefined;
  readonly attempts: number;
  readonly milliseconds: number;
}

export interface CommitterOptions {
  readonly catalog: TableCatalog;
  readonly branch: string;
  readonly tableKey: ContentKey;
  readonly deadLetterKey: ContentKey | undefined;
  /** The dead-letter table as it will be, for the commit that is the first to need it. */
  readonly newDeadLetters: LoadedTable;
  readonly pipeline: string;
  readonly topic: string;
  readonly cluster: string;
  readonly onNotice: (text: string) => void;
  /** The commit whose offsets are to be forgotten; see `Recovery.resetOffsets`. */
  readonly forgottenCommit?: string | undefined;
  /** After a rollback, go on from the current snapshot's offsets. */
  readonly fromSnapshot?: boolean;
  readonly signal?: AbortSignal;
  readonly now?: () => number;
}

const FIRST_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 5_000;

/** A committer that stands on a loaded state of the branch. */
export function createCommitter(options: CommitterOptions, loaded: BranchState): Committer {
  let base = toBase(options, loaded);
  const reload = async (): Promise<void> => {
    const before = base;
    base = toBase(
      options,
      await retryingReads(options, () => loadBranch(options.catalog, options.branch, keysOf(options))),
    );
    assertSameTable(before.state.table, base.state.table);
  };
  return {
    state: () => base.state,
    commit: async unit => {
      const started = performance.now();
      const manifests = new Map<string, WrittenManifest>();
      for (let attempt = 1; ; attempt++) {
        const standing = unitStanding(unit, base.state.offsets);
        const result = { attempts: attempt, milliseconds: performance.now() - started };
        if (standing === 'landed') {
          return { ...result, snapshotId: base.state.table.metadata.currentSnapshotId };
        }
        if (standing === 'moved') throw positionsMoved(options, unit, base.state);
        const outcome = await attemptCommit(options, base, { unit, manifests });
        if (outcome.kind === 'done') {
          base = outcome.base;
          const milliseconds = performance.now() - started;
          return { attempts: attempt, milliseconds, snapshotId: base.state.table.metadata.currentSnapshotId };
        }
        options.onNotice(outcome.notice);
        await backOff(attempt, options.signal);
        await reload();
      }
    },
  };
}

interface Base {
  readonly hash: string;
  readonly state: CommitterState;
}

type Attempt =
  { readonly kind: 'done'; readonly base: Base } | { readonly kind: 'again'; readonly notice: string };

interface Work {
  readonly unit: CommitUnit;
  /** Manifests already written for this unit, by table: another attempt uses them again. */
  readonly manifests: Map<string, WrittenManifest>;
}

/** One try to commit a unit on top of `base`. */
async function attemptCommit(options: CommitterOptions, base: Base, work: Work): Promise<Attempt> {
  const { catalog, branch } = options;
  const { unit } = work;
  const offsets = advance(options, base.state.offsets, unit);
  const text = printOffsets(offsets);
  const marks = { [offsetsProperty(options.pipeline)]: text };
  let written: readonly PreparedAppend[] = [];
  try {
    const main = await prepare(options, work, {
      table: base.state.table,
      files: unit.tableFiles,
      marks: { summary: { ...marks, 'lakehouse.commit-id': unit.id }, properties: marks },
    });
    const { deadLetters } = base.state;
    const rejected =
      unit.deadLetterFiles.length === 0
        ? undefined
        : await prepare(options, work, {
            table: deadLetters ?? options.newDeadLetters,
            files: unit.deadLetterFiles,
            marks: { summary: { 'lakehouse.commit-id': unit.id }, properties: {} },
          });
    written = rejected === undefined ? [main] : [main, rejected];
    const { branch: head, added } = await commit(catalog.nessie, {
      branch,
      expectedHash: base.hash,
      message: describe(options, unit),
      author: `lakehouse pipeline ${options.pipeline}`,
      properties: { 'lakehouse.commit-id': unit.id },
      operations: written.map(toOperation),
    });
    const state = {
      table: main.table,
      deadLetters: rejected === undefined ? deadLetters : withContentId(rejected.table, added),
      offsets,
    };
    return { kind: 'done', base: { hash: head.hash, state } };
  } catch (error) {
    return afterFailure(catalog, written, error);
  }
}

/** A table as it stands after its commit: the server gave an id to a new one. */
function withContentId(table: LoadedTable, added: NessieCommit['added']): LoadedTable {
  if (table.contentId !== undefined) return table;
  const name = JSON.stringify(table.key);
  return { ...table, contentId: added.find(({ key }) => JSON.stringify(key) === name)?.contentId };
}

/** What a failed attempt means. After a refusal its own metadata is certainly needed by nobody; otherwise nothing is deleted. */
async function afterFailure(
  catalog: TableCatalog,
  written: readonly PreparedAppend[],
  error: unknown,
): Promise<Attempt> {
  if (isConflict(error)) {
    await Promise.allSettled(
      written.flatMap(append => append.ownFiles).map(uri => catalog.store.delete(uri)),
    );
    return { kind: 'again', notice: 'Another writer committed first; trying again on top of its commit.' };
  }
  if (error instanceof NessieError && error.outcome === 'unknown') {
    return { kind: 'again', notice: `Whether the commit was made is not known yet: ${messageOf(error)}` };
  }
  if ((error as { readonly retriable?: unknown }).retriable !== true) throw error;
  return { kind: 'again', notice: messageOf(error) };
}

async function prepare(
  options: CommitterOptions,
  { unit, manifests }: Work,
  append: {
    readonly table: LoadedTable;
    readonly files: CommitUnit['tableFiles'];
    readonly marks: {
      readonly summary: Readonly<Record<string, string>>;
      readonly properties: Readonly<Record<string, string>>;
    };
  },
): Promise<PreparedAppend> {
  const { table, files, marks } = append;
  const { store } = options.catalog;
  const { metadata } = table;
  const key = metadata.tableUuid;
  let manifest = manifests.get(key);
  if (manifest === undefined && files.length > 0) {
    const isMain = files === unit.tableFiles;
    const { schemaId, specId } = isMain
      ? unit
      : { schemaId: metadata.currentSchemaId, specId: metadata.defaultSpecId };
    manifest = await writeDataManifest(store, { metadata, files, schemaId, specId, unitId: unit.id });
    manifests.set(key, manifest);
  }
  const now = (options.now ?? Date.now)();
  return prepareAppend(store, table, { files, manifest, ...marks, now });
}

function toOperation({ table, metadataLocation }: PreparedAppend): Operation {
  const { metadata, contentId } = table;
  return {
    type: 'PUT',
    key: table.key,
    content: {
      type: 'ICEBERG_TABLE',
      ...(contentId === undefined ? {} : { id: contentId }),
      metadataLocation,
      snapshotId: metadata.currentSnapshotId ?? -1n,
      schemaId: metadata.currentSchemaId,
      specId: metadata.defaultSpecId,
      sortOrderId: metadata.defaultSortOrderId,
    },
  };
}

function advance(
  { cluster, topic }: CommitterOptions,
  committed: CommittedOffsets | undefined,
  unit: CommitUnit,
): CommittedOffsets {
  const next = new Map(committed?.next);
  for (const [partition, span] of unit.spans) next.set(partition, span.next);
  return { cluster, topic, next, seq: (committed?.seq ?? 0) + 1, commitId: unit.id };
}

function toBase(options: CommitterOptions, loaded: BranchState): Base {
  const [table, deadLetters] = loaded.tables;
  if (table === undefined) {
    const name = options.tableKey.join('.');
    throw new PipelineHalt(
      'table-dropped',
      `The table ${name} is no longer on branch ${options.branch}.`,
      'Start the pipeline again to make it anew from the start of the topic.',
    );
  }
  const offsets = readCommittedOffsets(table.metadata, options);
  return { hash: loaded.hash, state: { table, deadLetters, offsets: ignored(options, offsets) } };
}

/** Offsets that a person told the pipeline to forget count as none, until the first commit puts others in their place. */
function ignored(
  { forgottenCommit }: CommitterOptions,
  offsets: CommittedOffsets | undefined,
): CommittedOffsets | undefined {
  return offsets !== undefined && offsets.commitId === forgottenCommit ? undefined : offsets;
}

function assertSameTable(before: LoadedTable, now: LoadedTable): void {
  if (before.contentId === now.contentId && before.metadata.tableUuid === now.metadata.tableUuid) return;
  throw new PipelineHalt(
    'table-replaced',
    `The table ${now.key.join('.')} was dropped and made again while the pipeline wrote to it.`,
    'Start the pipeline again to fill the new table from the start of the topic.',
  );
}

/** The keys of the tables that the pipeline writes, the main table first. */
export function keysOf(options: Pick<CommitterOptions, 'tableKey' | 'deadLetterKey'>): ContentKey[] {
  return options.deadLetterKey === undefined ? [options.tableKey] : [options.tableKey, options.deadLetterKey];
}

/** Repeats a read until the servers answer. Only failures that may pass are repeated. */
export async function retryingReads<T>(
  options: Pick<CommitterOptions, 'onNotice' | 'signal'>,
  read: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      if ((error as { readonly retriable?: unknown }).retriable !== true) throw error;
      options.onNotice(messageOf(error));
      await backOff(attempt, options.signal);
    }
  }
}

async function backOff(attempt: number, signal: AbortSignal | undefined): Promise<void> {
  const limit = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
  // Two writers that collide must not come back together.
  await sleep(limit * (0.5 + Math.random() / 2), undefined, signal === undefined ? {} : { signal });
}

function describe({ pipeline, topic }: CommitterOptions, unit: CommitUnit): string {
  const spans = [...unit.spans]
    .sort(([a], [b]) => a - b)
    .map(([partition, { start, next }]) => `${partition}: ${start}–${next}`)
    .join(', ');
  return `${pipeline}: append ${unit.rows} rows from ${topic} (${spans})`;
}

function positionsMoved(options: CommitterOptions, unit: CommitUnit, state: CommitterState): PositionsMoved {
  const of = (partition: number): string => String(state.offsets?.next.get(partition) ?? 'nothing');
  const spans = [...unit.spans].map(
    ([partition, span]) => `${partition}: ${of(partition)} instead of ${span.start}`,
  );
  return new PositionsMoved(`Another writer moved the offsets of ${options.pipeline} (${spans.join(', ')}).`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A fresh name for a commit unit. */
export function newUnitId(): string {
  return randomUUID();
}
