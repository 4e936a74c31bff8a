import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { connectTrino, runStatement } from '../../../catalog/trino/client.ts';

const COLUMNS = [{ name: 'n', type: 'integer', typeSignature: { rawType: 'integer', arguments: [] } }];

/** A server with pages of one row, and what it was asked for. */
async function serve(pages: number): Promise<
  AsyncDisposable & {
    readonly uri: string;
    readonly asked: string[];
    readonly encodings: Set<unknown>;
    waitFor(entry: string): Promise<void>;
  }
> {
  const asked: string[] = [];
  const encodings = new Set<unknown>();
  const waiting = new Map<string, () => void>();
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const entry = `${request.method} ${request.url}`;
    asked.push(entry);
    waiting.get(entry)?.();
    encodings.add(request.headers['accept-encoding']);
    const page = Number(/\d+$/.exec(request.url ?? '')?.[0] ?? 0);
    const { port } = server.address() as AddressInfo;
    const more = page < pages ? { nextUri: `http://127.0.0.1:${port}/page/${page + 1}` } : {};
    const data = page === 0 ? {} : { columns: COLUMNS, data: [[page]] };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ id: 'q', stats: { state: 'RUNNING' }, ...more, ...data }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    encodings,
    waitFor: entry =>
      asked.includes(entry) ? Promise.resolve() : new Promise(resolve => waiting.set(entry, resolve)),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

test('the next page is on its way while one is worked on, but no further one, and nothing is compressed on loopback', async () => {
  await using server = await serve(9);
  const updates = runStatement(connectTrino({ uri: server.uri, user: 'test' }), 'SELECT 1');
  await updates.next();
  await server.waitFor('GET /page/1');
  const { value } = await updates.next();
  assert.deepEqual(value?.rows, [[1]]);
  await server.waitFor('GET /page/2');
  assert.deepEqual(server.asked, ['POST /v1/statement', 'GET /page/1', 'GET /page/2']);
  assert.deepEqual([...server.encodings], ['identity']);
  await updates.return();
  // The page that was asked for ahead is the one by which the query is ended.
  assert.deepEqual(server.asked.at(-1), 'DELETE /page/2');
});

test('all pages come, each once, in their order', async () => {
  await using server = await serve(5);
  const rows: unknown[] = [];
  for await (const update of runStatement(connectTrino({ uri: server.uri, user: 'test' }), 'SELECT 1'))
    rows.push(...update.rows.flat());
  assert.deepEqual(rows, [1, 2, 3, 4, 5]);
  assert.equal(server.asked.length, 6);
});
