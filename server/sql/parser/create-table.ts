import type { Identifier, LikeClause, QueryStatement, Statement, TableElement } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { parseColumnDefinition } from './columns.ts';
import { checkReplace } from './create-checks.ts';
import {
  at,
  atKind,
  eat,
  endHere,
  expect,
  isNameToken,
  keywordAt,
  kindAt,
  note,
  startHere,
} from './cursor.ts';
import { closeParen, continuesList } from './lists.ts';
import { parseNameList, parseQualifiedName } from './names.ts';
import { parseInnerQuery } from './query-statement.ts';
import type { Parser } from './state.ts';
import { eatIfNotExists, parseCommentClause, parseWithProperties } from './statement-parts.ts';

/** `CREATE TABLE t (columns)` and `CREATE TABLE t AS query`; TABLE is next. */
export function parseCreateTable(p: Parser, start: number, orReplace: boolean): Statement {
  p.position++;
  const ifNotExists = eatIfNotExists(p);
  checkReplace(p, start, orReplace && ifNotExists);
  const name = parseQualifiedName(p, 'table');
  const hasList = atKind(p, TokenKind.LeftParen);
  const isDefinition = hasList && !isNameList(p);
  const elements: TableElement[] = isDefinition ? parseElements(p) : [];
  const columns: Identifier[] = hasList && !isDefinition ? parseNameList(p, 'column') : [];
  const comment = parseCommentClause(p);
  const properties = parseWithProperties(p);
  if (isDefinition) {
    return {
      kind: 'CreateTable',
      start,
      end: endHere(p),
      orReplace,
      ifNotExists,
      name,
      elements,
      comment,
      properties,
    };
  }
  expect(
    p,
    K.AS,
    hasList ? 'AS and a query, or a type for each column' : "'(' and columns, or AS and a query",
  );
  const query = parseSource(p);
  const withData = parseWithData(p);
  const head = { kind: 'CreateTableAs', start, end: endHere(p), orReplace, ifNotExists, name } as const;
  return { ...head, columns, comment, properties, query, withData };
}

/** The query, which may stand in parentheses with its WITH. */
function parseSource(p: Parser): QueryStatement {
  const start = startHere(p);
  const isWith = keywordAt(p, 1) === K.WITH || p.position + 1 === p.caret;
  if (!isWith || !atKind(p, TokenKind.LeftParen)) return parseInnerQuery(p);
  p.position++;
  const query = parseInnerQuery(p);
  closeParen(p);
  return { ...query, start, end: endHere(p) };
}

/** Bare names in parentheses belong to CREATE TABLE AS, names with types do not. */
function isNameList(p: Parser): boolean {
  let ahead = 1;
  while (isNameToken(p, p.position + ahead)) {
    const next = kindAt(p, ahead + 1);
    if (next === TokenKind.RightParen) return true;
    if (next !== TokenKind.Comma) return false;
    ahead += 2;
  }
  // At the end of the text or behind a trailing comma: a list that has begun with names goes on with names.
  return ahead > 1 && p.position + ahead !== p.caret;
}

function parseWithData(p: Parser): boolean | null {
  if (!eat(p, K.WITH)) return null;
  const isNo = eat(p, K.NO);
  expect(p, K.DATA, isNo ? 'DATA' : 'DATA or NO DATA');
  return !isNo;
}

function parseElements(p: Parser): TableElement[] {
  const elements: TableElement[] = [];
  p.position++;
  do {
    note(p, K.LIKE);
    elements.push(at(p, K.LIKE) ? parseLike(p) : parseColumnDefinition(p));
  } while (continuesList(p));
  closeParen(p);
  return elements;
}

/** `LIKE t INCLUDING PROPERTIES`; LIKE is next. */
function parseLike(p: Parser): LikeClause {
  const start = startHere(p);
  p.position++;
  const table = parseQualifiedName(p, 'table');
  const properties = eat(p, K.INCLUDING) ? 'INCLUDING' : eat(p, K.EXCLUDING) ? 'EXCLUDING' : null;
  if (properties !== null) expect(p, K.PROPERTIES, 'PROPERTIES');
  return { kind: 'LikeClause', start, end: endHere(p), table, properties };
}
