import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixesOf } from '../../../client/notebook/error-fixes.ts';
import { applyEdits } from '../../../client/notebook/text-edits.ts';

function repaired(name: string, statement: string, at?: number): string | undefined {
  const [fix] = fixesOf({ name, message: '' }, statement, at);
  return fix?.kind === 'edit' ? applyEdits(statement, fix.edits).text : undefined;
}

describe('what can be done about an error of Trino', () => {
  test('a name in double quotes that is no column becomes a text', () => {
    const statement = `SELECT * FROM t WHERE city = "O'Hare ""x"""`;
    const at = statement.indexOf('"');
    assert.equal(repaired('COLUMN_NOT_FOUND', statement, at), `SELECT * FROM t WHERE city = 'O''Hare "x"'`);
    assert.equal(repaired('COLUMN_NOT_FOUND', 'SELECT nosuch', 7), undefined);
    assert.equal(repaired('COLUMN_NOT_FOUND', 'SELECT "x"'), undefined);
  });

  test('casts become those that answer NULL, but not inside of texts and comments', () => {
    assert.equal(
      repaired('INVALID_CAST_ARGUMENT', "SELECT cast(a AS integer), 'CAST(' -- CAST\n, CAST(b AS date)"),
      "SELECT TRY_CAST(a AS integer), 'CAST(' -- CAST\n, TRY_CAST(b AS date)",
    );
    assert.equal(repaired('INVALID_CAST_ARGUMENT', "SELECT date 'x'"), undefined);
  });

  test('a division by a column is one by NULLIF', () => {
    assert.equal(
      repaired('DIVISION_BY_ZERO', 'SELECT a / t.b, c % "d e", x / 2, y / f(1) FROM t'),
      'SELECT a / NULLIF(t.b, 0), c % NULLIF("d e", 0), x / 2, y / f(1) FROM t',
    );
  });

  test('what is not there can be looked for elsewhere, and time can be given', () => {
    const kinds = (name: string, message = ''): string[] =>
      fixesOf({ name, message }, 'SELECT 1', undefined).map(fix =>
        fix.kind === 'place' ? fix.of : fix.kind,
      );
    assert.deepEqual(kinds('TABLE_NOT_FOUND'), ['cell', 'notebook']);
    assert.deepEqual(kinds('MISSING_SCHEMA_NAME'), ['notebook']);
    assert.deepEqual(kinds('ICEBERG_COMMIT_ERROR'), ['again']);
    assert.deepEqual(kinds('SYNTAX_ERROR'), []);
    const [fix] = fixesOf(
      { name: 'EXCEEDED_TIME_LIMIT', message: 'Query exceeded the maximum execution time limit of 1.00s' },
      'SELECT 1',
      undefined,
    );
    assert.deepEqual(fix?.kind === 'directive' ? [fix.name, fix.value] : fix, [
      'session',
      "query_max_execution_time = '1h'",
    ]);
  });
});
