import { readFileSync } from 'node:fs';
import type { KafkaConnection } from './client.ts';

/** How brokers are reached that ask for TLS or a login. */
export type KafkaSecurity = Pick<KafkaConnection, 'tls' | 'sasl'>;

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/**
 * How to reach brokers that ask for TLS or a login, from environment variables, so that no secret stands in a file or on a
 * command line: `LAKEHOUSE_KAFKA_TLS=1` or the path of a certificate authority's PEM file, `LAKEHOUSE_KAFKA_USERNAME`,
 * `LAKEHOUSE_KAFKA_PASSWORD` and `LAKEHOUSE_KAFKA_MECHANISM` (plain by default). Throws where they contradict each other.
 */
export function kafkaSecurityFrom(env: NodeJS.ProcessEnv): KafkaSecurity {
  const tls = tlsFrom(env['LAKEHOUSE_KAFKA_TLS']);
  const sasl = saslFrom(env);
  return { ...(tls === undefined ? {} : { tls }), ...(sasl === undefined ? {} : { sasl }) };
}

function tlsFrom(value: string | undefined): KafkaSecurity['tls'] {
  if (value === undefined || value === '' || value === '0' || value === 'false') return undefined;
  if (value === '1' || value === 'true') return true;
  try {
    return { ca: readFileSync(value, 'utf8') };
  } catch (error) {
    throw new Error(`LAKEHOUSE_KAFKA_TLS must be 1 or a PEM file: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function saslFrom(env: NodeJS.ProcessEnv): KafkaSecurity['sasl'] {
  const username = env['LAKEHOUSE_KAFKA_USERNAME'];
  const password = env['LAKEHOUSE_KAFKA_PASSWORD'];
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined || password === undefined) {
    const missing = username === undefined ? 'USERNAME' : 'PASSWORD';
    throw new Error(`LAKEHOUSE_KAFKA_${missing} is not set, but the other half of the login is.`);
  }
  const name = env['LAKEHOUSE_KAFKA_MECHANISM'] ?? 'plain';
  const mechanism = MECHANISMS.find(candidate => candidate === name);
  if (mechanism === undefined)
    throw new Error(`LAKEHOUSE_KAFKA_MECHANISM is one of ${MECHANISMS.join(', ')}.`);
  return { mechanism, username, password };
}
