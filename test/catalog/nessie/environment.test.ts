import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nessieLoginFrom } from '../../../catalog/nessie.ts';

describe('the login for Nessie from the environment', () => {
  test('is a token before a token file before a name and a password, and none where nothing is set', () => {
    assert.equal(nessieLoginFrom({}), undefined);
    const empty = {
      LAKEHOUSE_NESSIE_TOKEN: '',
      LAKEHOUSE_NESSIE_TOKEN_FILE: '',
      LAKEHOUSE_NESSIE_USERNAME: '',
    };
    assert.equal(nessieLoginFrom(empty), undefined);
    const basic = { LAKEHOUSE_NESSIE_USERNAME: 'me', LAKEHOUSE_NESSIE_PASSWORD: 'p:w' };
    assert.deepEqual(nessieLoginFrom(basic), { kind: 'basic', user: 'me', password: 'p:w' });
    const file = { ...basic, LAKEHOUSE_NESSIE_TOKEN_FILE: '/run/token' };
    assert.deepEqual(nessieLoginFrom(file), { kind: 'token-file', path: '/run/token' });
    const token = { ...file, LAKEHOUSE_NESSIE_TOKEN: 'one' };
    assert.deepEqual(nessieLoginFrom(token), { kind: 'bearer', token: 'one' });
  });
});
