import { randomUUID } from 'node:crypto';
import {
  type ContentKey,
  commit,
  type CommitResult as NessieCommit,
  isConflict,
  isNotFound,
  NessieError,
} from '../../catalog/nessie.ts';
import { PositionsMoved } from '../errors.ts';
import { type CommitUnit, type TableWrite, tableId, unitStanding } from './commit-unit.ts';
import { describeUnit } from './describe-unit.ts';
import { missingNamespaces } from './ensure-tables.ts';
import { type CommittedOffsets, offsetsProperty, printOffsets } from './offsets.ts';
import {
  assertSameTables,
  commitsIn,
  isDeadLetters,
  type PipelineState,
  readPipelineState,
  type StateRules,
  withLastCommit,
} from './pipeline-state.ts';
import { backOff, messageOf, retryingReads } from './retrying.ts';
import { toOperation } from './table-operation.ts';
import { type BranchState, loadBranch, type LoadedTable, type TableCatalog } from './table-state.ts';
import {
  prepareAppend,
  type PreparedAppend,
  type WrittenManifest,
  writeDataManifest,
} from './write-append.ts';

/** Commits units of one pipeline to its tables, each unit to all of its tables at once. Calls are carried out one by one. */
export interface Committer {
  /** The newest state that this writer knows. */
  readonly state: () => PipelineState;
  /**
   * Takes a further table in, to which records are routed: as it stands on the branch, else as planned, and then the first
   * commit that writes to it makes it. Answers the table.
   */
  addTable(planned: LoadedTable): Promise<LoadedTable>;
  /** Makes a unit visible exactly once. Throws PositionsMoved when another writer has gone on from its start. */
  commit(unit: CommitUnit): Promise<CommitResult>;
}

export interface CommitResult {
  readonly snapshotId: bigint | undefined;
  readonly attempts: number;
  readonly milliseconds: number;
}

export interface CommitterOptions extends Omit<StateRules, 'planned'> {
  readonly catalog: TableCatalog;
  readonly cluster: string;
  /** Names this process in the table, for people. */
  readonly writer: string;
  /** Others commit partitions of their own beside this writer: the branch has moved on more often than not. */
  readonly isShared?: boolean;
  /** The further tables that the pipeline writes, as they will be where they do not exist; see {@link Committer.addTable}. */
  readonly planned: readonly LoadedTable[];
  /** Further entries of the summary of every snapshot. */
  readonly summary?: Readonly<Record<string, string>>;
  readonly onNotice: (text: string) => void;
  /** Told of every failure of a server that is waited out. */
  readonly onTrouble: (error: unknown) => void;
  readonly signal?: AbortSignal;
  readonly now?: () => number;
}

/** A committer that stands on a loaded state of the branch. */
export function createCommitter(options: CommitterOptions, loaded: BranchState): Committer {
  const planned = new Map(options.planned.map(table => [tableId(table.key), table]));
  const rules: StateRules = { ...options, planned };
  let base = readPipelineState(rules, loaded);
  // After a recovery every table must say the same again.
  let isRecovering = options.fromSnapshot === true || options.forgottenCommit !== undefined;
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work);
    // Whoever asked hears of a failure; the next in the queue must not.
    queue = done.catch(() => {});
    return done;
  };
  const { catalog, branch } = options;
  const load = (keys: readonly ContentKey[], hash?: string): Promise<BranchState> =>
    retryingReads(options, () => loadBranch(catalog, branch, keys, hash));
  const reload = async (): Promise<void> => {
    const before = base;
    const keys = [options.anchorKey, ...[...planned.values()].map(table => table.key)];
    try {
      base = readPipelineState(rules, await load(keys));
      assertSameTables(rules, before, base);
    } catch (error) {
      throw withLastCommit(error, before);
    }
  };
  const commitInTurn = async (unit: CommitUnit): Promise<CommitResult> => {
    const started = performance.now();
    if (options.isShared === true) await reload();
    const work: Work = { unit, manifests: new Map(), isRecovering };
    let isUncertain = false;
    for (let attempt = 1; ; attempt++) {
      const standing = unitStanding(unit, base.offsets);
      const hasLanded = standing === 'landed' || (standing === 'moved' && holdsCommit(base, unit));
      const result = { attempts: attempt, milliseconds: performance.now() - started };
      if (hasLanded) return { ...result, snapshotId: base.anchor.metadata.currentSnapshotId };
      if (standing === 'moved') throw positionsMoved(options, unit, { state: base, isUncertain });
      const outcome = await attemptCommit(options, base, work);
      if (outcome.kind === 'done') {
        base = outcome.base;
        isRecovering = false;
        const milliseconds = performance.now() - started;
        return { attempts: attempt, milliseconds, snapshotId: base.anchor.metadata.currentSnapshotId };
      }
      if (outcome.error === undefined) {
        if (options.isShared !== true) options.onNotice(CONFLICT);
      } else if (outcome.isUncertain && !isUncertain) options.onNotice(uncertain(outcome.error));
      else options.onTrouble(outcome.error);
      isUncertain ||= outcome.isUncertain;
      await backOff(attempt, options.signal);
      await reload();
    }
  };
  return {
    state: () => base,
    addTable: table =>
      inTurn(async () => {
        const id = tableId(table.key);
        planned.set(id, table);
        // As of the commit that everything else was read at, so that the next commit finds what changed since.
        const { tables } = await load([table.key], base.hash);
        const found = tables[0] ?? table;
        const seq = Math.max(base.seq, commitsIn(rules, found, base.offsets?.seq ?? 0));
        base = { ...base, seq, tables: new Map([...base.tables, [id, found]]) };
        return found;
      }),
    commit: unit => inTurn(() => commitInTurn(unit)),
  };
}

type Attempt =
  | { readonly kind: 'done'; readonly base: PipelineState }
  /** Without an error it was a conflict. Uncertain: the commit may have been made, or be made later. */
  | { readonly kind: 'again'; readonly error?: unknown; readonly isUncertain: boolean };

const CONFLICT = 'The branch was changed by somebody else; trying again on top of that.';

function uncertain(error: unknown): string {
  return `Whether the commit was made is not known yet: ${messageOf(error)}`;
}

interface Work {
  readonly unit: CommitUnit;
  /** Manifests already written for this unit, by table: another attempt uses them again. */
  readonly manifests: Map<string, WrittenManifest>;
  readonly isRecovering: boolean;
}

/** One try to commit a unit on top of `base`. */
async function attemptCommit(options: CommitterOptions, base: PipelineState, work: Work): Promise<Attempt> {
  const { catalog, branch, pipeline } = options;
  const { unit } = work;
  const offsets = advance(options, base, unit);
  const written: PreparedAppend[] = [];
  try {
    await Promise.all(
      writesOf(options, base, work).map(async write => {
        written.push(await prepare(options, base, { work, write, offsets }));
      }),
    );
    const made = written.filter(({ table }) => table.contentId === undefined).map(({ table }) => table);
    const ref = { branch, hash: base.hash };
    const { branch: head, added } = await commit(catalog.nessie, {
      branch,
      expectedHash: base.hash,
      message: describeUnit(pipeline, unit),
      author: `lakehouse pipeline ${pipeline}`,
      properties: { 'lakehouse.commit-id': unit.id },
      operations: [...(await missingNamespaces(catalog, ref, made)), ...written.map(toOperation)],
    });
    const tables = new Map(base.tables);
    for (const { table } of written) tables.set(tableId(table.key), withContentId(table, added));
    const anchor = tables.get(tableId(base.anchor.key)) ?? base.anchor;
    return { kind: 'done', base: { hash: head.hash, tables, anchor, offsets, seq: offsets.seq } };
  } catch (error) {
    return afterFailure(catalog, written, error);
  }
}

/** What is written: the anchor always, so that no two writers can commit beside each other; after a recovery every table. */
function writesOf(options: CommitterOptions, base: PipelineState, work: Work): TableWrite[] {
  const writes = new Map(work.unit.writes.map(write => [tableId(write.key), write]));
  for (const [id, table] of base.tables) {
    const isMarked = table.contentId !== undefined && !isDeadLetters(options, table.key);
    if (table !== base.anchor && !(work.isRecovering && isMarked)) continue;
    if (writes.has(id)) continue;
    const { currentSchemaId, defaultSpecId } = table.metadata;
    writes.set(id, { key: table.key, files: [], schemaId: currentSchemaId, specId: defaultSpecId });
  }
  return [...writes.values()];
}

/** A table as it stands after its commit: the server gave an id to a new one. */
function withContentId(table: LoadedTable, added: NessieCommit['added']): LoadedTable {
  if (table.contentId !== undefined) return table;
  const id = tableId(table.key);
  return { ...table, contentId: added.find(({ key }) => tableId(key) === id)?.contentId };
}

/** What a failed attempt means. After a refusal its own metadata is certainly needed by nobody; otherwise nothing is deleted. */
async function afterFailure(
  catalog: TableCatalog,
  written: readonly PreparedAppend[],
  error: unknown,
): Promise<Attempt> {
  // The commit that we stand on is no longer on the branch: it was reset or is gone, which the next look tells apart.
  if (isConflict(error) || isNotFound(error)) {
    await Promise.allSettled(
      written.flatMap(append => append.ownFiles).map(uri => catalog.store.delete(uri)),
    );
    return { kind: 'again', isUncertain: false };
  }
  if (error instanceof NessieError && error.outcome === 'unknown') {
    return { kind: 'again', error, isUncertain: true };
  }
  if ((error as { readonly retriable?: unknown }).retriable !== true) throw error;
  return { kind: 'again', error, isUncertain: false };
}

interface PreparedWrite {
  readonly work: Work;
  readonly write: TableWrite;
  readonly offsets: CommittedOffsets;
}

async function prepare(
  options: CommitterOptions,
  base: PipelineState,
  { work, write, offsets }: PreparedWrite,
): Promise<PreparedAppend> {
  const { unit, manifests } = work;
  const { key, files, schemaId, specId } = write;
  const { store } = options.catalog;
  const table = base.tables.get(tableId(key));
  if (table === undefined) throw new Error(`A unit writes to ${key.join('.')}, which nobody planned.`);
  const { metadata } = table;
  let manifest = manifests.get(metadata.tableUuid);
  if (manifest === undefined && files.length > 0) {
    manifest = await writeDataManifest(store, { metadata, files, schemaId, specId, unitId: unit.id });
    manifests.set(metadata.tableUuid, manifest);
  }
  const isMarked = !isDeadLetters(options, key);
  const marks = isMarked ? { [offsetsProperty(options.pipeline)]: printOffsets(offsets) } : {};
  return prepareAppend(store, table, {
    files,
    manifest,
    summary: { ...marks, ...options.summary, 'lakehouse.commit-id': unit.id },
    properties: marks,
    now: (options.now ?? Date.now)(),
  });
}

function advance(
  { cluster, writer }: CommitterOptions,
  { offsets, seq }: PipelineState,
  unit: CommitUnit,
): CommittedOffsets {
  const next = new Map(offsets?.next);
  const starts = new Map(offsets?.starts);
  const times = new Map(offsets?.times);
  for (const [partition, span] of unit.spans) {
    if (!next.has(partition)) starts.set(partition, span.start);
    next.set(partition, span.next);
    if (span.lastTime !== undefined) times.set(partition, span.lastTime);
  }
  return { cluster, next, starts, times, seq: seq + 1, commitId: unit.id, writer };
}

/** Whether a unit's commit is among the anchor's snapshots: another writer may have gone on behind it before we looked. */
function holdsCommit({ anchor }: PipelineState, unit: CommitUnit): boolean {
  return anchor.metadata.snapshots.some(({ summary }) => summary['lakehouse.commit-id'] === unit.id);
}

function positionsMoved(
  options: CommitterOptions,
  unit: CommitUnit,
  { state, isUncertain }: { readonly state: PipelineState; readonly isUncertain: boolean },
): PositionsMoved {
  const spans = [...unit.spans].map(
    ([partition, span]) =>
      `${partition}: ${String(state.offsets?.next.get(partition) ?? 'nothing')} instead of ${span.start}`,
  );
  const by = state.offsets === undefined ? '' : ` (${state.offsets.writer})`;
  return new PositionsMoved(
    `Another writer${by} moved the offsets of ${options.pipeline} (${spans.join(', ')}).`,
    isUncertain ? 'unknown' : 'unused',
  );
}

/** A fresh name for a commit unit. */
export function newUnitId(): string {
  return randomUUID();
}
