import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { fetchMavenFile } from '../../docker/artifacts/clients.ts';
import { findCacheDirectory } from '../../docker/home.ts';
import { findJava, JVM_DIRECTORIES } from '../../docker/jdk.ts';
import { pickFreePort } from '../../docker/ports.ts';
import { registerSchema } from '../../pipeline/avro/schema-registry.ts';
import { waitUntil } from './wait-until.ts';

const run = promisify(execFile);
const VERSION = '3.3.3';
const FETCH_DEADLINE_MS = 5 * 60_000;
const START_DEADLINE_MS = 120_000;

/** A real schema registry, Apicurio, that keeps everything in memory and speaks Confluent's protocol. */
export interface ApicurioRegistry extends AsyncDisposable {
  readonly port: number;
  /** Where it speaks Confluent's protocol. */
  readonly url: string;
  /** Registers a schema under a subject; answers its id. */
  register(subject: string, schema: unknown): Promise<number>;
}

export async function startApicurioRegistry(): Promise<ApicurioRegistry> {
  const { best } = await findJava({ env: process.env, jvmDirectories: JVM_DIRECTORIES });
  if (best === undefined) throw new Error('The test needs a JDK.');
  const jar = path.join(await fetchRegistry(), 'quarkus-run.jar');
  const port = await pickFreePort(new Set());
  const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-apicurio-'));
  const child = spawn(best.binary, ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-jar', jar], {
    cwd: folder,
    stdio: 'ignore',
    env: {
      ...process.env,
      QUARKUS_HTTP_HOST: '127.0.0.1',
      QUARKUS_HTTP_PORT: String(port),
      QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
      QUARKUS_MANAGEMENT_PORT: String(await pickFreePort(new Set([port]))),
    },
  });
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitUntil('the registry answers', () => answers(url, child), START_DEADLINE_MS);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    url,
    register: (subject, schema) => registerSchema({ url }, { subject, schema: JSON.stringify(schema) }),
    [Symbol.asyncDispose]: stop,
  };
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`The registry ended with code ${child.exitCode}.`);
  return fetch(`${url}/subjects`).then(
    response => response.ok,
    () => false,
  );
}

/** The unpacked distribution, fetched once through Maven as the servers are. */
async function fetchRegistry(): Promise<string> {
  const cache = findCacheDirectory(process.env);
  const home = path.join(cache, `apicurio-registry-${VERSION}`);
  if (existsSync(home)) return home;
  const work = path.join(cache, `apicurio-registry-${VERSION}.fetching.${process.pid}`);
  await mkdir(path.join(work, 'unpacked'), { recursive: true });
  try {
    const archive = await fetchMavenFile(
      {
        kind: 'maven-file',
        coordinates: `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`,
        file: {
          name: `apicurio-registry-app-${VERSION}-all.tar.gz`,
          bytes: 158_577_952,
          sha256: '8bc6751c76d963734224b01d5e7f84ccb3cb61c87d3bd77c36c35f10a5cbed63',
        },
      },
      {
        work,
        env: process.env,
        poms: path.resolve(import.meta.dirname, '../../docker/artifacts'),
        signal: AbortSignal.timeout(FETCH_DEADLINE_MS),
      },
    );
    await run('tar', ['-xzf', archive, '-C', path.join(work, 'unpacked')]);
    await rename(path.join(work, 'unpacked'), home);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return home;
}
