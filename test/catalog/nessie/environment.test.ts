import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { authenticationFrom } from '../../../catalog/nessie.ts';

describe('credentials for Nessie from the environment', () => {
  test('are a token before a name and a password, and none where nothing is set', async () => {
    assert.equal(authenticationFrom({}), undefined);
    assert.equal(
      authenticationFrom({ LAKEHOUSE_NESSIE_TOKEN: '', LAKEHOUSE_NESSIE_USERNAME: '' }),
      undefined,
    );
    const basic = { LAKEHOUSE_NESSIE_USERNAME: 'me', LAKEHOUSE_NESSIE_PASSWORD: 'p:w' };
    assert.deepEqual(authenticationFrom(basic), { kind: 'basic', user: 'me', password: 'p:w' });
    const env = { ...basic, LAKEHOUSE_NESSIE_TOKEN: 'one' };
    const bearer = authenticationFrom(env);
    assert.ok(bearer?.kind === 'bearer');
    assert.equal(await bearer.token(), 'one');
    env.LAKEHOUSE_NESSIE_TOKEN = 'renewed';
    assert.equal(await bearer.token(), 'renewed');
  });
});
