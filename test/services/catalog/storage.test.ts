import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import {
  createObjectStore,
  createS3Client,
  type ObjectInfo,
  type ObjectStore,
} from '../../../catalog/storage.ts';
import { type ObjectStoreErrorCode, ObjectStoreError } from '../../../catalog/storage-error.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

const endpoint = testEndpoints().objectStore;
const client = createS3Client(endpoint);
const store = createObjectStore(client);
const root = `s3://${endpoint.bucket}/catalog-test/${randomUUID()}`;

describe('the object store, really', () => {
  after(async () => {
    for await (const object of store.list(`${root}/`)) await store.delete(object.uri);
    client.destroy();
  });

  test('bytes come back whole, by range and from the end, under any name', async () => {
    const uri = `${root}/a b/ä+😀%20.bin`;
    const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);
    await store.put(uri, bytes, { contentType: 'application/octet-stream' });
    assert.deepEqual(await store.get(uri), bytes);
    assert.deepEqual(await store.getRange(uri, { start: 10, length: 5 }), bytes.slice(10, 15));
    assert.deepEqual(await store.getRange(uri, { start: 990, length: 50 }), bytes.slice(990));
    assert.deepEqual(await store.getRange(uri, { start: 3, length: 0 }), new Uint8Array());
    assert.deepEqual(await store.getTail(uri, 8), { bytes: bytes.slice(992), size: 1000 });
    assert.deepEqual(await store.getTail(uri, 5000), { bytes, size: 1000 });
    assert.equal((await store.head(uri))?.size, 1000);
    assert.deepEqual(await store.get(uri.replace('s3:', 's3a:')), bytes);
  });

  test('a name can be claimed only once', async () => {
    const uri = `${root}/once`;
    await store.put(uri, Buffer.from('first'), { ifNoneMatch: '*' });
    await fails(store.put(uri, Buffer.from('second'), { ifNoneMatch: '*' }), 'exists');
    assert.equal(Buffer.from(await store.get(uri)).toString(), 'first');
  });

  test('listings go on beyond one page of a thousand', async () => {
    const names = Array.from(
      { length: 1005 },
      (_, index) => `${root}/many/${String(index).padStart(4, '0')}`,
    );
    for (let start = 0; start < names.length; start += 50)
      await Promise.all(names.slice(start, start + 50).map(name => store.put(name, new Uint8Array([1]))));
    const listed: ObjectInfo[] = [];
    for await (const object of store.list(`${root}/many/`)) listed.push(object);
    assert.deepEqual(
      listed.map(object => object.uri),
      names,
    );
    assert.ok(listed.every(object => object.size === 1 && object.lastModified !== undefined));
  });

  test('what is missing, refused, unreachable, cancelled or malformed is told apart', async () => {
    assert.equal(await store.head(`${root}/nothing`), undefined);
    await store.delete(`${root}/nothing`);
    await fails(store.get(`${root}/nothing`), 'notFound');
    await fails(store.get('s3://no-such-bucket-here/x'), 'notFound');
    await fails(store.get('file:///etc/passwd'), 'badUri');
    await fails(store.get(`${root}/x`, { signal: AbortSignal.abort() }), 'aborted');
    await failsOn({ ...endpoint, secretAccessKey: 'wrong' }, 'denied');
    const unreachable = await failsOn({ ...endpoint, endpoint: 'http://127.0.0.1:1' }, 'unavailable');
    assert.equal(unreachable.retriable, true);
    assert.ok(!unreachable.message.includes(endpoint.secretAccessKey));
  });
});

async function failsOn(other: typeof endpoint, code: ObjectStoreErrorCode): Promise<ObjectStoreError> {
  const otherClient = createS3Client(other);
  const otherStore: ObjectStore = createObjectStore(otherClient);
  try {
    return await fails(otherStore.get(`${root}/x`), code);
  } finally {
    otherClient.destroy();
  }
}

async function fails(call: Promise<unknown>, code: ObjectStoreErrorCode): Promise<ObjectStoreError> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof ObjectStoreError, String(error));
    assert.equal(error.code, code, error.message);
    return error;
  }
  assert.fail('the call did not fail');
}
