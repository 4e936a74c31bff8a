import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { connectNessie, requestNessie, refPath } from '../../../catalog/nessie/connection.ts';
import { isConflict, NessieError } from '../../../catalog/nessie/errors.ts';

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

function fakeFetch(answer: () => Response | Promise<Response>): { fetch: typeof fetch; sent: Sent[] } {
  const sent: Sent[] = [];
  return {
    sent,
    fetch: async (url, init) => {
      sent.push({ url: url instanceof Request ? url.url : url.toString(), init: init ?? {} });
      return answer();
    },
  };
}

const json = (status: number, text: string): Response => new Response(text, { status });

async function failure(
  answer: () => Response | Promise<Response>,
  method: 'GET' | 'POST',
): Promise<NessieError> {
  const connection = connectNessie({
    uri: 'http://nessie/api/v2/',
    fetch: fakeFetch(answer).fetch,
    timeoutMs: 50,
  });
  try {
    await requestNessie(connection, { method, path: '/trees/main' });
  } catch (error) {
    assert.ok(error instanceof NessieError, String(error));
    return error;
  }
  assert.fail('the request did not fail');
}

describe('a request to Nessie', () => {
  test('carries the login, a token file read anew every time, and never puts it into the address', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-token-'));
    const file = path.join(folder, 'token');
    const { fetch, sent } = fakeFetch(() => json(200, '{}'));
    const bearer = connectNessie({
      uri: 'http://nessie/api/v2',
      fetch,
      login: { kind: 'bearer', token: 't' },
    });
    await requestNessie(bearer, { path: '/config' });
    const renewed = connectNessie({
      uri: 'http://nessie/api/v2',
      fetch,
      login: { kind: 'token-file', path: file },
    });
    for (const token of ['t1\n', 't2']) {
      writeFileSync(file, token);
      await requestNessie(renewed, { path: '/config' });
    }
    for (const spoil of [() => writeFileSync(file, 'two words'), () => rmSync(folder, { recursive: true })]) {
      spoil();
      await assert.rejects(requestNessie(renewed, { path: '/config' }), (error: unknown) => {
        assert.ok(error instanceof NessieError && error.code === 'UNAUTHENTICATED');
        assert.match(error.message, /^The token file for Nessie at http:\/\/nessie\/api\/v2/);
        assert.doesNotMatch(error.message, /two words/);
        return true;
      });
    }
    const basic = connectNessie({
      uri: 'http://nessie/api/v2',
      fetch,
      login: { kind: 'basic', user: 'ann', password: 'ü:x' },
    });
    await requestNessie(basic, { path: '/config' });
    assert.deepEqual(
      sent.map(({ init }) => new Headers(init.headers).get('authorization')),
      ['Bearer t', 'Bearer t1', 'Bearer t2', `Basic ${Buffer.from('ann:ü:x').toString('base64')}`],
    );
    assert.deepEqual(new Set(sent.map(({ url }) => url)), new Set(['http://nessie/api/v2/config']));
  });

  test('prints long integers with all their digits', async () => {
    const { fetch, sent } = fakeFetch(() => json(200, '{"snapshotId":9007199254740993}'));
    const connection = connectNessie({ uri: 'http://nessie/api/v2', fetch });
    const answer = await requestNessie(connection, {
      method: 'POST',
      path: '/x',
      body: { id: 9007199254740993n },
    });
    assert.equal(sent[0]?.init.body, '{"id":9007199254740993}');
    assert.equal(answer['snapshotId'], 9007199254740993n);
  });

  test('a conflict is typed, with every reason and its key', async () => {
    const error = await failure(
      () =>
        json(
          409,
          '{"status":409,"message":"Namespace must exist.","errorCode":"REFERENCE_CONFLICT","errorDetails":{"type":"REFERENCE_CONFLICTS","conflicts":[{"conflictType":"NAMESPACE_ABSENT","key":{"elements":["a.b"]},"message":"m"},{"conflictType":"UNEXPECTED_HASH","key":null,"message":"h"}]}}',
        ),
      'POST',
    );
    assert.ok(isConflict(error));
    assert.equal(error.outcome, 'refused');
    assert.deepEqual(error.conflicts, [
      { kind: 'NAMESPACE_ABSENT', key: ['a.b'], message: 'm' },
      { kind: 'UNEXPECTED_HASH', message: 'h' },
    ]);
  });

  test('the outcome of a write is unknown after a server fault, a time-out and a broken connection', async () => {
    const never = (): Promise<Response> =>
      new Promise((_resolve, reject) => setTimeout(reject, 80, new Error('late')));
    const broken = (): never => {
      throw Object.assign(new TypeError('fetch failed'), {
        cause: Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
      });
    };
    for (const answer of [() => json(503, 'busy'), () => json(500, ''), never, broken]) {
      const error = await failure(answer, 'POST');
      assert.equal(error.outcome, 'unknown');
      assert.equal(error.retriable, true);
    }
    assert.equal((await failure(broken, 'GET')).outcome, 'refused');
  });

  test('a refused connection and refused credentials certainly changed nothing', async () => {
    const refused = await failure(() => {
      throw Object.assign(new TypeError('fetch failed'), {
        cause: Object.assign(new Error(''), { code: 'ECONNREFUSED' }),
      });
    }, 'POST');
    assert.deepEqual([refused.code, refused.outcome, refused.retriable], ['UNREACHABLE', 'refused', true]);
    assert.match(refused.message, /ECONNREFUSED.*Is the server running/);
    const denied = await failure(() => json(401, ''), 'POST');
    assert.deepEqual([denied.code, denied.outcome, denied.retriable], ['UNAUTHENTICATED', 'refused', false]);
    assert.match(denied.message, /asks for a login, and none is set.*LAKEHOUSE_NESSIE_TOKEN/);
  });

  test('an answer that is not JSON says so instead of failing somewhere else', async () => {
    const error = await failure(() => json(200, '<html>proxy</html>'), 'GET');
    assert.equal(error.code, 'BAD_ANSWER');
    assert.match(error.message, /<html>proxy/);
  });

  test("the caller's abort is not an error of Nessie", async () => {
    const controller = new AbortController();
    const { fetch } = fakeFetch(() => {
      controller.abort(new Error('stop'));
      throw new DOMException('aborted', 'AbortError');
    });
    const connection = connectNessie({ uri: 'http://nessie/api/v2', fetch });
    await assert.rejects(
      requestNessie(connection, { path: '/x', signal: controller.signal }),
      /^Error: stop$/,
    );
  });

  test('reference names with slashes stay one segment of the path', () => {
    assert.equal(refPath({ name: 'feature/x.y', hash: 'ab' }), 'feature%2Fx.y@ab');
    assert.equal(refPath({ hash: 'ab' }), '@ab');
  });
});
