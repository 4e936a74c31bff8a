import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { expectedAt } from '../../../server/sql/index.ts';

/** What may stand at `|`: keywords, symbols and what a name would name. */
function expected(marked: string): ReturnType<typeof expectedAt> {
  const offset = marked.indexOf('|');
  return expectedAt(marked.slice(0, offset) + marked.slice(offset + 1), offset);
}

describe('at a caret, keywords are expected', () => {
  const cases: readonly (readonly [marked: string, keywords: string])[] = [
    ['DROP TABLE |', 'IF'],
    ['CREATE OR |', 'REPLACE'],
    ['CREATE OR REPLACE |', 'BRANCH FUNCTION MATERIALIZED TABLE VIEW'],
    ['SELECT a FROM t GROUP |', 'BY'],
    ['SELECT a FROM t LEFT |', 'JOIN OUTER'],
    ['SELECT a FROM t TABLESAMPLE BERNOULLI |', ''],
    ['SELECT a IS NOT |', 'DISTINCT FALSE NULL TRUE UNKNOWN'],
    ['SELECT a NOT |', 'BETWEEN IN LIKE'],
    ['SELECT my_array[1 |', 'AT'],
    ['SELECT a BETWEEN 1 |', 'AND AT'],
    ['INSERT INTO t |', 'SELECT TABLE VALUES WITH'],
    ['MERGE INTO t USING u ON true WHEN |', 'MATCHED NOT'],
    ['MERGE INTO t USING u ON true WHEN NOT MATCHED |', 'AND THEN'],
    ['ALTER TABLE t |', 'ADD ALTER DROP EXECUTE RENAME SET'],
    ['SET SESSION |', 'AUTHORIZATION'],
    ['EXPLAIN (TYPE |', 'DISTRIBUTED IO LOGICAL VALIDATE'],
    ['GRANT SELECT |', 'ON TO'],
    ['SHOW CREATE |', 'FUNCTION MATERIALIZED SCHEMA TABLE VIEW'],
    [
      'CREATE FUNCTION f() RETURNS int BEGIN IF a THEN RETURN 1; |',
      'BEGIN CASE ELSE ELSEIF END IF ITERATE LEAVE LOOP REPEAT RETURN SET WHILE',
    ],
    ['SELECT a FROM t FOR |', 'TIMESTAMP VERSION'],
    ['SELECT rank() OVER (PARTITION |', 'BY GROUPS MEASURES ORDER PARTITION RANGE ROWS'],
    ['COMMENT ON TABLE t IS |', 'NULL'],
    // A word that is being typed does not count.
    ['SELECT a FROM t GROUP b|', 'BY'],
    // Behind an error the rest goes on as if nothing were wrong.
    ['SELECT zz, , a FROM t WHERE b IS |', 'DISTINCT FALSE NOT NULL TRUE UNKNOWN'],
    ['SELECT (a FROM t GROUP |', 'BY'],
    ['CREATE TABLE t (a int, , b int) |', 'COMMENT WITH'],
  ];
  for (const [marked, keywords] of cases) {
    test(marked, () => assert.equal(expected(marked).keywords.join(' '), keywords));
  }

  test('in both readings of a word that is a name as well', () => {
    const { keywords } = expected('SELECT * FROM t TABLESAMPLE |');
    for (const word of ['BERNOULLI', 'SYSTEM', 'WHERE', 'JOIN'] as const)
      assert.ok(keywords.includes(word), word);
  });

  test('only up to what is missing', () => {
    const { keywords, names } = expected('SELECT a FROM |');
    assert.deepEqual(keywords, ['JSON_TABLE', 'LATERAL', 'NEAREST', 'TABLE', 'UNNEST']);
    assert.deepEqual(names, ['table']);
  });
});

describe('at a caret, a name would name', () => {
  const cases: readonly (readonly [marked: string, roles: string])[] = [
    ['SELECT * FROM |', 'table'],
    ['SELECT * FROM a.|', 'table'],
    ['SELECT | FROM t', 'column'],
    ['SELECT a |', 'alias'],
    ['SELECT CAST(a AS |', 'type'],
    ['INSERT INTO t (|', 'column'],
    ['SET SESSION |', 'session-property'],
    ['CALL |', 'procedure'],
    ['ALTER TABLE t EXECUTE |', 'procedure'],
    ['SHOW SCHEMAS FROM |', 'catalog'],
    ['CREATE TABLE t (a int) WITH (|', 'property'],
    ['SELECT * FROM TABLE(|', 'table-function'],
    ['DROP ROLE |', 'role'],
    ['CREATE OR |', ''],
    ['SELECT 1 LIMIT 1 |', ''],
  ];
  for (const [marked, roles] of cases) {
    test(`${marked} ${roles === '' ? 'nothing' : roles}`, () =>
      assert.equal(expected(marked).names.join(' '), roles));
  }
});
