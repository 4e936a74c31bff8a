import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { KEYWORDS, lex, readTrivia, TokenKind } from '../../../server/sql/index.ts';

const NAMES = new Map(Object.entries(TokenKind).map(([name, kind]) => [kind as number, name]));

function show(text: string): string {
  const tokens = lex(text);
  return Array.from({ length: tokens.count }, (_, i) => {
    const source = text.slice(tokens.start[i], tokens.end[i]);
    const keyword = KEYWORDS[tokens.keyword[i] ?? 0];
    return `${keyword === '' ? NAMES.get(tokens.kind[i] ?? 0) : keyword}(${source})`;
  }).join(' ');
}

describe('the lexer', () => {
  const cases: readonly (readonly [text: string, tokens: string])[] = [
    ['select A_1 "x""y"', 'SELECT(select) Word(A_1) QuotedName("x""y")'],
    ['1 1_000 0x_1F 0B1_0 0o17', 'Integer(1) Integer(1_000) Integer(0x_1F) Integer(0B1_0) Integer(0o17)'],
    ['.5 1. 1.5 1_0.5_5', 'Decimal(.5) Decimal(1.) Decimal(1.5) Decimal(1_0.5_5)'],
    ['1e5 1.5E-3 .5e+1', 'Double(1e5) Double(1.5E-3) Double(.5e+1)'],
    [
      '1a 1__0 0b12 1e5_0 1_0e5',
      'DigitName(1a) DigitName(1__0) DigitName(0b12) DigitName(1e5_0) DigitName(1_0e5)',
    ],
    ['1.a 1..5 1_0.5e5', 'Decimal(1.) Word(a) Decimal(1.) Decimal(.5) Decimal(1_0.5) Word(e5)'],
    [
      "'it''s' U&'\\0041' u&'x' X'0F'",
      "String('it''s') UnicodeString(U&'\\0041') UnicodeString(u&'x') BinaryString(X'0F')",
    ],
    ["u & 'x' x 'y'", "Word(u) Unknown(&) String('x') Word(x) String('y')"],
    ['`a``b` größe 表', 'BackQuotedName(`a``b`) ForeignName(größe) ForeignName(表)'],
    ['$$ a; $ $$ $ x', 'DollarString($$ a; $ $$) Dollar($) Word(x)'],
    [
      '<> != <= >= || -> => ::',
      'NotEqual(<>) NotEqual(!=) LessEqual(<=) GreaterEqual(>=) Concat(||) Arrow(->) FatArrow(=>) DoubleColon(::)',
    ],
    [
      '{- a -} {3,} ^ | ?',
      'LeftBraceMinus({-) Word(a) RightBraceMinus(-}) LeftBrace({) Integer(3) Comma(,) RightBrace(}) Caret(^) Bar(|) Question(?)',
    ],
    ['a/*x*/b--y\nc -- z\r\nd', 'Word(a) Word(b) Word(c) Word(d)'],
    ['\uFEFFselect 1', 'SELECT(select) Integer(1)'],
    ['a # \u00a0 \u0000', 'Word(a) Unknown(#) Unknown(\u00a0) Unknown(\u0000)'],
  ];
  for (const [text, expected] of cases) {
    test(`reads ${JSON.stringify(text)}`, () => assert.equal(show(text), expected));
  }

  test('ends an open string at the end of its line and says so', () => {
    const tokens = lex("SELECT 'abc\nFROM t");
    assert.equal(show("SELECT 'abc\nFROM t"), "SELECT(SELECT) String('abc) FROM(FROM) Word(t)");
    assert.deepEqual(tokens.problems, [{ code: 'unterminated-string', start: 7, end: 11 }]);
  });

  test('keeps a string over several lines in one token', () => {
    assert.equal(show("'a\nb' x"), "String('a\nb') Word(x)");
  });

  test('names what the text ends before', () => {
    const codes = ['"abc', 'x /* y', '$$ z', "x'0"].map(text => lex(text).problems[0]?.code);
    assert.deepEqual(codes, [
      'unterminated-name',
      'unterminated-comment',
      'unterminated-body',
      'unterminated-string',
    ]);
  });

  test('knows every keyword in any case and nothing else', () => {
    for (const word of KEYWORDS.slice(1)) {
      assert.equal(show(word.toLowerCase()), `${word}(${word.toLowerCase()})`);
      assert.equal(show(`${word}_`), `Word(${word}_)`);
    }
    assert.equal(show('@elect s\u0045LECT'), 'At(@) Word(elect) SELECT(sELECT)');
  });

  test('tokens and trivia together are the text, whatever the text', () => {
    const alphabet = fc.constantFrom(
      ...'\'"`$-/*\n\r {}()<>=!|:.,;_0x1eEuU&aé😀',
      '--',
      '/*',
      '*/',
      '$$',
      "U&'",
    );
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 40 }), parts => {
        const text = parts.join('');
        assert.equal(rebuild(text), text);
      }),
      { numRuns: 800 },
    );
  });
});

function rebuild(text: string): string {
  const tokens = lex(text);
  let out = '';
  let at = 0;
  for (let i = 0; i <= tokens.count; i++) {
    const start = tokens.start[i] ?? text.length;
    for (const piece of readTrivia(text, at, start)) {
      assert.ok(piece.end > piece.start);
      if (piece.kind === 'space') assert.match(text.slice(piece.start, piece.end), /^[\s\uFEFF]+$/);
      out += text.slice(piece.start, piece.end);
    }
    const end = tokens.end[i] ?? text.length;
    if (i < tokens.count) assert.ok(end > start);
    out += text.slice(start, end);
    at = end;
  }
  return out;
}
