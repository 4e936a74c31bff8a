import type { NumberLiteral, PatternQuantified, RowPattern } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import {
  atKind,
  atName,
  eatKind,
  endHere,
  enter,
  expectKind,
  fail,
  isUndecided,
  kindAt,
  leave,
  note,
  startHere,
} from './cursor.ts';
import { closeParen } from './lists.ts';
import { takeNumber } from './literals.ts';
import { takeIdentifier } from './names.ts';
import type { Parser } from './state.ts';

/** `A B* | (C D){2,}`. */
export function parseRowPattern(p: Parser): RowPattern {
  if (!enter(p)) {
    leave(p);
    return missingPattern(p);
  }
  const first = parseConcatenation(p);
  const alternatives = [first];
  while (eatKind(p, TokenKind.Bar)) alternatives.push(parseConcatenation(p));
  leave(p);
  if (alternatives.length === 1) return first;
  return { kind: 'PatternAlternation', start: first.start, end: endHere(p), alternatives };
}

function missingPattern(p: Parser): RowPattern {
  const end = endHere(p);
  return { kind: 'Missing', start: end, end, expects: 'pattern' };
}

function parseConcatenation(p: Parser): RowPattern {
  const first = parseQuantified(p);
  const elements = [first];
  while (atPrimary(p)) elements.push(parseQuantified(p));
  if (elements.length === 1) return first;
  return { kind: 'PatternConcatenation', start: first.start, end: endHere(p), elements };
}

function atPrimary(p: Parser): boolean {
  note(p, K.PERMUTE);
  const isName = atName(p, 'variable');
  const isGroup = atKind(p, TokenKind.LeftParen) || atKind(p, TokenKind.LeftBraceMinus);
  return isName || isGroup || atKind(p, TokenKind.Caret) || atKind(p, TokenKind.Dollar);
}

function parseQuantified(p: Parser): RowPattern {
  const pattern = parsePatternPrimary(p);
  const kind = p.kind[p.position];
  const isRange = atKind(p, TokenKind.LeftBrace);
  if (!isRange && kind !== TokenKind.Star && kind !== TokenKind.Plus && kind !== TokenKind.Question)
    return pattern;
  p.position++;
  let bounds: Bounds = { min: null, max: null };
  if (isRange) bounds = parseRange(p);
  const isReluctant = eatKind(p, TokenKind.Question);
  const quantifier = isRange ? 'range' : QUANTIFIERS[kind ?? 0];
  return {
    ...{ kind: 'PatternQuantified', start: pattern.start, end: endHere(p), pattern },
    ...{ quantifier: quantifier ?? '*', ...bounds, isReluctant },
  };
}

const QUANTIFIERS: Readonly<Record<number, PatternQuantified['quantifier']>> = {
  [TokenKind.Star]: '*',
  [TokenKind.Plus]: '+',
  [TokenKind.Question]: '?',
};

interface Bounds {
  readonly min: NumberLiteral | null;
  readonly max: NumberLiteral | null;
}

/** `{2}`, `{2,}`, `{,3}`, `{2,3}` and `{,}`; the brace is taken. */
function parseRange(p: Parser): Bounds {
  const min = atKind(p, TokenKind.Integer) ? takeNumber(p) : null;
  let max = min;
  if (eatKind(p, TokenKind.Comma)) max = atKind(p, TokenKind.Integer) ? takeNumber(p) : null;
  else if (min === null) fail(p, 'a number or a comma');
  expectKind(p, TokenKind.RightBrace, "'}'");
  return { min, max };
}

function parsePatternPrimary(p: Parser): RowPattern {
  const start = startHere(p);
  switch (p.kind[p.position]) {
    case TokenKind.LeftParen: {
      p.position++;
      if (eatKind(p, TokenKind.RightParen)) return { kind: 'PatternEmpty', start, end: endHere(p) };
      const pattern = parseRowPattern(p);
      closeParen(p);
      return { kind: 'PatternGroup', start, end: endHere(p), pattern };
    }
    case TokenKind.LeftBraceMinus: {
      p.position++;
      const pattern = parseRowPattern(p);
      expectKind(p, TokenKind.RightBraceMinus, "'-}'");
      return { kind: 'PatternExclusion', start, end: endHere(p), pattern };
    }
    case TokenKind.Caret:
    case TokenKind.Dollar:
      p.position++;
      return {
        kind: 'PatternAnchor',
        start,
        end: endHere(p),
        at: p.kind[p.position - 1] === TokenKind.Caret ? 'start' : 'end',
      };
    default:
      return parseVariable(p);
  }
}

function parseVariable(p: Parser): RowPattern {
  const start = startHere(p);
  note(p, K.PERMUTE);
  const isPermute =
    p.keyword[p.position] === K.PERMUTE && (isUndecided(p) || kindAt(p, 1) === TokenKind.LeftParen);
  if (isPermute) return parsePermutation(p);
  if (!atName(p, 'variable')) {
    fail(p, 'a row pattern');
    return missingPattern(p);
  }
  const name = takeIdentifier(p);
  return { kind: 'PatternVariable', start, end: endHere(p), name };
}

function parsePermutation(p: Parser): RowPattern {
  const start = startHere(p);
  const patterns: RowPattern[] = [];
  p.position++;
  expectKind(p, TokenKind.LeftParen, "'('");
  do {
    patterns.push(parseRowPattern(p));
  } while (eatKind(p, TokenKind.Comma));
  closeParen(p);
  return { kind: 'PatternPermutation', start, end: endHere(p), patterns };
}
