/**
 * What it takes to read a script as words and to split it into statements. Beside index.ts, which loads the parser too: a
 * program that only splits starts sooner with this.
 */
export { isReservedWord, K } from './keywords.ts';
export type { Tokens } from './lexer.ts';
export { lex } from './lexer.ts';
export type { ScriptPiece } from './splitter.ts';
export { splitScript } from './splitter.ts';
export { TokenKind } from './tokens.ts';
