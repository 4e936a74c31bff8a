import { type AvroType, parseAvroSchema } from './avro-type.ts';
import { authorizationOf, type RegistryLogin } from './registry-login.ts';

/** A schema registry that speaks Confluent's protocol (also Apicurio at `/apis/ccompat/v7`, Karapace, Redpanda). */
export interface SchemaRegistry {
  readonly url: string;
  /** The schema with an id. Throws RegistryError. */
  schemaById(id: number, signal?: AbortSignal): Promise<AvroType>;
  /** The latest schema of a subject, with its version. Throws RegistryError. */
  latest(
    subject: string,
    signal?: AbortSignal,
  ): Promise<{ readonly type: AvroType; readonly version: number }>;
}

/**
 * Why a registry gave no schema: it does not answer (the same question may be answered later), it has none of that name or
 * id, it refuses the login, or what it has is nothing that can be read.
 */
export type RegistryFailure = 'away' | 'unknown' | 'refused' | 'unusable';

export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly failure: RegistryFailure;
  readonly retriable: boolean;
  constructor(failure: RegistryFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
    this.retriable = failure === 'away';
  }
}

export interface RegistryConnection {
  /** Without a login in it: that comes apart, so that the address may be shown. */
  readonly url: string;
  readonly login?: RegistryLogin | undefined;
  readonly fetch?: typeof globalThis.fetch;
  /** Time for one request and its answer. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** Schemas that a schema names; more than a person ever wrote would be a circle. */
const MAX_REFERENCES = 100;

export function connectRegistry(connection: RegistryConnection): SchemaRegistry {
  const ask = (path: string, signal?: AbortSignal): Promise<Answer> => request(connection, { path, signal });
  return {
    url: connection.url,
    schemaById: async (id, signal) =>
      toType(await ask(`schemas/ids/${id}`, signal), `with id ${id}`, p => ask(p, signal)),
    latest: async (subject, signal) => {
      const answer = await ask(`subjects/${encodeURIComponent(subject)}/versions/latest`, signal);
      const type = await toType(answer, `of the subject ${subject}`, p => ask(p, signal));
      return { type, version: Number(answer['version'] ?? 0) };
    },
  };
}

export interface NewSchema {
  readonly subject: string;
  /** JSON text. */
  readonly schema: string;
  readonly signal?: AbortSignal;
}

/** Registers a schema, unless it is there already; answers its id. Throws RegistryError. */
export async function registerSchema(
  connection: RegistryConnection,
  { subject, schema, signal }: NewSchema,
): Promise<number> {
  const path = `subjects/${encodeURIComponent(subject)}/versions`;
  const { id } = await request(connection, { path, body: JSON.stringify({ schema }), signal });
  if (typeof id === 'number') return id;
  throw new RegistryError('unusable', `${connection.url} gave the schema no id.`);
}

type Answer = Readonly<Record<string, unknown>>;
type Ask = (path: string) => Promise<Answer>;

interface Reference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

async function toType(answer: Answer, which: string, ask: Ask): Promise<AvroType> {
  // The registry leaves the kind out for Avro.
  const kind = answer['schemaType'] ?? 'AVRO';
  if (kind !== 'AVRO')
    throw new RegistryError(
      'unusable',
      `the schema ${which} is ${typeof kind === 'string' ? kind : JSON.stringify(kind)}, not Avro`,
    );
  const references: string[] = [];
  await addReferences(answer, references, ask);
  try {
    return parseAvroSchema(schemaText(answer), references);
  } catch (error) {
    throw new RegistryError('unusable', `the schema ${which} cannot be used: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Adds the texts of the schemas that one names, each behind those that it names itself. */
async function addReferences(answer: Answer, texts: string[], ask: Ask): Promise<void> {
  const references = (answer['references'] ?? []) as readonly Reference[];
  for (const { subject, version } of references) {
    if (texts.length >= MAX_REFERENCES)
      throw new RegistryError('unusable', 'a schema has too many references');
    const referred = await ask(`subjects/${encodeURIComponent(subject)}/versions/${version}`);
    await addReferences(referred, texts, ask);
    const text = schemaText(referred);
    if (!texts.includes(text)) texts.push(text);
  }
}

function schemaText(answer: Answer): string {
  const text = answer['schema'];
  return typeof text === 'string' ? text : JSON.stringify(text ?? null);
}

interface RegistryRequest {
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
  /** JSON to be posted; without it something is asked for. */
  readonly body?: string;
}

async function request(
  connection: RegistryConnection,
  { path, signal, body }: RegistryRequest,
): Promise<Answer> {
  const { url, login, fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS } = connection;
  const headers: Record<string, string> = {
    Accept: 'application/vnd.schemaregistry.v1+json, application/json',
  };
  if (body !== undefined) headers['Content-Type'] = 'application/vnd.schemaregistry.v1+json';
  if (login !== undefined) headers['Authorization'] = authorizationOf(login);
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url.replace(/\/+$/, '')}/${path}`, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body }),
      // A login must not follow to another server.
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    text = await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    throw new RegistryError('away', `${url} does not answer: ${reasonOf(error)}.`, { cause: error });
  }
  if (response.ok) return readAnswer(url, text);
  throw failureOf(url, response.status, text);
}

function readAnswer(url: string, text: string): Answer {
  try {
    const answer = JSON.parse(text) as unknown;
    if (typeof answer === 'object' && answer !== null) return answer as Answer;
  } catch {
    // Said below.
  }
  throw new RegistryError('refused', `${url} is no schema registry: its answer is ${text.slice(0, 60)}`);
}

function failureOf(url: string, status: number, text: string): RegistryError {
  let said = text.slice(0, 200);
  let code: unknown;
  try {
    const answer = JSON.parse(text) as { readonly message?: unknown; readonly error_code?: unknown };
    code = answer.error_code;
    if (typeof answer.message === 'string') said = answer.message;
  } catch {
    // The beginning of the text says what there is to say.
  }
  if (status === 409 || status === 422)
    return new RegistryError('unusable', `${url} does not take the schema (${status}: ${said}).`);
  if (status === 401 || status === 403)
    return new RegistryError(
      'refused',
      `${url} refuses the login (${status}${said === '' ? '' : `: ${said}`}).`,
    );
  if (status === 404 && typeof code === 'number')
    return new RegistryError('unknown', `${url} has no such schema (${code}: ${said}).`);
  // Without the registry's own code, a proxy or another server answers in its place.
  if (status === 404 || status === 400 || status === 405)
    return new RegistryError('refused', `${url} is no schema registry: it answers ${status}.`);
  return new RegistryError('away', `${url} answers ${status}${said === '' ? '' : `: ${said}`}.`);
}

function reasonOf(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown };
  return cause instanceof Error && cause.message !== '' ? cause.message : (error as Error).message;
}
