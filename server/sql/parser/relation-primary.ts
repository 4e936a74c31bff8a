import type { Expression, Query, Relation, RelationPrimary, TableReference, TableVersion } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import {
  at,
  atKind,
  atName,
  eat,
  eatKind,
  endHere,
  expect,
  expectKind,
  fail,
  isUndecided,
} from './cursor.ts';
import { keywordAt, kindAt, noteAll, startHere } from './cursor.ts';
import { parseJsonTable } from './json-table.ts';
import { atQueryContinuation, closeParen, continuesList } from './lists.ts';
import { isQueryStart, noteQueryStart } from './lookahead.ts';
import { parseQualifiedName } from './names.ts';
import type { Parser } from './state.ts';
import { parseTableFunction } from './table-functions.ts';

export function missingRelation(p: Parser): Relation {
  const end = endHere(p);
  return { kind: 'Missing', start: end, end, expects: 'relation' };
}

/** A table, a subquery, or one of the table-like forms, without an alias. */
export function parseRelationPrimary(p: Parser): RelationPrimary {
  noteAll(p, [K.JSON_TABLE, K.LATERAL, K.NEAREST, K.TABLE, K.UNNEST]);
  switch (p.keyword[p.position]) {
    case K.UNNEST:
      return parseUnnest(p);
    case K.LATERAL:
      if (isCallLike(p)) return parseLateral(p);
      break;
    case K.NEAREST:
      if (isCallLike(p)) return parseNearest(p);
      break;
    case K.TABLE:
      return parseTableFunction(p);
    case K.JSON_TABLE:
      return parseJsonTable(p);
    case K.SELECT:
    case K.VALUES:
    case K.WITH:
      return unopenedSubquery(p);
    default:
  }
  if (atKind(p, TokenKind.LeftParen)) return parseParenthesis(p);
  if (atName(p, 'table')) return parseTable(p);
  fail(p, 'a table, a subquery in parentheses or another relation');
  const end = endHere(p);
  return { kind: 'Missing', start: end, end, expects: 'relation' };
}

/** LATERAL and NEAREST are names too: as forms they have a parenthesis behind them. */
function isCallLike(p: Parser): boolean {
  return isUndecided(p) || kindAt(p, 1) === TokenKind.LeftParen;
}

/** A subquery whose opening parenthesis was forgotten. */
function unopenedSubquery(p: Parser): RelationPrimary {
  fail(p, "'(' before the subquery");
  const query = nestedQuery(p);
  if (p.kind[p.position] === TokenKind.RightParen) p.position++;
  return { kind: 'SubqueryRelation', start: query.start, end: endHere(p), query };
}

/** A query in parentheses, so that a forgotten closing parenthesis can be made out. */
function nestedQuery(p: Parser): Query {
  const { isInNearest } = p;
  p.isRelationNext = true;
  p.isInNearest = false;
  const query = p.rules.query(p);
  p.isInNearest = isInNearest;
  return query;
}

/** Closes a subquery's parenthesis; where it is missing nothing is skipped, because the outer query goes on. */
function closeSubquery(p: Parser): void {
  expectKind(p, TokenKind.RightParen, "')'");
}

function parseTable(p: Parser): TableReference {
  const start = startHere(p);
  const name = parseQualifiedName(p, 'table');
  const version = at(p, K.FOR) ? parseVersion(p) : null;
  return { kind: 'TableReference', start, end: endHere(p), name, version };
}

function parseVersion(p: Parser): TableVersion {
  const start = startHere(p);
  p.position++;
  const isVersion = eat(p, K.VERSION);
  if (!isVersion) expect(p, K.TIMESTAMP, 'VERSION or TIMESTAMP');
  expect(p, K.AS, 'AS OF');
  expect(p, K.OF, 'OF');
  const value = p.rules.valueExpression(p);
  return { kind: 'TableVersion', start, end: endHere(p), type: isVersion ? 'VERSION' : 'TIMESTAMP', value };
}

/** `(query)`, `(relation)`, or a query that begins with parentheses of its own. */
function parseParenthesis(p: Parser): RelationPrimary {
  const start = startHere(p);
  p.position++;
  noteQueryStart(p);
  if (isQueryStart(p, 0) && keywordAt(p, 0) !== K.TABLE) return finishSubquery(p, start, nestedQuery(p));
  if (keywordAt(p, 0) === K.TABLE && kindAt(p, 1) !== TokenKind.LeftParen)
    return finishSubquery(p, start, nestedQuery(p));
  const relation = p.rules.relation(p);
  if (relation.kind === 'SubqueryRelation' && relation.query.with === null && atQueryContinuation(p)) {
    const { query } = relation;
    const first = { kind: 'ParenthesizedQuery', start: relation.start, end: relation.end, query } as const;
    return finishSubquery(p, start, p.rules.queryAfter(p, first));
  }
  if (kindAt(p, 0) === TokenKind.Comma) return closeRelationList(p, start, relation);
  closeParen(p);
  return { kind: 'ParenthesizedRelation', start, end: endHere(p), relation };
}

function finishSubquery(p: Parser, start: number, query: Query): RelationPrimary {
  closeSubquery(p);
  return { kind: 'SubqueryRelation', start, end: endHere(p), query };
}

/** Trino has no `(a, b)` in FROM: the comma is reported and the relations are kept as if they were joined. */
function closeRelationList(p: Parser, start: number, first: Relation): RelationPrimary {
  let relation = first;
  fail(p, "')' or a join");
  while (eatKind(p, TokenKind.Comma)) {
    const right = p.rules.relation(p);
    const span = { kind: 'Join', start: relation.start, end: endHere(p) } as const;
    relation = { ...span, type: 'CROSS', isNatural: false, left: relation, right, on: null, using: [] };
  }
  closeParen(p);
  return { kind: 'ParenthesizedRelation', start, end: endHere(p), relation };
}

function parseUnnest(p: Parser): RelationPrimary {
  const start = startHere(p);
  p.position++;
  const expressions: Expression[] = [];
  if (expectKind(p, TokenKind.LeftParen, "'('")) {
    do {
      expressions.push(p.rules.expression(p));
    } while (continuesList(p));
    closeParen(p);
  }
  const withOrdinality = at(p, K.WITH) && isOrdinality(p);
  if (withOrdinality) {
    p.position++;
    expect(p, K.ORDINALITY, 'ORDINALITY');
  }
  return { kind: 'Unnest', start, end: endHere(p), expressions, withOrdinality };
}

/** WITH may also belong to what the query is part of, such as WITH NO DATA. */
function isOrdinality(p: Parser): boolean {
  return isUndecided(p) || keywordAt(p, 1) === K.ORDINALITY;
}

function parseLateral(p: Parser): RelationPrimary {
  const start = startHere(p);
  p.position++;
  expectKind(p, TokenKind.LeftParen, "'(' and a query");
  const query = nestedQuery(p);
  closeSubquery(p);
  return { kind: 'Lateral', start, end: endHere(p), query };
}

/** `NEAREST (FROM relation WHERE … MATCH …)`. */
function parseNearest(p: Parser): RelationPrimary {
  const start = startHere(p);
  p.position++;
  expectKind(p, TokenKind.LeftParen, "'('");
  expect(p, K.FROM, 'FROM');
  const wasInNearest = p.isInNearest;
  p.isInNearest = true;
  const relation = p.rules.relation(p);
  p.isInNearest = wasInNearest;
  const where = eat(p, K.WHERE) ? p.rules.expression(p) : null;
  expect(p, K.MATCH, 'MATCH and a comparison');
  const match = p.rules.expression(p);
  closeParen(p);
  return { kind: 'Nearest', start, end: endHere(p), relation, where, match };
}
