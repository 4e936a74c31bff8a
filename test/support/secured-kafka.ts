import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { fetchArtifact } from '../../docker/artifacts/fetch.ts';
import { ARTIFACTS } from '../../docker/artifacts/table.ts';
import { findCacheDirectory } from '../../docker/home.ts';
import { findJava, JVM_DIRECTORIES } from '../../docker/jdk.ts';
import { pickFreePort } from '../../docker/ports.ts';
import { renderProperties } from '../../docker/services/service.ts';
import { waitUntil } from './wait-until.ts';

const run = promisify(execFile);
const STORE_PASSWORD = 'store-password';
const START_DEADLINE_MS = 60_000;

/** A broker of its own that takes nobody without TLS and a login. */
export interface SecuredKafka extends AsyncDisposable {
  readonly broker: string;
  /** PEM file of the authority of its certificate. */
  readonly authority: string;
  readonly user: { readonly name: string; readonly password: string };
}

/** Makes a certificate with keytool and starts Kafka with one SASL_SSL listener that knows PLAIN and both SCRAMs. */
export async function startSecuredKafka(): Promise<SecuredKafka> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-secured-kafka-'));
  const { best } = await findJava({ env: process.env, jvmDirectories: JVM_DIRECTORIES });
  if (best === undefined) throw new Error('The test needs a JDK.');
  const lib = await kafkaLibraries();
  const user = { name: 'pipeline', password: 'pass-9$w.rd' };
  const port = await pickFreePort(new Set());
  const authority = await makeCertificate(path.join(path.dirname(best.binary), 'keytool'), folder);
  const properties = path.join(folder, 'kafka.properties');
  writeFileSync(
    properties,
    brokerProperties(folder, { port, controller: await pickFreePort(new Set([port])), user }),
    {
      mode: 0o600,
    },
  );
  const java = ['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-cp', path.join(lib, '*')];
  const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap(mechanism => [
    '--add-scram',
    `${mechanism}=[name=${user.name},password=${user.password}]`,
  ]);
  const format = [
    'kafka.tools.StorageTool',
    'format',
    '-t',
    '3bLx1v0OQbWyYfyZ1r3v9h',
    '-c',
    properties,
    ...scram,
  ];
  await run(best.binary, [...java, ...format]);
  const child = spawn(best.binary, [...java, 'kafka.Kafka', properties], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await started(port, child);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    broker: `localhost:${port}`,
    authority,
    user,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
}

async function kafkaLibraries(): Promise<string> {
  const directory = await fetchArtifact(ARTIFACTS.kafka, {
    cacheDirectory: findCacheDirectory(process.env),
    env: process.env,
    poms: path.resolve(import.meta.dirname, '../../docker/artifacts'),
    signal: AbortSignal.timeout(5 * 60_000),
    onProgress: () => {},
  });
  return path.join(directory, 'lib');
}

/** A certificate for `localhost` that signs itself, so that it is its own authority; answers its PEM file. */
async function makeCertificate(keytool: string, folder: string): Promise<string> {
  const pem = path.join(folder, 'broker.pem');
  const store = [
    '-keystore',
    path.join(folder, 'broker.p12'),
    '-storepass',
    STORE_PASSWORD,
    '-alias',
    'broker',
  ];
  const key = ['-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '2', '-dname', 'CN=localhost'];
  await run(keytool, ['-genkeypair', ...store, ...key, '-ext', 'san=dns:localhost,ip:127.0.0.1']);
  await run(keytool, ['-exportcert', '-rfc', ...store, '-file', pem]);
  return pem;
}

interface Broker {
  readonly port: number;
  readonly controller: number;
  readonly user: SecuredKafka['user'];
}

function brokerProperties(folder: string, { port, controller, user }: Broker): string {
  mkdirSync(path.join(folder, 'data'));
  const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule';
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule';
  const name = 'listener.name.sasl_ssl';
  return renderProperties({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `SASL_SSL://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `SASL_SSL://localhost:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'SASL_SSL',
    'listener.security.protocol.map': 'SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    [`${name}.plain.sasl.jaas.config`]: `${plain} required username="${user.name}" password="${user.password}" user_${user.name}="${user.password}";`,
    [`${name}.scram-sha-256.sasl.jaas.config`]: `${scram} required;`,
    [`${name}.scram-sha-512.sasl.jaas.config`]: `${scram} required;`,
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.location': path.join(folder, 'broker.p12'),
    'ssl.keystore.password': STORE_PASSWORD,
    'ssl.key.password': STORE_PASSWORD,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': path.join(folder, 'broker.pem'),
    'log.dirs': path.join(folder, 'data'),
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
  });
}

/** Waits until the broker takes connections; it may end before. */
async function started(port: number, child: ChildProcess): Promise<void> {
  await waitUntil(
    'the broker takes connections',
    () => {
      if (child.exitCode !== null) throw new Error(`Kafka ended with code ${child.exitCode}.`);
      return new Promise<boolean>(resolve => {
        const socket = connect(port, '127.0.0.1', () => resolve(true));
        socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
      });
    },
    START_DEADLINE_MS,
  );
}
