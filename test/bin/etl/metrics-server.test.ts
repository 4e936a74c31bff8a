import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, test } from 'node:test';
import { serveMetrics } from '../../../bin/etl/metrics-server.ts';

describe('the figures for Prometheus', () => {
  test('stand at /metrics, and no other path does any harm', async () => {
    await using server = await serveMetrics('0', () => []);
    assert.ok(server !== undefined);
    assert.equal(await statusOf(server.uri, '//'), 404);
    assert.equal(await statusOf(server.uri, '/'), 404);
    assert.equal(await statusOf(server.uri, '/metrics?x=1'), 200);
  });
});

/** The path is sent as it is; `fetch` would put it right. */
function statusOf(uri: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(uri);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path }, answer => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
}
