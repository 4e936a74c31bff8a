import { registerCodecs } from './codecs.ts';
import { Kafka, type KafkaConfig, type logCreator, logLevel } from 'kafkajs';

/** How to reach a Kafka cluster. Secrets arrive here from the environment or the editor's secret store, never from a file. */
export interface KafkaConnection {
  readonly brokers: readonly string[];
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string } | true;
  readonly sasl?: Login<'plain'> | Login<'scram-sha-256'> | Login<'scram-sha-512'>;
}

interface Login<Mechanism> {
  readonly mechanism: Mechanism;
  readonly username: string;
  readonly password: string;
}

/** A line about what the Kafka client noticed; `text` carries no secret. */
export type KafkaLog = (level: 'warn' | 'error', text: string) => void;

/** A client of the cluster that says what it notices through `log` instead of the console. */
export function connectKafka(connection: KafkaConnection, clientId: string, log: KafkaLog = () => {}): Kafka {
  registerCodecs();
  const config: KafkaConfig = {
    clientId,
    brokers: [...connection.brokers],
    logLevel: logLevel.WARN,
    logCreator: toLogCreator(log),
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 200, maxRetryTime: 5_000, retries: 8 },
  };
  const { tls, sasl } = connection;
  if (tls !== undefined) config.ssl = tls === true ? true : { ...tls };
  if (sasl !== undefined) config.sasl = sasl;
  return new Kafka(config);
}

function toLogCreator(log: KafkaLog): logCreator {
  return () => entry => {
    const { message, error, broker } = entry.log as { message: string; error?: string; broker?: string };
    const detail = [error, broker].filter(part => part !== undefined && part !== message).join(', ');
    log(
      entry.level === logLevel.ERROR ? 'error' : 'warn',
      detail === '' ? message : `${message} (${detail})`,
    );
  };
}
