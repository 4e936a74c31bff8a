import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { EngineSearch } from '../../docker/containers/discovery.ts';
import { NoEngineError } from '../../docker/containers/no-engine-error.ts';
import { connectEngine } from '../../docker/engine.ts';

const NOBODY = 65_534;
const directory = mkdtempSync(path.join(os.tmpdir(), 'engines-'));
after(() => rmSync(directory, { recursive: true }));

const search = (env: NodeJS.ProcessEnv, sockets: readonly string[] = []): EngineSearch => ({
  env: { HOME: directory, XDG_RUNTIME_DIR: path.join(directory, 'run'), ...env },
  platform: 'linux',
  exists: file => sockets.includes(file),
  read: () => undefined,
});

/** What an engine of a given version says of itself, and which paths it was asked for. */
async function serveEngine(apiVersion: string) {
  const socket = path.join(directory, `engine-${apiVersion}.sock`);
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(request.url ?? '');
    const answers: Readonly<Record<string, string>> = {
      '/_ping': 'OK',
      '/info': JSON.stringify({ MemTotal: 8e9, NCPU: 4, OperatingSystem: 'Test', DockerRootDir: '/d' }),
      '/version': JSON.stringify({ Version: 'library-import', ApiVersion: apiVersion }),
    };
    response.setHeader('content-type', request.url === '/_ping' ? 'text/plain' : 'application/json');
    response.end(answers[request.url ?? ''] ?? '{}');
  });
  await new Promise<void>(resolve => server.listen(socket, resolve));
  return {
    host: `unix://${socket}`,
    socket,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

const faultOf = async (request: EngineSearch): Promise<string> => {
  const error = await connectEngine(request).then(
    () => assert.fail('an engine was found'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof NoEngineError);
  return error.message;
};

describe('looking for an engine', () => {
  test('says that none is installed, and what else can be done', async () => {
    assert.match(
      await faultOf(search({})),
      /No Docker engine was found: install .* or run the lakehouse as processes/,
    );
  });

  test('says of a socket that is not there, and of one behind which nobody listens, what to do', async () => {
    const missing = `unix://${path.join(directory, 'missing.sock')}`;
    assert.match(
      await faultOf(search({ DOCKER_HOST: missing })),
      /missing\.sock \(DOCKER_HOST\) is not there: install Docker, or start it/,
    );
    const stale = path.join(directory, 'stale.sock');
    const script = `require('net').createServer().listen(${JSON.stringify(stale)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script]);
    assert.match(
      await faultOf(search({ DOCKER_HOST: `unix://${stale}` })),
      /stale\.sock \(DOCKER_HOST\) does not answer: start the Docker engine/,
    );
  });

  test('says of a socket that another user owns whom to ask, and not that an engine is missing', async () => {
    await using engine = await serveEngine('1.44');
    chmodSync(directory, 0o755);
    chmodSync(engine.socket, 0o600);
    assert.match(
      faultOfStranger(engine.host),
      /engine-1\.44\.sock \(DOCKER_HOST\) may not be used by you: join its group .*, or use rootless Docker/,
    );
  });

  test('says of an engine over SSH, of an unknown machine, and of half a pair of keys what to do', async () => {
    assert.match(
      await faultOf(search({ DOCKER_HOST: 'ssh://me@build.example.org' })),
      /build\.example\.org \(DOCKER_HOST\) is reached over SSH.*open the workspace there \(Remote - SSH/,
    );
    assert.match(
      await faultOf(search({ DOCKER_HOST: 'tcp://engine.invalid:2375' })),
      /engine\.invalid:2375 \(DOCKER_HOST\) cannot be found: no machine is known by that name/,
    );
    writeFileSync(path.join(directory, 'key.pem'), '');
    const half = { DOCKER_HOST: 'tcp://127.0.0.1:1', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: directory };
    assert.match(await faultOf(search(half)), /has key\.pem and lacks cert\.pem: both are needed, or none/);
  });

  test('asks the engine that was named, whatever the environment says of another one', async () => {
    await using engine = await serveEngine('1.44');
    const variables = {
      DOCKER_HOST: 'tcp://127.0.0.1:1',
      DOCKER_CERT_PATH: '/nowhere',
      DOCKER_TLS_VERIFY: '1',
    };
    const before = { ...process.env };
    Object.assign(process.env, variables);
    try {
      const found = await connectEngine({ ...search(variables), override: engine.host });
      assert.equal(found.origin.reason, 'the setting');
      assert.ok(engine.asked.includes('/info'));
      assert.equal(process.env['DOCKER_HOST'], 'tcp://127.0.0.1:1', 'it stays for everybody else');
    } finally {
      for (const name of Object.keys(variables)) {
        if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = before[name];
      }
    }
  });

  test('says that an engine is too old, with both versions', async () => {
    await using old = await serveEngine('1.30');
    assert.match(
      await faultOf(search({ DOCKER_HOST: old.host })),
      /\(DOCKER_HOST\) speaks API 1\.30: update it, 1\.41 is needed/,
    );
  });

  test('pins no version of the API, which would shut out older or newer engines', async () => {
    await using modern = await serveEngine('1.56');
    const engine = await connectEngine(search({ DOCKER_HOST: modern.host }));
    assert.deepEqual(engine.origin, { host: modern.host, reason: 'DOCKER_HOST' });
    assert.deepEqual(await engine.info(), {
      version: 'library-import',
      apiVersion: '1.56',
      memoryBytes: 8e9,
      cpus: 4,
      operatingSystem: 'Test',
      dataRoot: '/d',
    });
    assert.ok(modern.asked.length > 0);
    for (const url of modern.asked) assert.doesNotMatch(url, /^\/v\d/);
  });

  test('goes on to the next socket when one does not answer, and says why it took that one', async () => {
    await using engine = await serveEngine('1.44');
    const colima = path.join(directory, '.colima/default/docker.sock');
    const usual = '/var/run/docker.sock.of.nobody';
    mkdirSync(path.dirname(colima), { recursive: true });
    symlinkSync(engine.socket, colima);
    const found = await connectEngine(search({}, [usual, colima]));
    assert.deepEqual(found.origin, { host: `unix://${colima}`, reason: 'Colima' });
  });
});

/** What somebody is told who may not use the socket: another user where these tests are root, else nobody may. */
function faultOfStranger(host: string): string {
  const engine = pathToFileURL(path.resolve(import.meta.dirname, '../../docker/engine.ts')).href;
  const script = `
    const { connectEngine } = await import(${JSON.stringify(engine)});
    if (process.getuid() === 0) process.setuid(${NOBODY});
    else (await import('node:fs')).chmodSync(${JSON.stringify(host.slice('unix://'.length))}, 0);
    const search = { env: { DOCKER_HOST: ${JSON.stringify(host)} }, platform: 'linux' };
    await connectEngine(search).then(() => console.log('connected'), error => console.log(error.message));`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout;
}
