import {
  assignReference,
  createReference,
  deleteReference,
  getConfig,
  getReference,
  listHistory,
  listReferences,
  type LogEntry,
  type NessieConnection,
  NessieError,
  type Reference,
} from './nessie.ts';

/** The start of the names of the tags that keep what an action would otherwise lose. */
export const BACKUP_PREFIX = 'backup/';

/** What deleting a reference would lose to view. */
export interface DeletionLoss {
  /** Commits that the default branch has not and this reference alone has; 0 when another one stands at the same commit. */
  readonly commits: number;
  /** The newest of them. */
  readonly newest: readonly LogEntry[];
  /** Another reference at the same commit. */
  readonly alsoAt?: string;
}

const SHOWN_COMMITS = 20;

/** Tags where a branch stands, so that an action on it can be taken back. Answers the tag. */
export async function createBackupTag(
  nessie: NessieConnection,
  reference: Reference,
  now: Date,
): Promise<Reference> {
  const stamp = now
    .toISOString()
    .replaceAll(/[-:]/g, '')
    .replace('T', '-')
    .replace('Z', '')
    .replace('.', '-');
  return createReference(nessie, {
    type: 'TAG',
    name: `${BACKUP_PREFIX}${reference.name}/${stamp}`,
    from: reference,
  });
}

/** Tells what would be lost, before anybody is asked to confirm. */
export async function findDeletionLoss(nessie: NessieConnection, name: string): Promise<DeletionLoss> {
  const reference = await getReference(nessie, name, { withMetadata: true });
  for await (const other of listReferences(nessie)) {
    if (other.name !== name && other.hash === reference.hash)
      return { commits: 0, newest: [], alsoAt: other.name };
  }
  const commits = await countOwnCommits(nessie, reference);
  const newest: LogEntry[] = [];
  if (commits > 0) {
    const pageSize = Math.min(commits, SHOWN_COMMITS);
    for await (const entry of listHistory(nessie, reference, { withOperations: true, pageSize })) {
      if (newest.push(entry) >= pageSize) break;
    }
  }
  return { commits, newest };
}

/**
 * Does what would otherwise lose something, with a tag of where the reference stood. The tag goes again when the action was
 * certainly not carried out.
 */
export async function withBackup<T>(
  nessie: NessieConnection,
  backUp: { readonly reference: Reference; readonly now: Date },
  act: (backup: Reference) => Promise<T>,
): Promise<{ readonly result: T; readonly backup: Reference }> {
  const backup = await createBackupTag(nessie, backUp.reference, backUp.now);
  try {
    return { result: await act(backup), backup };
  } catch (error) {
    if (error instanceof NessieError && error.outcome === 'refused')
      await deleteReference(nessie, { reference: backup });
    throw error;
  }
}

/** What a deletion answers, so that it can be undone. */
export interface DeletedReference {
  readonly deleted: Reference;
  /** Where it stood, unless it was deleted without one. */
  readonly backup?: Reference;
}

/** Deletes a branch or tag that still stands where `reference` says; with a back-up tag first unless told otherwise. */
export async function removeReference(
  nessie: NessieConnection,
  reference: Reference,
  options: { readonly now: Date; readonly withBackup?: boolean },
): Promise<DeletedReference> {
  const { defaultBranch } = await getConfig(nessie);
  if (reference.name === defaultBranch)
    throw new Error(`${defaultBranch} is the default branch and cannot be deleted.`);
  if (options.withBackup === false) return { deleted: await deleteReference(nessie, { reference }) };
  const { result, backup } = await withBackup(nessie, { reference, now: options.now }, async () =>
    deleteReference(nessie, { reference }),
  );
  return { deleted: result, backup };
}

/** Moves a branch to a commit, after tagging where it stood. Throws NessieError `REFERENCE_CONFLICT` when it has moved. */
export async function resetBranch(
  nessie: NessieConnection,
  branch: Reference,
  to: { readonly hash: string; readonly now: Date },
): Promise<{ readonly branch: Reference; readonly backup: Reference }> {
  const { result, backup } = await withBackup(nessie, { reference: branch, now: to.now }, async tag =>
    assignReference(nessie, { reference: branch, to: { name: tag.name, hash: to.hash } }),
  );
  return { branch: result, backup };
}

/** Nessie tells the distance of branches only; a tag is as far ahead as a branch would be, which its history tells. */
async function countOwnCommits(nessie: NessieConnection, reference: Reference): Promise<number> {
  if (reference.metadata?.commitsAhead !== undefined) return reference.metadata.commitsAhead;
  const { defaultBranch } = await getConfig(nessie);
  const known = new Set<string>();
  for await (const { commit } of listHistory(nessie, { name: defaultBranch })) known.add(commit.hash);
  let count = 0;
  for await (const { commit } of listHistory(nessie, reference)) {
    if (known.has(commit.hash)) break;
    count += 1;
  }
  return count;
}
