import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import type { Source, TokenRange } from './source.ts';
import { isTight } from './token-doc.ts';

/** Keywords that are called like a function: no space stands between them and their parenthesis. */
const CALLED = new Set<number>([
  K.ARRAY,
  K.CAST,
  K.CURRENT_TIME,
  K.CURRENT_TIMESTAMP,
  K.DATE,
  K.DESCRIPTOR,
  K.EXTRACT,
  K.FIRST,
  K.FORMAT,
  K.GROUPING,
  K.IF,
  K.JSON_ARRAY,
  K.JSON_EXISTS,
  K.JSON_OBJECT,
  K.JSON_QUERY,
  K.JSON_TABLE,
  K.JSON_VALUE,
  K.LAST,
  K.LISTAGG,
  K.LOCALTIME,
  K.LOCALTIMESTAMP,
  K.MAP,
  K.NEXT,
  K.NORMALIZE,
  K.NULLIF,
  K.OVERLAY,
  K.PERMUTE,
  K.POSITION,
  K.PRECISION,
  K.ROW,
  K.SUBSTRING,
  K.TIME,
  K.TIMESTAMP,
  K.TRIM,
  K.TRY_CAST,
  K.TABLE,
  K.UNNEST,
]);

/** Words after which a sign belongs to the number behind it. */
const OPERATORS = new Set<number>([
  TokenKind.Equal,
  TokenKind.NotEqual,
  TokenKind.Less,
  TokenKind.LessEqual,
  TokenKind.Greater,
  TokenKind.GreaterEqual,
  TokenKind.Plus,
  TokenKind.Minus,
  TokenKind.Star,
  TokenKind.Slash,
  TokenKind.Percent,
  TokenKind.Concat,
  TokenKind.Arrow,
  TokenKind.FatArrow,
  TokenKind.Comma,
  TokenKind.Colon,
  TokenKind.Semicolon,
  TokenKind.LeftParen,
  TokenKind.LeftBracket,
]);

/**
 * Whether a space stands between a token and the one before it, in an expression or a statement without a layout of
 * its own.
 * @param first where the sequence begins, so that a sign in front of it is not looked at
 */
export function needsSpace(source: Source, right: number, first: number): boolean {
  if (right <= first) return false;
  const left = right - 1;
  const { kind, text, start } = source.tokens;
  if (isTight(source, left, right)) return keepsNumbersApart(source, left, right);
  if (kind[right] === TokenKind.LeftParen) return !isCall(source, left) && !isSign(source, left, first);
  if (kind[right] === TokenKind.LeftBracket) return !isSubscripted(source, left);
  if (isSign(source, left, first)) return text[start[right] ?? 0] === '-' || text[start[right] ?? 0] === '+';
  if (kind[right] === TokenKind.Colon) return !isLabel(source, left, first);
  return true;
}

/** `1 .x` must not become `1.x`. */
function keepsNumbersApart(source: Source, left: number, right: number): boolean {
  const { kind } = source.tokens;
  return (
    kind[right] === TokenKind.Dot && (kind[left] === TokenKind.Integer || kind[left] === TokenKind.Decimal)
  );
}

/** Whether a parenthesis behind this token holds arguments. */
function isCall(source: Source, left: number): boolean {
  const { kind } = source.tokens;
  const word = source.words[left] ?? 0;
  if (kind[left] === TokenKind.Word) return word === 0 || CALLED.has(word);
  return kind[left] === TokenKind.QuotedName;
}

function isSubscripted(source: Source, left: number): boolean {
  const kind = source.tokens.kind[left];
  if (kind === TokenKind.Word) return (source.words[left] ?? 0) === 0 || source.words[left] === K.ARRAY;
  return kind === TokenKind.QuotedName || kind === TokenKind.RightParen || kind === TokenKind.RightBracket;
}

/** A plus or minus that is no operation between two values. */
export function isSign(source: Source, i: number, first: number): boolean {
  const { kind } = source.tokens;
  if (kind[i] !== TokenKind.Minus && kind[i] !== TokenKind.Plus) return false;
  if (i <= first) return true;
  if (OPERATORS.has(kind[i - 1] ?? 0)) return true;
  const word = source.words[i - 1] ?? 0;
  return kind[i - 1] === TokenKind.Word && word !== 0 && word !== K.END && !isValueWord(word);
}

/** Keywords that are values themselves. */
function isValueWord(word: number): boolean {
  return (
    word === K.NULL ||
    word === K.TRUE ||
    word === K.FALSE ||
    word === K.CURRENT_DATE ||
    word === K.CURRENT_TIME ||
    word === K.CURRENT_TIMESTAMP ||
    word === K.LOCALTIME ||
    word === K.LOCALTIMESTAMP ||
    word === K.SECOND ||
    word === K.MINUTE ||
    word === K.HOUR ||
    word === K.DAY ||
    word === K.MONTH ||
    word === K.YEAR ||
    word === K.ZONE
  );
}

/** `name:` in front of a loop. */
function isLabel(source: Source, left: number, first: number): boolean {
  return left === first && source.tokens.kind[left] === TokenKind.Word;
}

const BEHIND_A_TERM = new Set<number>([K.UNION, K.INTERSECT, K.EXCEPT, K.ORDER, K.OFFSET, K.LIMIT, K.FETCH]);

/** Whether a range, mostly the inside of a parenthesis, is a query. */
export function startsQuery(source: Source, range: TokenRange): boolean {
  const { start, end } = range;
  if (start >= end) return false;
  const next = source.tokens.kind[start + 1];
  switch (source.words[start]) {
    case K.SELECT:
    case K.VALUES:
      return true;
    case K.FROM:
      return source.words[start - 2] === K.NEAREST;
    case K.TABLE:
    case K.WITH:
      return next !== TokenKind.LeftParen;
    default:
      return source.tokens.kind[start] === TokenKind.LeftParen && startsWithTerm(source, range);
  }
}

/** `(SELECT …)` alone or in front of what may follow a term; `((SELECT 1), 2)` is a row. */
function startsWithTerm(source: Source, range: TokenRange): boolean {
  const close = source.partner[range.start] ?? -1;
  if (close < 0 || !startsQuery(source, { start: range.start + 1, end: close })) return false;
  return close + 1 >= range.end || BEHIND_A_TERM.has(source.words[close + 1] ?? 0);
}
