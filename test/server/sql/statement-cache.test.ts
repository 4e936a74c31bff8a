import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createStatementCache, parseStatement } from '../../../server/sql/index.ts';

describe('the statement cache', () => {
  test('parses again only the statement that was edited', () => {
    const cache = createStatementCache();
    const before = cache.parse('SELECT 1;\nSELECT a FROM t;\nSELECT 3');
    const after = cache.parse('-- moved\nSELECT 1;\nSELECT b FROM t;\nSELECT 3');
    assert.equal(after[0]?.parsed, before[0]?.parsed);
    assert.notEqual(after[1]?.parsed, before[1]?.parsed);
    assert.equal(after[2]?.parsed, before[2]?.parsed);
    assert.equal(after[0]?.piece.start, 9);
  });

  test('gives each statement the tree that parsing it alone gives', () => {
    const statements = createStatementCache().parse('SELECT 1 ;; ; SELECT , 2; -- end');
    assert.deepEqual(
      statements.map(({ parsed }) => parsed.text),
      ['SELECT 1', 'SELECT , 2'],
    );
    for (const { parsed } of statements) assert.deepEqual(parsed, parseStatement(parsed.text));
  });

  test('forgets statements that are gone', () => {
    const cache = createStatementCache();
    const first = cache.parse('SELECT 1')[0]?.parsed;
    cache.parse('SELECT 2');
    assert.notEqual(cache.parse('SELECT 1')[0]?.parsed, first);
  });

  test('holds trees that count from the beginning of their statement', () => {
    const [, second] = createStatementCache().parse('SELECT 1; SELECT 2');
    assert.equal(second?.parsed.statement.start, 0);
    assert.equal(second?.piece.start, 10);
  });
});
