import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keepRegistryLogin, readRegistryLogin } from '../../../client/pipelines/registry-secret.ts';

function fakeSecrets(): Parameters<typeof keepRegistryLogin>[0] & Parameters<typeof readRegistryLogin>[0] {
  const kept = new Map<string, string>();
  return {
    get: async key => kept.get(key),
    store: async (key, value) => void kept.set(key, value),
    delete: async key => void kept.delete(key),
  };
}

describe('the login of a schema registry', () => {
  test('is kept in the secret store and goes before the environment', async () => {
    const secrets = fakeSecrets();
    const env = { LAKEHOUSE_REGISTRY_TOKEN: 'env' };
    assert.deepEqual(await readRegistryLogin(secrets, env), { kind: 'bearer', token: 'env' });
    const login = { kind: 'basic', username: 'me', password: '"pä$s"' } as const;
    await keepRegistryLogin(secrets, login);
    assert.deepEqual(await readRegistryLogin(secrets, env), login);
    await keepRegistryLogin(secrets, { kind: 'bearer', token: 'x' });
    assert.deepEqual(await readRegistryLogin(secrets, env), { kind: 'bearer', token: 'x' });
    await keepRegistryLogin(secrets, undefined);
    assert.equal(await readRegistryLogin(secrets, {}), undefined);
  });

  test('is one login, whole', async () => {
    const read = (env: NodeJS.ProcessEnv) => readRegistryLogin(fakeSecrets(), env);
    await assert.rejects(
      read({ LAKEHOUSE_REGISTRY_USERNAME: 'me' }),
      /LAKEHOUSE_REGISTRY_PASSWORD is not set/,
    );
    await assert.rejects(
      read({ LAKEHOUSE_REGISTRY_PASSWORD: 'x' }),
      /LAKEHOUSE_REGISTRY_USERNAME is not set/,
    );
    const both = { LAKEHOUSE_REGISTRY_TOKEN: 't', LAKEHOUSE_REGISTRY_USERNAME: 'me' };
    await assert.rejects(read(both), /one of the two is the login/);
  });
});
