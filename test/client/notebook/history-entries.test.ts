import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSession } from '../../../catalog/trino/session.ts';
import type { StatementEnd } from '../../../client/notebook/cell-run.ts';
import { historyEntry } from '../../../client/notebook/history-entries.ts';
import { neededParameters, prepareStatement } from '../../../client/notebook/prepare-statement.ts';

const FIRST = '-- @branch dev\n-- @session query_max_run_time=1h\nSELECT 1';
const TEXT = '-- @param most bigint = 3\n-- @param api_token varchar = abc\nSELECT count(*) FROM few';
const CELLS = [{ name: 'few', text: 'SELECT * FROM nation WHERE nationkey < :most AND name <> :api_token' }];

describe('what the history keeps of a statement', () => {
  test('has its named cells in it and its parameters open, so that it runs and asks as the first time', () => {
    const entry = historyEntry(endOf('SELECT count(*) FROM few'), {
      text: TEXT,
      firstText: FIRST,
      texts: [FIRST, TEXT, '-- @param unused bigint = 1'],
      defaultCatalog: 'iceberg',
      source: 'a.sql',
    });
    assert.match(entry.statement, /^WITH "few" AS \(\nSELECT \* FROM nation WHERE nationkey < :most/);
    assert.deepEqual(neededParameters(entry.statement, []), ['most', 'api_token']);
    assert.equal(
      entry.directives,
      '-- @branch dev\n-- @schema tiny\n-- @session query_max_run_time=1h\n-- @param most bigint = 3\n-- @param api_token varchar',
    );
  });

  test('needs no lines where everything is the default', () => {
    const end = endOf('SELECT 1', createSession({ catalog: 'iceberg' }));
    const entry = historyEntry(end, {
      text: 'SELECT 1',
      firstText: 'SELECT 1',
      texts: [],
      defaultCatalog: 'iceberg',
      source: 'a.sql',
    });
    assert.equal(entry.directives, undefined);
    assert.equal(entry.rows, 7);
  });
});

function endOf(
  statement: string,
  session = createSession({ catalog: 'iceberg_dev', schema: 'tiny' }),
): StatementEnd {
  const values = new Map([
    ['most', { type: 'bigint', text: '3' }],
    ['api_token', { type: 'varchar', text: 'abc' }],
  ]);
  const { text, template } = prepareStatement(statement, { cells: CELLS, values });
  const connection = { uri: 'http://127.0.0.1:8080', user: 'admin' };
  return {
    handle: 'h',
    request: { connection, statement: text, session, rowLimit: 10, path: 'rows.arrow' },
    statement,
    template,
    start: 0,
    position: 0,
    output: {
      statement,
      progress: {
        state: 'FINISHED',
        elapsedMs: 5,
        completedSplits: 1,
        totalSplits: 1,
        processedRows: 7,
        processedBytes: 9,
        peakMemoryBytes: 1,
        fetchedRows: 7,
      },
    },
  };
}
