import type {
  CommonTable,
  Identifier,
  Limit,
  Query,
  QueryBody,
  RowCount,
  SetOperator,
  SortItem,
  With,
} from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { at, atKind, eat, eatKind, endHere, enter, expect, expectKind, fail } from './cursor.ts';
import { keywordAt, kindAt, leave, note, noteAll, noteKind, startHere, isNameToken } from './cursor.ts';
import { closeParen } from './lists.ts';
import { takeNumber } from './literals.ts';
import { isQueryStart } from './lookahead.ts';
import { parseIdentifier, parseNameList, parseQualifiedName } from './names.ts';
import { parseSelect, selectWithoutSelect } from './select.ts';
import { parseSortItems } from './sorting.ts';
import type { Parser } from './state.ts';

/** A whole query: WITH, terms joined by set operations, ORDER BY and limits. */
export function parseQuery(p: Parser): Query {
  if (!enter(p)) {
    leave(p);
    const body = missingQuery(p);
    return {
      kind: 'Query',
      start: body.start,
      end: body.end,
      with: null,
      body,
      orderBy: [],
      offset: null,
      limit: null,
    };
  }
  const { isInRelation } = p;
  p.isInRelation = p.isRelationNext;
  p.isRelationNext = false;
  note(p, K.WITH);
  const withClause = p.keyword[p.position] === K.WITH ? parseWith(p) : null;
  const body = parseBody(p, parseTerm(p));
  const query = finishQuery(p, withClause, body);
  p.isInRelation = isInRelation;
  leave(p);
  return query;
}

/** A query in parentheses that is a term of another one: it has no WITH of its own. */
function parseWithoutWith(p: Parser): Query {
  if (p.keyword[p.position] === K.WITH) fail(p, 'SELECT, VALUES, TABLE or another parenthesis');
  if (p.keyword[p.position] === K.WITH || !enter(p)) return parseQuery(p);
  const query = finishQuery(p, null, parseBody(p, parseTerm(p)));
  leave(p);
  return query;
}

/** Goes on with a query whose first term stands in parentheses that were read as something else. */
export function parseQueryAfter(p: Parser, first: QueryBody): Query {
  return finishQuery(p, null, parseBody(p, first));
}

function missingQuery(p: Parser): QueryBody {
  const end = endHere(p);
  return { kind: 'Missing', start: end, end, expects: 'query' };
}

function finishQuery(p: Parser, withClause: With | null, body: QueryBody): Query {
  const orderBy: SortItem[] = at(p, K.ORDER) ? parseSortItems(p) : [];
  const offset = parseOffset(p);
  const limit = parseLimit(p);
  const start = withClause?.start ?? body.start;
  return { kind: 'Query', start, end: endHere(p), with: withClause, body, orderBy, offset, limit };
}

/** Set operations of both levels behind a first term. */
function parseBody(p: Parser, first: QueryBody): QueryBody {
  const left = parseRun(p, first, true);
  return parseRun(p, left, false);
}

/** A run of INTERSECT, or of UNION and EXCEPT whose terms are runs of INTERSECT. */
function parseRun(p: Parser, first: QueryBody, isIntersect: boolean): QueryBody {
  let operator = parseOperator(p, isIntersect);
  if (operator === null) return first;
  const operators: SetOperator[] = [];
  const terms = [first];
  while (operator !== null) {
    operators.push(operator);
    const term = parseTerm(p);
    terms.push(isIntersect ? term : parseRun(p, term, true));
    operator = parseOperator(p, isIntersect);
  }
  return { kind: 'SetOperation', start: first.start, end: endHere(p), operators, terms };
}

function parseOperator(p: Parser, isIntersect: boolean): SetOperator | null {
  const start = startHere(p);
  let type: SetOperator['type'];
  if (isIntersect) {
    if (!eat(p, K.INTERSECT)) return null;
    type = 'INTERSECT';
  } else if (eat(p, K.UNION)) type = 'UNION';
  else if (eat(p, K.EXCEPT)) type = 'EXCEPT';
  else return null;
  const quantifier = eat(p, K.ALL) ? 'ALL' : eat(p, K.DISTINCT) ? 'DISTINCT' : null;
  const isCorresponding = eat(p, K.CORRESPONDING);
  const hasColumns = isCorresponding && eat(p, K.BY);
  let correspondingBy: Identifier[] = [];
  if (hasColumns && atKind(p, TokenKind.LeftParen)) correspondingBy = parseNameList(p, 'column');
  else if (hasColumns) fail(p, "'(' and columns");
  return { kind: 'SetOperator', start, end: endHere(p), type, quantifier, isCorresponding, correspondingBy };
}

function parseTerm(p: Parser): QueryBody {
  const start = startHere(p);
  noteAll(p, [K.SELECT, K.TABLE, K.VALUES]);
  noteKind(p, TokenKind.LeftParen);
  switch (p.keyword[p.position]) {
    case K.SELECT:
      return parseSelect(p);
    case K.VALUES:
      return parseValues(p);
    case K.TABLE: {
      p.position++;
      const name = parseQualifiedName(p, 'table');
      return { kind: 'TableQuery', start, end: endHere(p), name };
    }
    case K.FROM:
    case K.WHERE:
      return selectWithoutSelect(p);
    default:
  }
  if (p.kind[p.position] === TokenKind.LeftParen) {
    p.position++;
    const query = parseWithoutWith(p);
    closeParen(p);
    return { kind: 'ParenthesizedQuery', start, end: endHere(p), query };
  }
  fail(p, 'a query: SELECT, VALUES, TABLE or a query in parentheses');
  if (p.keyword[p.position] !== K.WITH) return missingQuery(p);
  const query = parseQuery(p);
  return { kind: 'ParenthesizedQuery', start: query.start, end: query.end, query };
}

function parseValues(p: Parser): QueryBody {
  const start = startHere(p);
  p.position++;
  const rows = [p.rules.expression(p)];
  while (eatKind(p, TokenKind.Comma)) rows.push(p.rules.expression(p));
  return { kind: 'Values', start, end: endHere(p), rows };
}

/** `WITH RECURSIVE a AS (…), b AS (…)`; WITH is next. */
function parseWith(p: Parser): With {
  const start = startHere(p);
  p.position++;
  const isRecursive = eat(p, K.RECURSIVE);
  const tables: CommonTable[] = [];
  do {
    tables.push(parseCommonTable(p));
  } while (continuesTables(p));
  return { kind: 'With', start, end: endHere(p), isRecursive, tables };
}

function continuesTables(p: Parser): boolean {
  if (eatKind(p, TokenKind.Comma)) return true;
  // `) b AS (` without the comma.
  if (!isNameToken(p, p.position) || keywordAt(p, 1) !== K.AS || kindAt(p, 2) !== TokenKind.LeftParen)
    return false;
  fail(p, "','");
  return true;
}

function parseCommonTable(p: Parser): CommonTable {
  const name = parseIdentifier(p, 'alias');
  const hasColumns = atKind(p, TokenKind.LeftParen) && !isQueryStart(p, 1);
  const columns = hasColumns ? parseNameList(p, 'column') : [];
  expect(p, K.AS, 'AS and a query in parentheses');
  expectKind(p, TokenKind.LeftParen, "'('");
  p.isRelationNext = true;
  const query = parseQuery(p);
  closeCommonTable(p);
  return { kind: 'CommonTable', start: name.start, end: endHere(p), name, columns, query };
}

/** A parenthesis that is missing before the next common table is reported, and nothing is skipped. */
function closeCommonTable(p: Parser): void {
  const isNext =
    kindAt(p, 0) === TokenKind.Comma && keywordAt(p, 2) === K.AS && kindAt(p, 3) === TokenKind.LeftParen;
  if (isNext) fail(p, "')'");
  else closeParen(p);
}

function parseOffset(p: Parser): RowCount | null {
  note(p, K.OFFSET);
  if (p.keyword[p.position] !== K.OFFSET) return null;
  p.position++;
  const count = parseRowCount(p);
  if (!eat(p, K.ROW)) eat(p, K.ROWS);
  return count;
}

function parseRowCount(p: Parser): RowCount {
  noteKind(p, TokenKind.Question);
  if (atKind(p, TokenKind.Integer)) return takeNumber(p);
  if (eatKind(p, TokenKind.Question))
    return { kind: 'Parameter', start: p.start[p.position - 1] ?? 0, end: endHere(p) };
  fail(p, 'a whole number or ?');
  const end = endHere(p);
  return { kind: 'Missing', start: end, end, expects: 'number' };
}

function parseLimit(p: Parser): Limit | null {
  const start = startHere(p);
  if (eat(p, K.LIMIT)) {
    const count = eat(p, K.ALL) ? null : parseRowCount(p);
    return { kind: 'Limit', start, end: endHere(p), type: 'LIMIT', count, withTies: false };
  }
  if (!eat(p, K.FETCH)) return null;
  if (!eat(p, K.FIRST)) expect(p, K.NEXT, 'FIRST or NEXT');
  noteKind(p, TokenKind.Integer);
  const isOne = at(p, K.ROW) || at(p, K.ROWS);
  const count = isOne ? null : parseRowCount(p);
  if (!eat(p, K.ROW)) expect(p, K.ROWS, 'ROW or ROWS');
  let withTies = false;
  if (!eat(p, K.ONLY)) {
    withTies = expect(p, K.WITH, 'ONLY or WITH TIES');
    if (withTies) expect(p, K.TIES, 'TIES');
  }
  return { kind: 'Limit', start, end: endHere(p), type: 'FETCH', count, withTies };
}
