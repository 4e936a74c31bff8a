import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { statementsToRun } from '../../../client/query/statement-at.ts';

describe('Run Query', () => {
  test('runs the statement in which the cursor stands, without its semicolon', () => {
    check('SEL|ECT 1; SELECT 2;', ['SELECT 1']);
    check('SELECT 1; SELECT| 2;', ['SELECT 2']);
    check('SELECT 1|', ['SELECT 1']);
  });

  test('means the statement before when the cursor stands behind a semicolon or on empty lines', () => {
    check('SELECT 1;| SELECT 2', ['SELECT 1']);
    check('SELECT 1;\r\n\r\n|', ['SELECT 1']);
  });

  test('takes the first statement when the cursor stands above it', () => {
    check('|-- a comment\nSELECT 1', ['SELECT 1']);
  });

  test('is not misled by semicolons in texts, comments, quoted names and routines', () => {
    check('SELECT \';\'|, "a;b" /* ; */ -- ;\nFROM t; SELECT 2', [
      'SELECT \';\', "a;b" /* ; */ -- ;\nFROM t',
    ]);
    const routine = 'WITH FUNCTION f() RETURNS int BEGIN RETURN 1; END SELECT f()';
    check(`${routine}|; SELECT 2`, [routine]);
  });

  test('runs every statement of a selection, cut where the selection is cut', () => {
    check('SELECT 1; «SELECT 2; SELECT 3» + 4', ['SELECT 2', 'SELECT 3']);
  });

  test('finds nothing in a text without statements', () => {
    check('|', []);
    check('-- nothing| here\n;;', []);
  });

  test('keeps emoji, CRLF and a byte order mark whole', () => {
    check("\uFEFFSELECT '🚕'|;\r\nSELECT 2", ["SELECT '🚕'"]);
  });
});

/** `|` marks the cursor, `«»` a selection. */
function check(marked: string, expected: readonly string[]): void {
  const cursor = marked.indexOf('|');
  const start = cursor >= 0 ? cursor : marked.indexOf('«');
  const end = cursor >= 0 ? cursor : marked.indexOf('»') - 1;
  const text = marked.replace(/[|«»]/g, '');
  assert.deepEqual(
    statementsToRun(text, { start, end }).map(statement => statement.sql),
    expected,
  );
}
