import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { eatKind, isNameToken, isUndecided, keywordAt, kindAt } from './cursor.ts';
import { isQueryStart, startsExpression } from './lookahead.ts';
import type { Parser } from './state.ts';

/**
 * Whether the next word, which is a name too, begins a clause behind a select item or relation and is no alias:
 * what follows it decides.
 */
export function isClauseWord(p: Parser): boolean {
  switch (p.keyword[p.position]) {
    case K.LIMIT:
      return isUndecided(p) || isCount(p) || keywordAt(p, 1) === K.ALL;
    case K.OFFSET:
      return isUndecided(p) || isCount(p);
    case K.FETCH:
      return isUndecided(p) || keywordAt(p, 1) === K.FIRST || keywordAt(p, 1) === K.NEXT;
    case K.WINDOW:
      return isUndecided(p) || isNamedWindow(p);
    default:
      return false;
  }
}

function isCount(p: Parser): boolean {
  return kindAt(p, 1) === TokenKind.Integer || kindAt(p, 1) === TokenKind.Question;
}

function isNamedWindow(p: Parser): boolean {
  return isNameToken(p, p.position + 1) && (keywordAt(p, 2) === K.AS || p.position + 2 === p.caret);
}

/** Whether the next word, which is a name too, goes on with a relation and is no alias of it. */
export function isRelationWord(p: Parser): boolean {
  switch (p.keyword[p.position]) {
    case K.TABLESAMPLE:
      return isUndecided(p) || keywordAt(p, 1) === K.BERNOULLI || keywordAt(p, 1) === K.SYSTEM;
    case K.MATCH_RECOGNIZE:
    case K.PIVOT:
      return isUndecided(p) || kindAt(p, 1) === TokenKind.LeftParen;
    case K.MATCH:
      return p.isInNearest && (isUndecided(p) || (startsExpression(p, 1) && keywordAt(p, 1) !== K.MATCH));
    default:
      return false;
  }
}

/** Whether the row limits of a query begin here. */
function atLimit(p: Parser): boolean {
  const keyword = p.keyword[p.position];
  return (keyword === K.LIMIT || keyword === K.OFFSET || keyword === K.FETCH) && isClauseWord(p);
}

/** Whether a set operation, ORDER BY, a limit, or what ends a query comes next. */
export function atQueryEnd(p: Parser): boolean {
  const kind = p.kind[p.position];
  if (kind === TokenKind.End || kind === TokenKind.RightParen || kind === TokenKind.Semicolon) return true;
  switch (p.keyword[p.position]) {
    case K.UNION:
    case K.EXCEPT:
    case K.INTERSECT:
    case K.ORDER:
    case K.SELECT:
      return true;
    case K.WITH:
      return true;
    default:
      return atLimit(p);
  }
}

/**
 * Whether `, name AS (SELECT` comes next inside parentheses that were not closed: the next common table of WITH, which
 * no list of the query before it goes on with.
 */
export function atNextCommonTable(p: Parser): boolean {
  if (!p.isInRelation || p.kind[p.position] !== TokenKind.Comma) return false;
  if (!isNameToken(p, p.position + 1) || keywordAt(p, 2) !== K.AS) return false;
  return kindAt(p, 3) === TokenKind.LeftParen && isQueryStart(p, 4);
}

/** Moves over the comma of a list of a query. */
export function eatListComma(p: Parser): boolean {
  return !atNextCommonTable(p) && eatKind(p, TokenKind.Comma);
}

/** Whether a join goes on from a relation here. */
export function atJoin(p: Parser): boolean {
  switch (p.keyword[p.position]) {
    case K.JOIN:
    case K.CROSS:
    case K.INNER:
    case K.LEFT:
    case K.RIGHT:
    case K.FULL:
    case K.NATURAL:
      return true;
    default:
      return false;
  }
}
