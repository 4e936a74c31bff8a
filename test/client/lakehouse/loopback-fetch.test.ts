import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { fetchFor } from '../../../client/lakehouse/loopback-fetch.ts';

const globals = globalThis as { __vscodeOriginalFetch?: typeof fetch };
const own: typeof fetch = () => Promise.reject(new Error('never asked'));
afterEach(() => {
  delete globals.__vscodeOriginalFetch;
});

describe('the fetch for an address', () => {
  test('is Node’s own for plain HTTP within this machine, and the editor’s for everything else', () => {
    globals.__vscodeOriginalFetch = own;
    for (const uri of ['http://127.0.0.1:19120/api/v2', 'http://localhost', 'http://[::1]:9000/'])
      assert.equal(fetchFor(uri), own, uri);
    const others = [
      'https://127.0.0.1:1',
      'http://10.0.0.1',
      'http://localhost.example.com',
      'http://127.0.0.1.example.com',
    ];
    for (const uri of [...others, '', 'no address']) assert.equal(fetchFor(uri), globalThis.fetch, uri);
  });

  test('is the only one there is outside of the editor', () => {
    assert.equal(fetchFor('http://127.0.0.1:19120'), globalThis.fetch);
  });
});
