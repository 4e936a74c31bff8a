import type { NessieEndpoint } from '../endpoints.ts';
import { type JsonObject, type JsonValue, parseJson, readObject, stringifyJson } from '../json.ts';
import { type ConflictKind, type NessieConflict, NessieError } from './errors.ts';
import { authorizationOf, loginRefusal } from './login.ts';
import type { RefSpec } from './types.ts';

/** How to reach one Nessie server. Frozen; every function of this folder takes it first. */
export interface NessieConnection {
  /** Base of the API, ending in `/api/v2`. */
  readonly uri: string;
  readonly fetch: typeof globalThis.fetch;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Asked before every request, so that a token may be renewed: the value of the `Authorization` header. */
  readonly authorization?: () => string | Promise<string>;
  /** Time for one request and its answer, in milliseconds. */
  readonly timeoutMs: number;
}

export interface NessieOptions extends NessieEndpoint {
  readonly fetch?: typeof globalThis.fetch;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** Describes a connection; nothing is sent yet. */
export function connectNessie(options: NessieOptions): NessieConnection {
  const uri = options.uri.replace(/\/+$/, '');
  const authorization = options.login === undefined ? undefined : authorizationOf(uri, options.login);
  return Object.freeze({
    uri,
    fetch: options.fetch ?? globalThis.fetch,
    // With this header the server names the reasons of a conflict one by one.
    headers: Object.freeze({ 'Nessie-Client-Spec': '2', ...options.headers }),
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    ...(authorization === undefined ? {} : { authorization }),
  });
}

export interface NessieRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Already encoded, starting with a slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: JsonValue;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One request to Nessie, answered as int64-safe JSON. Throws NessieError; an abort by the caller's signal throws the
 * signal's own reason.
 */
export async function requestNessie(
  connection: NessieConnection,
  request: NessieRequest,
): Promise<JsonObject> {
  const method = request.method ?? 'GET';
  const what = `${method} ${request.path}`;
  const timeout = AbortSignal.timeout(connection.timeoutMs);
  const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
  const authorization = await connection.authorization?.();
  let status: number;
  let text: string;
  try {
    const response = await connection.fetch(connection.uri + request.path + queryString(request.query), {
      method,
      signal,
      headers: {
        Accept: 'application/json',
        ...connection.headers,
        ...(authorization === undefined ? {} : { Authorization: authorization }),
        ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: stringifyJson(request.body) }),
    });
    status = response.status;
    text = await response.text();
  } catch (error) {
    request.signal?.throwIfAborted();
    throw noAnswer(connection, what, { isTimeout: timeout.aborted, isRead: method === 'GET', cause: error });
  }
  if (status === 401)
    throw loginRefusal(connection.uri, `${what}, HTTP 401`, authorization?.split(' ')[0]?.toLowerCase());
  if (status >= 400) throw refusal(what, status, text);
  return parseAnswer(what, status, text);
}

/** The path segment that names a reference, e.g. `main`, `feature%2Fx@hash` or `@hash`. */
export function refPath(ref: RefSpec | string): string {
  if (typeof ref === 'string') return encodeURIComponent(ref);
  const hash = ref.hash === undefined ? '' : `@${ref.hash}`;
  return encodeURIComponent(ref.name ?? '') + hash;
}

function queryString(query: NessieRequest['query']): string {
  const present = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  if (present.length === 0) return '';
  return `?${present.map(([key, value]) => `${key}=${encodeURIComponent(`${value}`)}`).join('&')}`;
}

interface Silence {
  readonly isTimeout: boolean;
  readonly isRead: boolean;
  readonly cause: unknown;
}

function noAnswer(connection: NessieConnection, what: string, silence: Silence): NessieError {
  const reason = silence.isTimeout
    ? `no answer within ${connection.timeoutMs / 1000} s`
    : `no answer (${rootCause(silence.cause)})`;
  return new NessieError(
    `Nessie at ${connection.uri}: ${what}: ${reason}. Is the server running?`,
    {
      status: 0,
      code: silence.isTimeout ? 'TIMEOUT' : 'UNREACHABLE',
      retriable: true,
      // A connection that was refused carried nothing over; after any other failure the request may have been done.
      outcome: silence.isRead || causeCode(silence.cause) === 'ECONNREFUSED' ? 'refused' : 'unknown',
      conflicts: [],
    },
    { cause: silence.cause },
  );
}

function refusal(what: string, status: number, text: string): NessieError {
  const answer = tryParseObject(text);
  const message = typeof answer?.['message'] === 'string' ? answer['message'] : text.slice(0, 300);
  const code = typeof answer?.['errorCode'] === 'string' ? answer['errorCode'] : codeOfStatus(status);
  const isServerFault = status >= 500 || status === 408;
  return new NessieError(`Nessie: ${message || `HTTP ${status}`} (${what}, HTTP ${status})`, {
    status,
    code,
    retriable: isServerFault || status === 429 || code === 'REFERENCE_CONFLICT',
    outcome: isServerFault ? 'unknown' : 'refused',
    conflicts: parseConflicts(answer),
  });
}

function parseConflicts(answer: JsonObject | undefined): NessieConflict[] {
  const details = answer?.['errorDetails'] as JsonObject | null | undefined;
  const list = details?.['conflicts'];
  return Array.isArray(list) ? list.map(item => parseConflict(item as JsonObject)) : [];
}

/** One element of `conflicts`, or the `conflict` of a merge result. */
export function parseConflict(item: JsonObject): NessieConflict {
  const key = item['key'] as { readonly elements?: readonly string[] } | null | undefined;
  const kind = item['conflictType'];
  return {
    kind: (typeof kind === 'string' ? kind : 'UNKNOWN') as ConflictKind,
    message: typeof item['message'] === 'string' ? item['message'] : '',
    ...(key?.elements === undefined ? {} : { key: key.elements }),
  };
}

function parseAnswer(what: string, status: number, text: string): JsonObject {
  if (text === '') return {};
  try {
    return readObject(parseJson(text), 'answer');
  } catch (error) {
    throw new NessieError(
      `Nessie: ${what} was answered with something that is not a JSON object: ${text.slice(0, 120)}`,
      { status, code: 'BAD_ANSWER', retriable: false, outcome: 'unknown', conflicts: [] },
      { cause: error },
    );
  }
}

function tryParseObject(text: string): JsonObject | undefined {
  try {
    return readObject(parseJson(text), 'answer');
  } catch {
    return undefined;
  }
}

function codeOfStatus(status: number): string {
  if (status === 403) return 'FORBIDDEN';
  return `HTTP_${status}`;
}

function rootCause(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error ? inner.message || (causeCode(error) ?? inner.name) : String(inner);
}

function causeCode(error: unknown): string | undefined {
  const inner = error instanceof Error ? error.cause : undefined;
  return (inner as { readonly code?: string } | undefined)?.code;
}
