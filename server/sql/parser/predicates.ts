import type { ComparisonOperator, Expression, Query } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import {
  eat,
  endHere,
  expect,
  expectKind,
  fail,
  isNameToken,
  isUndecided,
  keywordAt,
  kindAt,
  noteAll,
  startHere,
} from './cursor.ts';
import { asContinuedQuery, closeParen, continuesList } from './lists.ts';
import { isQueryStart, noteQueryStart, startsExpression } from './lookahead.ts';
import { missingExpression, takeIdentifier } from './names.ts';
import type { Parser } from './state.ts';

const {
  ALL,
  AND,
  ANY,
  BETWEEN,
  DISTINCT,
  ESCAPE,
  FALSE,
  FROM,
  IN,
  IS,
  LIKE,
  MATCH,
  NOT,
  NULL,
  OVERLAPS,
  SOME,
} = K;
const { ASYMMETRIC, FULL, PARTIAL, SIMPLE, SYMMETRIC, TRUE, UNIQUE, UNKNOWN } = K;

/**
 * The predicate that follows a value, or undefined when none does. Without a value (`CASE x WHEN > 5`) the predicate
 * stands alone.
 */
export function parsePredicate(p: Parser, value: Expression | null): Expression | undefined {
  const start = value?.start ?? startHere(p);
  const operator = COMPARISONS[p.kind[p.position] ?? 0];
  if (operator !== undefined) return parseComparison(p, value, operator);
  if (p.position === p.caret) noteAll(p, [BETWEEN, IN, IS, LIKE, MATCH, NOT, OVERLAPS]);
  switch (p.keyword[p.position]) {
    case NOT:
      return parseNegatedPredicate(p, value);
    case BETWEEN:
    case IN:
    case LIKE:
      return parseNegatablePredicate(p, value, { start, isNegated: false });
    case IS:
      return parseIs(p, value);
    case OVERLAPS: {
      p.position++;
      const right = p.rules.operators(p);
      return { kind: 'Overlaps', start, end: endHere(p), left: value, right };
    }
    case MATCH:
      return isMatchPredicate(p) ? parseMatch(p, value) : undefined;
    default:
      return undefined;
  }
}

const COMPARISONS: Readonly<Record<number, ComparisonOperator>> = {
  [TokenKind.Equal]: '=',
  [TokenKind.NotEqual]: '<>',
  [TokenKind.Less]: '<',
  [TokenKind.LessEqual]: '<=',
  [TokenKind.Greater]: '>',
  [TokenKind.GreaterEqual]: '>=',
};

function parseComparison(p: Parser, left: Expression | null, operator: ComparisonOperator): Expression {
  const start = left?.start ?? startHere(p);
  p.position++;
  const keyword = p.keyword[p.position];
  if (p.position === p.caret) noteAll(p, [ALL, ANY, SOME]);
  const isQuantifier = keyword === ALL || keyword === ANY || keyword === SOME;
  if (isQuantifier && kindAt(p, 1) === TokenKind.LeftParen && isQueryStart(p, 2)) {
    p.position++;
    const query = parseSubqueryInParens(p);
    const quantifier = keyword === ALL ? 'ALL' : keyword === ANY ? 'ANY' : 'SOME';
    return { kind: 'QuantifiedComparison', start, end: endHere(p), left, operator, quantifier, query };
  }
  const right = p.rules.operators(p);
  return { kind: 'Comparison', start, end: endHere(p), left, operator, right };
}

interface PredicateStart {
  readonly start: number;
  readonly isNegated: boolean;
}

function parseNegatedPredicate(p: Parser, value: Expression | null): Expression | undefined {
  const start = value?.start ?? startHere(p);
  const next = keywordAt(p, 1);
  const isPredicate = next === BETWEEN || next === IN || next === LIKE;
  // A NOT that begins no predicate is left to the caller unless something must follow it here.
  if (!isPredicate && !isUndecided(p) && value !== null) {
    p.position++;
    fail(p, 'BETWEEN, IN or LIKE');
    return value;
  }
  p.position++;
  return parseNegatablePredicate(p, value, { start, isNegated: true });
}

function parseNegatablePredicate(p: Parser, value: Expression | null, from: PredicateStart): Expression {
  const { start, isNegated } = from;
  if (eat(p, BETWEEN)) {
    const isSymmetric = parseSymmetry(p);
    const low = parseLowerBound(p);
    expect(p, AND, 'AND');
    const high = p.rules.operators(p);
    return { kind: 'Between', start, end: endHere(p), value, isNegated, isSymmetric, low, high };
  }
  if (eat(p, IN)) return parseIn(p, value, from);
  if (eat(p, LIKE)) {
    const pattern = p.rules.operators(p);
    const escape = eat(p, ESCAPE) ? p.rules.operators(p) : null;
    return { kind: 'Like', start, end: endHere(p), value, isNegated, pattern, escape };
  }
  fail(p, 'BETWEEN, IN or LIKE');
  return { kind: 'Not', start, end: endHere(p), operand: value ?? missingExpression(p) };
}

/** SYMMETRIC and ASYMMETRIC are names too: as keywords they stand before the lower bound. */
function parseSymmetry(p: Parser): boolean {
  if (p.position === p.caret) noteAll(p, [ASYMMETRIC, SYMMETRIC]);
  const keyword = p.keyword[p.position];
  if (keyword !== SYMMETRIC && keyword !== ASYMMETRIC) return false;
  if (!isUndecided(p) && !startsExpression(p, 1)) return false;
  p.position++;
  return keyword === SYMMETRIC;
}

/** A value. The body of a lambda ends before the AND of BETWEEN. */
function parseLowerBound(p: Parser): Expression {
  if (kindAt(p, 1) !== TokenKind.Arrow || !isNameToken(p, p.position)) return p.rules.operators(p);
  const parameter = takeIdentifier(p);
  p.position++;
  const value = p.rules.operators(p);
  const body = p.rules.predicate(p, value) ?? value;
  return { kind: 'Lambda', start: parameter.start, end: endHere(p), parameters: [parameter], body };
}

function parseIn(p: Parser, value: Expression | null, from: PredicateStart): Expression {
  const { start, isNegated } = from;
  const isOpen = expectKind(p, TokenKind.LeftParen, "'(' and a list of values or a query");
  if (!isOpen && !isQueryStart(p, 0) && !startsExpression(p, 0)) {
    return { kind: 'InList', start, end: endHere(p), value, isNegated, items: [] };
  }
  noteQueryStart(p);
  if (isQueryStart(p, 0)) {
    const query = p.rules.query(p);
    closeParen(p);
    return { kind: 'InSubquery', start, end: endHere(p), value, isNegated, query };
  }
  const items = [p.rules.expression(p)];
  const query = asContinuedQuery(p, items[0]);
  if (query !== undefined) {
    closeParen(p);
    return { kind: 'InSubquery', start, end: endHere(p), value, isNegated, query };
  }
  while (continuesList(p)) items.push(p.rules.expression(p));
  closeParen(p);
  return { kind: 'InList', start, end: endHere(p), value, isNegated, items };
}

function parseIs(p: Parser, value: Expression | null): Expression {
  const start = value?.start ?? startHere(p);
  p.position++;
  const isNegated = eat(p, NOT);
  if (p.position === p.caret) noteAll(p, [DISTINCT, FALSE, NULL, TRUE, UNKNOWN]);
  if (eat(p, DISTINCT)) {
    expect(p, FROM, 'FROM');
    const right = p.rules.operators(p);
    return { kind: 'IsDistinctFrom', start, end: endHere(p), left: value, isNegated, right };
  }
  const keyword = p.keyword[p.position];
  const test =
    keyword === TRUE ? 'TRUE' : keyword === FALSE ? 'FALSE' : keyword === UNKNOWN ? 'UNKNOWN' : 'NULL';
  if (keyword === NULL || test !== 'NULL') p.position++;
  else
    fail(
      p,
      isNegated
        ? 'NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM'
        : 'NULL, NOT NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM',
    );
  return { kind: 'IsPredicate', start, end: endHere(p), value, isNegated, test };
}

/** MATCH is a name too: it is the predicate only before its subquery. */
function isMatchPredicate(p: Parser): boolean {
  if (isUndecided(p)) return true;
  const next = keywordAt(p, 1);
  if (next === UNIQUE || next === SIMPLE || next === PARTIAL || next === FULL) return true;
  if (kindAt(p, 1) !== TokenKind.LeftParen) return false;
  return p.position + 2 === p.caret || isQueryStart(p, 2);
}

function parseMatch(p: Parser, value: Expression | null): Expression {
  const start = value?.start ?? startHere(p);
  p.position++;
  const isUnique = eat(p, UNIQUE);
  const mode = eat(p, SIMPLE) ? 'SIMPLE' : eat(p, PARTIAL) ? 'PARTIAL' : eat(p, FULL) ? 'FULL' : null;
  const query = parseSubqueryInParens(p);
  return { kind: 'MatchPredicate', start, end: endHere(p), value, isUnique, mode, query };
}

/** `(query)`, or a missing query where there is no parenthesis. */
function parseSubqueryInParens(p: Parser): Query {
  expectKind(p, TokenKind.LeftParen, "'(' and a query");
  const query = p.rules.query(p);
  closeParen(p);
  return query;
}
