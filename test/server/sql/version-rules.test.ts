import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { corpusFolder, readCorpus, validStatements } from '../../bench/sql/corpus.ts';
import { lex, mayHoldNewer, newerThan, parseStatement } from '../../../server/sql/index.ts';

function hints(sql: string, release: number): string[] {
  return newerThan(parseStatement(sql).statement, sql, release).map(
    hint => `${sql.slice(hint.start, hint.end)}: ${hint.message}`,
  );
}

describe('a statement for an older server', () => {
  test('is right and gets a hint for each construct that the server does not know', () => {
    const sql = 'INSERT INTO t @ dev SELECT a FROM u PIVOT (sum(x) FOR c IN (1))';
    assert.deepEqual(parseStatement(sql).problems, []);
    assert.deepEqual(hints(sql, 476), [
      't @ dev: A branch of a table needs Trino 477; the server is 476.',
      'u PIVOT (sum(x) FOR c IN (1)): PIVOT needs Trino 483; the server is 476.',
    ]);
    assert.deepEqual(hints(sql, 480).length, 1);
    assert.deepEqual(hints(sql, 483), []);
  });

  const newer: readonly (readonly [sql: string, since: number])[] = [
    ['ALTER TABLE t ADD COLUMN a int FIRST', 469],
    ['WITH SESSION a = 1 SELECT 1', 470],
    ['SELECT [1, 2]', 474],
    ['SELECT 1 UNION CORRESPONDING SELECT 2', 475],
    ['SELECT a FROM t GROUP BY AUTO', 475],
    ['CREATE BRANCH b IN TABLE t', 477],
    ['GRANT CREATE BRANCH ON t TO u', 477],
    ['CREATE TABLE t (a int DEFAULT 1)', 477],
    ['ALTER TABLE t ALTER COLUMN a DROP DEFAULT', 479],
    ['SELECT ROW(1 AS a)', 479],
    ['DESCRIBE OUTPUT (SELECT 1)', 481],
    ['SELECT CASE a WHEN > 1 THEN 2 END', 482],
    ['SELECT f(a => 1)', 482],
    ['SELECT a AT LOCAL', 482],
    ['SELECT (a, b) OVERLAPS (c, d)', 483],
  ];
  for (const [sql, since] of newer) {
    test(`${sql} is hinted at below ${since}`, () => {
      assert.deepEqual(hints(sql, since), []);
      assert.equal(hints(sql, since - 1).length, 1);
      assert.ok(mayHoldNewer(lex(sql)), 'words and signs show it without a look at the tree');
    });
  }

  test('gets no hint for what every server knows', () => {
    const sql =
      "SELECT a.b, ROW(1, 2), ARRAY[1], f(x) FROM t WHERE a IS NULL AND b BETWEEN 1 AND 2 AND c AT TIME ZONE 'UTC' = d";
    assert.deepEqual(hints(sql, 468), []);
    assert.ok(!mayHoldNewer(lex('SELECT a.b, count(*) FROM t WHERE c IS NULL GROUP BY a.b')));
  });

  test('no statement of the corpus with a newer construct is passed over', t => {
    const folder = corpusFolder();
    if (folder === undefined) return t.skip('the Trino corpus is not beside the project');
    for (const sql of validStatements(readCorpus(folder)).filter((_, i) => i % 10 === 0)) {
      const parsed = parseStatement(sql);
      if (!mayHoldNewer(parsed.tokens)) assert.deepEqual(newerThan(parsed.statement, sql, 1), [], sql);
    }
  });
});
