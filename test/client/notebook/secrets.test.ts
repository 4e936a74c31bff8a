import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isMasked, maskSecrets } from '../../../client/notebook/secrets.ts';

const HIDDEN: readonly (readonly [string, string])[] = [
  [
    `CREATE CATALOG c USING postgresql WITH ("connection-password" = 'it''s', "s3.aws-secret-key"='k1', "connection-user" = 'me')`,
    `CREATE CATALOG c USING postgresql WITH ("connection-password" = '***', "s3.aws-secret-key"='***', "connection-user" = 'me')`,
  ],
  [
    `WITH ("connection-password" /* = 'x' */ =\r\n U&'p\\0041ss', b = 'c')`,
    `WITH ("connection-password" /* = 'x' */ =\r\n '***', b = 'c')`,
  ],
  [
    `WITH (api_key = 'abc' || concat('def', 'ghi'), b = 'c')`,
    `WITH (api_key = '***' || concat('***', '***'), b = 'c')`,
  ],
  [`SET SESSION c.auth_token = 'abc'`, `SET SESSION c.auth_token = '***'`],
  [`CALL c.system.login('password', 'abc', 'd')`, `CALL c.system.login('password', '***', 'd')`],
  [`CALL c.system.login(password => 'abc', b => 'd')`, `CALL c.system.login(password => '***', b => 'd')`],
  [
    `SELECT f(MAP(ARRAY['user', 'password'], ARRAY['me', 'abc']))`,
    `SELECT f(MAP(ARRAY['user', 'password'], ARRAY['***', '***']))`,
  ],
  [
    `WITH ("connection-url" = 'jdbc:postgresql://h/db?user=a&password=abc')`,
    `WITH ("connection-url" = '***')`,
  ],
  [`WITH ("connection-url" = 'mongodb://me:abc@h/db')`, `WITH ("connection-url" = '***')`],
  [
    `SELECT 1 FROM t WHERE password = 'abc' AND city = 'Graz'`,
    `SELECT 1 FROM t WHERE password = '***' AND city = 'Graz'`,
  ],
];

const SHOWN: readonly string[] = [
  `SELECT 'a' FROM t WHERE x = 'b'`,
  `SELECT token, 'a' FROM t WHERE x = 'b'`,
  `SELECT token_count FROM t WHERE day = 'monday'`,
  `SELECT 'https://trino.io/a?b=c'`,
  `SELECT 'it''s', U&'\\0041'`,
];

describe('a statement that is kept', () => {
  for (const [statement, masked] of HIDDEN) {
    test(`shows no secret of ${statement.slice(0, 70).replaceAll(/\s+/g, ' ')}`, () => {
      assert.equal(maskSecrets(statement).text, masked);
      assert.ok(isMasked(masked));
    });
  }

  for (const statement of SHOWN) {
    test(`stays as it is: ${statement}`, () => {
      assert.deepEqual(maskSecrets(statement), { text: statement, secrets: [] });
    });
  }

  test('names the secrets, to find them in messages', () => {
    assert.deepEqual(maskSecrets(`WITH (password = 'it''s')`).secrets, [`it's`]);
  });
});
