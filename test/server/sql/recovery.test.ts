import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseStatement, relationsOf } from '../../../server/sql/index.ts';

function tablesOf(sql: string): string {
  const found = relationsOf(parseStatement(sql).statement);
  return found.map(({ name }) => sql.slice(name.start, name.end)).join(' ');
}

/** Broken statements, and the tables of their FROM clauses that are found all the same. */
const CASES: readonly (readonly [what: string, sql: string, tables: string])[] = [
  ['an item that is missing', 'SELECT a, , b FROM t JOIN u ON true', 't u'],
  ['an empty select list', 'SELECT FROM t, u WHERE a', 't u'],
  ['a dot without a name before FROM', 'SELECT o. FROM orders o', 'orders'],
  ['a dot without a name before FROM and a parenthesis', 'SELECT o. FROM (SELECT 1 FROM t) o, u', 't u'],
  ['a condition that is not finished', 'SELECT a FROM t WHERE a = AND b IN (SELECT c FROM u)', 't u'],
  ['a join without a condition', 'SELECT a FROM t JOIN u WHERE a = (SELECT max(b) FROM v)', 't u v'],
  ['a parenthesis that is not closed', 'SELECT (a + 1 FROM t JOIN u ON true', 't u'],
  ['a parenthesis of a call that is not opened', 'SELECT sum a), b FROM t, u', 't u'],
  ['such a parenthesis in a subquery', 'SELECT * FROM (SELECT sum a) b FROM t) x JOIN u ON true', 't u'],
  ['a subquery in FROM that is not opened', 'SELECT a FROM SELECT b FROM t) x, u', 't u'],
  ['a subquery in FROM that is not closed', 'SELECT a FROM (SELECT b FROM t WHERE c x, u WHERE d', 't u'],
  ['a subquery in WHERE that is not opened', 'SELECT a FROM t WHERE a = SELECT max(b) FROM u) AND c', 't u'],
  ['a subquery behind IN that is not opened', 'SELECT a FROM t WHERE a IN SELECT b FROM u) AND c', 't u'],
  ['a comma that is missing in the select list', 'SELECT a.b c.d FROM t', 't'],
  ['a comma that is missing in FROM', 'SELECT a FROM s.t s.u, v', 's.t s.u v'],
  ['a FROM that is missing before a qualified name', 'SELECT a s.t x, u WHERE b', 's.t u'],
  ['a FROM that is missing before a subquery', 'SELECT a b (SELECT c FROM t) x, u', 't u'],
  ['an AND that is missing', 'SELECT a FROM t WHERE a = 1 b IN (SELECT c FROM u)', 't u'],
  ['a BY that is missing', 'SELECT a OVER (PARTITION b ORDER c) FROM t GROUP a ORDER b', 't'],
  ['an AS that is missing', 'WITH a (SELECT 1 FROM t) SELECT * FROM a', 't a'],
  [
    'a common table that is not closed',
    'WITH a AS (SELECT 1 FROM t, b AS (SELECT 2 FROM u) SELECT * FROM a, b',
    't u a b',
  ],
  ['a common table that is not opened', 'WITH a AS SELECT 1 FROM t) SELECT * FROM a', 't a'],
  [
    'a comma between common tables that is missing',
    'WITH a AS (SELECT 1 FROM t) b AS (SELECT 2 FROM u) SELECT * FROM a',
    't u a',
  ],
  ['a clause that comes too late', 'SELECT a WHERE b FROM t', 't'],
  ['a SELECT that is missing', 'FROM t WHERE a', 't'],
  ['a string that is not closed', "SELECT 'abc\nFROM t", 't'],
  ['a comma too many in a list of values', 'SELECT f(a, , b) FROM t WHERE c IN (1, , 2)', 't'],
];

describe('tables are found behind', () => {
  for (const [what, sql, tables] of CASES) {
    test(what, () => {
      const { problems, tokens } = parseStatement(sql);
      assert.ok(problems.length + tokens.problems.length > 0, 'this statement is right');
      assert.equal(tablesOf(sql), tables);
    });
  }
});
