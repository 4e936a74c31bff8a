/** A commit: the hash and a reference on which it lies. */
export interface CommitPlace {
  readonly ref: string;
  readonly hash: string;
}

/** Whether a command's argument names a commit, as the page of the log does. */
export function isCommitPlace(value: unknown): value is CommitPlace {
  return (
    typeof value === 'object' &&
    value !== null &&
    'hash' in value &&
    typeof value.hash === 'string' &&
    'ref' in value &&
    typeof value.ref === 'string'
  );
}
