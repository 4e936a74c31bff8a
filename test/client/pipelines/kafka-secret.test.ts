import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keepKafkaLogin, readKafkaLogin } from '../../../client/pipelines/kafka-secret.ts';

function fakeSecrets(): Parameters<typeof keepKafkaLogin>[0] & Parameters<typeof readKafkaLogin>[0] {
  const kept = new Map<string, string>();
  return {
    get: async key => kept.get(key),
    store: async (key, value) => void kept.set(key, value),
    delete: async key => void kept.delete(key),
  };
}

const LOGIN = { tls: '1', mechanism: 'scram-sha-512', username: 'me', password: '"pä$s"' };

describe('the login of the brokers', () => {
  test('is kept in the secret store and goes before the environment', async () => {
    const secrets = fakeSecrets();
    const env = { LAKEHOUSE_KAFKA_TLS: '1' };
    assert.deepEqual(await readKafkaLogin(secrets, env), { tls: true });
    await keepKafkaLogin(secrets, LOGIN);
    const { mechanism, username, password } = LOGIN;
    assert.deepEqual(await readKafkaLogin(secrets, env), {
      tls: true,
      sasl: { mechanism, username, password },
    });
    await keepKafkaLogin(secrets, undefined);
    assert.deepEqual(await readKafkaLogin(secrets, {}), {});
  });

  test('is refused when it could not be used, and nothing is kept then', async () => {
    const secrets = fakeSecrets();
    await assert.rejects(keepKafkaLogin(secrets, { ...LOGIN, mechanism: 'gssapi' }), /is one of plain/);
    await assert.rejects(
      keepKafkaLogin(secrets, { ...LOGIN, tls: '/nowhere.pem' }),
      /must be 1 or a PEM file/,
    );
    assert.deepEqual(await readKafkaLogin(secrets, {}), {});
  });
});
