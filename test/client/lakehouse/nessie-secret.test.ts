import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LakehouseEndpoints } from '../../../catalog/endpoints.ts';
import { addNessieLogin, keepNessieLogin } from '../../../client/lakehouse/nessie-secret.ts';

const at = (uri: string): LakehouseEndpoints => ({
  kafka: { brokers: [] },
  objectStore: { endpoint: 'http://s3', region: 'r', bucket: 'b', accessKeyId: 'k', secretAccessKey: 's' },
  nessie: { uri },
  icebergRest: { uri: 'http://rest' },
  trino: { uri: 'http://trino', user: 'u', catalog: 'iceberg' },
});

describe('the login for Nessie in the editor', () => {
  test('is kept for one address only, goes before the environment and can be forgotten', async () => {
    const kept = new Map<string, string>();
    const secrets = {
      get: async (key: string) => kept.get(key),
      store: async (key: string, value: string) => void kept.set(key, value),
    };
    const env = { LAKEHOUSE_NESSIE_TOKEN: 'of the environment' };
    const login = { kind: 'basic', user: 'me', password: '"pä$s"' } as const;
    const loginOf = async (uri: string, variables = {}) =>
      (await addNessieLogin(at(uri), secrets, variables)).nessie.login;
    assert.equal(await loginOf('http://a/api/v2'), undefined);
    await keepNessieLogin(secrets, 'http://a/api/v2/', login);
    assert.deepEqual(await loginOf('http://a/api/v2', env), login);
    assert.equal(await loginOf('http://b/api/v2'), undefined);
    assert.deepEqual(await loginOf('http://b/api/v2', env), { kind: 'bearer', token: 'of the environment' });
    await keepNessieLogin(secrets, 'http://a/api/v2', undefined);
    assert.equal(await loginOf('http://a/api/v2'), undefined);
  });
});
