/** Project Nessie's API v2 as plain functions over one connection. Everything outside this folder imports it from here. */
export { connectNessie, type NessieConnection, type NessieOptions } from './nessie/connection.ts';
export { nessieLoginFrom, withNessieLogin } from './nessie/environment.ts';
export {
  commit,
  type CommitMessage,
  type CommitRequest,
  type CommitResult,
  type HistoryOptions,
  listHistory,
} from './nessie/commits.ts';
export { type Contents, type EntryOptions, getContents, listDiff, listEntries } from './nessie/entries.ts';
export {
  type ConflictKind,
  isConflict,
  isNotFound,
  type NessieConflict,
  NessieError,
} from './nessie/errors.ts';
export {
  merge,
  type MergeBehavior,
  type MergedKey,
  type MergeRequest,
  type MergeResult,
  transplant,
  type TransplantRequest,
} from './nessie/merge.ts';
export type { PageOptions } from './nessie/pages.ts';
export {
  assignReference,
  createReference,
  deleteReference,
  getConfig,
  getReference,
  listReferences,
  type NessieConfig,
  type NewReference,
  type ReferenceChange,
} from './nessie/references.ts';
export type * from './nessie/types.ts';
