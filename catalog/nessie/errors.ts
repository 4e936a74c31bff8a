import type { ContentKey } from './types.ts';

/** Why Nessie refused an operation on a key, as its API names it (`conflictType`). Newer servers may add kinds. */
export type ConflictKind =
  | 'NAMESPACE_ABSENT'
  | 'NAMESPACE_NOT_EMPTY'
  | 'KEY_DOES_NOT_EXIST'
  | 'KEY_EXISTS'
  | 'CONTENT_ID_DIFFERS'
  | 'PAYLOAD_DIFFERS'
  | 'VALUE_DIFFERS'
  | 'UNEXPECTED_HASH'
  | 'KEY_CONFLICT'
  | 'DOCUMENT_DIFFERS'
  | 'UNKNOWN';

/** One reason of a conflict; `key` is absent where the reference itself is meant. */
export interface NessieConflict {
  readonly kind: ConflictKind;
  readonly key?: ContentKey;
  readonly message: string;
}

export interface NessieErrorDetail {
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** Nessie's `errorCode`, e.g. `REFERENCE_CONFLICT`, or one of ours: `TIMEOUT`, `UNREACHABLE`, `BAD_ANSWER`. */
  readonly code: string;
  readonly retriable: boolean;
  /** `unknown`: the request may have been carried out; read the reference again before deciding anything. */
  readonly outcome: 'refused' | 'unknown';
  readonly conflicts: readonly NessieConflict[];
}

/** A call to Nessie failed. What to do next is in the fields, never in the text. */
export class NessieError extends Error implements NessieErrorDetail {
  override readonly name = 'NessieError';
  readonly status: number;
  readonly code: string;
  readonly retriable: boolean;
  readonly outcome: 'refused' | 'unknown';
  readonly conflicts: readonly NessieConflict[];

  constructor(message: string, detail: NessieErrorDetail, options?: ErrorOptions) {
    super(message, options);
    this.status = detail.status;
    this.code = detail.code;
    this.retriable = detail.retriable;
    this.outcome = detail.outcome;
    this.conflicts = detail.conflicts;
  }
}

/** True for the answer to a commit, assignment or deletion that was made on an outdated state. */
export function isConflict(error: unknown): error is NessieError {
  return error instanceof NessieError && error.code === 'REFERENCE_CONFLICT';
}

/** True when the reference, commit or content that was asked for does not exist. */
export function isNotFound(error: unknown): error is NessieError {
  return error instanceof NessieError && error.status === 404;
}
