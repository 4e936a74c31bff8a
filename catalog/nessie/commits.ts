import { type JsonObject, optional, readArray, readObject, readString } from '../json.ts';
import { type NessieConnection, refPath, requestNessie } from './connection.ts';
import { operationToJson, parseCommitMeta, parseKey, parseOperation } from './content.ts';
import { type PageOptions, readPages } from './pages.ts';
import { parseReference } from './references.ts';
import type { ContentKey, LogEntry, Operation, Reference, RefSpec } from './types.ts';

/** What a commit says about itself. */
export interface CommitMessage {
  readonly message: string;
  readonly author?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

export interface CommitRequest extends CommitMessage {
  readonly branch: string;
  /** The commit that the operations were built on. */
  readonly expectedHash: string;
  readonly operations: readonly Operation[];
  readonly signal?: AbortSignal;
}

export interface CommitResult {
  /** The branch at the new commit. */
  readonly branch: Reference;
  /** The content ids that the server gave to new keys. */
  readonly added: readonly { readonly key: ContentKey; readonly contentId: string }[];
}

/**
 * Commits several operations at once: all of them become visible, or none.
 *
 * Throws NessieError: `REFERENCE_CONFLICT` when one of the keys changed after `expectedHash` (other keys may have changed),
 * and with `outcome: 'unknown'` after a time-out, a lost connection or a server fault, when only reading the branch again
 * tells whether the commit was made.
 */
export async function commit(connection: NessieConnection, request: CommitRequest): Promise<CommitResult> {
  const answer = await requestNessie(connection, {
    method: 'POST',
    path: `/trees/${refPath({ name: request.branch, hash: request.expectedHash })}/history/commit`,
    body: { commitMeta: commitMetaToJson(request), operations: request.operations.map(operationToJson) },
    signal: request.signal,
  });
  return {
    branch: parseReference(answer['targetBranch']),
    added: (optional(answer['addedContents'], 'addedContents', readArray) ?? []).map(item => {
      const raw = readObject(item, 'addedContents[]');
      return { key: parseKey(raw['key']), contentId: readString(raw['contentId'], 'contentId') };
    }),
  };
}

export interface HistoryOptions extends PageOptions {
  /** Also what each commit did. */
  readonly withOperations?: boolean;
  /** Stop before this commit. */
  readonly limitHash?: string;
  /** Only commits for which this CEL expression is true, e.g. `operations.exists(op, op.name == "trips")`. */
  readonly filter?: string;
}

/** The commits of a reference, newest first, page by page. */
export function listHistory(
  connection: NessieConnection,
  ref: RefSpec,
  options: HistoryOptions = {},
): AsyncGenerator<LogEntry> {
  return readPages(connection, {
    ...options,
    path: `/trees/${refPath(ref)}/history`,
    query: {
      fetch: options.withOperations === true ? 'ALL' : undefined,
      'limit-hash': options.limitHash,
      filter: options.filter,
    },
    items: 'logEntries',
    parse: item => {
      const raw = readObject(item, 'logEntry');
      const parentHash = optional(raw['parentCommitHash'], 'parentCommitHash', readString);
      const operations = optional(raw['operations'], 'operations', readArray);
      return {
        commit: parseCommitMeta(raw['commitMeta']),
        ...(parentHash === undefined ? {} : { parentHash }),
        ...(operations === undefined ? {} : { operations: operations.map(parseOperation) }),
      };
    },
  });
}

/** The API's form of a commit's words; names and times that are left out are filled in by the server. */
export function commitMetaToJson(words: CommitMessage): JsonObject {
  return {
    message: words.message,
    ...(words.author === undefined ? {} : { authors: [words.author] }),
    ...(words.properties === undefined ? {} : { properties: words.properties }),
  };
}
