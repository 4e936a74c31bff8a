import type { Comment, Drop, FunctionParameter, Statement } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { at, atKind, eat, endHere, expect, expectKind, fail, startHere } from './cursor.ts';
import type { NameRole } from '../expectations.ts';
import { closeParen, continuesList } from './lists.ts';
import { parseString } from './literals.ts';
import { parseIdentifier, parseQualifiedName, qualify } from './names.ts';
import { parseFunctionParameter } from './routine-parameters.ts';
import type { Parser } from './state.ts';
import { eatIfExists, parseInCatalog } from './statement-parts.ts';

/** `DROP …`; DROP is next. */
export function parseDrop(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  const object = parseObject(p);
  const ifExists = eatIfExists(p);
  const isSimple = object === 'BRANCH' || object === 'CATALOG' || object === 'ROLE';
  const role = NAME_ROLES[object];
  const name = isSimple ? qualify(parseIdentifier(p, role)) : parseQualifiedName(p, role);
  const nothing = { behavior: null, parameters: null, table: null, catalog: null };
  return {
    kind: 'Drop',
    start,
    object,
    ifExists,
    name,
    ...nothing,
    ...parseTail(p, object),
    end: endHere(p),
  };
}

const NAME_ROLES: Readonly<Record<Drop['object'], NameRole>> = {
  BRANCH: 'branch',
  CATALOG: 'catalog',
  FUNCTION: 'function',
  'MATERIALIZED VIEW': 'view',
  ROLE: 'role',
  SCHEMA: 'schema',
  TABLE: 'table',
  VIEW: 'view',
};

const OBJECTS: readonly (readonly [keyword: number, object: Drop['object']])[] = [
  [K.TABLE, 'TABLE'],
  [K.VIEW, 'VIEW'],
  [K.SCHEMA, 'SCHEMA'],
  [K.CATALOG, 'CATALOG'],
  [K.ROLE, 'ROLE'],
  [K.BRANCH, 'BRANCH'],
  [K.FUNCTION, 'FUNCTION'],
];

function parseObject(p: Parser): Drop['object'] {
  for (const [keyword, object] of OBJECTS) if (eat(p, keyword)) return object;
  if (eat(p, K.MATERIALIZED)) {
    expect(p, K.VIEW, 'VIEW');
    return 'MATERIALIZED VIEW';
  }
  fail(p, 'TABLE, VIEW, MATERIALIZED VIEW, SCHEMA, CATALOG, FUNCTION, ROLE or BRANCH');
  return 'TABLE';
}

type Tail = Partial<Pick<Drop, 'behavior' | 'parameters' | 'table' | 'catalog'>>;

function parseTail(p: Parser, object: Drop['object']): Tail {
  switch (object) {
    case 'SCHEMA':
    case 'CATALOG':
      return { behavior: eat(p, K.CASCADE) ? 'CASCADE' : eat(p, K.RESTRICT) ? 'RESTRICT' : null };
    case 'BRANCH':
      return { table: parseInTable(p) };
    case 'ROLE':
      return { catalog: parseInCatalog(p) };
    case 'FUNCTION':
      return { parameters: parseParameters(p) };
    default:
      return {};
  }
}

/** `IN TABLE t`. */
export function parseInTable(p: Parser): NonNullable<Drop['table']> {
  expect(p, K.IN, 'IN TABLE');
  expect(p, K.TABLE, 'TABLE');
  return parseQualifiedName(p, 'table');
}

function parseParameters(p: Parser): FunctionParameter[] {
  const parameters: FunctionParameter[] = [];
  if (!expectKind(p, TokenKind.LeftParen, "'(' and the types of its parameters")) return parameters;
  if (!atKind(p, TokenKind.RightParen)) {
    do {
      parameters.push(parseFunctionParameter(p));
    } while (continuesList(p));
  }
  closeParen(p);
  return parameters;
}

/** `COMMENT ON TABLE t IS 'text'`; COMMENT is next. */
export function parseComment(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  expect(p, K.ON, 'ON');
  let object: Comment['object'] = 'TABLE';
  if (eat(p, K.VIEW)) object = 'VIEW';
  else if (eat(p, K.COLUMN)) object = 'COLUMN';
  else expect(p, K.TABLE, 'TABLE, VIEW or COLUMN');
  const name = parseQualifiedName(p, object === 'COLUMN' ? 'column' : object === 'VIEW' ? 'view' : 'table');
  expect(p, K.IS, 'IS and the comment');
  const comment = at(p, K.NULL) ? null : parseString(p, 'a string or NULL');
  if (comment === null) p.position++;
  return { kind: 'Comment', start, end: endHere(p), object, name, comment };
}

/** `REFRESH MATERIALIZED VIEW v`; REFRESH is next. */
export function parseRefresh(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  expect(p, K.MATERIALIZED, 'MATERIALIZED VIEW');
  expect(p, K.VIEW, 'VIEW');
  const name = parseQualifiedName(p, 'view');
  return { kind: 'RefreshMaterializedView', start, end: endHere(p), name };
}
