import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lex } from '../../../server/sql/lexer.ts';
import { formatScript, formatText } from '../../../server/sql/printer.ts';
import { type Random, randomFrom } from '../../bench/random.ts';
import { nonTriviaTokens } from '../../bench/sql/tokens.ts';
import { acceptedCases } from './cases.ts';

const COMMENTS = [
  '/* c */',
  '-- to the end\n',
  '\n-- a line of its own\n',
  '\n/* a line of its own */\n',
  '/* two\n   lines */',
  '\n\n/* in front */ ',
  ' -- one\n  -- two\n',
];

describe('comments in formatted SQL', () => {
  test('wherever they stand they stay between the same tokens, and formatting again changes nothing', () => {
    const random = randomFrom(7);
    for (const { sql } of acceptedCases()) {
      for (let attempt = 0; attempt < 3; attempt++) {
        const commented = withComments(sql, random);
        const once = formatText(commented);
        assert.deepEqual(formatScript(commented).refused, [], commented);
        assert.equal(nonTriviaTokens(once), nonTriviaTokens(commented));
        assert.equal(formatText(once), once);
      }
    }
  });

  test('a comment at the end of a line stays there, and does not make the line too long', () => {
    const comment = `-- ${'long '.repeat(30)}end`;
    assert.equal(formatText(`select a, b ${comment}\nfrom t`), `SELECT a, b ${comment}\nFROM t`);
  });

  test('comments on lines of their own stay in front of what they are about', () => {
    assert.equal(
      formatText('select a\n-- all orders\nfrom orders\n/* only new */\nwhere a = 1\n-- last\norder by a'),
      'SELECT a\n-- all orders\nFROM orders\n/* only new */\nWHERE a = 1\n-- last\nORDER BY a',
    );
  });
});

/** The statement with a comment in about every fifth gap between its tokens. */
function withComments(sql: string, random: Random): string {
  const tokens = lex(sql);
  let text = '';
  let at = 0;
  for (let i = 0; i < tokens.count; i++) {
    text += sql.slice(at, tokens.start[i]);
    if (random.below(5) === 0) text += ` ${random.pick(COMMENTS)} `;
    at = tokens.end[i] ?? at;
    text += sql.slice(tokens.start[i], at);
  }
  return `${text}${random.below(2) === 0 ? ';' : ''} ${random.pick(COMMENTS)}`;
}
