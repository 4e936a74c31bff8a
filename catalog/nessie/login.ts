import { readFile } from 'node:fs/promises';
import type { NessieLogin } from '../endpoints.ts';
import { NessieError } from './errors.ts';

/** The value of the `Authorization` header, asked before every request. Rejects with NessieError where a file is not there. */
export function authorizationOf(uri: string, login: NessieLogin): () => string | Promise<string> {
  switch (login.kind) {
    case 'bearer':
      return () => `Bearer ${login.token}`;
    case 'token-file':
      return async () => `Bearer ${await readToken(uri, login.path)}`;
    case 'basic': {
      const pair = Buffer.from(`${login.user}:${login.password}`, 'utf8').toString('base64');
      return () => `Basic ${pair}`;
    }
  }
}

/** The bearer token of a login; undefined for a user name and password. Rejects with NessieError where a file is not there. */
export async function tokenOf(uri: string, login: NessieLogin): Promise<string | undefined> {
  if (login.kind === 'token-file') return readToken(uri, login.path);
  return login.kind === 'bearer' ? login.token : undefined;
}

/** What to say of an answer 401. `scheme` is what was sent, `bearer` or `basic`; undefined where nothing was. */
export function loginRefusal(uri: string, what: string, scheme: string | undefined): NessieError {
  const sent = scheme === 'basic' ? 'user name and password' : 'token';
  const fault =
    scheme === undefined
      ? `asks for a login, and none is set (${what}).`
      : `refused the ${sent} that it was given (${what}): it may have expired or be meant for another server.`;
  return unauthenticated(`Nessie at ${uri} ${fault} ${NEXT_STEP}`, 401);
}

/** What to say when Nessie does not let Trino in with this login. */
export function trinoLoginRefusal(uri: string, login: NessieLogin): NessieError {
  const fault =
    login.kind === 'basic'
      ? 'Trino can give Nessie a bearer token only, not a user name and password. Set a token, or start Trino with one in LAKEHOUSE_NESSIE_TOKEN.'
      : 'Nessie refused the token that Trino gave: it may have expired. Set a new one.';
  return unauthenticated(
    `Nessie at ${uri} cannot be read by Trino on a branch, a tag or a commit: ${fault}`,
    401,
  );
}

const NEXT_STEP =
  'Set one: in the editor by the command "Lakehouse: Set Nessie Login", elsewhere by LAKEHOUSE_NESSIE_TOKEN, LAKEHOUSE_NESSIE_TOKEN_FILE, or LAKEHOUSE_NESSIE_USERNAME and LAKEHOUSE_NESSIE_PASSWORD.';

async function readToken(uri: string, path: string): Promise<string> {
  try {
    const token = (await readFile(path, 'utf8')).trim();
    // A header cannot hold anything else, and what a wrong file holds must not stand in an error.
    if (/^[\x21-\x7e]+$/.test(token)) return token;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unauthenticated(`The token file for Nessie at ${uri} cannot be read: ${reason}.`, 0, error);
  }
  throw unauthenticated(`The token file for Nessie at ${uri} holds no token: ${path}.`, 0);
}

function unauthenticated(message: string, status: number, cause?: unknown): NessieError {
  const details = {
    status,
    code: 'UNAUTHENTICATED',
    retriable: false,
    outcome: 'refused',
    conflicts: [],
  } as const;
  return new NessieError(message, details, { cause });
}
