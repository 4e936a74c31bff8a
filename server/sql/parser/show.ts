import type { Identifier, Show, ShowCreate, ShowRoles, Statement, StringLiteral } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import {
  at,
  atKind,
  eat,
  endHere,
  expect,
  fail,
  isNameToken,
  isUndecided,
  kindAt,
  noteAll,
  startHere,
} from './cursor.ts';
import { closeParen } from './lists.ts';
import { parseString } from './literals.ts';
import { isParenthesizedQueryStart } from './lookahead.ts';
import { parseIdentifier, parseQualifiedName } from './names.ts';
import { parseInnerQuery } from './query-statement.ts';
import { parseGrantObject } from './security.ts';
import type { Parser } from './state.ts';
import { parseFromOrIn } from './statement-parts.ts';

const LISTS: readonly (readonly [keyword: number, what: Show['what']])[] = [
  [K.CATALOGS, 'CATALOGS'],
  [K.SCHEMAS, 'SCHEMAS'],
  [K.TABLES, 'TABLES'],
  [K.COLUMNS, 'COLUMNS'],
  [K.FUNCTIONS, 'FUNCTIONS'],
  [K.SESSION, 'SESSION'],
];

/** `SHOW …`; SHOW is next. */
export function parseShow(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  for (const [keyword, what] of LISTS) if (eat(p, keyword)) return parseList(p, start, what);
  if (eat(p, K.BRANCHES)) return parseBranches(p, start);
  if (eat(p, K.CREATE)) return parseShowCreate(p, start);
  if (eat(p, K.STATS)) return parseShowStats(p, start);
  if (eat(p, K.GRANTS)) {
    const object = eat(p, K.ON) ? parseGrantObject(p) : null;
    return { kind: 'ShowGrants', start, end: endHere(p), object };
  }
  if (eat(p, K.ROLES)) return finishRoles(p, start, 'ROLES');
  if (eat(p, K.CURRENT)) {
    expect(p, K.ROLES, 'ROLES');
    return finishRoles(p, start, 'CURRENT ROLES');
  }
  if (eat(p, K.ROLE)) {
    expect(p, K.GRANTS, 'GRANTS');
    return finishRoles(p, start, 'ROLE GRANTS');
  }
  fail(
    p,
    'TABLES, SCHEMAS, CATALOGS, COLUMNS, FUNCTIONS, CREATE, STATS FOR, SESSION, GRANTS, ROLES or BRANCHES',
  );
  return { kind: 'Missing', start, end: endHere(p), expects: 'statement' };
}

function finishRoles(p: Parser, start: number, what: ShowRoles['what']): Statement {
  const catalog: Identifier | null = eat(p, K.FROM) || eat(p, K.IN) ? parseIdentifier(p, 'catalog') : null;
  return { kind: 'ShowRoles', start, end: endHere(p), what, catalog };
}

function parseList(p: Parser, start: number, what: Show['what']): Statement {
  const hasFrom = what !== 'CATALOGS' && what !== 'SESSION';
  const role = what === 'COLUMNS' ? 'table' : what === 'SCHEMAS' ? 'catalog' : 'schema';
  if (what === 'COLUMNS' && !at(p, K.FROM) && !at(p, K.IN)) fail(p, 'FROM and a table');
  const isCatalog = what === 'SCHEMAS';
  const from = !hasFrom ? null : isCatalog ? parseCatalog(p) : parseFromOrIn(p, role);
  let like: StringLiteral | null = null;
  let escape: StringLiteral | null = null;
  if (eat(p, K.LIKE)) {
    like = parseString(p, 'a pattern: a string');
    if (eat(p, K.ESCAPE)) escape = parseString(p, 'the escape character: a string');
  }
  return { kind: 'Show', start, end: endHere(p), what, from, like, escape };
}

function parseCatalog(p: Parser): Show['from'] {
  if (!eat(p, K.FROM) && !eat(p, K.IN)) return null;
  const name = parseIdentifier(p, 'catalog');
  return { kind: 'QualifiedName', start: name.start, end: name.end, parts: [name] };
}

function parseBranches(p: Parser, start: number): Statement {
  if (!eat(p, K.FROM)) expect(p, K.IN, 'FROM TABLE');
  expect(p, K.TABLE, 'TABLE');
  const from = parseQualifiedName(p, 'table');
  return { kind: 'Show', start, end: endHere(p), what: 'BRANCHES', from, like: null, escape: null };
}

function parseShowCreate(p: Parser, start: number): Statement {
  let object: ShowCreate['object'] = null;
  if (eat(p, K.TABLE)) object = 'TABLE';
  else if (eat(p, K.SCHEMA)) object = 'SCHEMA';
  else if (eat(p, K.VIEW)) object = 'VIEW';
  else if (eat(p, K.FUNCTION)) object = 'FUNCTION';
  else if (expect(p, K.MATERIALIZED, 'TABLE, SCHEMA, VIEW, MATERIALIZED VIEW or FUNCTION')) {
    expect(p, K.VIEW, 'VIEW');
    object = 'MATERIALIZED VIEW';
  }
  const name = parseQualifiedName(
    p,
    object === 'SCHEMA' ? 'schema' : object === 'FUNCTION' ? 'function' : 'table',
  );
  return { kind: 'ShowCreate', start, end: endHere(p), object, name };
}

function parseShowStats(p: Parser, start: number): Statement {
  expect(p, K.FOR, 'FOR');
  if (!atKind(p, TokenKind.LeftParen)) {
    const table = parseQualifiedName(p, 'table');
    return { kind: 'ShowStats', start, end: endHere(p), table, query: null };
  }
  p.position++;
  const query = parseInnerQuery(p);
  closeParen(p);
  return { kind: 'ShowStats', start, end: endHere(p), table: null, query };
}

/** `DESCRIBE t`, `DESC t`, `DESCRIBE INPUT s` and `DESCRIBE OUTPUT s`; the verb is next. */
export function parseDescribe(p: Parser): Statement {
  const start = startHere(p);
  const isLong = p.keyword[p.position] === K.DESCRIBE;
  p.position++;
  if (isLong) noteAll(p, [K.INPUT, K.OUTPUT]);
  const keyword = p.keyword[p.position];
  const isPrepared = isLong && (keyword === K.INPUT || keyword === K.OUTPUT);
  if (isPrepared && (isUndecided(p) || isNameToken(p, p.position + 1))) {
    p.position++;
    const name = parseIdentifier(p, 'statement');
    return {
      kind: 'DescribePrepared',
      start,
      end: endHere(p),
      direction: keyword === K.INPUT ? 'INPUT' : 'OUTPUT',
      name,
    };
  }
  const isOpen = kindAt(p, 1) === TokenKind.LeftParen;
  if (isLong && keyword === K.OUTPUT && isOpen && isParenthesizedQueryStart(p, 1)) {
    p.position++;
    if (atKind(p, TokenKind.LeftParen)) p.position++;
    const query = parseInnerQuery(p);
    closeParen(p);
    return { kind: 'DescribeQuery', start, end: endHere(p), query };
  }
  const table = parseQualifiedName(p, 'table');
  return { kind: 'Describe', start, end: endHere(p), table };
}
