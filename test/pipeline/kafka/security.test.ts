import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kafkaSecurityFrom } from '../../../pipeline/kafka/security.ts';

test('without settings nothing is asked of the brokers', () => {
  assert.deepEqual(kafkaSecurityFrom({ LAKEHOUSE_KAFKA_TLS: '0' }), {});
});

test('TLS and a login come from the environment', () => {
  const env = {
    LAKEHOUSE_KAFKA_TLS: '1',
    LAKEHOUSE_KAFKA_USERNAME: 'u',
    LAKEHOUSE_KAFKA_PASSWORD: 'p',
    LAKEHOUSE_KAFKA_MECHANISM: 'scram-sha-512',
  };
  assert.deepEqual(kafkaSecurityFrom(env), {
    tls: true,
    sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' },
  });
});

test('half a login, an unknown mechanism and a missing certificate are refused without showing a secret', () => {
  const refuse = (env: Record<string, string>, message: RegExp): void =>
    assert.throws(
      () => kafkaSecurityFrom(env),
      (error: Error) => message.test(error.message) && !error.message.includes('hunter2'),
    );
  refuse({ LAKEHOUSE_KAFKA_PASSWORD: 'hunter2' }, /USERNAME is not set/);
  refuse(
    {
      LAKEHOUSE_KAFKA_USERNAME: 'u',
      LAKEHOUSE_KAFKA_PASSWORD: 'hunter2',
      LAKEHOUSE_KAFKA_MECHANISM: 'gssapi',
    },
    /one of plain, scram-sha-256, scram-sha-512/,
  );
  refuse({ LAKEHOUSE_KAFKA_TLS: '/no/such.pem' }, /must be 1 or a PEM file/);
});
