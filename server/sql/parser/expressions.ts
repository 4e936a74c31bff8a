import type { BinaryOperator, ComparisonOperator, Expression, Query } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import {
  at,
  giveUp,
  atKind,
  eat,
  endHere,
  enter,
  expect,
  expectKind,
  fail,
  isUndecided,
  keywordAt,
  kindAt,
  leave,
  note,
  noteAll,
  startHere,
} from './cursor.ts';
import { asContinuedQuery, closeParen, continuesList } from './lists.ts';
import { isQueryStart, noteQueryStart, startsExpression } from './lookahead.ts';
import { missingExpression } from './names.ts';
import { parsePrimary } from './primary.ts';
import { MAX_DEPTH, type Parser } from './state.ts';

const {
  ALL,
  AND,
  ANY,
  AT,
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
  OR,
  OVERLAPS,
  SOME,
} = K;
const { ASYMMETRIC, FULL, PARTIAL, SIMPLE, SYMMETRIC, TRUE, UNIQUE, UNKNOWN, LOCAL, TIME, ZONE } = K;

const OR_LEVEL = 0;
const AND_LEVEL = 1;

/** `expression`: with OR, AND, NOT and at most one predicate at each place. */
export function parseExpression(p: Parser): Expression {
  if (!enter(p)) {
    leave(p);
    return missingExpression(p);
  }
  const expression = parseLogical(p, OR_LEVEL);
  leave(p);
  return expression;
}

function parseLogical(p: Parser, level: number): Expression {
  const left = level === OR_LEVEL ? parseLogical(p, AND_LEVEL) : parseNegation(p);
  const keyword = level === OR_LEVEL ? OR : AND;
  if (!at(p, keyword)) return left;
  const operands = [left];
  while (eat(p, keyword)) operands.push(level === OR_LEVEL ? parseLogical(p, AND_LEVEL) : parseNegation(p));
  const operator = level === OR_LEVEL ? 'OR' : 'AND';
  return { kind: 'Logical', start: left.start, end: endHere(p), operator, operands };
}

function parseNegation(p: Parser): Expression {
  if (p.keyword[p.position] !== NOT) {
    note(p, NOT);
    return parsePredicated(p);
  }
  const starts: number[] = [];
  while (at(p, NOT)) {
    starts.push(startHere(p));
    p.position++;
  }
  if (starts.length > MAX_DEPTH) giveUp(p);
  let expression = parsePredicated(p);
  for (let i = Math.min(starts.length, MAX_DEPTH) - 1; i >= 0; i--) {
    expression = { kind: 'Not', start: starts[i] ?? 0, end: endHere(p), operand: expression };
  }
  return expression;
}

function parsePredicated(p: Parser): Expression {
  const value = parseOperators(p, CONCAT_LEVEL);
  return parsePredicate(p, value) ?? value;
}

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
      const right = parseOperators(p, CONCAT_LEVEL);
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
  const right = parseOperators(p, CONCAT_LEVEL);
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
    const low = parseOperators(p, CONCAT_LEVEL);
    expect(p, AND, 'AND');
    const high = parseOperators(p, CONCAT_LEVEL);
    return { kind: 'Between', start, end: endHere(p), value, isNegated, isSymmetric, low, high };
  }
  if (eat(p, IN)) return parseIn(p, value, from);
  if (eat(p, LIKE)) {
    const pattern = parseOperators(p, CONCAT_LEVEL);
    const escape = eat(p, ESCAPE) ? parseOperators(p, CONCAT_LEVEL) : null;
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
  const items = [parseExpression(p)];
  const query = asContinuedQuery(p, items[0]);
  if (query !== undefined) {
    closeParen(p);
    return { kind: 'InSubquery', start, end: endHere(p), value, isNegated, query };
  }
  while (continuesList(p)) items.push(parseExpression(p));
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
    const right = parseOperators(p, CONCAT_LEVEL);
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

const PRECEDENCES = new Uint8Array(64);
const CONCAT_LEVEL = 1;
const SUM_LEVEL = 2;
const PRODUCT_LEVEL = 3;
PRECEDENCES[TokenKind.Concat] = CONCAT_LEVEL;
PRECEDENCES[TokenKind.Plus] = SUM_LEVEL;
PRECEDENCES[TokenKind.Minus] = SUM_LEVEL;
PRECEDENCES[TokenKind.Star] = PRODUCT_LEVEL;
PRECEDENCES[TokenKind.Slash] = PRODUCT_LEVEL;
PRECEDENCES[TokenKind.Percent] = PRODUCT_LEVEL;

const OPERATORS: Readonly<Record<number, BinaryOperator>> = {
  [TokenKind.Concat]: '||',
  [TokenKind.Plus]: '+',
  [TokenKind.Minus]: '-',
  [TokenKind.Star]: '*',
  [TokenKind.Slash]: '/',
  [TokenKind.Percent]: '%',
};

/** A value: operators but neither predicates nor AND, OR, NOT. */
export function parseValueExpression(p: Parser): Expression {
  const value = enter(p) ? parseOperators(p, CONCAT_LEVEL) : missingExpression(p);
  leave(p);
  return value;
}

function parseOperators(p: Parser, lowest: number): Expression {
  let left = parseSigned(p);
  for (;;) {
    const precedence = PRECEDENCES[p.kind[p.position] ?? 0] ?? 0;
    if (precedence < lowest || precedence === 0) return left;
    const operators: BinaryOperator[] = [];
    const operands = [left];
    do {
      operators.push(OPERATORS[p.kind[p.position] ?? 0] ?? '+');
      p.position++;
      operands.push(parseOperators(p, precedence + 1));
    } while (PRECEDENCES[p.kind[p.position] ?? 0] === precedence);
    left = { kind: 'Binary', start: left.start, end: endHere(p), operators, operands };
  }
}

function parseSigned(p: Parser): Expression {
  const first = p.position;
  let count = 0;
  while (p.kind[p.position] === TokenKind.Minus || p.kind[p.position] === TokenKind.Plus) {
    p.position++;
    count++;
  }
  if (count > MAX_DEPTH) giveUp(p);
  if (count > 0 && p.kind[p.position - 1] === TokenKind.Minus) p.negated = p.position;
  let operand = parseZoned(p);
  for (let i = Math.min(count, MAX_DEPTH) - 1; i >= 0; i--) {
    const operator = p.kind[first + i] === TokenKind.Minus ? '-' : '+';
    operand = { kind: 'Unary', start: p.start[first + i] ?? 0, end: endHere(p), operator, operand };
  }
  return operand;
}

function parseZoned(p: Parser): Expression {
  let value = parsePrimary(p);
  for (let links = 0; at(p, AT) && isZone(p) && links < MAX_DEPTH; links++) {
    p.position++;
    if (eat(p, LOCAL)) {
      value = { kind: 'AtTimeZone', start: value.start, end: endHere(p), value, zone: null };
      continue;
    }
    expect(p, TIME, 'TIME ZONE or LOCAL');
    expect(p, ZONE, 'ZONE');
    const zone = parseZone(p);
    value = { kind: 'AtTimeZone', start: value.start, end: endHere(p), value, zone };
  }
  return value;
}

/** AT is a name too, such as an alias. */
function isZone(p: Parser): boolean {
  const next = keywordAt(p, 1);
  return isUndecided(p) || next === TIME || next === LOCAL;
}

/** The operand of AT TIME ZONE is a string or an interval, nothing else. */
function parseZone(p: Parser): Expression {
  const kind = p.kind[p.position];
  const isInterval = at(p, K.INTERVAL);
  const isString = kind === TokenKind.String || kind === TokenKind.UnicodeString;
  atKind(p, TokenKind.String);
  if (!isInterval && !isString) {
    fail(p, 'a time zone: a string or an INTERVAL');
    // A value of another kind is read all the same, so that what follows it is understood.
    return p.position === p.caret ? missingExpression(p) : parsePrimary(p);
  }
  return parsePrimary(p);
}

/** `(query)`, or a missing query where there is no parenthesis. */
export function parseSubqueryInParens(p: Parser): Query {
  expectKind(p, TokenKind.LeftParen, "'(' and a query");
  const query = p.rules.query(p);
  closeParen(p);
  return query;
}
