import type { Expression, Query, QueryBody } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { at, atKind, eatKind, fail } from './cursor.ts';
import { startsExpression } from './lookahead.ts';
import type { Parser } from './state.ts';

/** Words that begin a clause of a query: inside parentheses they say that the parenthesis was not closed. */
const CLAUSE_STARTS = new Uint8Array(512);
for (const keyword of [
  ...[K.FROM, K.WHERE, K.GROUP, K.HAVING, K.ORDER, K.UNION, K.EXCEPT, K.INTERSECT, K.SELECT, K.JOIN, K.LEFT],
  ...[
    K.RIGHT,
    K.FULL,
    K.INNER,
    K.CROSS,
    K.NATURAL,
    K.ON,
    K.USING,
    K.WITH,
    K.WHEN,
    K.THEN,
    K.ELSE,
    K.END,
    K.INTO,
  ],
  ...[K.INSERT, K.DELETE, K.CREATE, K.ALTER, K.DROP, K.VALUES],
]) {
  CLAUSE_STARTS[keyword] = 1;
}

/** Whether the next token begins a clause of a query or statement. */
export function atClauseStart(p: Parser): boolean {
  return CLAUSE_STARTS[p.keyword[p.position] ?? 0] === 1;
}

/**
 * Whether a list in parentheses goes on: moves over the comma. Where neither a comma nor the closing parenthesis
 * stands, a comma is taken as missing before something that can be an element; anything else is skipped up to the next
 * comma, the closing parenthesis or the beginning of a clause.
 */
export function continuesList(p: Parser): boolean {
  if (eatKind(p, TokenKind.Comma)) return true;
  if (
    atKind(p, TokenKind.RightParen) ||
    p.position >= p.last ||
    p.kind[p.position] === TokenKind.RightBracket
  )
    return false;
  if (atClauseStart(p) || p.kind[p.position] === TokenKind.Semicolon) return false;
  if (p.position === p.caret) return false;
  fail(p, "',' or ')'");
  if (startsExpression(p, 0) && p.assumedComma !== p.position) {
    p.assumedComma = p.position;
    return true;
  }
  skipToListEnd(p);
  return eatKind(p, TokenKind.Comma);
}

/** Moves over the closing parenthesis; what stands before it is reported and skipped. */
export function closeParen(p: Parser): void {
  if (eatKind(p, TokenKind.RightParen)) return;
  const isClause = atClauseStart(p);
  fail(p, "')'");
  if (isClause) return;
  skipToListEnd(p);
  while (p.kind[p.position] === TokenKind.Comma) {
    p.position++;
    skipToListEnd(p);
  }
  if (p.kind[p.position] === TokenKind.RightParen) p.position++;
}

/** Skips to a comma, a closing bracket, the beginning of a clause or the end, over brackets that open in between. */
function skipToListEnd(p: Parser): void {
  let depth = 0;
  for (; p.position < p.last; p.position++) {
    const kind = p.kind[p.position];
    if (kind === TokenKind.LeftParen || kind === TokenKind.LeftBracket) depth++;
    else if (kind === TokenKind.RightParen || kind === TokenKind.RightBracket) {
      if (depth === 0) return;
      depth--;
    } else if (kind === TokenKind.Semicolon) return;
    else if (depth === 0 && (kind === TokenKind.Comma || atClauseStart(p))) return;
  }
}

/**
 * An expression that turned out to be the first term of a query: in `((SELECT 1) UNION SELECT 2)` the inner
 * parentheses are read before UNION says what they are. Undefined when the expression stays one.
 */
export function asContinuedQuery(p: Parser, expression: Expression | undefined): Query | undefined {
  const body = expression === undefined ? undefined : asQueryBody(expression);
  if (body?.kind !== 'ParenthesizedQuery' || body.query.with !== null || !atQueryContinuation(p))
    return undefined;
  return p.rules.queryAfter(p, body);
}

function asQueryBody(expression: Expression): QueryBody | undefined {
  if (expression.kind === 'SubqueryExpression') {
    return {
      kind: 'ParenthesizedQuery',
      start: expression.start,
      end: expression.end,
      query: expression.query,
    };
  }
  if (expression.kind !== 'Parenthesized') return undefined;
  const inner = asQueryBody(expression.expression);
  if (inner === undefined) return undefined;
  const query = {
    kind: 'Query',
    start: inner.start,
    end: inner.end,
    with: null,
    body: inner,
    orderBy: [],
    offset: null,
    limit: null,
  } as const;
  return { kind: 'ParenthesizedQuery', start: expression.start, end: expression.end, query };
}

/** Whether something follows that only a query goes on with. */
export function atQueryContinuation(p: Parser): boolean {
  const isSetOperation = at(p, K.UNION) || at(p, K.EXCEPT) || at(p, K.INTERSECT);
  const isLimit = at(p, K.OFFSET) || at(p, K.LIMIT) || at(p, K.FETCH);
  return isSetOperation || at(p, K.ORDER) || isLimit;
}
