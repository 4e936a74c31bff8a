import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { concat, type Doc, group, HARD_LINE, indent, LINE, SOFT_LINE } from './doc.ts';
import { expressionDoc, sequenceDoc } from './expressions.ts';
import { inside, listDoc, splitItems } from './lists.ts';
import { queryDoc } from './queries.ts';
import { findTop, isKind, isWord, skip, type Source, splitBefore, type TokenRange } from './source.ts';
import { startsQuery } from './spacing.ts';
import { tokenDoc } from './token-doc.ts';

/** CREATE TABLE, VIEW, MATERIALIZED VIEW, SCHEMA and the like: columns, then one clause a line, then the query. */
export function definitionDoc(source: Source, range: TokenRange): Doc {
  const as = findTop(
    source,
    range,
    i => isWord(source, i, K.AS) && startsQuery(source, { start: i + 1, end: range.end }),
  );
  const head = { start: range.start, end: as };
  const parts = splitBefore(source, head, i => startsClause(source, i)).map(part =>
    partDoc(source, part, as),
  );
  const definition = group(concat(parts.flatMap((doc, n) => (n === 0 ? [doc] : [LINE, doc]))));
  if (as >= range.end) return definition;
  const data = findTop(source, { start: as + 1, end: range.end }, i => startsWithData(source, i));
  const query = queryDoc(source, { start: as + 1, end: data });
  const tail = data < range.end ? [HARD_LINE, sequenceDoc(source, { start: data, end: range.end })] : [];
  return concat([definition, ' ', tokenDoc(source, as), HARD_LINE, query, ...tail]);
}

/** `WITH DATA`, `WITH NO DATA` behind the query. */
function startsWithData(source: Source, i: number): boolean {
  if (!isWord(source, i, K.WITH)) return false;
  return isWord(source, i + 1, K.DATA) || (isWord(source, i + 1, K.NO) && isWord(source, i + 2, K.DATA));
}

function startsClause(source: Source, i: number): boolean {
  switch (source.words[i]) {
    case K.COMMENT:
      return isKind(source, i + 1, TokenKind.String) || isKind(source, i + 1, TokenKind.UnicodeString);
    case K.SECURITY:
    case K.GRACE:
      return true;
    case K.WHEN:
      return isWord(source, i + 1, K.STALE);
    case K.WITH:
      return isKind(source, i + 1, TokenKind.LeftParen);
    default:
      return false;
  }
}

function partDoc(source: Source, part: TokenRange, as: number): Doc {
  if (isWord(source, part.start, K.WITH)) return propertiesDoc(source, part);
  const open = findTop(source, part, i => isKind(source, i, TokenKind.LeftParen));
  const head = sequenceDoc(source, { start: part.start, end: open });
  if (open >= part.end) return head;
  const isAliasList = as === part.end && isWord(source, as, K.AS);
  const columns = elementsDoc(source, open, isAliasList ? expressionDoc : columnDoc, !isAliasList);
  const rest = { start: skip(source, open), end: part.end };
  const tail = rest.start < rest.end ? [' ', sequenceDoc(source, rest)] : [];
  return concat([head, ' ', columns, ...tail]);
}

function columnDoc(source: Source, range: TokenRange): Doc {
  return sequenceDoc(source, range);
}

/** `WITH (name = value, …)`: several properties get a line each. */
function propertiesDoc(source: Source, range: TokenRange): Doc {
  const open = range.start + 1;
  const rest = { start: skip(source, open), end: range.end };
  const tail = rest.start < rest.end ? [' ', sequenceDoc(source, rest)] : [];
  return concat([
    tokenDoc(source, range.start),
    ' ',
    elementsDoc(source, open, expressionDoc, true),
    ...tail,
  ]);
}

/** The elements of a parenthesis, one a line when there are several and `isSpread` says so. */
function elementsDoc(
  source: Source,
  open: number,
  printItem: (source: Source, range: TokenRange) => Doc,
  isSpread: boolean,
): Doc {
  const range = inside(source, open);
  const close = tokenDoc(source, range.end);
  if (range.start >= range.end) return concat([tokenDoc(source, open), close]);
  const content = indent(concat([SOFT_LINE, listDoc(source, range, printItem)]));
  const isBroken = isSpread && splitItems(source, range).length > 1;
  return group(concat([tokenDoc(source, open), content, SOFT_LINE, close]), isBroken);
}
