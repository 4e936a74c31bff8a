import { setTimeout as delay } from 'node:timers/promises';
import { type JsonObject, optional, readArray, readInt64, readObject, readString } from '../json.ts';
import { parseTrinoError, TrinoError } from './errors.ts';
import { quoteLongIntegers } from './long-integers.ts';
import { applyResponseHeaders, createSession, sessionToHeaders, type TrinoSession } from './session.ts';
import { parseStatistics, type QueryStatistics } from './statistics.ts';
import { openTransport, type TrinoAnswer, type TrinoConnection, type TrinoTransport } from './transport.ts';
import { parseColumn, type TrinoColumn } from './types.ts';
import { type Decoder, decoderOf, type TrinoValue } from './values.ts';

export { TrinoError } from './errors.ts';
export { createSession, type SessionStart, type TrinoSession } from './session.ts';
export type { QueryStatistics, StageStatistics } from './statistics.ts';
export {
  connectTrino,
  type TrinoAuthentication,
  type TrinoConnection,
  type TrinoOptions,
} from './transport.ts';
export type { TrinoColumn, TrinoType, TrinoTypeArgument } from './types.ts';
export type { TrinoValue } from './values.ts';

/** The values of a row in the order of its columns. */
export type TrinoRow = readonly TrinoValue[];

/** What one answer of Trino added. Answers without rows come too: they carry the progress. */
export interface QueryUpdate {
  readonly queryId: string;
  /** The page about this query in Trino's own web interface. */
  readonly infoUri?: string;
  readonly statistics: QueryStatistics;
  /** From the first update on in which Trino knows them. */
  readonly columns?: readonly TrinoColumn[];
  readonly rows: readonly TrinoRow[];
  /** `INSERT`, `CREATE TABLE` …; absent for queries. */
  readonly updateType?: string;
  /** How many rows an INSERT, UPDATE, DELETE or MERGE changed. */
  readonly updateCount?: bigint;
  readonly warnings: readonly string[];
}

/** How a statement runs. */
export interface StatementOptions {
  /** What the statement starts from, and what it changes. A fresh one without. */
  readonly session?: TrinoSession;
  /** Ends the query in Trino too; the iteration then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs one statement (without a closing semicolon) and yields every answer of Trino as it comes. While the consumer works on
 * one, the next is on its way, but no further one. Leaving the loop early ends the query in Trino. Throws TrinoError.
 */
export async function* runStatement(
  connection: TrinoConnection,
  sql: string,
  options: StatementOptions = {},
): AsyncGenerator<QueryUpdate, void, undefined> {
  const session = options.session ?? createSession();
  const reader = createReader(session);
  for await (const answer of answersOf(openTransport(connection), sql, { ...options, session })) {
    const update = reader.update(answer);
    yield { ...update, rows: reader.rows(answer) };
  }
}

/** An answer of Trino whose rows nobody has parsed. */
export interface ByteUpdate extends Omit<QueryUpdate, 'rows'> {
  /** A JSON array of arrays in UTF-8, as Trino wrote it; absent where no rows came. */
  readonly data?: Buffer;
}

/** Like `runStatement`, for consumers that read rows faster than as values. */
export async function* runStatementAsBytes(
  connection: TrinoConnection,
  sql: string,
  options: StatementOptions = {},
): AsyncGenerator<ByteUpdate, void, undefined> {
  const session = options.session ?? createSession();
  const reader = createReader(session);
  const transport = openTransport(connection, { rowsAs: 'bytes' });
  for await (const answer of answersOf(transport, sql, { ...options, session })) {
    const update = reader.update(answer);
    yield answer.data === undefined ? update : { ...update, data: answer.data };
  }
}

/** The rows of a `ByteUpdate` as `runStatement` gives them. */
export function decodeRows(data: Buffer, columns: readonly TrinoColumn[]): TrinoRow[] {
  const rows = JSON.parse(quoteLongIntegers(data.toString('utf8'))) as unknown;
  return readRows(
    rows,
    columns.map(column => decoderOf(column.type)),
  );
}

async function* answersOf(
  transport: TrinoTransport,
  sql: string,
  { session, signal }: StatementOptions & { readonly session: TrinoSession },
): AsyncGenerator<TrinoAnswer, void, undefined> {
  signal?.throwIfAborted();
  // The first request is never cut: without its answer nobody would know which query to end.
  let answer = await transport({
    method: 'POST',
    url: '/v1/statement',
    body: sql,
    headers: sessionToHeaders(session),
  });
  let nextUri = nextUriOf(answer);
  const leaving = new AbortController();
  const ended = signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal]);
  try {
    for (;;) {
      const coming = nextUri === undefined ? undefined : fetchPage(transport, nextUri, ended);
      // It may fail while the consumer is busy; the failure is heard when its turn comes.
      coming?.catch(() => {});
      yield answer;
      if (coming === undefined) return;
      signal?.throwIfAborted();
      answer = await coming;
      nextUri = nextUriOf(answer);
    }
  } finally {
    leaving.abort();
    if (nextUri !== undefined) await endQuery(transport, nextUri);
  }
}

/** The whole result of a statement. */
export interface QueryResult {
  readonly queryId: string;
  readonly columns: readonly TrinoColumn[];
  readonly rows: readonly TrinoRow[];
  /** True when `maxRows` cut the result; the query was then ended in Trino. */
  readonly isCut: boolean;
  readonly statistics: QueryStatistics;
  readonly updateType?: string;
  readonly updateCount?: bigint;
}

/** Runs a statement and collects its result, up to `maxRows` rows. For results that fit memory. */
export async function queryAll(
  connection: TrinoConnection,
  sql: string,
  options: StatementOptions & { readonly maxRows?: number } = {},
): Promise<QueryResult> {
  const maxRows = options.maxRows ?? Infinity;
  const rows: TrinoRow[] = [];
  let last: QueryUpdate | undefined;
  let columns: readonly TrinoColumn[] = [];
  for await (const update of runStatement(connection, sql, options)) {
    last = update;
    columns = update.columns ?? columns;
    for (const row of update.rows) rows.push(row);
    if (rows.length > maxRows) break;
  }
  if (last === undefined)
    throw new TrinoError('Trino gave no answer', { errorName: 'BAD_ANSWER', retriable: false });
  const isCut = rows.length > maxRows;
  return {
    queryId: last.queryId,
    columns,
    rows: isCut ? rows.slice(0, maxRows) : rows,
    isCut,
    statistics: last.statistics,
    ...(last.updateType === undefined ? {} : { updateType: last.updateType }),
    ...(last.updateCount === undefined ? {} : { updateCount: last.updateCount }),
  };
}

/** State and fault of a query that was started by anybody, and the catalog it is on, for as long as Trino remembers it. */
export async function getQueryState(
  connection: TrinoConnection,
  queryId: string,
): Promise<{ readonly state: string; readonly errorName?: string; readonly catalog?: string }> {
  const { body } = await openTransport(connection)({
    method: 'GET',
    url: `/v1/query/${encodeURIComponent(queryId)}`,
  });
  const errorCode = optional(body['errorCode'], 'errorCode', readObject);
  const errorName = optional(errorCode?.['name'], 'errorCode.name', readString);
  const session = optional(body['session'], 'session', readObject);
  const catalog = optional(session?.['catalog'], 'session.catalog', readString);
  return {
    state: readString(body['state'], 'state'),
    ...(errorName === undefined ? {} : { errorName }),
    ...(catalog === undefined ? {} : { catalog }),
  };
}

const RETRY_DELAYS_MS = [100, 200, 400, 800, 1600, 3200];

/** A page may be asked for again: Trino keeps it until the following one is. */
async function fetchPage(
  transport: TrinoTransport,
  url: string,
  signal: AbortSignal | undefined,
): Promise<TrinoAnswer> {
  for (const delayMs of RETRY_DELAYS_MS) {
    try {
      return await transport({ method: 'GET', url, signal });
    } catch (error) {
      if (!(error instanceof TrinoError && error.retriable)) throw error;
      await delay(delayMs, undefined, signal === undefined ? {} : { signal }).catch(() =>
        signal?.throwIfAborted(),
      );
    }
  }
  return transport({ method: 'GET', url, signal });
}

/** Tells Trino that nobody waits for the query any more. That it does not answer is no news to whoever gave up on it. */
async function endQuery(transport: TrinoTransport, nextUri: string): Promise<void> {
  try {
    await transport({ method: 'DELETE', url: nextUri });
  } catch (error) {
    if (!(error instanceof TrinoError)) throw error;
  }
}

interface AnswerReader {
  /** Everything of an answer but its rows. Throws the TrinoError that it reports. */
  update(answer: TrinoAnswer): Omit<QueryUpdate, 'rows'>;
  rows(answer: TrinoAnswer): TrinoRow[];
}

function createReader(session: TrinoSession): AnswerReader {
  let columns: readonly TrinoColumn[] | undefined;
  let decoders: readonly Decoder[] = [];
  return {
    update: ({ body, headers }) => {
      applyResponseHeaders(session, headers);
      const queryId = readString(body['id'], 'id');
      if (columns === undefined && Array.isArray(body['columns'])) {
        columns = readArray(body['columns'], 'columns').map(parseColumn);
        decoders = columns.map(column => decoderOf(column.type));
      }
      const error = optional(body['error'], 'error', readObject);
      if (error !== undefined) throw parseTrinoError(error, queryId);
      return {
        queryId,
        statistics: parseStatistics(readObject(body['stats'], 'stats')),
        warnings: readWarnings(body),
        ...(columns === undefined ? {} : { columns }),
        ...optionalTexts(body),
      };
    },
    rows: ({ body }) => readRows(body['data'], decoders),
  };
}

function readRows(data: unknown, decoders: readonly Decoder[]): TrinoRow[] {
  const rows = (data ?? []) as readonly (readonly unknown[])[];
  return rows.map(row => decoders.map((decode, index) => decode(row[index])));
}

function readWarnings(body: JsonObject): string[] {
  return (optional(body['warnings'], 'warnings', readArray) ?? []).map(item => {
    const message = readObject(item, 'warning')['message'];
    return typeof message === 'string' ? message : '';
  });
}

function optionalTexts(body: JsonObject): Pick<QueryUpdate, 'infoUri' | 'updateType' | 'updateCount'> {
  const infoUri = optional(body['infoUri'], 'infoUri', readString);
  const updateType = optional(body['updateType'], 'updateType', readString);
  const updateCount = body['updateCount'];
  return {
    ...(infoUri === undefined ? {} : { infoUri }),
    ...(updateType === undefined ? {} : { updateType }),
    ...(updateCount === undefined || updateCount === null
      ? {}
      : {
          updateCount:
            typeof updateCount === 'string' ? BigInt(updateCount) : readInt64(updateCount, 'updateCount'),
        }),
  };
}

function nextUriOf(answer: TrinoAnswer): string | undefined {
  return optional(answer.body['nextUri'], 'nextUri', readString);
}
