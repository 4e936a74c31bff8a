import type { DataFile } from '../../catalog/iceberg/manifest.ts';
import {
  commit,
  type ContentKey,
  isConflict,
  isNotFound,
  listHistory,
  NessieError,
} from '../../catalog/nessie.ts';
import type { ManifestReader } from '../../catalog/reachability.ts';
import type { ObjectStore } from '../../catalog/storage.ts';
import { CompactionOvertaken, pipelineMarks, prepareReplacement } from '../compact/replace-files.ts';
import { missingNamespaces } from '../iceberg/ensure-tables.ts';
import { backOff, messageOf, retryingReads } from '../iceberg/retrying.ts';
import { toOperation } from '../iceberg/table-operation.ts';
import { type BranchState, loadBranch, type LoadedTable, type TableCatalog } from '../iceberg/table-state.ts';
import {
  prepareAppend,
  type PreparedAppend,
  type WrittenManifest,
  writeDataManifest,
} from '../iceberg/write-append.ts';

import { isSameLayout } from './redrive-encoder.ts';

/** A change of a dead-letter table and what is appended to other tables with it, all in one commit. */
export interface RedriveCommit {
  readonly id: string;
  readonly message: string;
  readonly deadLetters: {
    readonly table: LoadedTable;
    readonly specId: number;
    readonly removed: readonly DataFile[];
    readonly added: readonly DataFile[];
    readonly knownDeletes: ReadonlySet<string>;
  };
  /** The tables as they were when the files were written. */
  readonly appends: readonly { readonly table: LoadedTable; readonly files: readonly DataFile[] }[];
  readonly summary: Readonly<Record<string, string>>;
}

export interface CommitContext {
  readonly catalog: TableCatalog;
  readonly branch: string;
  readonly reader: ManifestReader;
  readonly onNotice: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The commit was not made and never will be: somebody else changed the tables first, or it was cancelled. Look and begin again. */
export class RedriveOvertaken extends Error {
  override readonly name = 'RedriveOvertaken';
}

/** Well before others take the new files for forgotten (an hour) and delete them. */
const COMMIT_DEADLINE_MS = 20 * 60_000;
/** Waiting grows with the attempts, up to 400 ms where others commit. */
const MAX_CONFLICT_WAITS = 4;

/**
 * Makes the commit exactly once, on top of whatever others append meanwhile. Throws RedriveOvertaken when one of the dead-letter
 * files is gone or a table was changed; any other error leaves open whether the commit was or will be made.
 */
export async function commitRedrive(context: CommitContext, change: RedriveCommit): Promise<void> {
  const { catalog, signal } = context;
  const deadline = performance.now() + COMMIT_DEADLINE_MS;
  const manifests: SharedManifests = { byTable: new Map(), written: recordPuts(catalog.store) };
  /** Where the first attempt stood whose answer never came. */
  let uncertainSince: string | undefined;
  for (let attempt = 1; ; attempt++) {
    if (performance.now() > deadline)
      throw new Error(
        'The servers did not take the commit in time. Run the same command again: nothing is lost.',
      );
    const state = await load(context, change);
    if (holdsCommit(state, change.id)) return;
    try {
      const tables = matchTables(state, change);
      await attemptCommit(context, change, { state, tables, manifests });
      return;
    } catch (error) {
      const isUncertain = error instanceof NessieError && error.outcome === 'unknown';
      const isCancelled = signal?.aborted === true && uncertainSince === undefined && !isUncertain;
      if (error instanceof CompactionOvertaken || error instanceof RedriveOvertaken || isCancelled) {
        if (uncertainSince !== undefined && (await isInHistory(context, uncertainSince, change.id))) return;
        await manifests.written.undo();
        throw new RedriveOvertaken(isCancelled ? 'It was cancelled.' : messageOf(error));
      }
      if (isUncertain) {
        uncertainSince ??= state.hash;
        context.onNotice(`Whether the commit was made is not known yet: ${messageOf(error)}`);
      } else if (!isConflict(error) && !isNotFound(error)) {
        if ((error as { readonly retriable?: unknown }).retriable !== true) throw error;
        context.onNotice(messageOf(error));
      }
      // A busy branch does not become less busy by waiting longer.
      const waits = isConflict(error) ? Math.min(attempt, MAX_CONFLICT_WAITS) : attempt;
      await backOff(waits, signal).catch((reason: unknown) => {
        throw uncertainSince === undefined ? new RedriveOvertaken('It was cancelled.') : reason;
      });
    }
  }
}

async function load(context: CommitContext, change: RedriveCommit): Promise<BranchState> {
  const { catalog, branch, onNotice, signal } = context;
  const keys: ContentKey[] = [change.deadLetters.table.key, ...change.appends.map(({ table }) => table.key)];
  const onTrouble = (error: unknown): void => onNotice(messageOf(error));
  return retryingReads({ onTrouble, signal }, () => loadBranch(catalog, branch, keys));
}

function holdsCommit({ tables }: BranchState, id: string): boolean {
  return tables.some(
    table => table?.metadata.snapshots.some(({ summary }) => summary['lakehouse.commit-id'] === id) === true,
  );
}

/** The tables as they are now, the dead letters first. Throws where one is no longer what the files were written for. */
function matchTables(
  state: BranchState,
  { deadLetters, appends }: RedriveCommit,
): readonly [LoadedTable, ...LoadedTable[]] {
  const [found, ...targets] = state.tables;
  if (found?.metadata.tableUuid !== deadLetters.table.metadata.tableUuid)
    throw new RedriveOvertaken('The dead letters were dropped meanwhile.');
  return [
    found,
    ...appends.map(({ table }, index): LoadedTable => {
      const target = targets[index];
      if (!isSameLayout(table, target))
        throw new RedriveOvertaken(`The table ${table.key.join('.')} was changed meanwhile.`);
      return target ?? table;
    }),
  ];
}

interface Attempt {
  readonly state: BranchState;
  readonly tables: readonly [LoadedTable, ...LoadedTable[]];
  readonly manifests: SharedManifests;
}

/** Manifests that every attempt uses. */
interface SharedManifests {
  /** By the UUID of the table. */
  readonly byTable: Map<string, WrittenManifest>;
  readonly written: RecordedPuts;
}

async function attemptCommit(
  context: CommitContext,
  change: RedriveCommit,
  { state, tables, manifests }: Attempt,
): Promise<void> {
  const { catalog, branch, reader } = context;
  const [deadLetters, ...targets] = tables;
  const written = recordPuts(catalog.store);
  const { store } = written;
  const prepared: PreparedAppend[] = [];
  let isSent = false;
  try {
    const { specId, removed, added, knownDeletes } = change.deadLetters;
    const operation = added.length === 0 ? 'delete' : 'overwrite';
    const summary = { ...change.summary, operation };
    const replacement = { id: change.id, specId, removed, added, knownDeletes, summary };
    prepared.push(await prepareReplacement(store, reader, { base: deadLetters, replacement }));
    for (const [index, target] of targets.entries()) {
      const files = change.appends[index]?.files ?? [];
      const { metadata } = target;
      const { tableUuid, currentSchemaId: schemaId, defaultSpecId } = metadata;
      const request = { metadata, files, schemaId, specId: defaultSpecId, unitId: change.id };
      const manifest =
        manifests.byTable.get(tableUuid) ?? (await writeDataManifest(manifests.written.store, request));
      manifests.byTable.set(tableUuid, manifest);
      prepared.push(
        await prepareAppend(store, target, {
          files,
          manifest,
          summary: { ...pipelineMarks(metadata), ...change.summary, 'lakehouse.commit-id': change.id },
          properties: {},
          now: Date.now(),
        }),
      );
    }
    const made = targets.filter(({ contentId }) => contentId === undefined);
    const namespaces = await missingNamespaces(catalog, state, made);
    isSent = true;
    await commit(catalog.nessie, {
      branch,
      expectedHash: state.hash,
      message: change.message,
      author: 'lakehouse redrive',
      properties: { 'lakehouse.commit-id': change.id },
      operations: [...namespaces, ...prepared.map(toOperation)],
    });
  } catch (error) {
    const isCancelled = !isSent && context.signal?.aborted === true;
    const isRefused = isConflict(error) || isNotFound(error) || error instanceof CompactionOvertaken;
    if (isCancelled || isRefused) await written.undo();
    throw error;
  }
}

/** Whether one of the commits behind `since` is this one: the snapshots that say so may be gone. */
async function isInHistory(
  { catalog, branch, signal }: CommitContext,
  since: string,
  id: string,
): Promise<boolean> {
  for await (const entry of listHistory(catalog.nessie, { name: branch }, { limitHash: since, signal }))
    if (entry.commit.properties['lakehouse.commit-id'] === id) return true;
  return false;
}

interface RecordedPuts {
  readonly store: ObjectStore;
  /** Deletes what was put, which nobody needs: what cannot be deleted now is space, not a fault. */
  undo(): Promise<void>;
}

function recordPuts(store: ObjectStore): RecordedPuts {
  const paths: string[] = [];
  return {
    store: {
      ...store,
      put: (uri, bytes, options) => {
        paths.push(uri);
        return store.put(uri, bytes, options);
      },
    },
    undo: async () => {
      await Promise.allSettled(paths.map(path => store.delete(path)));
    },
  };
}
