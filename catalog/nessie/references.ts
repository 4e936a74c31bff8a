import {
  type JsonObject,
  type JsonValue,
  optional,
  readInt64,
  readInteger,
  readObject,
  readString,
} from '../json.ts';
import { type NessieConnection, refPath, requestNessie } from './connection.ts';
import { parseCommitMeta } from './content.ts';
import { type PageOptions, readPages } from './pages.ts';
import type { Reference, ReferenceMetadata, ReferenceType, RefSpec } from './types.ts';

export interface NessieConfig {
  readonly defaultBranch: string;
  readonly specVersion: string;
  /** The hash of the empty state that every history starts from. */
  readonly noAncestorHash: string;
}

/** What the server is: its default branch and the version of its API. The cheapest call that proves it answers. */
export async function getConfig(connection: NessieConnection, signal?: AbortSignal): Promise<NessieConfig> {
  const answer = await requestNessie(connection, { path: '/config', signal });
  return {
    defaultBranch: readString(answer['defaultBranch'], 'defaultBranch'),
    specVersion: optional(answer['specVersion'], 'specVersion', readString) ?? '',
    noAncestorHash: optional(answer['noAncestorHash'], 'noAncestorHash', readString) ?? '',
  };
}

/** Every branch and tag, page by page. `withMetadata` adds the distance from the default branch and the last commit. */
export function listReferences(
  connection: NessieConnection,
  options: PageOptions & { readonly withMetadata?: boolean } = {},
): AsyncGenerator<Reference> {
  return readPages(connection, {
    ...options,
    path: '/trees',
    query: { fetch: options.withMetadata === true ? 'ALL' : undefined },
    items: 'references',
    parse: parseReference,
  });
}

/** One branch or tag by name. Throws NessieError 404 when there is none. */
export async function getReference(
  connection: NessieConnection,
  name: string,
  options: { readonly withMetadata?: boolean; readonly signal?: AbortSignal } = {},
): Promise<Reference> {
  const answer = await requestNessie(connection, {
    path: `/trees/${refPath(name)}`,
    query: { fetch: options.withMetadata === true ? 'ALL' : undefined },
    signal: options.signal,
  });
  return parseReference(answer['reference']);
}

export interface NewReference {
  readonly type: ReferenceType;
  readonly name: string;
  /** Where it starts: a commit, together with a reference on which that commit lies. */
  readonly from: Required<RefSpec>;
  readonly signal?: AbortSignal;
}

/** Makes a branch or tag. Throws NessieError `REFERENCE_ALREADY_EXISTS`. */
export async function createReference(
  connection: NessieConnection,
  request: NewReference,
): Promise<Reference> {
  const source = await getReferenceType(connection, request.from.name, request.signal);
  const answer = await requestNessie(connection, {
    method: 'POST',
    path: '/trees',
    query: { name: request.name, type: request.type },
    body: { type: source, name: request.from.name, hash: request.from.hash },
    signal: request.signal,
  });
  return parseReference(answer['reference']);
}

export interface ReferenceChange {
  readonly reference: Reference;
  readonly signal?: AbortSignal;
}

/**
 * Moves a branch or tag to another commit, provided it still stands where `reference.hash` says; otherwise a NessieError
 * `REFERENCE_CONFLICT`. Commits that only the old position reached are lost to view: keep a tag when they matter.
 */
export async function assignReference(
  connection: NessieConnection,
  change: ReferenceChange & { readonly to: Required<RefSpec> },
): Promise<Reference> {
  const { reference, to, signal } = change;
  const type = await getReferenceType(connection, to.name, signal);
  const answer = await requestNessie(connection, {
    method: 'PUT',
    path: `/trees/${refPath(reference)}`,
    query: { type: reference.type },
    body: { type, name: to.name, hash: to.hash },
    signal,
  });
  return parseReference(answer['reference']);
}

/** Deletes a branch or tag, provided it still stands at `reference.hash`. Answers what was deleted, so that it can be made again. */
export async function deleteReference(
  connection: NessieConnection,
  change: ReferenceChange,
): Promise<Reference> {
  const answer = await requestNessie(connection, {
    method: 'DELETE',
    path: `/trees/${refPath(change.reference)}`,
    query: { type: change.reference.type },
    signal: change.signal,
  });
  return parseReference(answer['reference']);
}

/** Reads a reference of the API; a bare commit (`DETACHED`) comes as a tag without a name. */
export function parseReference(value: JsonValue | undefined): Reference {
  const raw = readObject(value, 'reference');
  const metadata = optional(raw['metadata'], 'reference.metadata', readObject);
  return {
    type: raw['type'] === 'BRANCH' ? 'BRANCH' : 'TAG',
    name: optional(raw['name'], 'reference.name', readString) ?? '',
    hash: optional(raw['hash'], 'reference.hash', readString) ?? '',
    ...(metadata === undefined ? {} : { metadata: parseReferenceMetadata(metadata) }),
  };
}

/** The API wants the source reference's type beside its name. */
async function getReferenceType(
  connection: NessieConnection,
  name: string,
  signal?: AbortSignal,
): Promise<ReferenceType> {
  return (await getReference(connection, name, signal === undefined ? {} : { signal })).type;
}

function parseReferenceMetadata(raw: JsonObject): ReferenceMetadata {
  const commitsAhead = optional(raw['numCommitsAhead'], 'numCommitsAhead', readInteger);
  const commitsBehind = optional(raw['numCommitsBehind'], 'numCommitsBehind', readInteger);
  const commonAncestorHash = optional(raw['commonAncestorHash'], 'commonAncestorHash', readString);
  const totalCommits = optional(raw['numTotalCommits'], 'numTotalCommits', readInt64);
  const head = optional(raw['commitMetaOfHEAD'], 'commitMetaOfHEAD', parseCommitMeta);
  return {
    ...(commitsAhead === undefined ? {} : { commitsAhead }),
    ...(commitsBehind === undefined ? {} : { commitsBehind }),
    ...(commonAncestorHash === undefined ? {} : { commonAncestorHash }),
    ...(totalCommits === undefined ? {} : { totalCommits }),
    ...(head === undefined ? {} : { head }),
  };
}
