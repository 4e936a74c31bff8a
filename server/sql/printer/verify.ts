import type { Tokens } from '../lexer.ts';
import type { Span } from '../span.ts';
import { TokenKind } from '../tokens.ts';
import { readTrivia } from '../trivia.ts';
import type { Source } from './source.ts';
import { hasCommentMark } from './token-doc.ts';

/**
 * Whether a text has exactly the tokens and comments of a part of a statement's source: the same kinds and the same
 * characters, apart from the case of keywords.
 */
export function hasSameTokens(source: Source, first: number, end: number, now: Tokens): boolean {
  const { tokens, words } = source;
  if (now.count !== end - first || now.problems.length > 0) return false;
  for (let i = first; i < end; i++) {
    const k = i - first;
    if (now.kind[k] !== tokens.kind[i]) return false;
    const before = tokens.text.slice(tokens.start[i], tokens.end[i]);
    const after = now.text.slice(now.start[k], now.end[k]);
    if (before === after) continue;
    const isKeyword = tokens.kind[i] === TokenKind.Word && (words[i] ?? 0) !== 0;
    if (!isKeyword || before.toUpperCase() !== after.toUpperCase()) return false;
  }
  return true;
}

/** The comments in front of each of some tokens and of the one behind them, without the blanks at their ends. */
export function commentsAround(tokens: Tokens, first: number, end: number, stretch: Span): string[] {
  const comments: string[] = [];
  let at = stretch.start;
  for (let i = first; i <= end; i++) {
    const start = i < end ? (tokens.start[i] ?? stretch.end) : stretch.end;
    if (start > at && hasCommentMark(tokens.text, at, start)) {
      for (const piece of readTrivia(tokens.text, at, start)) {
        if (piece.kind !== 'space') comments.push(tokens.text.slice(piece.start, piece.end).trimEnd());
      }
    }
    at = tokens.end[i] ?? stretch.end;
  }
  return comments;
}
