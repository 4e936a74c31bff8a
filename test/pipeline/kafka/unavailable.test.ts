import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kafkaError, KafkaUnavailable } from '../../../pipeline/kafka/unavailable.ts';

function named(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name }, more);
}

describe('a failure of the Kafka client', () => {
  test('is waited out when brokers are silent or busy, also when the client has given up', () => {
    const silent = named('KafkaJSConnectionError', 'connect ECONNREFUSED 127.0.0.1:1');
    const busy = named('KafkaJSProtocolError', 'This is not the correct coordinator', { retriable: true });
    const lost = new Error('Broker not connected');
    for (const error of [silent, busy, lost]) {
      const givenUp = named('KafkaJSNumberOfRetriesExceeded', 'gave up', { cause: error, retriable: false });
      for (const found of [kafkaError(error), kafkaError(givenUp)]) {
        assert.ok(found instanceof KafkaUnavailable);
        assert.equal(found.retriable, true);
        assert.ok(found.message.includes(error.message));
      }
    }
  });

  test('stays what it is when only a person can mend it', () => {
    for (const error of [
      named('KafkaJSSASLAuthenticationError', 'Authentication failed'),
      named('KafkaJSConnectionError', 'Connection error: self-signed certificate'),
      named('KafkaJSProtocolError', 'Not authorized to access topics', { retriable: false }),
    ])
      assert.equal(kafkaError(error), error);
  });
});
