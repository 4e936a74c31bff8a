import { spawn } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import type { ObjectStoreEndpoint } from '../../catalog/endpoints.ts';
import { fetchArtifact } from '../../docker/artifacts/fetch.ts';
import { ARTIFACTS } from '../../docker/artifacts/table.ts';
import { findCacheDirectory } from '../../docker/home.ts';
import { findJava, JVM_DIRECTORIES } from '../../docker/jdk.ts';
import { pickFreePort } from '../../docker/ports.ts';
import { waitUntil } from './wait-until.ts';

const START_DEADLINE_MS = 60_000;

/** A Nessie of its own that answers only to tokens it can verify, with its versions in memory. */
export interface SecuredNessie extends AsyncDisposable {
  /** Base of the API, ending in `/api/v2`. */
  readonly uri: string;
  /** Base of its Iceberg REST service. */
  readonly restUri: string;
  /** A signed token that runs out so many seconds from now. */
  token(seconds: number): string;
}

/**
 * Starts the real server with OpenID Connect and a public key in place of an identity provider: it verifies signature and time
 * of every token itself.
 */
export async function startSecuredNessie(store: ObjectStoreEndpoint): Promise<SecuredNessie> {
  const { best } = await findJava({ env: process.env, jvmDirectories: JVM_DIRECTORIES });
  if (best === undefined) throw new Error('The test needs a JDK.');
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const port = await pickFreePort(new Set());
  const management = await pickFreePort(new Set([port]));
  const directory = await fetchArtifact(ARTIFACTS.nessie, {
    cacheDirectory: findCacheDirectory(process.env),
    env: process.env,
    poms: path.resolve(import.meta.dirname, '../../docker/artifacts'),
    signal: AbortSignal.timeout(5 * 60_000),
    onProgress: () => {},
  });
  const jvm = [
    '-Xmx256m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '--enable-native-access=ALL-UNNAMED',
  ];
  const child = spawn(
    best.binary,
    [...jvm, ...warehouse(store), '-jar', path.join(directory, ARTIFACTS.nessie.entry)],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        QUARKUS_HTTP_HOST: '127.0.0.1',
        QUARKUS_HTTP_PORT: `${port}`,
        QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
        QUARKUS_MANAGEMENT_PORT: `${management}`,
        NESSIE_VERSION_STORE_TYPE: 'IN_MEMORY',
        LAKEHOUSE_S3_NAME: store.accessKeyId,
        LAKEHOUSE_S3_SECRET: store.secretAccessKey,
        NESSIE_SERVER_AUTHENTICATION_ENABLED: 'true',
        QUARKUS_OIDC_TENANT_ENABLED: 'true',
        QUARKUS_OIDC_APPLICATION_TYPE: 'service',
        QUARKUS_OIDC_AUTH_SERVER_URL: '',
        QUARKUS_OIDC_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      },
    },
  );
  const uri = `http://127.0.0.1:${port}/api/v2`;
  const secured: SecuredNessie = {
    uri,
    restUri: `http://127.0.0.1:${port}/iceberg`,
    token: seconds => signToken(privateKey, seconds),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
  const headers = { Authorization: `Bearer ${secured.token(600)}` };
  const isReady = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`Nessie ended with code ${child.exitCode}.`);
    const answer = await fetch(`${uri}/config`, { headers }).catch(() => undefined);
    return answer?.ok === true;
  };
  try {
    await waitUntil('Nessie answers', isReady, START_DEADLINE_MS);
  } catch (error) {
    await secured[Symbol.asyncDispose]();
    throw error;
  }
  return secured;
}

/** What the Iceberg REST service needs; the key pair comes by the environment. */
function warehouse({ bucket, endpoint, region }: ObjectStoreEndpoint): string[] {
  const s3 = '-Dnessie.catalog.service.s3.default-options';
  return [
    `-Dnessie.catalog.default-warehouse=${bucket}`,
    `-Dnessie.catalog.warehouses.${bucket}.location=s3://${bucket}/`,
    `${s3}.endpoint=${endpoint}`,
    `${s3}.region=${region}`,
    `${s3}.path-style-access=true`,
    `${s3}.access-key=urn:nessie-secret:quarkus:lakehouse.s3`,
  ];
}

function signToken(key: KeyObject, seconds: number): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { sub: 'ann', upn: 'ann', iat: now - 3600, exp: now + seconds };
  const body = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${body}.${sign('sha256', Buffer.from(body), key).toString('base64url')}`;
}
