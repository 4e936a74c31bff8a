import { type JsonObject, optional, readArray, readObject, readString } from '../json.ts';
import { type CommitMessage, commitMetaToJson } from './commits.ts';
import { type NessieConnection, parseConflict, refPath, requestNessie } from './connection.ts';
import { parseKey } from './content.ts';
import type { NessieConflict } from './errors.ts';
import type { ContentKey, RefSpec } from './types.ts';

/** How one key is merged: refuse on conflict, keep the target's, or take the source's. */
export type MergeBehavior = 'NORMAL' | 'DROP' | 'FORCE';

interface IntoBranch {
  /** The branch that receives, and the commit it is known to stand at. */
  readonly into: Required<RefSpec>;
  readonly defaultBehavior?: MergeBehavior;
  readonly keys?: readonly { readonly key: ContentKey; readonly behavior: MergeBehavior }[];
  /** Only say what would happen. */
  readonly dryRun?: boolean;
  readonly words?: CommitMessage;
  readonly signal?: AbortSignal;
}

export interface MergeRequest extends IntoBranch {
  /** Everything that `from` has and the branch has not, as one commit. */
  readonly from: Required<RefSpec>;
}

export interface TransplantRequest extends IntoBranch {
  /** A reference on which the commits lie. */
  readonly fromReference: string;
  /** The commits to copy, oldest first, without gaps. */
  readonly hashes: readonly string[];
}

export interface MergeResult {
  /** True when nothing conflicts: the merge was made, or would be made. */
  readonly isSuccessful: boolean;
  /** True when the branch moved. Never after a dry run. */
  readonly isApplied: boolean;
  readonly targetHash?: string;
  readonly commonAncestor?: string;
  /** Every key that the merge touches. */
  readonly keys: readonly MergedKey[];
}

export interface MergedKey {
  readonly key: ContentKey;
  readonly behavior: MergeBehavior;
  readonly conflict?: NessieConflict;
}

/**
 * Merges a reference into a branch. Conflicts are part of the result, never an error; NessieError is thrown when the branch
 * moved, the two have no common ancestor (404), or the server does not answer.
 */
export async function merge(connection: NessieConnection, request: MergeRequest): Promise<MergeResult> {
  return apply(connection, request, {
    action: 'merge',
    fromRefName: request.from.name,
    fromHash: request.from.hash,
  });
}

/** Copies single commits onto a branch, one new commit for each. Conflicts are part of the result. */
export async function transplant(
  connection: NessieConnection,
  request: TransplantRequest,
): Promise<MergeResult> {
  return apply(connection, request, {
    action: 'transplant',
    fromRefName: request.fromReference,
    hashesToTransplant: request.hashes,
  });
}

interface Source extends JsonObject {
  readonly action: 'merge' | 'transplant';
}

async function apply(
  connection: NessieConnection,
  request: IntoBranch,
  { action, ...source }: Source,
): Promise<MergeResult> {
  const answer = await requestNessie(connection, {
    method: 'POST',
    path: `/trees/${refPath(request.into)}/history/${action}`,
    body: {
      ...source,
      defaultKeyMergeMode: request.defaultBehavior ?? 'NORMAL',
      keyMergeModes: (request.keys ?? []).map(({ key, behavior }) => ({
        key: { elements: key },
        mergeBehavior: behavior,
      })),
      ...switches({
        dryRun: request.dryRun === true,
        fetchAdditionalInfo: true,
        returnConflictAsResult: true,
      }),
      ...wordsToJson(action, request.words),
    },
    signal: request.signal,
  });
  return parseMergeResult(answer, request.dryRun === true);
}

/**
 * The API's description says `dryRun`, but the servers up to 0.99 at least read only `isDryRun` (and carry out what should
 * have been a rehearsal when it is missing): both names are sent, and each server ignores the one it does not know.
 */
function switches(values: Readonly<Record<string, boolean>>): JsonObject {
  const both = Object.entries(values).flatMap(([name, value]) => [
    [name, value],
    [`is${name.slice(0, 1).toUpperCase()}${name.slice(1)}`, value],
  ]);
  return Object.fromEntries(both) as JsonObject;
}

/** A merge takes the whole words of its one commit; a transplant only a message for all of its commits. */
function wordsToJson(action: 'merge' | 'transplant', words: CommitMessage | undefined): JsonObject {
  if (words === undefined) return {};
  return action === 'merge' ? { commitMeta: commitMetaToJson(words) } : { message: words.message };
}

function parseMergeResult(answer: JsonObject, isDryRun: boolean): MergeResult {
  const targetHash = optional(answer['resultantTargetHash'], 'resultantTargetHash', readString);
  const commonAncestor = optional(answer['commonAncestor'], 'commonAncestor', readString);
  return {
    isSuccessful: answer['wasSuccessful'] === true,
    // The server says `wasApplied` also for a dry run that would have been applied.
    isApplied: answer['wasApplied'] === true && !isDryRun,
    ...(targetHash === undefined ? {} : { targetHash }),
    ...(commonAncestor === undefined ? {} : { commonAncestor }),
    keys: (optional(answer['details'], 'details', readArray) ?? []).map(item => {
      const raw = readObject(item, 'details[]');
      const conflict = optional(raw['conflict'], 'conflict', readObject);
      return {
        key: parseKey(raw['key']),
        behavior: (optional(raw['mergeBehavior'], 'mergeBehavior', readString) ?? 'NORMAL') as MergeBehavior,
        ...(conflict === undefined ? {} : { conflict: parseConflict(conflict) }),
      };
    }),
  };
}
