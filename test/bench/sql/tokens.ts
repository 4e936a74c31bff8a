import { lex, readTrivia, TokenKind } from '../../../server/sql/index.ts';

/** Tokens and comments as one string: unquoted words in lower case, everything else as it stands. */
export function nonTriviaTokens(sql: string): string {
  const tokens = lex(sql);
  const parts: string[] = [];
  let at = 0;
  for (let i = 0; i <= tokens.count; i++) {
    const start = i < tokens.count ? (tokens.start[i] ?? 0) : sql.length;
    for (const piece of readTrivia(sql, at, start)) {
      if (piece.kind !== 'space') parts.push(sql.slice(piece.start, piece.end).trimEnd());
    }
    if (i === tokens.count) break;
    const text = sql.slice(start, tokens.end[i]);
    parts.push(tokens.kind[i] === TokenKind.Word ? text.toLowerCase() : text);
    at = tokens.end[i] ?? sql.length;
  }
  return parts.join('\u0000');
}
