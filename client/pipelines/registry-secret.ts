import type { SecretStorage } from 'vscode';
import { type RegistryLogin, registryLoginFrom } from '../../pipeline/avro/registry-login.ts';

/** The key of the editor's secret store; the value is a JSON object of the variables that `registryLoginFrom` reads. */
const SECRET = 'lakehouse.registry.login';

/** How pipelines log in to a schema registry: the editor's secret store, else the environment. */
export async function readRegistryLogin(
  secrets: Pick<SecretStorage, 'get'>,
  env: NodeJS.ProcessEnv,
): Promise<RegistryLogin | undefined> {
  const text = await secrets.get(SECRET);
  return registryLoginFrom(text === undefined ? env : (JSON.parse(text) as NodeJS.ProcessEnv));
}

/** Keeps a login, or forgets what was kept. */
export async function keepRegistryLogin(
  secrets: Pick<SecretStorage, 'store' | 'delete'>,
  login: RegistryLogin | undefined,
): Promise<void> {
  if (login === undefined) {
    await secrets.delete(SECRET);
    return;
  }
  const variables =
    login.kind === 'bearer'
      ? { LAKEHOUSE_REGISTRY_TOKEN: login.token }
      : { LAKEHOUSE_REGISTRY_USERNAME: login.username, LAKEHOUSE_REGISTRY_PASSWORD: login.password };
  await secrets.store(SECRET, JSON.stringify(variables));
}
