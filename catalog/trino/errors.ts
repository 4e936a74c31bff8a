import { type JsonObject, optional, readInteger, readObject, readString } from '../json.ts';

export interface TrinoErrorDetail {
  /** Trino's name of the fault, e.g. `SYNTAX_ERROR`, `TABLE_NOT_FOUND`; `UNREACHABLE` or `BAD_ANSWER` where Trino said nothing. */
  readonly errorName: string;
  readonly errorCode?: number;
  /** `USER_ERROR`, `INTERNAL_ERROR`, `INSUFFICIENT_RESOURCES` or `EXTERNAL`. */
  readonly errorType?: string;
  /** Where in the statement, counted from 1. */
  readonly line?: number;
  readonly column?: number;
  readonly queryId?: string;
  /** True when the same statement may succeed later without a change. */
  readonly retriable: boolean;
}

/** A statement failed, or Trino could not be asked. */
export class TrinoError extends Error implements TrinoErrorDetail {
  override readonly name = 'TrinoError';
  readonly errorName: string;
  readonly errorCode?: number;
  readonly errorType?: string;
  readonly line?: number;
  readonly column?: number;
  readonly queryId?: string;
  readonly retriable: boolean;

  constructor(message: string, detail: TrinoErrorDetail, options?: ErrorOptions) {
    super(message, options);
    this.errorName = detail.errorName;
    this.retriable = detail.retriable;
    if (detail.errorCode !== undefined) this.errorCode = detail.errorCode;
    if (detail.errorType !== undefined) this.errorType = detail.errorType;
    if (detail.line !== undefined) this.line = detail.line;
    if (detail.column !== undefined) this.column = detail.column;
    if (detail.queryId !== undefined) this.queryId = detail.queryId;
  }
}

/** Reads the `error` of an answer. The message loses its `line 1:8: ` prefix, which is in the fields. */
export function parseTrinoError(raw: JsonObject, queryId: string | undefined): TrinoError {
  const message = optional(raw['message'], 'error.message', readString) ?? 'The query failed';
  const location = optional(raw['errorLocation'], 'errorLocation', readObject);
  const line = optional(location?.['lineNumber'], 'lineNumber', readInteger);
  const column = optional(location?.['columnNumber'], 'columnNumber', readInteger);
  const errorCode = optional(raw['errorCode'], 'errorCode', readInteger);
  const errorType = optional(raw['errorType'], 'errorType', readString);
  return new TrinoError(message.replace(/^line \d+:\d+: /, ''), {
    errorName: optional(raw['errorName'], 'errorName', readString) ?? 'UNKNOWN',
    retriable: errorType === 'INSUFFICIENT_RESOURCES' || errorType === 'EXTERNAL',
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorType === undefined ? {} : { errorType }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...(queryId === undefined ? {} : { queryId }),
  });
}
