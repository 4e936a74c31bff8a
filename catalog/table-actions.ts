import { randomUUID } from 'node:crypto';
import { withBackup } from './branch-actions.ts';
import { nextMetadataLocation, printTableMetadata, type TableMetadata } from './iceberg/metadata.ts';
import {
  commit,
  type CommitMessage,
  type Content,
  type ContentKey,
  getContents,
  getReference,
  type NessieConnection,
  type Operation,
  type Reference,
  type TableContent,
} from './nessie.ts';
import type { ObjectStore } from './storage.ts';
import { loadTableMetadata } from './table-loader.ts';

/** Which branch an action is for, and whose name its commit carries. */
export interface ActionTarget {
  readonly branch: string;
  readonly key: ContentKey;
  readonly author?: string;
}

/** The action does not fit what the branch has: the text says what is there. */
export class CatalogActionError extends Error {
  override readonly name = 'CatalogActionError';
}

/** What an action on a table answers, so that it can be undone. */
export interface ActionResult {
  /** The branch after the action. */
  readonly branch: Reference;
  /** The tag that shows the branch as it was before. */
  readonly backup?: Reference;
}

/** Makes a namespace on a branch; those above it must be there. @throws NessieError when the name is taken. */
export async function createNamespace(nessie: NessieConnection, target: ActionTarget): Promise<ActionResult> {
  const content: Content = { type: 'NAMESPACE', elements: target.key, properties: {} };
  const head = await getReference(nessie, target.branch);
  return commitOn(nessie, { head, target, message: `create namespace ${nameOf(target.key)}` }, [
    { type: 'PUT', key: target.key, content },
  ]);
}

/**
 * Takes a table, view or empty namespace off a branch, after tagging the branch. Files stay in the store: other references
 * and the tag still show the table. Throws NessieError `REFERENCE_CONFLICT` when somebody changed it meanwhile.
 */
export async function dropEntry(
  nessie: NessieConnection,
  target: ActionTarget,
  now: Date,
): Promise<Required<ActionResult>> {
  const { head, content } = await readContent(nessie, target);
  const word = content.type === 'NAMESPACE' ? 'namespace ' : '';
  const message = `drop ${word}${nameOf(target.key)}`;
  const { result, backup } = await withBackup(nessie, { reference: head, now }, async () =>
    commitOn(nessie, { head, target, message }, [{ type: 'DELETE', key: target.key }]),
  );
  return { ...result, backup };
}

/** Gives a table or view another name, in another namespace too. It stays the same table, with its history and id. */
export async function renameEntry(
  nessie: NessieConnection,
  target: ActionTarget,
  to: ContentKey,
): Promise<ActionResult> {
  const { head, content } = await readContent(nessie, target);
  if (content.type === 'NAMESPACE')
    throw new CatalogActionError('A namespace cannot be renamed: its tables would be lost.');
  return commitOn(nessie, { head, target, message: `rename ${nameOf(target.key)} to ${nameOf(to)}` }, [
    { type: 'DELETE', key: target.key },
    { type: 'PUT', key: to, content },
  ]);
}

/**
 * Makes an older snapshot the current one, after tagging the branch. Later snapshots are kept and can be rolled forward to.
 * A pipeline of ours that writes the table stops at its next commit and asks, since its offsets no longer match.
 */
export async function rollBackTable(
  access: { readonly nessie: NessieConnection; readonly store: ObjectStore },
  target: ActionTarget,
  to: { readonly snapshotId: bigint; readonly now: Date },
): Promise<Required<ActionResult>> {
  const { nessie, store } = access;
  const { head, content } = await readContent(nessie, target);
  if (content.type !== 'ICEBERG_TABLE') throw new CatalogActionError(`${nameOf(target.key)} is no table.`);
  const metadata = await loadTableMetadata(store, content.metadataLocation);
  const rolled = withCurrentSnapshot(metadata, content, to);
  const location = nextMetadataLocation(metadata.location, content.metadataLocation, randomUUID());
  await store.put(location, Buffer.from(printTableMetadata(rolled)), { ifNoneMatch: '*' });
  const next: TableContent = { ...content, metadataLocation: location, snapshotId: to.snapshotId };
  const message = `roll ${nameOf(target.key)} back to snapshot ${to.snapshotId}`;
  const { result, backup } = await withBackup(nessie, { reference: head, now: to.now }, async () =>
    commitOn(nessie, { head, target, message }, [{ type: 'PUT', key: target.key, content: next }]),
  );
  return { ...result, backup };
}

/** How many older metadata files a table remembers, unless its properties say otherwise. */
const DEFAULT_PREVIOUS_VERSIONS = 100;

function withCurrentSnapshot(
  metadata: TableMetadata,
  content: TableContent,
  to: { readonly snapshotId: bigint; readonly now: Date },
): TableMetadata {
  const { snapshotId } = to;
  if (!metadata.snapshots.some(snapshot => snapshot.snapshotId === snapshotId))
    throw new CatalogActionError(
      `Snapshot ${snapshotId} is no longer kept: ${metadata.snapshots.length} others are.`,
    );
  const timestampMs = Math.max(to.now.getTime(), metadata.lastUpdatedMs + 1);
  const remembered =
    Number(metadata.properties['write.metadata.previous-versions-max']) || DEFAULT_PREVIOUS_VERSIONS;
  const previous = { timestampMs: metadata.lastUpdatedMs, metadataFile: content.metadataLocation };
  return {
    ...metadata,
    lastUpdatedMs: timestampMs,
    currentSnapshotId: snapshotId,
    refs: { ...metadata.refs, main: { ...metadata.refs['main'], snapshotId, type: 'branch' } },
    snapshotLog: [...metadata.snapshotLog, { timestampMs, snapshotId }],
    metadataLog: [...metadata.metadataLog, previous].slice(-remembered),
  };
}

async function readContent(
  nessie: NessieConnection,
  target: ActionTarget,
): Promise<{ readonly head: Reference; readonly content: Content }> {
  const { reference, items } = await getContents(nessie, { name: target.branch }, { keys: [target.key] });
  const content = items[0]?.content;
  if (content === undefined)
    throw new CatalogActionError(`There is no ${nameOf(target.key)} on ${target.branch}.`);
  return { head: reference, content };
}

interface ActionCommit extends CommitMessage {
  readonly head: Reference;
  readonly target: ActionTarget;
}

async function commitOn(
  nessie: NessieConnection,
  { head, target, message }: ActionCommit,
  operations: readonly Operation[],
): Promise<ActionResult> {
  const { branch } = await commit(nessie, {
    branch: target.branch,
    expectedHash: head.hash,
    message,
    operations,
    ...(target.author === undefined ? {} : { author: target.author }),
  });
  return { branch };
}

function nameOf(key: ContentKey): string {
  return key.join('.');
}
