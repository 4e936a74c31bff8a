import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pickFreePort } from '../../../docker/ports.ts';

/** A real PostgreSQL of the system's packages, on a free loopback port, gone afterwards. */
export interface Postgres extends AsyncDisposable {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  sql(text: string): void;
}

/** The folder of PostgreSQL's programs, or undefined where it is not installed. */
export function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).map(version => path.join(root, version, 'bin')) : [];
  const onPath = (process.env['PATH'] ?? '').split(path.delimiter);
  return [...versions.sort().reverse(), ...onPath].find(folder => existsSync(path.join(folder, 'initdb')));
}

/** `bridge` is an address of this machine on which containers reach it too. */
export async function startPostgres(bin: string, bridge?: string): Promise<Postgres> {
  const password = 'pg-secret-word';
  const port = await pickFreePort(new Set());
  const directory = mkdtempSync(path.join(os.tmpdir(), 'postgres-'));
  const data = path.join(directory, 'data');
  const identity = serverIdentity();
  if (identity !== undefined) chownSync(directory, identity.uid, identity.gid);
  const passwordFile = path.join(directory, 'password');
  writeFileSync(passwordFile, `${password}\n`);
  if (identity !== undefined) chownSync(passwordFile, identity.uid, identity.gid);
  const run = (program: string, args: string[]): string =>
    execFileSync(path.join(bin, program), args, {
      ...identity,
      cwd: directory,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PGPASSWORD: password },
    });
  run('initdb', ['-D', data, '-U', 'crm', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`]);
  const options = [
    '-D',
    data,
    '-p',
    String(port),
    '-c',
    `listen_addresses=127.0.0.1${bridge === undefined ? '' : `,${bridge}`}`,
    '-k',
    directory,
  ];
  if (bridge !== undefined)
    appendFileSync(path.join(data, 'pg_hba.conf'), 'host all all 172.16.0.0/12 scram-sha-256\n');
  const server = spawn(path.join(bin, 'postgres'), options, { ...identity, cwd: directory, stdio: 'ignore' });
  const psql = (text: string): string =>
    run('psql', [
      '-h',
      '127.0.0.1',
      '-p',
      String(port),
      '-U',
      'crm',
      '-d',
      'postgres',
      '-v',
      'ON_ERROR_STOP=1',
      '-c',
      text,
    ]);
  await untilAnswers(() => psql('SELECT 1'));
  return {
    port,
    user: 'crm',
    password,
    sql: psql,
    [Symbol.asyncDispose]: async () => {
      const ended = new Promise(resolve => server.once('exit', resolve));
      server.kill('SIGINT');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function untilAnswers(ask: () => unknown): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      ask();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(200);
  }
}

/** PostgreSQL refuses to run as root: its package's own user is taken then. */
function serverIdentity(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
