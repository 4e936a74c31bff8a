import type { Expression, Identifier, RowField } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { parseMethodCall, parseStaticMethodCall } from './arguments.ts';
import { parseCall } from './calls.ts';
import { giveUp, endHere, expectKind, fail, failValue, isNameToken, isUndecided } from './cursor.ts';
import { kindAt, note, noteAll, noteKind, noteName, startHere } from './cursor.ts';
import { asContinuedQuery, atClauseStart, closeParen, continuesList } from './lists.ts';
import { isLiteralStart, parseLiteral } from './literals.ts';
import { isQueryStart, noteQueryStart, VALUE_STARTS } from './lookahead.ts';
import { missingExpression, missingIdentifier, takeIdentifier } from './names.ts';
import { atSpecialForm, parseArray, parseSpecialForm } from './special-forms.ts';
import { MAX_DEPTH, type Parser } from './state.ts';
import { parseWindowMeasure } from './windows.ts';

/** A value without operators, with what follows it: `.field`, `[index]`, `.method(…)`. */
export function parsePrimary(p: Parser): Expression {
  let value = parseHead(p);
  for (let links = 0; ; links++) {
    const kind = p.kind[p.position];
    if (p.position === p.caret) noteLinks(p, value);
    if (kind === TokenKind.LeftBracket) value = parseSubscript(p, value);
    else if (kind === TokenKind.Dot) {
      // `x.*` belongs to a select list or an argument list, which look for it themselves.
      if (kindAt(p, 1) === TokenKind.Star) return value;
      value = parseMember(p, value);
    } else if (kind === TokenKind.LeftParen && isNameChain(value)) value = parseCall(p, value, null);
    else if (kind === TokenKind.DoubleColon && isNameChain(value)) value = parseStaticMethodCall(p, value);
    else if (p.keyword[p.position] === K.OVER && value.kind === 'ColumnReference' && isWindowStart(p, 1)) {
      value = parseWindowMeasure(p, value.name);
    } else return value;
    if (links > MAX_DEPTH) giveUp(p);
  }
}

function noteLinks(p: Parser, value: Expression): void {
  if (value.kind === 'ColumnReference') note(p, K.OVER);
  noteKind(p, TokenKind.Dot);
  noteKind(p, TokenKind.LeftBracket);
}

function isWindowStart(p: Parser, ahead: number): boolean {
  return isUndecided(p) || kindAt(p, ahead) === TokenKind.LeftParen || isNameToken(p, p.position + ahead);
}

function isNameChain(value: Expression): boolean {
  let link = value;
  while (link.kind === 'Dereference') link = link.base;
  return link.kind === 'ColumnReference';
}

function parseHead(p: Parser): Expression {
  const kind = p.kind[p.position];
  if (kind === TokenKind.Word) {
    const keyword = p.keyword[p.position] ?? 0;
    if (keyword === 0) return parseName(p);
    if (atSpecialForm(p, keyword)) return parseSpecialForm(p, keyword);
    if (isNameToken(p, p.position)) return parseName(p);
  } else if (isNameToken(p, p.position)) return parseName(p);
  else if (isLiteralStart(kind)) return parseLiteral(p);
  else if (kind === TokenKind.LeftParen) return parseParenthesis(p);
  else if (kind === TokenKind.LeftBracket) return parseArray(p, startHere(p));
  else if (kind === TokenKind.Question) {
    p.position++;
    return { kind: 'Parameter', start: p.start[p.position - 1] ?? 0, end: endHere(p) };
  }
  noteExpression(p);
  fail(p, 'an expression');
  return p.keyword[p.position] === K.SELECT ? unopenedSubquery(p) : missingExpression(p);
}

/** A subquery whose opening parenthesis was forgotten. */
function unopenedSubquery(p: Parser): Expression {
  const query = p.rules.query(p);
  if (p.kind[p.position] === TokenKind.RightParen) p.position++;
  return { kind: 'SubqueryExpression', start: query.start, end: endHere(p), query };
}

/** Records at the caret everything that begins a value. */
function noteExpression(p: Parser): void {
  if (p.position !== p.caret) return;
  noteAll(p, VALUE_STARTS);
  noteName(p, 'column');
  noteKind(p, TokenKind.LeftParen);
  noteKind(p, TokenKind.String);
  noteKind(p, TokenKind.Integer);
}

/** A name: a column, the parameter of a lambda, or the type of a literal. */
function parseName(p: Parser): Expression {
  const next = kindAt(p, 1);
  const name = takeIdentifier(p);
  if (next === TokenKind.Arrow) return parseLambda(p, name.start, [name]);
  if (next === TokenKind.String || next === TokenKind.UnicodeString) {
    const value = parseLiteral(p);
    if (!name.isQuoted && (name.name === 'x' || name.name === 'X')) {
      failValue(
        p,
        { start: name.start, end: endHere(p) },
        'No space may stand between X and the quote of a binary literal.',
      );
    }
    if (value.kind === 'StringLiteral') {
      return { kind: 'TypedLiteral', start: name.start, end: endHere(p), type: name, value };
    }
  }
  return { kind: 'ColumnReference', start: name.start, end: name.end, name };
}

function parseLambda(p: Parser, start: number, parameters: readonly Identifier[]): Expression {
  expectKind(p, TokenKind.Arrow, "'->'");
  const body = p.rules.expression(p);
  return { kind: 'Lambda', start, end: endHere(p), parameters, body };
}

function parseSubscript(p: Parser, base: Expression): Expression {
  p.position++;
  const index = p.rules.valueExpression(p);
  expectKind(p, TokenKind.RightBracket, "']'");
  return { kind: 'Subscript', start: base.start, end: endHere(p), base, index };
}

function parseMember(p: Parser, base: Expression): Expression {
  p.position++;
  const isWord = p.kind[p.position] === TokenKind.Word;
  const isName = isNameToken(p, p.position);
  if (p.position === p.caret) {
    noteName(p, 'member');
    noteKind(p, TokenKind.Star);
  }
  if (isWord && kindAt(p, 1) === TokenKind.LeftParen && (isName ? !isNameChain(base) : isMethodName(p))) {
    return parseMethodCall(p, base);
  }
  if (isName) {
    const field = takeIdentifier(p);
    return { kind: 'Dereference', start: base.start, end: endHere(p), base, field };
  }
  fail(p, 'a name');
  return { kind: 'Dereference', start: base.start, end: endHere(p), base, field: missingIdentifier(p) };
}

/**
 * Any word may name a method. A reserved one that begins a clause and does not touch the dot is the clause, though:
 * `SELECT o. FROM (…)` is being written.
 */
function isMethodName(p: Parser): boolean {
  return !atClauseStart(p) || p.end[p.position - 1] === p.start[p.position];
}

/** A lambda's parameters, a subquery, a row, or an expression in parentheses. */
function parseParenthesis(p: Parser): Expression {
  const start = startHere(p);
  if (isLambda(p)) return parseLambda(p, start, takeParameters(p));
  p.position++;
  noteQueryStart(p);
  if (isQueryStart(p, 0)) {
    const query = p.rules.query(p);
    closeParen(p);
    return { kind: 'SubqueryExpression', start, end: endHere(p), query };
  }
  const first = p.rules.expression(p);
  const query = asContinuedQuery(p, first);
  if (query !== undefined) {
    closeParen(p);
    return { kind: 'SubqueryExpression', start, end: endHere(p), query };
  }
  if (!continuesList(p)) {
    closeParen(p);
    return { kind: 'Parenthesized', start, end: endHere(p), expression: first };
  }
  const fields = [rowField(first)];
  do {
    fields.push(rowField(p.rules.expression(p)));
  } while (continuesList(p));
  closeParen(p);
  return { kind: 'RowConstructor', start, end: endHere(p), fields };
}

function rowField(value: Expression): RowField {
  return { kind: 'RowField', start: value.start, end: value.end, value, name: null };
}

/** `(a, b) ->` and `() ->`. */
function isLambda(p: Parser): boolean {
  let ahead = 1;
  if (kindAt(p, 1) !== TokenKind.RightParen) {
    while (isNameToken(p, p.position + ahead)) {
      if (kindAt(p, ahead + 1) !== TokenKind.Comma) break;
      ahead += 2;
    }
    if (!isNameToken(p, p.position + ahead)) return false;
    ahead++;
  }
  return kindAt(p, ahead) === TokenKind.RightParen && kindAt(p, ahead + 1) === TokenKind.Arrow;
}

function takeParameters(p: Parser): Identifier[] {
  const parameters: Identifier[] = [];
  p.position++;
  while (isNameToken(p, p.position)) {
    parameters.push(takeIdentifier(p));
    if (p.kind[p.position] === TokenKind.Comma) p.position++;
  }
  p.position++;
  return parameters;
}
