import type { Case, CurrentValue, Expression, NumberLiteral, WhenBranch } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { parseCall } from './calls.ts';
import { at, atKind, eat, eatKind, endHere, expect, expectKind, fail } from './cursor.ts';
import { isNameToken, isUndecided, keywordAt, kindAt, noteAll, noteName, startHere } from './cursor.ts';
import { parseListagg } from './listagg.ts';
import { isJsonFunction, parseJsonFunction } from './json.ts';
import { closeParen } from './lists.ts';
import { isInterval, parseInteger, parseInterval, parseLiteral } from './literals.ts';
import { isParenthesizedQueryStart } from './lookahead.ts';
import { missingExpression, takeIdentifier } from './names.ts';
import type { Parser } from './state.ts';
import { isTextFunction, parseTextFunction } from './text-functions.ts';

/** Whether this keyword, which is next, begins an expression of its own kind and is no name here. */
export function atSpecialForm(p: Parser, keyword: number): boolean {
  switch (keyword) {
    case K.NULL:
    case K.TRUE:
    case K.FALSE:
    case K.CASE:
    case K.CAST:
    case K.EXISTS:
    case K.LISTAGG:
      return true;
    case K.TRY_CAST:
      return isUndecided(p) || (kindAt(p, 1) === TokenKind.LeftParen && !isPlainCall(p, 1));
    case K.ROW:
      return followedBy(p, TokenKind.LeftParen);
    case K.ARRAY:
      return followedBy(p, TokenKind.LeftBracket);
    case K.INTERVAL:
      return isUndecided(p) || isInterval(p);
    case K.DOUBLE:
      return (
        isUndecided(p) || (keywordAt(p, 1) === K.PRECISION && (p.position + 2 === p.caret || isString(p, 2)))
      );
    case K.UNIQUE:
      return isUndecided(p) || (kindAt(p, 1) === TokenKind.LeftParen && isQueryInParens(p, 1));
    case K.FINAL:
    case K.RUNNING:
      return isUndecided(p) || (isNameToken(p, p.position + 1) && isCallee(p, 2));
    default:
      return CURRENT_VALUES.has(keyword) || isJsonFunction(keyword) || isTextFunction(p, keyword);
  }
}

/** Whether the parenthesis so many places ahead is closed again without an AS at its own level. */
function isPlainCall(p: Parser, ahead: number): boolean {
  let depth = 0;
  for (let i = p.position + ahead; i < p.last; i++) {
    const kind = p.kind[i];
    if (kind === TokenKind.LeftParen) depth++;
    else if (kind === TokenKind.RightParen && --depth === 0) return true;
    else if (kind === TokenKind.Semicolon || (depth === 1 && p.keyword[i] === K.AS)) return false;
  }
  return false;
}

/** Whether the name before goes on as the name of a call. */
function isCallee(p: Parser, ahead: number): boolean {
  const kind = kindAt(p, ahead);
  return kind === TokenKind.LeftParen || kind === TokenKind.Dot || p.position + ahead === p.caret;
}

function followedBy(p: Parser, kind: number): boolean {
  return isUndecided(p) || kindAt(p, 1) === kind;
}

function isString(p: Parser, ahead: number): boolean {
  const kind = kindAt(p, ahead);
  return kind === TokenKind.String || kind === TokenKind.UnicodeString;
}

function isQueryInParens(p: Parser, ahead: number): boolean {
  return p.position + ahead + 1 === p.caret || isParenthesizedQueryStart(p, ahead);
}

/** The form that `atSpecialForm` has recognized. */
export function parseSpecialForm(p: Parser, keyword: number): Expression {
  const start = startHere(p);
  switch (keyword) {
    case K.NULL:
      p.position++;
      return { kind: 'NullLiteral', start, end: endHere(p) };
    case K.TRUE:
    case K.FALSE:
      p.position++;
      return { kind: 'BooleanLiteral', start, end: endHere(p), value: keyword === K.TRUE };
    case K.CASE:
      return parseCase(p);
    case K.CAST:
    case K.TRY_CAST:
      return parseCast(p, keyword === K.TRY_CAST);
    case K.EXISTS:
    case K.UNIQUE:
      return parseQueryTest(p, keyword === K.EXISTS ? 'Exists' : 'Unique');
    case K.LISTAGG:
      return parseListagg(p);
    case K.ROW:
      return parseCall(p, takeColumn(p), null);
    case K.ARRAY:
      p.position++;
      return parseArray(p, start);
    case K.INTERVAL:
      return parseInterval(p);
    case K.DOUBLE:
      return parseDoublePrecision(p);
    case K.FINAL:
    case K.RUNNING:
      return parseProcessed(p, keyword === K.FINAL ? 'FINAL' : 'RUNNING');
    default:
      if (CURRENT_VALUES.has(keyword)) return parseCurrentValue(p, keyword);
      return isJsonFunction(keyword) ? parseJsonFunction(p, keyword) : parseTextFunction(p, keyword);
  }
}

function takeColumn(p: Parser): Expression {
  const name = takeIdentifier(p);
  return { kind: 'ColumnReference', start: name.start, end: name.end, name };
}

/** FINAL or RUNNING before a call. */
function parseProcessed(p: Parser, processing: 'FINAL' | 'RUNNING'): Expression {
  p.position++;
  noteName(p, 'function');
  if (!isNameToken(p, p.position)) {
    fail(p, "a function's call");
    return missingExpression(p);
  }
  let name = takeColumn(p);
  while (kindAt(p, 0) === TokenKind.Dot && isNameToken(p, p.position + 1)) {
    p.position++;
    const field = takeIdentifier(p);
    name = { kind: 'Dereference', start: name.start, end: endHere(p), base: name, field };
  }
  if (atKind(p, TokenKind.LeftParen)) return parseCall(p, name, processing);
  fail(p, "'('");
  return name;
}

function parseDoublePrecision(p: Parser): Expression {
  const start = startHere(p);
  const type = takeIdentifier(p);
  expect(p, K.PRECISION, 'PRECISION');
  const end = endHere(p);
  if (!isString(p, 0)) {
    fail(p, 'a string');
    return { kind: 'ColumnReference', start, end, name: type };
  }
  const value = parseLiteral(p);
  if (value.kind !== 'StringLiteral') return value;
  const name = { ...type, end, name: p.text.slice(start, end) };
  return { kind: 'TypedLiteral', start, end: endHere(p), type: name, value };
}

/** `[1, 2]`; with ARRAY before it the node begins there. */
export function parseArray(p: Parser, start: number): Expression {
  const elements: Expression[] = [];
  expectKind(p, TokenKind.LeftBracket, "'['");
  if (!atKind(p, TokenKind.RightBracket)) {
    do {
      elements.push(p.rules.expression(p));
    } while (eatKind(p, TokenKind.Comma));
  }
  expectKind(p, TokenKind.RightBracket, "',' or ']'");
  return { kind: 'ArrayConstructor', start, end: endHere(p), elements };
}

function parseCast(p: Parser, isTry: boolean): Expression {
  const start = startHere(p);
  p.position++;
  expectKind(p, TokenKind.LeftParen, "'('");
  const expression = p.rules.expression(p);
  expect(p, K.AS, 'AS and a type');
  const type = p.rules.type(p);
  closeParen(p);
  return { kind: 'Cast', start, end: endHere(p), isTry, expression, type };
}

/** `EXISTS (query)` and `UNIQUE (query)`. */
function parseQueryTest(p: Parser, kind: 'Exists' | 'Unique'): Expression {
  const start = startHere(p);
  p.position++;
  expectKind(p, TokenKind.LeftParen, "'(' and a query");
  const query = p.rules.query(p);
  closeParen(p);
  return { kind, start, end: endHere(p), query };
}

const PREDICATE_STARTS: readonly number[] = [K.BETWEEN, K.IN, K.IS, K.LIKE, K.MATCH, K.NOT, K.OVERLAPS];

function parseCase(p: Parser): Case {
  const start = startHere(p);
  p.position++;
  const operand = at(p, K.WHEN) ? null : p.rules.expression(p);
  const branches: WhenBranch[] = [];
  while (at(p, K.WHEN)) branches.push(parseWhen(p, operand !== null));
  if (branches.length === 0) fail(p, 'WHEN');
  const otherwise = eat(p, K.ELSE) ? p.rules.expression(p) : null;
  expect(p, K.END, otherwise === null ? 'WHEN, ELSE or END' : 'END');
  return { kind: 'Case', start, end: endHere(p), operand, branches, otherwise };
}

function parseWhen(p: Parser, hasOperand: boolean): WhenBranch {
  const start = startHere(p);
  p.position++;
  if (hasOperand) noteAll(p, PREDICATE_STARTS);
  const predicate = hasOperand && isBarePredicate(p) ? p.rules.predicate(p, null) : undefined;
  const condition = predicate ?? p.rules.expression(p);
  expect(p, K.THEN, 'THEN');
  const result = p.rules.expression(p);
  return { kind: 'WhenBranch', start, end: endHere(p), condition, result };
}

/** Whether a predicate without its left side comes next; NOT and MATCH begin an expression as well. */
function isBarePredicate(p: Parser): boolean {
  const next = keywordAt(p, 1);
  switch (p.keyword[p.position]) {
    case K.NOT:
      return next === K.BETWEEN || next === K.IN || next === K.LIKE;
    case K.MATCH:
      return (
        next === K.UNIQUE ||
        next === K.SIMPLE ||
        next === K.PARTIAL ||
        next === K.FULL ||
        isQueryInParens(p, 1)
      );
    case K.BETWEEN:
    case K.IN:
    case K.IS:
    case K.LIKE:
    case K.OVERLAPS:
      return true;
    default: {
      const kind = p.kind[p.position] ?? 0;
      return kind >= TokenKind.Equal && kind <= TokenKind.GreaterEqual;
    }
  }
}

/** Values without an argument list; those that are true may have a precision. */
const CURRENT_VALUES: ReadonlyMap<number, boolean> = new Map([
  [K.CURRENT_CATALOG, false],
  [K.CURRENT_DATE, false],
  [K.CURRENT_PATH, false],
  [K.CURRENT_SCHEMA, false],
  [K.CURRENT_TIME, true],
  [K.CURRENT_TIMESTAMP, true],
  [K.CURRENT_USER, false],
  [K.LOCALTIME, true],
  [K.LOCALTIMESTAMP, true],
]);

function parseCurrentValue(p: Parser, keyword: number): CurrentValue {
  const start = startHere(p);
  p.position++;
  const name = p.text.slice(start, endHere(p)).toUpperCase();
  let precision: NumberLiteral | null = null;
  if (CURRENT_VALUES.get(keyword) === true && eatKind(p, TokenKind.LeftParen)) {
    const number = parseInteger(p);
    precision = number.kind === 'NumberLiteral' ? number : null;
    closeParen(p);
  }
  return { kind: 'CurrentValue', start, end: endHere(p), name, precision };
}
