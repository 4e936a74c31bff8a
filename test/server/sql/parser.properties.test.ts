import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { lex, parseStatement, splitScript, walk } from '../../../server/sql/index.ts';
import { childrenOf } from '../../../server/sql/walk.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/sql/accepted');
const statements = readdirSync(FOLDER).flatMap(file => {
  const text = readFileSync(path.join(FOLDER, file), 'utf8');
  return splitScript(text)
    .filter(piece => piece.start < piece.end)
    .map(piece => text.slice(piece.start, piece.end));
});

/** Every node lies inside its parent, and the tree covers the tokens of a statement without problems. */
function checkTree(sql: string): void {
  const { statement, problems, tokens } = parseStatement(sql);
  walk(statement, node => {
    assert.ok(node.start <= node.end, `${node.kind} in ${sql}`);
    for (const child of childrenOf(node)) {
      const isInside = child.start >= node.start && child.end <= node.end;
      assert.ok(
        isInside,
        `${child.kind} ${child.start}–${child.end} in ${node.kind} ${node.start}–${node.end} of ${sql}`,
      );
    }
  });
  if (problems.length > 0 || tokens.count === 0) return;
  assert.equal(statement.start, tokens.start[0], sql);
  assert.equal(statement.end, tokens.end[tokens.count - 1], sql);
}

describe('whatever the text, the parser ends with a tree', () => {
  test('for every prefix of every statement of the fixtures', () => {
    for (const sql of statements) {
      const tokens = lex(sql);
      for (let i = 0; i <= tokens.count; i += 9) checkTree(sql.slice(0, tokens.start[i]));
    }
  });

  test('for statements with tokens deleted, doubled and exchanged', () => {
    const statement = fc.constantFrom(...statements);
    const edit = fc.tuple(fc.nat(), fc.nat(), fc.constantFrom('delete', 'double', 'exchange'));
    fc.assert(
      fc.property(statement, fc.array(edit, { minLength: 1, maxLength: 3 }), (sql, edits) => {
        checkTree(edits.reduce((text, [at, other, how]) => editTokens(text, { at, other, how }), sql));
      }),
      { numRuns: 250 },
    );
  });

  test('for random text', () => {
    const piece = fc.oneof(
      fc.constantFrom(...'(),.;[]{}=<>+-*/%?@:|$^\'"`'),
      fc.constantFrom(
        'SELECT ',
        ' FROM ',
        ' WHERE ',
        ' WITH ',
        ' AS ',
        ' CASE ',
        ' END ',
        ' OVER ',
        'BEGIN ',
        ' JOIN ',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), parts => checkTree(parts.join(''))),
      { numRuns: 250 },
    );
  });
});

interface Edit {
  readonly at: number;
  readonly other: number;
  readonly how: string;
}

function editTokens(sql: string, { at, other, how }: Edit): string {
  const tokens = lex(sql);
  if (tokens.count === 0) return sql;
  const [start, end] = spanOf(tokens, at % tokens.count);
  if (how === 'delete') return sql.slice(0, start) + sql.slice(end);
  if (how === 'double') return `${sql.slice(0, end)} ${sql.slice(start)}`;
  const [from, to] = spanOf(tokens, other % tokens.count);
  return `${sql.slice(0, start)} ${sql.slice(from, to)} ${sql.slice(end)}`;
}

function spanOf(tokens: ReturnType<typeof lex>, index: number): [start: number, end: number] {
  return [tokens.start[index] ?? 0, tokens.end[index] ?? 0];
}

describe('constructs that nest ten thousand deep', () => {
  const constructs: readonly (readonly [open: string, middle: string, close: string])[] = [
    ['SELECT (', '1', ')'],
    ['SELECT f(', '1', ')'],
    ['SELECT a[', '1', ']'],
    ['SELECT ARRAY[', '1', ']'],
    ['SELECT CASE WHEN ', 'a', ' THEN 1 END'],
    ['SELECT CAST(', 'a', ' AS int)'],
    ['SELECT NOT ', 'a', ''],
    ['SELECT - ', '1', ''],
    ['SELECT x -> ', '1', ''],
    ['SELECT a IN (', '1', ')'],
    ['SELECT EXISTS (SELECT ', '1', ')'],
    ['SELECT * FROM (', 't', ')'],
    ['SELECT * FROM a JOIN (', 'b', ' ON true)'],
    ['SELECT * FROM t MATCH_RECOGNIZE (PATTERN (', 'a', '))'],
    ['CREATE FUNCTION f() RETURNS int BEGIN ', 'RETURN 1;', ' END;'],
    ['CREATE TABLE t (a array(', 'int', '))'],
    ['EXPLAIN ', 'SELECT 1', ''],
  ];
  for (const [open, middle, close] of constructs) {
    test(`${open}…${close} are given up with a problem, not with an exception`, () => {
      const [head, repeated] = splitHead(open);
      for (const text of [
        head + repeated.repeat(10_000) + middle + close.repeat(10_000),
        head + repeated.repeat(10_000),
      ]) {
        assert.equal(parseStatement(text).problems.at(-1)?.code === undefined, false, open);
      }
    });
  }
});

/** The part that is written once and the part that is repeated. */
function splitHead(open: string): [head: string, repeated: string] {
  for (const head of [
    'SELECT * FROM t MATCH_RECOGNIZE (PATTERN ',
    'SELECT * FROM ',
    'SELECT ',
    'CREATE FUNCTION f() RETURNS int ',
    'CREATE TABLE t (a ',
  ]) {
    if (open.startsWith(head)) return [head, open.slice(head.length)];
  }
  return ['', open];
}
