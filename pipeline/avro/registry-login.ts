/** A login of a schema registry: a user with a password, or a token. */
export type RegistryLogin =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

/**
 * How to log in to the schema registry, from environment variables, so that no secret stands in a file or on a command line:
 * `LAKEHOUSE_REGISTRY_USERNAME` and `LAKEHOUSE_REGISTRY_PASSWORD`, or `LAKEHOUSE_REGISTRY_TOKEN`. Undefined: without a
 * login. Throws where they contradict each other.
 */
export function registryLoginFrom(env: NodeJS.ProcessEnv): RegistryLogin | undefined {
  const username = env['LAKEHOUSE_REGISTRY_USERNAME'];
  const password = env['LAKEHOUSE_REGISTRY_PASSWORD'];
  const token = env['LAKEHOUSE_REGISTRY_TOKEN'];
  if (token !== undefined) {
    if (username !== undefined || password !== undefined)
      throw new Error(
        'LAKEHOUSE_REGISTRY_TOKEN is set, and a user or password as well: one of the two is the login.',
      );
    return { kind: 'bearer', token };
  }
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined || password === undefined) {
    const missing = username === undefined ? 'USERNAME' : 'PASSWORD';
    throw new Error(`LAKEHOUSE_REGISTRY_${missing} is not set, but the other half of the login is.`);
  }
  return { kind: 'basic', username, password };
}

/** The value of the header that carries a login. */
export function authorizationOf(login: RegistryLogin): string {
  if (login.kind === 'bearer') return `Bearer ${login.token}`;
  return `Basic ${Buffer.from(`${login.username}:${login.password}`, 'utf8').toString('base64')}`;
}
