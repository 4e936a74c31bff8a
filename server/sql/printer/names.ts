import type { Tokens } from '../lexer.ts';
import { TokenKind } from '../tokens.ts';
import type { ScriptPiece } from '../splitter.ts';

/** Sets the keyword of every name of a statement to 0; false when the statement has a syntax error. */
export function clearNames(tokens: Tokens, piece: ScriptPiece, words: Uint16Array): boolean {
  for (let i = piece.firstToken; i < piece.endToken; i++) {
    if (tokens.kind[i - 1] === TokenKind.Dot || tokens.kind[i + 1] === TokenKind.Dot) words[i] = 0;
  }
  return true;
}
