import { K, LAST_RESERVED_ID } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { kindAt, noteAll, noteKind } from './cursor.ts';
import type { Parser } from './state.ts';

/** Reserved words that begin an expression. */
const RESERVED_STARTS: ReadonlySet<number> = new Set([
  K.CASE,
  K.CAST,
  K.CURRENT_CATALOG,
  K.CURRENT_DATE,
  K.CURRENT_PATH,
  K.CURRENT_SCHEMA,
  K.CURRENT_TIME,
  K.CURRENT_TIMESTAMP,
  K.CURRENT_USER,
  K.EXISTS,
  K.EXTRACT,
  K.FALSE,
  K.GROUPING,
  K.JSON_ARRAY,
  K.JSON_EXISTS,
  K.JSON_OBJECT,
  K.JSON_QUERY,
  K.JSON_VALUE,
  K.LISTAGG,
  K.LOCALTIME,
  K.LOCALTIMESTAMP,
  K.NORMALIZE,
  K.NOT,
  K.NULL,
  K.TRIM,
  K.TRUE,
]);

/** Words that are names too and begin an expression of their own kind. */
const SPECIAL_NAMES: readonly number[] = [
  K.ARRAY,
  K.DOUBLE,
  K.FINAL,
  K.INTERVAL,
  K.OVERLAY,
  K.POSITION,
  K.ROW,
  K.RUNNING,
  K.SUBSTRING,
  K.TRY_CAST,
  K.UNIQUE,
];

/** What may begin a value; NOT begins an expression only. */
export const VALUE_STARTS: readonly number[] = [...RESERVED_STARTS, ...SPECIAL_NAMES].filter(
  id => id !== K.NOT,
);

/** Whether the token so many places ahead can begin an expression. A star does not. */
export function startsExpression(p: Parser, ahead: number): boolean {
  const index = p.position + ahead;
  switch (p.kind[index]) {
    case TokenKind.Word: {
      const keyword = p.keyword[index] ?? 0;
      return keyword === 0 || keyword > LAST_RESERVED_ID || RESERVED_STARTS.has(keyword);
    }
    case TokenKind.QuotedName:
    case TokenKind.BackQuotedName:
    case TokenKind.DigitName:
    case TokenKind.ForeignName:
    case TokenKind.String:
    case TokenKind.UnicodeString:
    case TokenKind.BinaryString:
    case TokenKind.Integer:
    case TokenKind.Decimal:
    case TokenKind.Double:
    case TokenKind.LeftParen:
    case TokenKind.LeftBracket:
    case TokenKind.Plus:
    case TokenKind.Minus:
    case TokenKind.Question:
      return true;
    default:
      return false;
  }
}

/** Whether the token so many places ahead begins a query. Parentheses before it do not count. */
export function isQueryStart(p: Parser, ahead: number): boolean {
  const keyword = p.keyword[p.position + ahead];
  return keyword === K.SELECT || keyword === K.WITH || keyword === K.VALUES || keyword === K.TABLE;
}

/** Whether a query begins so many places ahead, any number of parentheses before it. */
export function isParenthesizedQueryStart(p: Parser, ahead: number): boolean {
  let skipped = ahead;
  while (kindAt(p, skipped) === TokenKind.LeftParen) skipped++;
  return isQueryStart(p, skipped);
}

/** Records at the caret that a query may begin. */
export function noteQueryStart(p: Parser): void {
  if (p.position !== p.caret) return;
  noteAll(p, [K.SELECT, K.WITH, K.VALUES, K.TABLE]);
  noteKind(p, TokenKind.LeftParen);
}
