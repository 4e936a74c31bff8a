/**
 * What a connection remembers between statements. Statements change it (USE, SET SESSION, PREPARE, START TRANSACTION …):
 * give the same session to the statements of one notebook or one script, and a fresh one to everything else.
 */
export interface TrinoSession {
  catalog?: string;
  schema?: string;
  path?: string;
  /** IANA name; decides how `timestamp with time zone` values are shown. */
  timeZone?: string;
  readonly properties: Map<string, string>;
  readonly prepared: Map<string, string>;
  readonly roles: Map<string, string>;
  transactionId?: string;
}

export interface SessionStart {
  readonly catalog?: string;
  readonly schema?: string;
  readonly timeZone?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

/** A session that a client keeps between statements; Trino itself keeps none. */
export function createSession(start: SessionStart = {}): TrinoSession {
  return {
    ...(start.catalog === undefined ? {} : { catalog: start.catalog }),
    ...(start.schema === undefined ? {} : { schema: start.schema }),
    ...(start.timeZone === undefined ? {} : { timeZone: start.timeZone }),
    properties: new Map(Object.entries(start.properties ?? {})),
    prepared: new Map(),
    roles: new Map(),
  };
}

/** The request headers that carry a session. */
export function sessionToHeaders(session: TrinoSession): Record<string, string> {
  const headers: Record<string, string | undefined> = {
    'X-Trino-Catalog': session.catalog,
    'X-Trino-Schema': session.schema,
    'X-Trino-Path': session.path,
    'X-Trino-Time-Zone': session.timeZone,
    'X-Trino-Session': joinPairs(session.properties),
    'X-Trino-Prepared-Statement': joinPairs(session.prepared),
    'X-Trino-Role': joinPairs(session.roles),
    'X-Trino-Transaction-Id': session.transactionId ?? 'NONE',
  };
  return Object.fromEntries(
    Object.entries(headers).filter(pair => pair[1] !== undefined && pair[1] !== ''),
  ) as Record<string, string>;
}

/** Takes over what an answer's headers say about the session. `headers` has lower-case names. */
export function applyResponseHeaders(session: TrinoSession, headers: ReadonlyMap<string, string>): void {
  const get = (name: string): string | undefined => headers.get(`x-trino-${name}`);
  const catalog = get('set-catalog');
  if (catalog !== undefined) session.catalog = catalog;
  const schema = get('set-schema');
  if (schema !== undefined) session.schema = schema;
  const path = get('set-path');
  if (path !== undefined) session.path = path;
  for (const [name, value] of readPairs(get('set-session'))) session.properties.set(name, value);
  for (const name of readNames(get('clear-session'))) session.properties.delete(name);
  for (const [name, value] of readPairs(get('set-role'))) session.roles.set(name, value);
  for (const [name, value] of readPairs(get('added-prepare'))) session.prepared.set(name, value);
  for (const name of readNames(get('deallocated-prepare'))) session.prepared.delete(name);
  const transactionId = get('started-transaction-id');
  if (transactionId !== undefined) session.transactionId = transactionId;
  if (get('clear-transaction-id') !== undefined) delete session.transactionId;
}

function joinPairs(pairs: ReadonlyMap<string, string>): string {
  return Array.from(
    pairs,
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  ).join(',');
}

function readPairs(header: string | undefined): [string, string][] {
  return (header?.split(',') ?? []).map(pair => {
    const [name, value] = pair.split('=', 2);
    return [decode(name ?? ''), decode(value ?? '')];
  });
}

function readNames(header: string | undefined): string[] {
  return (header?.split(',') ?? []).map(decode);
}

/** Java's form encoding: spaces are plus signs. */
function decode(text: string): string {
  return decodeURIComponent(text.trim().replaceAll('+', ' '));
}
