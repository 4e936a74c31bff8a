import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { changeDoc, insertDoc, mergeDoc } from './changes.ts';
import { definitionDoc } from './definitions.ts';
import { concat, type Doc, HARD_LINE, indent, join } from './doc.ts';
import { expressionDoc, sequenceDoc } from './expressions.ts';
import { queryDoc } from './queries.ts';
import { functionDoc } from './routines.ts';
import { findTop, isKind, isWord, skip, type Source, type TokenRange } from './source.ts';
import { startsQuery } from './spacing.ts';
import { tokenDoc } from './token-doc.ts';

/** One statement without its semicolon. */
export function statementDoc(source: Source, range: TokenRange): Doc {
  const { start } = range;
  const next = source.words[start + 1];
  switch (source.words[start]) {
    case K.WITH:
      return next === K.FUNCTION || next === K.SESSION ? preludeDoc(source, range) : queryDoc(source, range);
    case K.SELECT:
    case K.VALUES:
    case K.TABLE:
      return queryDoc(source, range);
    case K.INSERT:
      return insertDoc(source, range);
    case K.MERGE:
      return mergeDoc(source, range);
    case K.DELETE:
    case K.UPDATE:
    case K.ALTER:
      return changeDoc(source, range);
    case K.CREATE:
      return createDoc(source, range);
    case K.EXPLAIN:
      return nestedDoc(source, range, endOfExplain(source, range));
    case K.PREPARE:
      return nestedDoc(source, range, start + 3);
    default:
      return isKind(source, start, TokenKind.LeftParen) ? queryDoc(source, range) : otherDoc(source, range);
  }
}

function otherDoc(source: Source, range: TokenRange): Doc {
  return isWord(source, range.start, K.SET) ? expressionDoc(source, range) : sequenceDoc(source, range);
}

function createDoc(source: Source, range: TokenRange): Doc {
  const isFunction =
    isWord(source, range.start + 1, K.FUNCTION) || isWord(source, range.start + 3, K.FUNCTION);
  return isFunction ? functionDoc(source, range) : definitionDoc(source, range);
}

/** A statement inside a statement: the words in front of it, then its own lines. */
function nestedDoc(source: Source, range: TokenRange, inner: number): Doc {
  const head = sequenceDoc(source, { start: range.start, end: inner });
  if (inner >= range.end) return head;
  return concat([head, HARD_LINE, statementDoc(source, { start: inner, end: range.end })]);
}

function endOfExplain(source: Source, range: TokenRange): number {
  let i = range.start + 1;
  if (isWord(source, i, K.ANALYZE)) i++;
  if (isWord(source, i, K.VERBOSE)) i++;
  const isOptions =
    isKind(source, i, TokenKind.LeftParen) && !startsQuery(source, { start: i + 1, end: range.end });
  return isOptions ? skip(source, i) : i;
}

/** `WITH SESSION …` and `WITH FUNCTION …` in front of a query. */
function preludeDoc(source: Source, range: TokenRange): Doc {
  const docs: Doc[] = [];
  let start = range.start;
  while (start < range.end && isPrelude(source, start)) {
    const from = start;
    const end = findTop(source, { start: from + 2, end: range.end }, i => endsPrelude(source, i));
    docs.push(preludePart(source, { start: from, end }));
    start = end;
  }
  if (start < range.end) docs.push(queryDoc(source, { start, end: range.end }));
  return join(HARD_LINE, docs);
}

function isPrelude(source: Source, i: number): boolean {
  return isWord(source, i, K.WITH) && (isWord(source, i + 1, K.FUNCTION) || isWord(source, i + 1, K.SESSION));
}

function endsPrelude(source: Source, i: number): boolean {
  if (isWord(source, i, K.WITH)) return !isKind(source, i + 1, TokenKind.LeftParen);
  if (isWord(source, i, K.SELECT) || isWord(source, i, K.VALUES) || isWord(source, i, K.TABLE)) return true;
  return isKind(source, i, TokenKind.LeftParen) && startsQuery(source, { start: i, end: skip(source, i) });
}

function preludePart(source: Source, range: TokenRange): Doc {
  const word = tokenDoc(source, range.start);
  const items = splitFunctions(source, { start: range.start + 1, end: range.end });
  const isFunctions = isWord(source, range.start + 1, K.FUNCTION);
  const docs = items.map(item => {
    const head = isKind(source, item.start, TokenKind.Comma) ? item.start + 1 : item.start;
    const comma = head > item.start ? [tokenDoc(source, item.start), ' '] : [];
    const body = { start: head, end: item.end };
    return { comma, doc: isFunctions ? functionDoc(source, body) : expressionDoc(source, body) };
  });
  const [first] = docs;
  if (docs.length === 1 && first !== undefined) {
    return concat([word, isFunctions ? indent(concat([HARD_LINE, first.doc])) : concat([' ', first.doc])]);
  }
  const lines = docs.flatMap(({ comma, doc }, n) => [...(n > 0 ? comma.slice(0, 1) : []), HARD_LINE, doc]);
  return concat([word, indent(concat(lines))]);
}

/** The functions of WITH FUNCTION, each but the first with the comma in front of it. */
function splitFunctions(source: Source, range: TokenRange): TokenRange[] {
  const parts: TokenRange[] = [];
  let start = range.start;
  while (start < range.end) {
    const end = findTop(
      source,
      { start: start + 1, end: range.end },
      i => isKind(source, i, TokenKind.Comma) && isWord(source, i + 1, K.FUNCTION),
    );
    parts.push({ start, end });
    start = end;
  }
  return parts;
}
