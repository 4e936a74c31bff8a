import { registerCodecs } from './codecs.ts';
import { connect as connectPlain, isIP } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { restIdleQueues } from '../../catalog/kafkajs-queue.ts';
import { type ISocketFactory, Kafka, type KafkaConfig, type logCreator, logLevel } from 'kafkajs';

/** How to reach a Kafka cluster. Secrets arrive here from the environment or the editor's secret store, never from a file. */
export interface KafkaConnection {
  readonly brokers: readonly string[];
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string } | true;
  /** How often the client tries again by itself before a call fails. */
  readonly retries?: number;
  /** Time for one request and its answer, in milliseconds. */
  readonly requestTimeoutMs?: number | undefined;
  /** Where to connect for an address that the cluster gives for a broker, e.g. the end of a tunnel; itself by default. */
  readonly route?: (address: Address) => Address;
  readonly sasl?: Login<'plain'> | Login<'scram-sha-256'> | Login<'scram-sha-512'>;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

interface Login<Mechanism> {
  readonly mechanism: Mechanism;
  readonly username: string;
  readonly password: string;
}

/** A line about what the Kafka client noticed; `text` carries no secret. */
export type KafkaLog = (level: 'warn' | 'error', text: string) => void;

const REQUEST_TIMEOUT_MS = 30_000;

/** A client of the cluster that says what it notices through `log` instead of the console. */
export function connectKafka(connection: KafkaConnection, clientId: string, log: KafkaLog = () => {}): Kafka {
  registerCodecs();
  restIdleQueues();
  const config: KafkaConfig = {
    clientId,
    brokers: [...connection.brokers],
    logLevel: logLevel.WARN,
    logCreator: toLogCreator(log),
    connectionTimeout: 5_000,
    requestTimeout: connection.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    retry: { initialRetryTime: 200, maxRetryTime: 5_000, retries: connection.retries ?? 8 },
  };
  const { tls, sasl, route } = connection;
  if (route !== undefined) config.socketFactory = routedSockets(route);
  if (tls !== undefined) config.ssl = tls === true ? true : { ...tls };
  if (sasl !== undefined) config.sasl = sasl;
  return new Kafka(config);
}

function isTls(ssl: object | null | undefined): ssl is ConnectionOptions {
  return ssl !== undefined && ssl !== null;
}

const KEEP_ALIVE_MS = 60_000;

function routedSockets(route: NonNullable<KafkaConnection['route']>): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    const target = route({ host, port });
    // The certificate is still that of the broker's own name. Without TLS the client gives null for it, whatever its type says.
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = isTls(ssl)
      ? connectTls({ ...ssl, ...target, ...name }, onConnect)
      : connectPlain(target, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    return socket;
  };
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
