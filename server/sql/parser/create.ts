import type { Statement } from '../ast.ts';
import { K } from '../keywords.ts';
import { at, eat, endHere, expect, fail, noteAll, startHere } from './cursor.ts';
import { parseCreateTable } from './create-table.ts';
import { parseCreateMaterializedView, parseCreateView } from './create-view.ts';
import { checkReplace } from './create-checks.ts';
import { parseInTable } from './drop.ts';
import { parseIdentifier, parseQualifiedName } from './names.ts';
import { parseCreateFunction } from './routines.ts';
import type { Parser } from './state.ts';
import { eatIfNotExists, parseAuthorization, parseCommentClause, parsePrincipal } from './statement-parts.ts';
import { parseInCatalog, parseWithProperties } from './statement-parts.ts';

/** `CREATE …`; CREATE is next. */
export function parseCreate(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  const orReplace = eat(p, K.OR);
  if (orReplace) expect(p, K.REPLACE, 'REPLACE');
  noteAll(p, [K.BRANCH, K.FUNCTION, K.MATERIALIZED, K.TABLE, K.VIEW]);
  switch (p.keyword[p.position]) {
    case K.TABLE:
      return parseCreateTable(p, start, orReplace);
    case K.VIEW:
      return parseCreateView(p, start, orReplace);
    case K.MATERIALIZED:
      return parseCreateMaterializedView(p, start, orReplace);
    case K.FUNCTION:
      p.position++;
      return parseCreateFunction(p, start, orReplace);
    case K.BRANCH:
      return parseCreateBranch(p, start, orReplace);
    default:
  }
  if (!orReplace) {
    if (at(p, K.SCHEMA)) return parseCreateSchema(p, start);
    if (at(p, K.CATALOG)) return parseCreateCatalog(p, start);
    if (at(p, K.ROLE)) return parseCreateRole(p, start);
  }
  const replaceable = 'TABLE, VIEW, MATERIALIZED VIEW, FUNCTION or BRANCH';
  fail(p, orReplace ? replaceable : `SCHEMA, CATALOG, ROLE, ${replaceable}`);
  return { kind: 'Missing', start, end: endHere(p), expects: 'statement' };
}

function parseCreateBranch(p: Parser, start: number, orReplace: boolean): Statement {
  p.position++;
  const ifNotExists = eatIfNotExists(p);
  checkReplace(p, start, orReplace && ifNotExists);
  const name = parseIdentifier(p, 'branch');
  const properties = parseWithProperties(p);
  const table = parseInTable(p);
  const from = eat(p, K.FROM) ? parseIdentifier(p, 'branch') : null;
  return {
    kind: 'CreateBranch',
    start,
    end: endHere(p),
    orReplace,
    ifNotExists,
    name,
    properties,
    table,
    from,
  };
}

function parseCreateSchema(p: Parser, start: number): Statement {
  p.position++;
  const ifNotExists = eatIfNotExists(p);
  const name = parseQualifiedName(p, 'schema');
  const authorization = parseAuthorization(p);
  const properties = parseWithProperties(p);
  return { kind: 'CreateSchema', start, end: endHere(p), ifNotExists, name, authorization, properties };
}

function parseCreateCatalog(p: Parser, start: number): Statement {
  p.position++;
  const ifNotExists = eatIfNotExists(p);
  const name = parseIdentifier(p, 'catalog');
  expect(p, K.USING, 'USING and a connector');
  const connector = parseIdentifier(p, 'connector');
  const comment = parseCommentClause(p);
  const authorization = parseAuthorization(p);
  const properties = parseWithProperties(p);
  const head = { kind: 'CreateCatalog', start, end: endHere(p), ifNotExists, name } as const;
  return { ...head, connector, comment, authorization, properties };
}

function parseCreateRole(p: Parser, start: number): Statement {
  p.position++;
  const name = parseIdentifier(p, 'role');
  const hasAdmin = eat(p, K.WITH);
  if (hasAdmin) expect(p, K.ADMIN, 'ADMIN');
  const admin = hasAdmin ? parsePrincipal(p, true) : null;
  const catalog = parseInCatalog(p);
  return { kind: 'CreateRole', start, end: endHere(p), name, admin, catalog };
}
