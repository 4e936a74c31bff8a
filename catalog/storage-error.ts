export type ObjectStoreErrorCode =
  'notFound' | 'exists' | 'denied' | 'badUri' | 'aborted' | 'unavailable' | 'other';

/** A call to the object store failed. */
export class ObjectStoreError extends Error {
  override readonly name = 'ObjectStoreError';
  readonly code: ObjectStoreErrorCode;
  readonly uri: string;
  /** True when the same call may succeed later. A write that failed so may have been carried out. */
  readonly retriable: boolean;

  constructor(message: string, detail: { code: ObjectStoreErrorCode; uri: string }, options?: ErrorOptions) {
    super(message, options);
    this.code = detail.code;
    this.uri = detail.uri;
    this.retriable = detail.code === 'unavailable';
  }
}

/** Types an error of the S3 client; an ObjectStoreError stays what it is. */
export function storeError(
  action: 'read' | 'write' | 'delete' | 'list',
  uri: string,
  cause: unknown,
): ObjectStoreError {
  if (cause instanceof ObjectStoreError) return cause;
  if (cause === 'badUri')
    return new ObjectStoreError(
      `"${uri}" is not a location in the object store: s3://bucket/key is expected`,
      {
        code: 'badUri',
        uri,
      },
    );
  const code = codeOf(cause);
  return new ObjectStoreError(`Cannot ${action} ${uri}: ${explain(code, cause)}`, { code, uri }, { cause });
}

interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function codeOf(cause: unknown): ObjectStoreErrorCode {
  const error = (cause ?? {}) as SdkError;
  const status = error.$metadata?.httpStatusCode;
  if (error.name === 'AbortError') return 'aborted';
  if (
    error.name === 'NoSuchKey' ||
    error.name === 'NotFound' ||
    error.name === 'NoSuchBucket' ||
    status === 404
  )
    return 'notFound';
  if (status === 412 || error.name === 'PreconditionFailed') return 'exists';
  if (status === 401 || status === 403) return 'denied';
  if (status === undefined || status >= 500 || status === 429 || status === 408) return 'unavailable';
  return 'other';
}

function explain(code: ObjectStoreErrorCode, cause: unknown): string {
  const error = (cause ?? {}) as SdkError;
  switch (code) {
    case 'notFound':
      return error.name === 'NoSuchBucket' ? 'the bucket does not exist' : 'there is no such object';
    case 'exists':
      return 'an object of this name exists already';
    case 'denied':
      return `the store refused the credentials (${error.name ?? 'AccessDenied'})`;
    case 'aborted':
      return 'the call was cancelled';
    case 'unavailable':
      return `the store does not answer (${error.message || error.code || error.name || 'no reason given'})`;
    case 'badUri':
    case 'other':
      return error.message ?? 'the store gave no reason';
  }
}
