import { K } from './keywords.ts';
import { lex, type Tokens } from './lexer.ts';
import { RoutineTracker } from './routine-tracker.ts';
import { TokenKind } from './tokens.ts';

/**
 * One statement of a script. The full ranges of all pieces touch each other and cover the text, so that
 * concatenating them gives back the text byte for byte.
 */
export interface ScriptPiece {
  /** From the first to behind the last token, the semicolon not included; empty when there is no token. */
  readonly start: number;
  readonly end: number;
  /** With the trivia before the statement, its semicolon, and what follows on the semicolon's line. */
  readonly fullStart: number;
  readonly fullEnd: number;
  /** Token indices, the semicolon not included. */
  readonly firstToken: number;
  readonly endToken: number;
  readonly hasSemicolon: boolean;
}

/**
 * Splits a script at its semicolons; those inside a routine's body (`BEGIN … END`, `CASE`, `IF`, loops) belong to the
 * routine. A trailing piece without tokens is made only for a text that has no statement at all.
 */
export function splitScript(text: string, tokens: Tokens = lex(text)): ScriptPiece[] {
  const pieces: ScriptPiece[] = [];
  let fullStart = 0;
  let first = 0;
  while (first < tokens.count) {
    const end = endOfStatement(tokens, first);
    const hasSemicolon = end < tokens.count;
    const next = hasSemicolon ? end + 1 : end;
    const fullEnd = next < tokens.count ? boundaryBefore(tokens, next) : text.length;
    pieces.push(pieceOf(tokens, { first, end, fullStart, fullEnd, hasSemicolon }));
    fullStart = fullEnd;
    first = next;
  }
  if (pieces.length === 0 && text.length > 0) {
    const none = { first: 0, end: 0, fullStart: 0, fullEnd: text.length, hasSemicolon: false };
    pieces.push(pieceOf(tokens, none));
  }
  return pieces;
}

interface PieceRange {
  readonly first: number;
  readonly end: number;
  readonly fullStart: number;
  readonly fullEnd: number;
  readonly hasSemicolon: boolean;
}

function pieceOf(tokens: Tokens, range: PieceRange): ScriptPiece {
  const { first, end, fullStart, fullEnd, hasSemicolon } = range;
  const start = tokens.start[first] ?? fullStart;
  const last = end > first ? (tokens.end[end - 1] ?? start) : start;
  return { start, end: last, fullStart, fullEnd, firstToken: first, endToken: end, hasSemicolon };
}

/** The index of the semicolon that ends the statement which begins at token `first`, or of the end token. */
function endOfStatement(tokens: Tokens, first: number): number {
  const tracker = mayDefineRoutine(tokens, first) ? new RoutineTracker(tokens) : undefined;
  for (let i = first; i < tokens.count; i++) {
    if (tokens.kind[i] === TokenKind.Semicolon && (tracker === undefined || tracker.endsAt(i))) return i;
    tracker?.read(i);
  }
  return tokens.count;
}

/** Whether FUNCTION stands near the beginning, where CREATE FUNCTION and WITH FUNCTION have it. */
function mayDefineRoutine(tokens: Tokens, first: number): boolean {
  const keyword = tokens.keyword[first];
  const isCandidate =
    keyword === K.CREATE || keyword === K.WITH || keyword === K.EXPLAIN || keyword === K.PREPARE;
  if (!isCandidate) return false;
  for (let i = first; i < tokens.count && tokens.kind[i] !== TokenKind.Semicolon; i++) {
    if (tokens.keyword[i] !== K.FUNCTION) continue;
    const before = i > 0 ? tokens.keyword[i - 1] : 0;
    if (before === K.CREATE || before === K.REPLACE || before === K.WITH) return true;
    if (tokens.kind[i - 1] === TokenKind.Comma && keyword === K.WITH) return true;
  }
  return false;
}

/** Where the next piece begins: behind the line break that follows the semicolon, or at the token when there is none. */
function boundaryBefore(tokens: Tokens, next: number): number {
  const { text } = tokens;
  const gapStart = next > 0 ? (tokens.end[next - 1] ?? 0) : 0;
  const gapEnd = tokens.start[next] ?? text.length;
  for (let at = gapStart; at < gapEnd; at++) {
    if (text.startsWith('/*', at)) {
      const close = text.indexOf('*/', at + 2);
      at = close < 0 ? gapEnd : close + 1;
    } else if (text[at] === '\n') return at + 1;
    else if (text[at] === '\r') return text[at + 1] === '\n' ? at + 2 : at + 1;
  }
  return gapEnd;
}

/**
 * The tokens of every piece, each counted from the piece's own start. Only for texts without lexical problems: what is not
 * closed may end elsewhere when a piece stands alone.
 */
export function tokensOfPieces(tokens: Tokens, pieces: readonly ScriptPiece[]): Tokens[] {
  const kind = tokens.kind.slice(0, tokens.count + 1);
  const keyword = tokens.keyword.slice(0, tokens.count + 1);
  const start = tokens.start.slice(0, tokens.count + 1);
  const end = tokens.end.slice(0, tokens.count + 1);
  return pieces.map(piece => {
    const { firstToken: first, endToken: last, start: origin } = piece;
    for (let i = first; i < last; i++) {
      start[i] = (start[i] ?? 0) - origin;
      end[i] = (end[i] ?? 0) - origin;
    }
    // The semicolon's place, or the text's own end, is the end token.
    kind[last] = TokenKind.End;
    keyword[last] = 0;
    start[last] = piece.end - origin;
    end[last] = piece.end - origin;
    return {
      text: tokens.text.slice(origin, piece.end),
      count: last - first,
      kind: kind.subarray(first, last + 1),
      start: start.subarray(first, last + 1),
      end: end.subarray(first, last + 1),
      keyword: keyword.subarray(first, last + 1),
      problems: [],
    };
  });
}
