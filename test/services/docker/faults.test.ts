import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, truncateSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { directoryBytes, fetchArtifact, findArtifact } from '../../../docker/artifacts/fetch.ts';
import { type Artifact, ARTIFACTS } from '../../../docker/artifacts/table.ts';
import { findCacheDirectory } from '../../../docker/home.ts';
import { LakehouseStartError } from '../../../docker/lakehouse.ts';
import { AUTO_PORTS, openTemporaryLakehouse } from './stack-clients.ts';

const POMS = path.resolve(import.meta.dirname, '../../../docker/artifacts');

describe('a start that cannot work', () => {
  test('is refused before anything runs when the disk is too small', async () => {
    await using stack = openTemporaryLakehouse();
    const settings = { ports: AUTO_PORTS, reserveDiskBytes: 1e18 };
    await assert.rejects(
      stack.lakehouse.up({ settings }),
      /The disk of .* has .* free and 1000000000\.\d GB are needed/,
    );
    const { services } = await stack.lakehouse.status();
    assert.deepEqual(
      Object.values(services).map(service => service.state.kind),
      ['stopped', 'stopped', 'stopped', 'stopped'],
    );
    assert.ok(!existsSync(path.join(stack.home, 'endpoints.json')));
  });

  test('without Java names what is missing, and the object store comes up all the same', async () => {
    const cache = await cacheWithOnly(ARTIFACTS.seaweedfs);
    after(() => rmSync(cache, { recursive: true, force: true }));
    const noJava = { PATH: '/nowhere', JAVA_HOME: '', LAKEHOUSE_JVM_DIRS: '' };
    await using stack = openTemporaryLakehouse({
      env: { ...process.env, ...noJava, LAKEHOUSE_CACHE: cache },
    });
    const error = await stack.lakehouse.up({ settings: { ports: AUTO_PORTS } }).then(
      () => assert.fail('it started'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof LakehouseStartError);
    const { kafka, objectStore } = error.status.services;
    assert.equal(objectStore.state.kind, 'ready');
    assert.match(
      kafka.state.kind === 'failed' ? kafka.state.cause : '',
      /Java 24 or newer is needed\. None was found in JAVA_HOME, on PATH.*pip fetches this package, and neither/,
    );
  });

  test('that is interrupted leaves nothing running', async () => {
    await using stack = openTemporaryLakehouse();
    const controller = new AbortController();
    const up = stack.lakehouse.up({
      settings: { ports: AUTO_PORTS },
      signal: controller.signal,
      onEvent: event => {
        const isUp =
          event.kind === 'service' && event.service === 'objectStore' && event.state.kind === 'ready';
        if (isUp) controller.abort(new Error('Interrupted'));
      },
    });
    await assert.rejects(up, /Interrupted/);
    const { services } = await stack.lakehouse.status();
    for (const service of Object.values(services)) {
      assert.equal(service.pid, undefined);
      assert.equal(service.state.kind, 'stopped');
    }
  });
});

describe('fetching', () => {
  const cacheDirectory = mkdtempSync(path.join(os.tmpdir(), 'lakehouse-cache-'));
  after(() => rmSync(cacheDirectory, { recursive: true, force: true }));
  const options = { cacheDirectory, env: process.env, poms: POMS, onProgress: () => undefined };

  test('that is cut in the middle goes on where it stopped and counts only when it is whole', async () => {
    const artifact = ARTIFACTS.kafka;
    const work = path.join(cacheDirectory, `kafka-${artifact.version}.fetching`);
    const controller = new AbortController();
    const cut = fetchArtifact(artifact, {
      ...options,
      signal: controller.signal,
      onProgress: received => {
        if (received > 20_000_000) controller.abort(new Error('cut'));
      },
    });
    await assert.rejects(cut, /cut/);
    assert.equal(findArtifact(artifact, cacheDirectory), undefined);
    const kept = await directoryBytes(work);
    assert.ok(kept > 10_000_000, `${kept} bytes were kept`);

    const seen: number[] = [];
    const signal = new AbortController().signal;
    const directory = await fetchArtifact(artifact, {
      ...options,
      signal,
      onProgress: bytes => seen.push(bytes),
    });
    assert.ok((seen[0] ?? 0) >= kept * 0.9, `it began again at ${seen[0]} of ${kept} bytes`);
    assert.equal(findArtifact(artifact, cacheDirectory), directory);
    assert.equal(readdirSync(path.join(directory, 'lib')).length, 46);
    assert.ok(!existsSync(work));
  });

  test('finds an artifact that lost its end not whole', async () => {
    const directory = findArtifact(ARTIFACTS.kafka, cacheDirectory) ?? assert.fail('it was fetched before');
    const entry = path.join(directory, ARTIFACTS.kafka.entry);
    truncateSync(entry, statSync(entry).size - 1);
    assert.equal(findArtifact(ARTIFACTS.kafka, cacheDirectory), undefined);
  });

  test('refuses content with another hash and throws it away', async () => {
    const { jdk } = ARTIFACTS;
    if (jdk.source.kind !== 'wheel') assert.fail('the runtime is a wheel');
    const files = jdk.source.files.map(file => ({ ...file, sha256: '0'.repeat(64) }));
    const forged: Artifact = { ...jdk, source: { ...jdk.source, files } };
    const { signal } = new AbortController();
    await assert.rejects(
      fetchArtifact(forged, { ...options, signal }),
      /Java runtime 25\.0\.2\.1 was fetched but has the SHA-256 [0-9a-f]{64} instead of 0{64}\. It was removed/,
    );
    assert.equal(findArtifact(forged, cacheDirectory), undefined);
    assert.ok(!existsSync(path.join(cacheDirectory, `jdk-${jdk.version}.fetching`)));
  });
});

/** A cache of its own in which only this artifact of the machine's cache can be seen. */
async function cacheWithOnly(artifact: Artifact): Promise<string> {
  const signal = AbortSignal.timeout(120_000);
  const whole = await fetchArtifact(artifact, {
    cacheDirectory: findCacheDirectory(process.env),
    env: process.env,
    poms: POMS,
    signal,
    onProgress: () => undefined,
  });
  const cache = mkdtempSync(path.join(os.tmpdir(), 'lakehouse-cache-'));
  symlinkSync(whole, path.join(cache, path.basename(whole)));
  return cache;
}
