import { TokenKind } from '../tokens.ts';
import { readTrivia, type Trivia } from '../trivia.ts';
import { commentLine, concat, type Doc, LINE_END } from './doc.ts';
import type { Source } from './source.ts';

/** A token with the comments that belong to it: those on lines in front of it, and those behind it on its line. */
export function tokenDoc(source: Source, i: number): Doc {
  const text = tokenText(source, i);
  const before = i > source.first && hasComment(source, i - 1, i) ? commentsOf(source, i).leading : [];
  const behind = hasComment(source, i, i + 1) ? commentsOf(source, i + 1).trailing : [];
  if (before.length === 0 && behind.length === 0) return text;
  return concat([...leadingDocs(source, before), text, ...trailingDocs(source, behind)]);
}

/** A token as it is printed: a keyword in the wanted case, anything else as it stands. */
function tokenText(source: Source, i: number): string {
  const { tokens, options, words } = source;
  const text = tokens.text.slice(tokens.start[i], tokens.end[i]);
  if (options.keywordCase === 'keep' || (words[i] ?? 0) === 0) return text;
  return options.keywordCase === 'upper' ? text.toUpperCase() : text.toLowerCase();
}

/** Comments between the token and the one before it. */
export interface GapComments {
  /** Those that begin on the line on which the token before ends. */
  readonly trailing: readonly Trivia[];
  readonly leading: readonly Trivia[];
}

/** The comments in front of token `i`; the text's beginning counts as a line of its own. */
export function commentsOf(source: Pick<Source, 'tokens'>, i: number): GapComments {
  const { text, start, end } = source.tokens;
  const from = i > 0 ? (end[i - 1] ?? 0) : 0;
  const trailing: Trivia[] = [];
  const leading: Trivia[] = [];
  let isSameLine = i > 0;
  for (const piece of readTrivia(text, from, start[i] ?? text.length)) {
    if (piece.kind === 'space') isSameLine &&= !/[\r\n]/.test(text.slice(piece.start, piece.end));
    else (isSameLine ? trailing : leading).push(piece);
  }
  return { trailing, leading };
}

/** A comment's text without the blanks at its end. */
function commentText(source: Source, comment: Trivia): string {
  return source.tokens.text.slice(comment.start, comment.end).trimEnd();
}

function hasComment(source: Source, before: number, behind: number): boolean {
  const { text, start, end } = source.tokens;
  return hasCommentMark(text, before < 0 ? 0 : (end[before] ?? 0), start[behind] ?? text.length);
}

/** Whether a stretch without tokens holds a comment. */
export function hasCommentMark(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === MINUS || code === SLASH) return true;
  }
  return false;
}

const MINUS = 45;
const SLASH = 47;

function leadingDocs(source: Source, comments: readonly Trivia[]): Doc[] {
  return comments.map(comment => commentLine(commentText(source, comment), isAloneOnLine(source, comment)));
}

function trailingDocs(source: Source, comments: readonly Trivia[]): Doc[] {
  return comments.flatMap(comment => [
    ' ',
    commentText(source, comment),
    comment.kind === 'line-comment' ? LINE_END : ' ',
  ]);
}

function isAloneOnLine(source: Source, comment: Trivia): boolean {
  return (
    comment.kind === 'line-comment' ||
    /^[ \t]*[\r\n]/.test(source.tokens.text.slice(comment.end, comment.end + 200))
  );
}

const NO_SPACE_BEHIND = new Set<number>([
  TokenKind.LeftParen,
  TokenKind.LeftBracket,
  TokenKind.Dot,
  TokenKind.DoubleColon,
]);
const NO_SPACE_BEFORE = new Set<number>([
  TokenKind.RightParen,
  TokenKind.RightBracket,
  TokenKind.Comma,
  TokenKind.Semicolon,
  TokenKind.Dot,
  TokenKind.DoubleColon,
]);

/** Whether punctuation alone forbids a space between two neighbouring tokens. */
export function isTight(source: Source, left: number, right: number): boolean {
  const { kind } = source.tokens;
  return NO_SPACE_BEHIND.has(kind[left] ?? 0) || NO_SPACE_BEFORE.has(kind[right] ?? 0);
}
