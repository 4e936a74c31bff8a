import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { concat, type Doc, group, HARD_LINE, indent, join, LINE } from './doc.ts';
import { conditionDoc, expressionDoc, isChain, parenthesesDoc, sequenceDoc } from './expressions.ts';
import { bracketed, inside, listDoc, splitItems } from './lists.ts';
import { fromDoc } from './relations.ts';
import { findTop, isKind, isWord, skip, type Source, splitBefore, type TokenRange } from './source.ts';
import { tokenDoc } from './token-doc.ts';

/** A query with more clauses than these never stands on one line: a statement of its own, and one in parentheses. */
const MOST_CLAUSES_ON_A_LINE = 2;
const MOST_CLAUSES_IN_PARENTHESES = 3;

/** A query: one clause a line, or all on one line when there are few and they fit. */
export function queryDoc(source: Source, range: TokenRange): Doc {
  const hasWith = isWord(source, range.start, K.WITH);
  const bodyStart = hasWith ? endOfWith(source, range) : range.start;
  const clauses = splitBefore(source, { start: bodyStart, end: range.end }, i => startsClause(source, i));
  const docs = clauses.map(clause => clauseDoc(source, clause));
  const isInside = isKind(source, range.start - 1, TokenKind.LeftParen);
  const isLong =
    hasWith || clauses.length > (isInside ? MOST_CLAUSES_IN_PARENTHESES : MOST_CLAUSES_ON_A_LINE);
  const withDocs = hasWith ? [withDoc(source, { start: range.start, end: bodyStart })] : [];
  return group(join(LINE, [...withDocs, ...docs]), isLong);
}

/** Where the common tables end and the query itself begins. */
function endOfWith(source: Source, range: TokenRange): number {
  let i = range.start + 1;
  while (i < range.end) {
    const as = findTop(source, { start: i, end: range.end }, at => isWord(source, at, K.AS));
    const open = as + 1;
    if (open >= range.end || !isKind(source, open, TokenKind.LeftParen)) return range.end;
    const next = skip(source, open);
    if (!isKind(source, next, TokenKind.Comma)) return Math.min(next, range.end);
    i = next + 1;
  }
  return range.end;
}

/** One common table stays on the line of WITH; several get a line each. */
function withDoc(source: Source, range: TokenRange): Doc {
  const isRecursive = isWord(source, range.start + 1, K.RECURSIVE);
  const start = range.start + (isRecursive ? 2 : 1);
  const words = isRecursive
    ? [tokenDoc(source, range.start), ' ', tokenDoc(source, range.start + 1)]
    : [tokenDoc(source, range.start)];
  const tables = { start, end: range.end };
  if (splitItems(source, tables).length === 1) return concat([...words, ' ', commonTableDoc(source, tables)]);
  return concat([...words, indent(concat([HARD_LINE, listDoc(source, tables, commonTableDoc, HARD_LINE)]))]);
}

function commonTableDoc(source: Source, range: TokenRange): Doc {
  const open = findTop(
    source,
    range,
    i => isKind(source, i, TokenKind.LeftParen) && isWord(source, i - 1, K.AS),
  );
  const head = sequenceDoc(source, { start: range.start, end: open }, true);
  if (open >= range.end) return head;
  return concat([head, ' ', bracketed(source, open, queryDoc(source, inside(source, open)))]);
}

function isSetOperator(source: Source, i: number): boolean {
  return isWord(source, i, K.UNION) || isWord(source, i, K.INTERSECT) || isWord(source, i, K.EXCEPT);
}

/** Whether a clause of a query begins at this top-level token. */
function startsClause(source: Source, i: number): boolean {
  switch (source.words[i]) {
    case K.SELECT:
    case K.WHERE:
    case K.HAVING:
    case K.UNION:
    case K.INTERSECT:
    case K.EXCEPT:
    case K.VALUES:
    case K.LIMIT:
    case K.OFFSET:
    case K.FETCH:
      return true;
    case K.TABLE:
      return isSetOperator(source, i - 1) || isSetOperator(source, i - 2);
    case K.FROM:
      return !isWord(source, i - 1, K.DISTINCT) || isWord(source, i - 2, K.SELECT);
    case K.GROUP:
    case K.ORDER:
      return isWord(source, i + 1, K.BY);
    case K.WINDOW:
      return isWord(source, i + 2, K.AS);
    case K.MATCH:
      return !isWord(source, i - 1, K.AFTER);
    default:
      return startsTerm(source, i);
  }
}

/** A parenthesised term behind a set operator. */
function startsTerm(source: Source, i: number): boolean {
  if (!isKind(source, i, TokenKind.LeftParen)) return false;
  if (isSetOperator(source, i - 1) || isWord(source, i - 1, K.CORRESPONDING)) return true;
  const isQuantified = isWord(source, i - 1, K.ALL) || isWord(source, i - 1, K.DISTINCT);
  return isQuantified && isSetOperator(source, i - 2);
}

function clauseDoc(source: Source, clause: TokenRange): Doc {
  const { start } = clause;
  switch (source.words[start]) {
    case K.SELECT:
      return selectDoc(source, clause);
    case K.FROM:
      return fromDoc(source, clause);
    case K.WHERE:
    case K.HAVING:
    case K.MATCH:
      return filterDoc(source, clause);
    case K.GROUP:
    case K.ORDER:
      return headedList(source, clause, start + 2);
    case K.WINDOW:
      return windowDoc(source, clause);
    case K.VALUES:
      return valuesDoc(source, clause);
    default:
      return isKind(source, start, TokenKind.LeftParen)
        ? termDoc(source, clause)
        : sequenceDoc(source, clause);
  }
}

/** `(SELECT …)` as a term of a set operation, or in front of ORDER BY. */
function termDoc(source: Source, clause: TokenRange): Doc {
  const term = parenthesesDoc(source, clause.start);
  const rest = { start: skip(source, clause.start), end: clause.end };
  return rest.start < rest.end ? concat([term, ' ', sequenceDoc(source, rest)]) : term;
}

function selectDoc(source: Source, clause: TokenRange): Doc {
  const next = clause.start + 1;
  const isQuantified = isWord(source, next, K.DISTINCT) || isWord(source, next, K.ALL);
  return headedList(source, clause, isQuantified ? next + 1 : next);
}

/** A single window stays behind the word. */
function windowDoc(source: Source, clause: TokenRange): Doc {
  const windows = { start: clause.start + 1, end: clause.end };
  if (splitItems(source, windows).length > 1) return headedList(source, clause, clause.start + 1);
  return concat([tokenDoc(source, clause.start), ' ', expressionDoc(source, windows)]);
}

/** Words and a list behind them, on one line or with one item a line. */
export function headedList(source: Source, clause: TokenRange, listStart: number): Doc {
  const head = sequenceDoc(source, { start: clause.start, end: listStart });
  const list = { start: listStart, end: clause.end };
  if (list.start >= list.end) return head;
  return group(concat([head, indent(concat([LINE, listDoc(source, list, expressionDoc)]))]));
}

/** WHERE, HAVING: a chain of conditions gets lines of its own, a single one stays behind the word. */
export function filterDoc(source: Source, clause: TokenRange): Doc {
  const condition = { start: clause.start + 1, end: clause.end };
  const word = tokenDoc(source, clause.start);
  if (!isChain(source, condition)) return concat([word, ' ', expressionDoc(source, condition)]);
  return group(concat([word, indent(concat([LINE, conditionDoc(source, condition)]))]));
}

/** Rows fill lines of their own when there are several of them and they do not fit. */
function valuesDoc(source: Source, clause: TokenRange): Doc {
  const rows = { start: clause.start + 1, end: clause.end };
  const word = tokenDoc(source, clause.start);
  if (splitItems(source, rows).length === 1) return concat([word, ' ', expressionDoc(source, rows)]);
  return group(concat([word, indent(concat([LINE, listDoc(source, rows, expressionDoc)]))]));
}
