import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lex, TokenKind, type Tokens } from '../../server/sql/index.ts';
import { parseStatement } from '../../server/sql/parser.ts';
import { clearNames } from '../../server/sql/printer/names.ts';
import { acceptedCases } from '../server/sql/cases.ts';
import { loadColours } from './tokenize.ts';

/** A grammar of regular expressions cannot tell every name from a keyword; the language server's tokens do the rest. */
const KEYWORDS_COLOURED = 0.98;
const NAMES_NOT_COLOURED = 0.95;

test('keywords and names are told apart in statements of every kind', async () => {
  const colour = await loadColours();
  const counts = { keywords: 0, coloured: 0, names: 0, plain: 0, illegal: [] as string[] };
  for (const { sql } of acceptedCases()) {
    const tokens = lex(sql);
    const words = tokens.keyword.slice();
    clearNames(tokens, parseStatement(sql).statement, 0, words);
    const scopes = scopesOf(tokens, colour(sql));
    for (let i = 0; i < tokens.count; i++) {
      if (tokens.kind[i] !== TokenKind.Word) continue;
      const scope = scopes[i] ?? '';
      if (scope.includes('invalid')) counts.illegal.push(sql.slice(tokens.start[i], tokens.end[i]));
      if (words[i] !== 0) {
        counts.keywords++;
        if (/keyword|constant\.language|support\.function|storage\.type/.test(scope)) counts.coloured++;
      } else if (tokens.kind[i + 1] !== TokenKind.LeftParen) {
        counts.names++;
        if (!/keyword|constant\.language|niladic/.test(scope)) counts.plain++;
      }
    }
  }
  assert.deepEqual(counts.illegal, []);
  assert.ok(counts.keywords > 1000 && counts.names > 400);
  assert.ok(counts.coloured / counts.keywords > KEYWORDS_COLOURED, JSON.stringify(counts));
  assert.ok(counts.plain / counts.names > NAMES_NOT_COLOURED, JSON.stringify(counts));
});

/** The scopes in which each token begins. */
function scopesOf(
  tokens: Tokens,
  lines: readonly (readonly { readonly text: string; readonly scopes: readonly string[] }[])[],
): string[] {
  const byOffset = new Map<number, string>();
  let offset = 0;
  for (const line of lines) {
    for (const piece of line) {
      for (let at = 0; at < piece.text.length; at++) byOffset.set(offset + at, piece.scopes.join(' '));
      offset += piece.text.length;
    }
    offset++;
  }
  return Array.from({ length: tokens.count }, (_, i) => byOffset.get(tokens.start[i] ?? 0) ?? '');
}
