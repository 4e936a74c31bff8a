import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { expectedAt, parseStatement } from '../../../server/sql/index.ts';

/** What Trino 483 reads differently, as it is. */
describe('where the parser and Trino differ', () => {
  test('a table behind a FROM that is missing is taken for an alias, which it may be', () => {
    const { statement, problems } = parseStatement('SELECT a nation WHERE b');
    assert.deepEqual(problems, []);
    assert.equal(JSON.stringify(statement).includes('TableReference'), false);
  });

  test('constructs that nest deeper than 250 levels are not followed', () => {
    const nested = (depth: number): string => `SELECT ${'('.repeat(depth)}1${')'.repeat(depth)}`;
    assert.deepEqual(parseStatement(nested(200)).problems, []);
    assert.equal(parseStatement(nested(300)).problems[0]?.code, 'too-deep');
  });
});

/** Words that are keywords in one place and names in another. */
describe('names that look like keywords', () => {
  test('TRY_CAST without AS is a call, and a cast again as soon as AS stands there or the call is not closed', () => {
    const kinds = ['try_cast(a)', 'try_cast((SELECT a AS b), 2)', 'try_cast(a AS bigint)', 'try_cast(a'].map(
      sql => {
        const { statement } = parseStatement(`SELECT ${sql}`);
        return /"kind":"(FunctionCall|Cast)"/.exec(JSON.stringify(statement))?.[1];
      },
    );
    assert.deepEqual(kinds, ['FunctionCall', 'FunctionCall', 'Cast', 'Cast']);
  });

  test('SYMMETRIC may be the parameter of a lambda, whose body ends before AND', () => {
    const { statement, problems } = parseStatement('SELECT a BETWEEN symmetric -> 1 < 3 AND 2 AND b');
    assert.deepEqual(problems, []);
    const text = JSON.stringify(statement);
    assert.match(text, /"isSymmetric":false,"low":\{"kind":"Lambda"/);
    assert.match(text, /"kind":"Logical".*"kind":"Between"/);
  });

  test('a column of JSON_TABLE may be called nested and have a type called path', () => {
    const sql = "SELECT * FROM JSON_TABLE(a, 'lax $' COLUMNS (nested path ";
    const { keywords } = expectedAt(sql, sql.length);
    assert.deepEqual(keywords, ['ARRAY', 'DEFAULT', 'ERROR', 'FORMAT', 'NULL', 'PATH']);
    assert.deepEqual(parseStatement(`${sql}path 'lax $.x'))`).problems, []);
  });
});
