import type { NessieAuthentication } from './connection.ts';

/**
 * The credentials for a Nessie that asks for some, from the environment and nowhere else: `LAKEHOUSE_NESSIE_TOKEN` for a
 * bearer token, `LAKEHOUSE_NESSIE_USERNAME` and `LAKEHOUSE_NESSIE_PASSWORD` for basic authentication. Undefined without.
 */
export function authenticationFrom(env: Readonly<NodeJS.ProcessEnv>): NessieAuthentication | undefined {
  const token = env['LAKEHOUSE_NESSIE_TOKEN'];
  // Read anew for every request: whoever renews the token may set it in the running process.
  if (token !== undefined && token !== '')
    return { kind: 'bearer', token: () => env['LAKEHOUSE_NESSIE_TOKEN'] ?? token };
  const user = env['LAKEHOUSE_NESSIE_USERNAME'];
  if (user === undefined || user === '') return undefined;
  return { kind: 'basic', user, password: env['LAKEHOUSE_NESSIE_PASSWORD'] ?? '' };
}
