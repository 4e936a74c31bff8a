import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { engineSearch } from '../../docker/containers/discovery.ts';
import type { Engine, PullProgress } from '../../docker/containers/engine-api.ts';
import { ensureImage } from '../../docker/containers/pull.ts';
import { connectEngine } from '../../docker/engine.ts';
import { findRegistryProgram, type Registry, startRegistry } from './registry.ts';

const program = findRegistryProgram(process.env);
const skip =
  program === undefined ? 'there is no registry program here: test/docker/lab/lab.sh builds one' : false;

/** The registry is a real one (CNCF distribution); the line to it is slowed down or cut by the test. */
describe('pulling from a registry', { skip }, () => {
  let engine: Engine;
  let registry: Registry;
  let digest = '';
  let tag = '';
  const image = (address = registry.lineAddress): string => `${address}/lab/big:${tag}`;
  const present = async (reference: string): Promise<boolean> =>
    (await engine.inspectImage(reference)) !== undefined;
  const pull = (reference: string, onProgress: (progress: PullProgress) => void = () => undefined) =>
    engine.pullImage(reference, { signal: AbortSignal.timeout(60_000), onProgress });

  before(async () => {
    engine = await connectEngine(engineSearch(process.env));
    registry = await startRegistry(program ?? '');
  });
  // Each gets its own: engines keep layers of what they were told to forget, whole ones and begun ones.
  beforeEach(async ({ name }) => {
    tag = `for-${name.replace(/\W+/g, '-').slice(0, 40)}`;
    digest = await registry.push('lab/big', tag);
  });
  after(() => registry[Symbol.asyncDispose]());

  test('ends with an error, and without the image, when the connection is cut in the middle', async () => {
    registry.line.bytesUntilCut = 2 << 20;
    await assert.rejects(pull(image()), (error: Error) => {
      assert.match(error.message, /EOF|reset|cut|ended before|connection/i);
      return true;
    });
    assert.equal(await present(image()), false);
    registry.line.bytesUntilCut = Number.POSITIVE_INFINITY;
  });

  test('stops when it is cancelled, and the engine does not go on by itself', async () => {
    registry.line.bytesPerSecond = 2 << 20;
    const controller = new AbortController();
    const began = performance.now();
    const pulling = engine.pullImage(image(), {
      signal: controller.signal,
      onProgress: ({ receivedBytes }) => {
        if (receivedBytes > 0) controller.abort(new Error('cancelled by the test'));
      },
    });
    await assert.rejects(pulling, /cancelled by the test/);
    assert.ok(performance.now() - began < 10_000);
    registry.line.bytesPerSecond = Number.POSITIVE_INFINITY;
    assert.equal(await present(image()), false);
  });

  test('tells bytes and layers on the way, and the image is there at the end', async () => {
    registry.line.bytesPerSecond = 12 << 20;
    const told: PullProgress[] = [];
    await pull(image(), progress => told.push(progress));
    registry.line.bytesPerSecond = Number.POSITIVE_INFINITY;
    assert.equal(await present(image()), true);
    const last = told.at(-1);
    assert.equal(last?.layers, 3);
    assert.equal(last.layersDone, 3);
    assert.ok(told.some(({ receivedBytes, totalBytes }) => receivedBytes > 0 && receivedBytes < totalBytes));
    const received = told.map(progress => progress.receivedBytes);
    assert.deepEqual(
      received,
      received.toSorted((a, b) => a - b),
      'bytes only grow',
    );
    await engine.removeImage(image());
  });

  test('takes an image by its digest', async () => {
    const reference = `${registry.address}/lab/big@${digest}`;
    await pull(reference);
    assert.equal(await present(reference), true);
    await engine.removeImage(reference);
  });

  test('goes on to the next registry when one cannot be reached, and names all of them when none can', async () => {
    const nowhere = '127.0.0.1:1/lab/big:1.0';
    const options = { signal: AbortSignal.timeout(60_000), onProgress: () => undefined };
    const contract = { references: [nowhere, image(registry.address)] as const, downloadBytes: 1 };
    assert.equal(await ensureImage(engine, contract, options), image(registry.address));
    await engine.removeImage(image(registry.address));
    const hopeless = {
      references: [nowhere, `${registry.address}/lab/none:1.0`] as const,
      downloadBytes: 1,
    };
    await assert.rejects(
      ensureImage(engine, hopeless, options),
      /could not be pulled.*127\.0\.0\.1:1\/lab\/big:1\.0: .*connection refused.*lab\/none:1\.0: .*(manifest unknown|not found)/s,
    );
  });

  test('fails at an error that the engine tells inside the stream', async () => {
    registry.spoilLayers();
    await assert.rejects(
      pull(image(registry.address)),
      /verification failed|unexpected commit digest|unknown blob/,
    );
    assert.equal(await present(image(registry.address)), false);
  });
});
