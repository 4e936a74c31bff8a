import type { SecretStorage } from 'vscode';
import type { LakehouseEndpoints, NessieLogin } from '../../catalog/endpoints.ts';
import { nessieLoginFrom, withNessieLogin } from '../../catalog/nessie.ts';

/** The key of the editor's secret store; the value is a JSON object of logins by the address they are for. */
export const NESSIE_SECRET = 'lakehouse.nessie.login';

/**
 * The endpoints with the login for their Nessie: the one that was kept for its address, so that it never travels to another
 * server, else the one of the environment.
 */
export async function addNessieLogin(
  endpoints: LakehouseEndpoints,
  secrets: Pick<SecretStorage, 'get'>,
  env: NodeJS.ProcessEnv,
): Promise<LakehouseEndpoints> {
  const kept = (await readLogins(secrets))[addressOf(endpoints.nessie.uri)];
  return withNessieLogin(endpoints, kept ?? nessieLoginFrom(env));
}

/** Keeps the login for a Nessie, or forgets it. */
export async function keepNessieLogin(
  secrets: Pick<SecretStorage, 'get' | 'store'>,
  uri: string,
  login: NessieLogin | undefined,
): Promise<void> {
  const logins = { ...(await readLogins(secrets)), [addressOf(uri)]: login };
  await secrets.store(NESSIE_SECRET, JSON.stringify(logins));
}

async function readLogins(
  secrets: Pick<SecretStorage, 'get'>,
): Promise<Readonly<Record<string, NessieLogin | undefined>>> {
  const text = await secrets.get(NESSIE_SECRET);
  return text === undefined ? {} : (JSON.parse(text) as Record<string, NessieLogin>);
}

function addressOf(uri: string): string {
  return uri.replace(/\/+$/, '');
}
