import { existsSync, readFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { EngineError, type EngineOrigin, type EngineTls } from './engine-api.ts';

const PLAIN_PORT = 2375;
const TLS_PORT = 2376;

/** How dockerode reaches an engine. Every field is named: what is missing it would take from the environment. */
export interface EngineConnection {
  readonly socketPath: string | undefined;
  readonly protocol: 'http' | 'https';
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** Holds the certificates; undefined without TLS. */
  readonly agent: https.Agent | undefined;
}

/** @throws EngineError for SSH, and when half of a pair of certificate and key is missing. */
export function connectionTo({ host, tls }: EngineOrigin): EngineConnection {
  const socket = /^(?:unix|npipe):\/\/(.*)$/.exec(host)?.[1];
  const nowhere = { protocol: 'http', host: undefined, port: undefined, agent: undefined } as const;
  if (socket !== undefined) return { ...nowhere, socketPath: socket };
  const url = new URL(host);
  if (url.protocol === 'ssh:') throw new EngineError('SSH is not used to reach an engine.', 0);
  const agent = tls === undefined ? undefined : tlsAgent(tls);
  return {
    socketPath: undefined,
    protocol: agent === undefined ? 'http' : 'https',
    host: url.hostname,
    port: url.port === '' ? (agent === undefined ? PLAIN_PORT : TLS_PORT) : Number(url.port),
    agent,
  };
}

/** docker-modem knows no way to leave a certificate unverified, so that the agent carries everything. */
function tlsAgent({ directory, isVerified }: EngineTls): https.Agent {
  const read = (name: string): string | undefined => {
    const file = directory === undefined ? undefined : path.join(directory, name);
    return file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  };
  const [ca, cert, key] = [read('ca.pem'), read('cert.pem'), read('key.pem')];
  if ((cert === undefined) !== (key === undefined)) {
    const [here, missing] = cert === undefined ? ['key.pem', 'cert.pem'] : ['cert.pem', 'key.pem'];
    throw new EngineError(`${directory} has ${here} and lacks ${missing}: both are needed, or none.`, 0);
  }
  return new https.Agent({
    rejectUnauthorized: isVerified,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert, key }),
  });
}
