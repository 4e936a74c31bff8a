import type { BinaryOperator, Expression } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { at, eat, endHere, enter, expect, fail, giveUp, isUndecided } from './cursor.ts';
import { keywordAt, leave, note, noteKind, startHere } from './cursor.ts';
import { isLiteralStart, parseInterval, parseLiteral } from './literals.ts';
import { startsExpression } from './lookahead.ts';
import { missingExpression } from './names.ts';
import { parsePredicate } from './predicates.ts';
import { parsePrimary } from './primary.ts';
import { MAX_DEPTH, type Parser } from './state.ts';

const { AND, AT, LOCAL, NOT, OR, TIME, ZONE } = K;

const OR_LEVEL = 0;
const AND_LEVEL = 1;

/** `expression`: with OR, AND, NOT and at most one predicate at each place. */
export function parseExpression(p: Parser): Expression {
  const next = p.kind[p.position + 1];
  if (next === TokenKind.Comma || next === TokenKind.RightParen) {
    // A literal that stands alone needs none of the levels below; long VALUES lists consist of such literals.
    if (isLiteralStart(p.kind[p.position])) return parseLiteral(p);
  }
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

/** The same within a construct whose depth is counted already. */
export function parseValue(p: Parser): Expression {
  return parseOperators(p, CONCAT_LEVEL);
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

/** The operand of AT TIME ZONE is a string or an interval, nothing else and nothing behind it. */
function parseZone(p: Parser): Expression {
  const kind = p.kind[p.position];
  if (at(p, K.INTERVAL)) return parseInterval(p);
  noteKind(p, TokenKind.String);
  if (kind === TokenKind.String || kind === TokenKind.UnicodeString) return parseLiteral(p);
  fail(p, 'a time zone: a string or an INTERVAL');
  // A value of another kind is read all the same, so that what follows it is understood.
  return startsExpression(p, 0) ? parsePrimary(p) : missingExpression(p);
}
