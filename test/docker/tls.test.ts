import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type EngineSearch, engineSearch } from '../../docker/containers/discovery.ts';
import { NoEngineError } from '../../docker/containers/no-engine-error.ts';
import { connectEngine } from '../../docker/engine.ts';
import { pickFreePort } from '../../docker/ports.ts';
import { type Authority, FOR_CLIENT, FOR_ENGINE, makeAuthority } from './certificates.ts';
import { findLabEngine } from './lab-engine.ts';

const lab = findLabEngine(process.env);
const skip =
  lab === undefined ? 'this engine is not the lab’s, so it may not be started anew with TLS' : false;

/** The engine listens with --tlsverify beside its socket; certificates are made here. */
describe('an engine over TCP with TLS', { skip }, () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'lakehouse-tls-'));
  let port = 0;
  let authority: Authority;
  let client = '';

  before(async () => {
    authority = makeAuthority(path.join(directory, 'authority'));
    client = authority.issue('client', FOR_CLIENT);
    const engine = authority.issue('engine', FOR_ENGINE);
    port = await pickFreePort(new Set());
    const keys = [`--tlscert=${engine}/cert.pem`, `--tlskey=${engine}/key.pem`];
    await lab?.stop();
    await lab?.start([
      '-H',
      `tcp://127.0.0.1:${port}`,
      '--tlsverify',
      `--tlscacert=${client}/ca.pem`,
      ...keys,
    ]);
  });
  after(async () => {
    await lab?.stop();
    await lab?.start();
    rmSync(directory, { recursive: true });
  });

  const withVariables = (certificates: string, host = `tcp://127.0.0.1:${port}`): EngineSearch =>
    engineSearch({ DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates });

  test('is reached with the certificates that DOCKER_CERT_PATH names', async () => {
    const engine = await connectEngine(withVariables(client));
    assert.equal(engine.origin.reason, 'DOCKER_HOST');
    assert.ok((await engine.info()).memoryBytes > 0);
    // A stream that stays open goes over the same connection.
    const controller = new AbortController();
    const events = engine.watchContainers('dev.lakehouse.stack', controller.signal);
    assert.equal((await events.next()).done, false);
    controller.abort();
  });

  test('is reached by a docker context that holds its certificates, verified or not', async () => {
    const byContext = (host: string, certificates: string, isUnverified: boolean): EngineSearch => {
      const config = mkdtempSync(path.join(directory, 'config-'));
      const digest = createHash('sha256').update('far').digest('hex');
      const docker = { Host: host, SkipTLSVerify: isUnverified };
      const meta = path.join(config, 'contexts/meta', digest);
      mkdirSync(meta, { recursive: true });
      writeFileSync(path.join(config, 'config.json'), '{"currentContext":"far"}');
      writeFileSync(path.join(meta, 'meta.json'), JSON.stringify({ Name: 'far', Endpoints: { docker } }));
      cpSync(certificates, path.join(config, 'contexts/tls', digest, 'docker'), { recursive: true });
      return engineSearch({ DOCKER_CONFIG: config, HOME: config });
    };
    const verified = await connectEngine(byContext(`tcp://127.0.0.1:${port}`, client, false));
    assert.equal(verified.origin.reason, 'the docker context far');
    // Under a name that the certificate is not for.
    const unverified = await connectEngine(byContext(`tcp://localhost:${port}`, client, true));
    assert.equal(unverified.origin.host, `tcp://localhost:${port}`);
  });

  test('is told with what is wrong: no authority, another one, another name, no certificate of ours', async () => {
    const without = (folder: string, ...files: string[]): string => {
      const copy = mkdtempSync(path.join(directory, 'part-'));
      cpSync(folder, copy, { recursive: true });
      for (const file of files) rmSync(path.join(copy, file));
      return copy;
    };
    const none = path.join(directory, 'nothing');
    assert.match(
      await faultOf(withVariables(none)),
      /authority unknown here: put .*nothing\/ca\.pem, where there is none/,
    );
    const stranger = makeAuthority(path.join(directory, 'stranger')).issue('client', FOR_CLIENT);
    assert.match(
      await faultOf(withVariables(stranger)),
      /certificate that \S+stranger\/client\/ca\.pem did not sign: get the ca\.pem of that engine/,
    );
    assert.match(
      await faultOf(withVariables(client, `tcp://localhost:${port}`)),
      /certificate for IP Address:127\.0\.0\.1, not for localhost: use one of those names/,
    );
    const anonymous = without(client, 'cert.pem', 'key.pem');
    assert.match(
      await faultOf(withVariables(anonymous)),
      /wants a certificate of yours and \S+\/cert\.pem is missing/,
    );
    const half = without(client, 'key.pem');
    assert.match(await faultOf(withVariables(half)), /has cert\.pem and lacks key\.pem: both are needed/);
    // Signed by nobody whom the engine knows, though the engine itself is believed.
    cpSync(path.join(client, 'ca.pem'), path.join(stranger, 'ca.pem'));
    assert.match(await faultOf(withVariables(stranger)), /does not accept the certificate \S+\/cert\.pem/);
    writeFileSync(path.join(stranger, 'cert.pem'), 'not a certificate');
    assert.match(await faultOf(withVariables(stranger)), /certificates in \S+\/client cannot be read/);
  });

  test('spoken to in the clear says that it wants TLS, and the other way round', async () => {
    const clear = engineSearch({ DOCKER_HOST: `tcp://127.0.0.1:${port}` });
    assert.match(await faultOf(clear), /wants TLS: set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH/);
    const server = http.createServer((_, response) => response.end('OK'));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port: plain } = server.address() as AddressInfo;
    assert.match(
      await faultOf(withVariables(client, `tcp://127.0.0.1:${plain}`)),
      /does not speak TLS: unset DOCKER_TLS_VERIFY/,
    );
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });
});

async function faultOf(search: EngineSearch): Promise<string> {
  const error = await connectEngine(search).then(
    () => assert.fail('an engine was found'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof NoEngineError, String(error));
  return error.message;
}
