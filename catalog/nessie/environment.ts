import type { LakehouseEndpoints, NessieLogin } from '../endpoints.ts';

/**
 * The login for a Nessie that asks for one, from the environment: `LAKEHOUSE_NESSIE_TOKEN` for a bearer token,
 * `LAKEHOUSE_NESSIE_TOKEN_FILE` for one that is renewed, `LAKEHOUSE_NESSIE_USERNAME` and `LAKEHOUSE_NESSIE_PASSWORD` for basic
 * authentication; the first of them that is set counts.
 */
export function nessieLoginFrom(env: Readonly<NodeJS.ProcessEnv>): NessieLogin | undefined {
  const token = env['LAKEHOUSE_NESSIE_TOKEN'];
  if (token !== undefined && token !== '') return { kind: 'bearer', token };
  const path = env['LAKEHOUSE_NESSIE_TOKEN_FILE'];
  if (path !== undefined && path !== '') return { kind: 'token-file', path };
  const user = env['LAKEHOUSE_NESSIE_USERNAME'];
  if (user === undefined || user === '') return undefined;
  return { kind: 'basic', user, password: env['LAKEHOUSE_NESSIE_PASSWORD'] ?? '' };
}

/** The endpoints with this login; as they are without one. */
export function withNessieLogin(
  endpoints: LakehouseEndpoints,
  login: NessieLogin | undefined,
): LakehouseEndpoints {
  return login === undefined ? endpoints : { ...endpoints, nessie: { ...endpoints.nessie, login } };
}
