import type { Tokens } from './lexer.ts';
import type { Problem } from './problems.ts';
import { TokenKind } from './tokens.ts';

/** How many closing parentheses before the first problem are tried. */
const CANDIDATES = 4;
/** Larger statements are not parsed several times over. */
const MAX_TOKENS = 20_000;

/**
 * The closing parentheses that may be too many, likeliest first: where an opening one was forgotten, the statement has
 * one `)` too much, and it is close before the place where the parser lost its way. Empty when they balance.
 */
export function surplusParentheses(tokens: Tokens, problems: readonly Problem[]): number[] {
  if (problems.length === 0 || tokens.count > MAX_TOKENS) return [];
  const unmatched = firstUnmatched(tokens);
  if (unmatched < 0) return [];
  const candidates: number[] = [];
  const first = Math.min(problems[0]?.token ?? 0, tokens.count - 1);
  for (let i = first; i >= 0 && candidates.length < CANDIDATES; i--) {
    if (tokens.kind[i] === TokenKind.RightParen) candidates.push(i);
  }
  for (let i = first + 1, found = 0; i < tokens.count && found < 2; i++) {
    if (tokens.kind[i] !== TokenKind.RightParen) continue;
    candidates.push(i);
    found++;
  }
  if (!candidates.includes(unmatched)) candidates.push(unmatched);
  return candidates;
}

/** The first closing parenthesis without an opening one, or -1. */
function firstUnmatched(tokens: Tokens): number {
  let depth = 0;
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kind[i] === TokenKind.LeftParen) depth++;
    else if (tokens.kind[i] === TokenKind.RightParen && --depth < 0) return i;
  }
  return -1;
}

/** The tokens without one of them. */
export function withoutToken(tokens: Tokens, index: number): Tokens {
  const count = tokens.count - 1;
  const cut = <A extends Uint8Array | Uint16Array | Uint32Array>(source: A): A => {
    const target = source.slice(0, tokens.count + 1) as A;
    target.copyWithin(index, index + 1);
    return target;
  };
  const { text, problems } = tokens;
  return {
    ...{ text, problems, count },
    ...{
      kind: cut(tokens.kind),
      start: cut(tokens.start),
      end: cut(tokens.end),
      keyword: cut(tokens.keyword),
    },
  };
}
