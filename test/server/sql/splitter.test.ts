import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { lex, splitScript, type Tokens, tokensOfPieces } from '../../../server/sql/index.ts';

/** The statements of a script, without the trivia around them. */
function statements(text: string): string[] {
  return splitScript(text).map(piece => text.slice(piece.start, piece.end));
}

const ROUTINES = [
  'CREATE FUNCTION f() RETURNS int BEGIN DECLARE x int; SET x = 1; RETURN x; END',
  'CREATE OR REPLACE FUNCTION a.b.f(n int) RETURNS int LANGUAGE SQL DETERMINISTIC BEGIN IF n > 1 THEN RETURN 1; ELSEIF n < 0 THEN RETURN 2; ELSE RETURN 3; END IF; END',
  "CREATE FUNCTION f(a int) RETURNS int BEGIN CASE a WHEN 1 THEN RETURN 1; ELSE SET x = CASE WHEN a = 2 THEN IF(true, 1, 2) ELSE 4 END; RETURN x; END CASE; RETURN repeat('a', 3); END",
  'CREATE FUNCTION f() RETURNS int BEGIN top: LOOP SET a = 1; IF (a > 3) THEN LEAVE top; END IF; ITERATE top; END LOOP; RETURN 1; END',
  'CREATE FUNCTION f() RETURNS int BEGIN WHILE a < 3 DO SET a = a + 1; END WHILE; REPEAT SET b = 1; UNTIL b > 2 END REPEAT; RETURN 1; END',
  'CREATE FUNCTION f() RETURNS int IF true THEN RETURN 1; END IF',
  'CREATE FUNCTION f() RETURNS int CASE WHEN true THEN RETURN 1; END CASE',
  'WITH FUNCTION f() RETURNS int BEGIN RETURN 1; END, FUNCTION g() RETURNS int RETURN 2 SELECT f()',
  'CREATE FUNCTION f() RETURNS int LANGUAGE PYTHON AS $$\ndef f():\n  return 1; # ; \n$$',
  'EXPLAIN WITH FUNCTION f() RETURNS int BEGIN RETURN 1; END SELECT CASE f() WHEN 1 THEN 2 END',
];

describe('the splitter', () => {
  test('ends a statement at a semicolon outside strings and comments', () => {
    assert.deepEqual(statements("select ';' -- ;\n, 1 /* ; */; select 2"), [
      "select ';' -- ;\n, 1",
      'select 2',
    ]);
  });

  for (const routine of ROUTINES) {
    test(`keeps ${routine.slice(0, 60)}… whole`, () => {
      assert.deepEqual(statements(`SELECT 1; ${routine}; SELECT 2;`), ['SELECT 1', routine, 'SELECT 2']);
    });
  }

  test('lets a top-level statement end a routine that has no END yet', () => {
    assert.deepEqual(statements('CREATE FUNCTION f() RETURNS int BEGIN SET x = 1; SELECT 2; SELECT 3'), [
      'CREATE FUNCTION f() RETURNS int BEGIN SET x = 1',
      'SELECT 2',
      'SELECT 3',
    ]);
  });

  test('does not take the words of routines for blocks elsewhere', () => {
    assert.deepEqual(statements('SELECT begin, loop FROM t; SELECT CASE 1; SELECT 3'), [
      'SELECT begin, loop FROM t',
      'SELECT CASE 1',
      'SELECT 3',
    ]);
  });

  test('gives a comment on the line of a semicolon to the statement before it', () => {
    const text = '-- head\nSELECT 1; -- one\n\n-- two\nSELECT 2;\n-- tail\n';
    const full = splitScript(text).map(piece => text.slice(piece.fullStart, piece.fullEnd));
    assert.deepEqual(full, ['-- head\nSELECT 1; -- one\n', '\n-- two\nSELECT 2;\n-- tail\n']);
  });

  test('keeps carriage returns, the byte order mark and a missing last semicolon', () => {
    const text = '\uFEFFSELECT 1;\r\nSELECT 2';
    const pieces = splitScript(text);
    assert.deepEqual(
      pieces.map(piece => [text.slice(piece.fullStart, piece.fullEnd), piece.hasSemicolon]),
      [
        ['\uFEFFSELECT 1;\r\n', true],
        ['SELECT 2', false],
      ],
    );
  });

  test('makes one empty piece of a text without a statement and none of an empty text', () => {
    assert.deepEqual(statements(' -- nothing\n'), ['']);
    assert.deepEqual(statements(''), []);
    assert.deepEqual(statements(';;'), ['', '']);
  });

  test('makes pieces that cover the text, whatever the text', () => {
    const word = fc.constantFrom(
      ...[
        'CREATE FUNCTION f() RETURNS int ',
        'BEGIN ',
        'END ',
        'IF ',
        'CASE ',
        'LOOP ',
        ';',
        '\n',
        "'",
        '--',
        '/*',
      ],
      ...['*/', '"', '$$', 'SELECT ', '(', ')', '\r\n', 'x ', 'THEN ', 'WITH FUNCTION '],
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), parts => {
        const text = parts.join('');
        const pieces = splitScript(text);
        assert.equal(pieces.map(piece => text.slice(piece.fullStart, piece.fullEnd)).join(''), text);
        for (const piece of pieces) {
          assert.ok(piece.fullStart <= piece.start && piece.start <= piece.end && piece.end <= piece.fullEnd);
        }
        const tokens = lex(text);
        if (tokens.problems.length > 0) return;
        const alone = pieces.map(piece => lex(text.slice(piece.start, piece.end)));
        assert.deepEqual(tokensOfPieces(tokens, pieces).map(listed), alone.map(listed));
      }),
      { numRuns: 800 },
    );
  });
});

function listed({ text, count, kind, start, end, keyword }: Tokens): unknown {
  const arrays = [kind, start, end, keyword].map(array => [...array.subarray(0, count + 1)]);
  return { text, count, arrays };
}
