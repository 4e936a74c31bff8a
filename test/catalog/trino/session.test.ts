import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applyResponseHeaders, createSession, sessionToHeaders } from '../../../catalog/trino/session.ts';

describe('a Trino session', () => {
  test('remembers every setting and prepared statement until it is taken back', () => {
    const session = createSession({ catalog: 'iceberg', properties: { query_max_run_time: '5m' } });
    applyResponseHeaders(
      session,
      new Map([
        ['x-trino-set-catalog', 'tpch'],
        ['x-trino-set-schema', 'tiny'],
        ['x-trino-set-session', 'a.b=1%2C2+3,c=x'],
        ['x-trino-added-prepare', 'p=SELECT+%3F+%2B+1'],
        ['x-trino-started-transaction-id', 't1'],
      ]),
    );
    assert.deepEqual(sessionToHeaders(session), {
      'X-Trino-Catalog': 'tpch',
      'X-Trino-Schema': 'tiny',
      'X-Trino-Session': 'query_max_run_time=5m,a.b=1%2C2%203,c=x',
      'X-Trino-Prepared-Statement': 'p=SELECT%20%3F%20%2B%201',
      'X-Trino-Transaction-Id': 't1',
    });
    applyResponseHeaders(
      session,
      new Map([
        ['x-trino-clear-session', 'a.b'],
        ['x-trino-deallocated-prepare', 'p'],
        ['x-trino-clear-transaction-id', 'true'],
      ]),
    );
    assert.deepEqual(sessionToHeaders(session), {
      'X-Trino-Catalog': 'tpch',
      'X-Trino-Schema': 'tiny',
      'X-Trino-Session': 'query_max_run_time=5m,c=x',
      'X-Trino-Transaction-Id': 'NONE',
    });
  });
});
