import type { ColumnDefinition, Expression } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { at, eat, endHere, expect, fail, isUndecided, kindAt, note, noteKind, noteName } from './cursor.ts';
import { isInterval, isLiteralStart, parseInterval, parseLiteral, takeNumber } from './literals.ts';
import { missingExpression, parseQualifiedName } from './names.ts';
import type { Parser } from './state.ts';
import { parseCommentClause, parseWithProperties } from './statement-parts.ts';

/** `name type DEFAULT literal NOT NULL COMMENT 'text' WITH (…)`. */
export function parseColumnDefinition(p: Parser): ColumnDefinition {
  const name = parseQualifiedName(p, 'column');
  const type = p.rules.type(p);
  const defaultValue = eat(p, K.DEFAULT) ? parseConstant(p) : null;
  const isNotNull = eat(p, K.NOT);
  if (isNotNull) expect(p, K.NULL, 'NULL');
  const comment = parseCommentClause(p);
  const properties = parseWithProperties(p);
  const head = { kind: 'ColumnDefinition', start: name.start, end: endHere(p), name, type } as const;
  return { ...head, defaultValue, isNotNull, comment, properties };
}

/** A literal, which is all that a column's default may be. */
export function parseConstant(p: Parser): Expression {
  const start = p.start[p.position] ?? 0;
  for (const keyword of [K.NULL, K.TRUE, K.FALSE]) {
    if (!eat(p, keyword)) continue;
    if (keyword === K.NULL) return { kind: 'NullLiteral', start, end: endHere(p) };
    return { kind: 'BooleanLiteral', start, end: endHere(p), value: keyword === K.TRUE };
  }
  if (p.kind[p.position] === TokenKind.Minus) return parseNegative(p);
  if (isLiteralStart(p.kind[p.position])) return parseLiteral(p);
  if (at(p, K.INTERVAL) && (isUndecided(p) || isInterval(p))) return parseInterval(p);
  return parseTypedConstant(p);
}

function parseNegative(p: Parser): Expression {
  const start = p.start[p.position] ?? 0;
  p.position++;
  const kind = kindAt(p, 0);
  const isNumber = kind === TokenKind.Integer || kind === TokenKind.Decimal || kind === TokenKind.Double;
  if (!isNumber) fail(p, 'a number');
  const operand = isNumber ? takeNumber(p, true) : missingExpression(p);
  return { kind: 'Unary', start, end: endHere(p), operator: '-', operand };
}

/** `DATE '2020-01-01'`: a type's name and a string. */
function parseTypedConstant(p: Parser): Expression {
  note(p, K.DOUBLE);
  noteName(p, 'type');
  noteKind(p, TokenKind.String);
  const strings = p.keyword[p.position] === K.DOUBLE ? 2 : 1;
  const kind = kindAt(p, strings);
  const isTyped = kind === TokenKind.String || kind === TokenKind.UnicodeString;
  const isPlain = kindAt(p, 1) === TokenKind.String || kindAt(p, 1) === TokenKind.UnicodeString;
  if (isTyped || isPlain) {
    const value = p.rules.valueExpression(p);
    if (value.kind !== 'TypedLiteral') fail(p, 'a constant, which is all that a default may be');
    return value;
  }
  fail(p, 'a constant: a number, a string, TRUE, FALSE, NULL or a typed string');
  return missingExpression(p);
}
