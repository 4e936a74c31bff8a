import { BasicAuth, Trino } from 'trino-client';
import { type JsonObject, readObject } from '../json.ts';
import { TrinoError } from './errors.ts';
import { quoteLongIntegers } from './long-integers.ts';
import { cutRows } from './row-bytes.ts';

/** How to reach one Trino. Frozen; nothing is sent before the first statement. */
export interface TrinoConnection {
  readonly uri: string;
  readonly user: string;
  /** Shown in Trino's list of queries. */
  readonly source: string;
  readonly authentication?: TrinoAuthentication;
  /** Time for one request and its answer, in milliseconds. A statement takes as many requests as it needs. */
  readonly requestTimeoutMs: number;
}

export type TrinoAuthentication =
  { readonly kind: 'basic'; readonly password: string } | { readonly kind: 'bearer'; readonly token: string };

export interface TrinoOptions {
  readonly uri: string;
  readonly user: string;
  readonly source?: string;
  readonly authentication?: TrinoAuthentication;
  readonly requestTimeoutMs?: number;
}

export function connectTrino(options: TrinoOptions): TrinoConnection {
  return Object.freeze({
    uri: options.uri.replace(/\/+$/, ''),
    user: options.user,
    source: options.source ?? 'lakehouse',
    requestTimeoutMs: options.requestTimeoutMs ?? 60_000,
    ...(options.authentication === undefined ? {} : { authentication: options.authentication }),
  });
}

/** One answer of Trino. */
export interface TrinoAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  /** The JSON object of the body; BIGINTs beyond 2^53 in it are text. Empty where the body is empty. */
  readonly body: JsonObject;
  /** With `rowsAs: 'bytes'` the rows, as a JSON array of arrays in UTF-8; `body` has none of them then. */
  readonly data?: Buffer;
}

export interface TransportOptions {
  /** Whether rows are parsed with the rest of an answer, or left for whoever has something faster to do with them. */
  readonly rowsAs?: 'values' | 'bytes';
}

export interface TrinoRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Sends requests of one statement through trino-client. */
export type TrinoTransport = (request: TrinoRequest) => Promise<TrinoAnswer>;

/**
 * A transport over trino-client. Its own result iterator is not used: it parses numbers as doubles, skips the pages without
 * rows that carry the progress, cannot be aborted and forgets all but the last SET SESSION. What it does well, the requests
 * with their headers and authentication, is.
 */
export function openTransport(connection: TrinoConnection, options: TransportOptions = {}): TrinoTransport {
  const client = protocolClient(connection, options.rowsAs ?? 'values');
  return async request => {
    try {
      return await client.request<TrinoAnswer>({
        method: request.method,
        url: request.url,
        ...(request.body === undefined ? {} : { data: request.body }),
        ...(request.headers === undefined ? {} : { headers: request.headers }),
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      });
    } catch (error) {
      request.signal?.throwIfAborted();
      if (error instanceof TrinoError) throw error;
      throw unreachable(connection, error);
    }
  };
}

interface ProtocolClient {
  readonly clientConfig: Record<string, unknown>;
  request<T>(config: Readonly<Record<string, unknown>>): Promise<T>;
}

function protocolClient(connection: TrinoConnection, rowsAs: 'values' | 'bytes'): ProtocolClient {
  const { authentication } = connection;
  const trino = Trino.create({
    server: connection.uri,
    source: connection.source,
    extraHeaders: {
      'X-Trino-User': connection.user,
      // Compressing costs Trino more than the loopback device: a million rows took three times as long.
      ...(isLoopback(connection.uri) ? { 'Accept-Encoding': 'identity' } : {}),
      // Without it, times are cut to milliseconds.
      'X-Trino-Client-Capabilities': 'PATH,PARAMETRIC_DATETIME',
      ...(authentication?.kind === 'bearer' ? { Authorization: `Bearer ${authentication.token}` } : {}),
    },
    ...(authentication?.kind === 'basic'
      ? { auth: new BasicAuth(connection.user, authentication.password) }
      : {}),
  });
  // The client's own configuration is private in its declarations, but it is the only place that concerns this client alone.
  const { client } = trino as unknown as { readonly client?: ProtocolClient };
  if (client?.clientConfig === undefined)
    throw new Error('trino-client has changed: its request configuration is gone');
  Object.assign(client.clientConfig, {
    timeout: connection.requestTimeoutMs,
    validateStatus: () => true,
    responseType: rowsAs === 'bytes' ? 'arraybuffer' : 'text',
    transformResponse: [rowsAs === 'bytes' ? readBytes : readAnswer],
    ...(isLoopback(connection.uri) ? { proxy: false } : {}),
  });
  return client;
}

function readAnswer(
  text: unknown,
  rawHeaders: Iterable<readonly [string, unknown]>,
  status: number,
): TrinoAnswer {
  const headers = new Map(
    Array.from(rawHeaders, ([name, value]) => [name.toLowerCase(), headerText(value)] as const),
  );
  if (status < 200 || status > 299) throw refusal(status, typeof text === 'string' ? text : '');
  return { status, headers, body: typeof text === 'string' && text !== '' ? parseBody(text) : {} };
}

/** The answer with its rows cut out of it before anything is parsed. */
function readBytes(
  bytes: unknown,
  rawHeaders: Iterable<readonly [string, unknown]>,
  status: number,
): TrinoAnswer {
  const buffer =
    bytes instanceof Uint8Array ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) : EMPTY;
  const { envelope, data } = cutRows(buffer);
  const answer = readAnswer(envelope, rawHeaders, status);
  return data === undefined ? answer : { ...answer, data };
}

const EMPTY = Buffer.alloc(0);

/** A header that came several times is a list. */
function headerText(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : `${value as string}`;
}

function parseBody(text: string): JsonObject {
  try {
    return readObject(JSON.parse(quoteLongIntegers(text)), 'answer');
  } catch (error) {
    throw new TrinoError(
      `Trino answered with something that is not a JSON object: ${text.slice(0, 120)}`,
      { errorName: 'BAD_ANSWER', retriable: false },
      { cause: error },
    );
  }
}

/** Statuses after which the protocol asks the client to try again. */
const BUSY: ReadonlySet<number> = new Set([429, 502, 503, 504]);

function refusal(status: number, text: string): TrinoError {
  const reason = text.trim().slice(0, 300);
  const errorName =
    status === 401 ? 'UNAUTHENTICATED' : status === 403 ? 'FORBIDDEN' : BUSY.has(status) ? 'BUSY' : 'REFUSED';
  return new TrinoError(`Trino refused the request (HTTP ${status})${reason === '' ? '' : `: ${reason}`}`, {
    errorName,
    retriable: BUSY.has(status),
  });
}

function unreachable(connection: TrinoConnection, cause: unknown): TrinoError {
  const { code, message } = cause as { readonly code?: string; readonly message?: string };
  return new TrinoError(
    `Trino at ${connection.uri} does not answer (${code ?? message ?? 'no reason given'}). Is the server running?`,
    { errorName: 'UNREACHABLE', retriable: true },
    { cause },
  );
}

/** A proxy from the environment is for the outside world. */
function isLoopback(uri: string): boolean {
  const { hostname } = new URL(uri);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
