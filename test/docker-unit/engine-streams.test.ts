import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findEngineCandidates } from '../../docker/containers/discovery.ts';
import { readLogLines } from '../../docker/containers/log-frames.ts';
import { readPull, splitLines } from '../../docker/containers/pull-progress.ts';

describe('a pull', () => {
  const line = (value: object): string => JSON.stringify(value);

  test('adds up its layers in bytes', () => {
    const reader = readPull();
    reader.push(line({ status: 'Pulling from lab/big', id: '1.0' }));
    reader.push(
      line({ status: 'Downloading', id: 'aaaaaaaaaaaa', progressDetail: { current: 10, total: 100 } }),
    );
    reader.push(line({ status: 'Already exists', id: 'cccccccccccc' }));
    const now = reader.push(
      line({ status: 'Downloading', id: 'bbbbbbbbbbbb', progressDetail: { current: 5, total: 50 } }),
    );
    assert.deepEqual(now, { receivedBytes: 15, totalBytes: 150, layersDone: 1, layers: 3 });
    reader.push(line({ status: 'Download complete', id: 'aaaaaaaaaaaa' }));
    const later = reader.push(line({ status: 'Pull complete', id: 'aaaaaaaaaaaa' }));
    assert.deepEqual(later, { receivedBytes: 105, totalBytes: 150, layersDone: 2, layers: 3 });
  });

  test('does not take the seconds of newer engines for bytes', () => {
    const reader = readPull();
    reader.push(
      line({ status: 'Downloading', id: 'aaaaaaaaaaaa', progressDetail: { current: 100, total: 100 } }),
    );
    const now = reader.push(
      line({ status: 'Extracting', id: 'aaaaaaaaaaaa', progressDetail: { current: 3, units: 's' } }),
    );
    assert.equal(now.receivedBytes, 100);
  });

  test('fails at an error inside the stream, which is data for the client library', () => {
    const reader = readPull();
    assert.throws(
      () => reader.push(line({ errorDetail: { message: 'unknown blob' }, error: 'unknown blob' })),
      /unknown blob/,
    );
    assert.equal(reader.isComplete(), false);
    reader.push(line({ status: 'Status: Downloaded newer image for x' }));
    assert.equal(reader.isComplete(), true);
  });

  test('is read line by line, however the chunks are cut', () => {
    const lines: string[] = [];
    const splitter = splitLines(text => lines.push(text));
    const bytes = Buffer.from('{"a":"ü"}\r\n{"b":1}\n{"c":2}');
    for (const byte of bytes) splitter.push(Buffer.from([byte]));
    splitter.end();
    assert.deepEqual(lines, ['{"a":"ü"}', '{"b":1}', '{"c":2}']);
  });
});

describe('the log of a container', () => {
  const frame = (stream: number, text: string): Buffer => {
    const header = Buffer.alloc(8);
    header[0] = stream;
    header.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([header, Buffer.from(text)]);
  };

  test('is taken out of its frames, and two streams never share a line', () => {
    const lines: string[] = [];
    const reader = readLogLines(line => lines.push(line));
    const bytes = Buffer.concat([frame(1, 'out '), frame(2, 'error\n'), frame(1, 'goes on\nlast')]);
    for (let i = 0; i < bytes.length; i += 3) reader.push(bytes.subarray(i, i + 3));
    reader.end();
    assert.deepEqual(lines, ['error', 'out goes on', 'last']);
  });
});

describe('looking for an engine', () => {
  const search = (over: object) => ({
    env: { HOME: '/home/u', XDG_RUNTIME_DIR: '/run/user/7' },
    platform: 'linux' as const,
    exists: () => false,
    read: () => undefined,
    ...over,
  });

  test('a setting comes first, then DOCKER_HOST', () => {
    const env = { DOCKER_HOST: 'tcp://host:2375' };
    assert.deepEqual(findEngineCandidates(search({ env, override: 'unix:///x' })), [
      { host: 'unix:///x', reason: 'the setting' },
    ]);
    assert.deepEqual(findEngineCandidates(search({ env })), [
      { host: 'tcp://host:2375', reason: 'DOCKER_HOST' },
    ]);
  });

  test('the chosen docker context is read, then come the usual sockets that exist', () => {
    const meta = JSON.stringify({
      Name: 'colima',
      Endpoints: { docker: { Host: 'unix:///home/u/.colima/default/docker.sock' } },
    });
    const read = (file: string): string | undefined =>
      file === '/home/u/.docker/config.json'
        ? '{"currentContext":"colima"}'
        : file.startsWith(
              '/home/u/.docker/contexts/meta/f24fd3749c1368328e2b149bec149cb6795619f244c5b584e844961215dadd16/',
            )
          ? meta
          : undefined;
    const exists = (file: string): boolean =>
      ['/var/run/docker.sock', '/run/user/7/podman/podman.sock'].includes(file);
    assert.deepEqual(findEngineCandidates(search({ read, exists })), [
      { host: 'unix:///home/u/.colima/default/docker.sock', reason: 'the docker context colima' },
      { host: 'unix:///var/run/docker.sock', reason: 'the usual socket' },
      { host: 'unix:///run/user/7/podman/podman.sock', reason: 'Podman' },
    ]);
  });

  test('takes the certificates of an address from the variables of the docker command line', () => {
    const at = (env: object) =>
      findEngineCandidates(search({ env: { HOME: '/home/u', ...env } })).map(({ tls }) => tls);
    const host = { DOCKER_HOST: 'tcp://far:2376' };
    assert.deepEqual(at(host), [undefined]);
    assert.deepEqual(at({ ...host, DOCKER_TLS_VERIFY: '1' }), [
      { directory: '/home/u/.docker', isVerified: true },
    ]);
    assert.deepEqual(at({ ...host, DOCKER_TLS: '1', DOCKER_CERT_PATH: '/certs' }), [
      { directory: '/certs', isVerified: false },
    ]);
    assert.deepEqual(at({ DOCKER_HOST: 'unix:///x', DOCKER_TLS_VERIFY: '1' }), [undefined]);
  });

  test('takes the certificates of a docker context from its own folder, and whether to look at them', () => {
    const folder =
      '/home/u/.docker/contexts/tls/f24fd3749c1368328e2b149bec149cb6795619f244c5b584e844961215dadd16/docker';
    const at = (docker: object, files: readonly string[]) =>
      findEngineCandidates(
        search({
          read: (file: string) =>
            file.endsWith('config.json')
              ? '{"currentContext":"colima"}'
              : JSON.stringify({ Endpoints: { docker } }),
          exists: (file: string) => files.includes(file),
        }),
      )[0]?.tls;
    const Host = 'tcp://10.1.2.3:2376';
    assert.deepEqual(at({ Host }, [`${folder}/ca.pem`]), { directory: folder, isVerified: true });
    assert.deepEqual(at({ Host, SkipTLSVerify: true }, []), { directory: undefined, isVerified: false });
    assert.equal(at({ Host, SkipTLSVerify: false }, []), undefined);
  });

  test('a broken configuration of the docker client is as good as none', () => {
    assert.deepEqual(findEngineCandidates(search({ read: () => '{' })), []);
  });
});
