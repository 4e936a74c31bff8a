import type { JsonObject } from '../json.ts';

/** A key of a table, view or namespace: one string per level. Dots, quotes and any other characters may stand in a level. */
export type ContentKey = readonly string[];

/** A branch moves with every commit; a tag stays. */
export type ReferenceType = 'BRANCH' | 'TAG';

export interface Reference {
  readonly type: ReferenceType;
  readonly name: string;
  readonly hash: string;
  /** Present when it was asked for (`withMetadata`), and for the default branch without the two distances. */
  readonly metadata?: ReferenceMetadata;
}

export interface ReferenceMetadata {
  readonly commitsAhead?: number;
  readonly commitsBehind?: number;
  readonly commonAncestorHash?: string;
  readonly totalCommits?: bigint;
  readonly head?: CommitMeta;
}

/** Where to read: a named reference at its head, the same at one commit, or a commit alone. */
export interface RefSpec {
  readonly name?: string;
  readonly hash?: string;
}

/** What stands behind a key. Kinds this version does not know arrive as `UNKNOWN` with everything the server said. */
export type Content =
  | TableContent
  | ViewContent
  | NamespaceContent
  | { readonly type: 'UNKNOWN'; readonly kind: string; readonly id?: string; readonly raw: JsonObject };

export interface TableContent {
  readonly type: 'ICEBERG_TABLE';
  /** Nessie's own id of the table: survives renames, new for a table that was dropped and made again. Absent in a PUT of a new table. */
  readonly id?: string;
  readonly metadataLocation: string;
  /** −1 when the table has no snapshot. */
  readonly snapshotId: bigint;
  readonly schemaId: number;
  readonly specId: number;
  readonly sortOrderId: number;
}

export interface ViewContent {
  readonly type: 'ICEBERG_VIEW';
  readonly id?: string;
  readonly metadataLocation: string;
  readonly versionId: bigint;
  readonly schemaId: number;
}

export interface NamespaceContent {
  readonly type: 'NAMESPACE';
  readonly id?: string;
  readonly elements: ContentKey;
  readonly properties: Readonly<Record<string, string>>;
}

/** One line of a reference's listing. `content` is there when it was asked for. */
export interface Entry {
  readonly key: ContentKey;
  /** `ICEBERG_TABLE`, `ICEBERG_VIEW`, `NAMESPACE`, or a kind this version does not know. */
  readonly kind: string;
  readonly contentId: string;
  readonly content?: Content;
}

export interface CommitMeta {
  readonly hash: string;
  readonly message: string;
  readonly committer: string;
  readonly authors: readonly string[];
  /** ISO 8601, UTC. */
  readonly commitTime: string;
  readonly authorTime: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly parentHashes: readonly string[];
}

export type Operation =
  | { readonly type: 'PUT'; readonly key: ContentKey; readonly content: Content }
  | { readonly type: 'DELETE'; readonly key: ContentKey }
  | { readonly type: 'UNCHANGED'; readonly key: ContentKey };

export interface LogEntry {
  readonly commit: CommitMeta;
  readonly parentHash?: string;
  /** Present when it was asked for (`withOperations`). */
  readonly operations?: readonly Operation[];
}

/** One key that differs between two references; absent on the side where it does not exist. */
export interface DiffEntry {
  readonly key: ContentKey;
  readonly from?: Content;
  readonly to?: Content;
}
