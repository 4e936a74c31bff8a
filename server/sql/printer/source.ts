import { K } from '../keywords.ts';
import type { Tokens } from '../lexer.ts';
import { TokenKind } from '../tokens.ts';
import type { Doc } from './doc.ts';
import type { FormatOptions } from './options.ts';

/** Tokens `start` to `end` (not included) of a statement. */
export interface TokenRange {
  readonly start: number;
  readonly end: number;
}

/** One statement as the printer reads it. Every function prints the tokens of its range, each once and in order. */
export interface Source {
  readonly tokens: Tokens;
  readonly options: FormatOptions;
  /** The statement's first token: the comments in front of it are not the statement's. */
  readonly first: number;
  /** The keyword id of each token; 0 where the word is a name. */
  readonly words: Uint16Array;
  /** For an opening bracket or CASE: the index of what closes it; -1 elsewhere. Indexed like the tokens. */
  readonly partner: Int32Array;
  /** Prints a query; passed in because expressions hold queries and queries hold expressions. */
  readonly printQuery: (source: Source, range: TokenRange) => Doc;
}

/** Deeper statements are not formatted: their layout would not be readable, and printing recurses. */
export const DEEPEST_NESTING = 200;

/**
 * Finds what closes each bracket and CASE of a statement and writes it into `partner`, whose entries were -1.
 * @returns how deep they nest; undefined when one is not closed
 */
export function findPartners(
  tokens: Tokens,
  words: Uint16Array,
  range: TokenRange,
  partner: Int32Array,
): number | undefined {
  const open: number[] = [];
  let depth = 0;
  for (let i = range.start; i < range.end; i++) {
    if (opensAt(tokens, words, i)) {
      open.push(i);
      depth = Math.max(depth, open.length);
    } else if (closesAt(tokens, words, i)) {
      const opener = open.pop();
      if (opener === undefined) return undefined;
      partner[opener] = i;
    }
  }
  return open.length > 0 ? undefined : depth;
}

/** Whether a block of a routine or a CASE opens here, or a bracket. */
function opensAt(tokens: Tokens, words: Uint16Array, i: number): boolean {
  const kind = tokens.kind[i];
  if (kind === TokenKind.LeftParen || kind === TokenKind.LeftBracket) return true;
  if (kind === TokenKind.LeftBrace || kind === TokenKind.LeftBraceMinus) return true;
  return (words[i] === K.CASE && words[i - 1] !== K.END) || words[i] === K.BEGIN;
}

function closesAt(tokens: Tokens, words: Uint16Array, i: number): boolean {
  const kind = tokens.kind[i];
  if (kind === TokenKind.RightParen || kind === TokenKind.RightBracket) return true;
  if (kind === TokenKind.RightBrace || kind === TokenKind.RightBraceMinus) return true;
  return words[i] === K.END && !isEndOfBlock(words, i);
}

/** `END IF`, `END LOOP` and the like close a block of a routine, and so does the END of `BEGIN … END`. */
function isEndOfBlock(words: Uint16Array, i: number): boolean {
  const next = words[i + 1];
  return next === K.IF || next === K.LOOP || next === K.WHILE || next === K.REPEAT;
}

/** The index behind the token, or behind what closes it when it opens something. */
export function skip(source: Source, i: number): number {
  const close = source.partner[i] ?? -1;
  return close < 0 ? i + 1 : close + 1;
}

/** The first index in the range, outside brackets and CASE, for which `test` holds; the range's end when none does. */
export function findTop(source: Source, range: TokenRange, test: (i: number) => boolean): number {
  let i = range.start;
  while (i < range.end) {
    if (test(i)) return i;
    i = skip(source, i);
  }
  return range.end;
}

/** Splits a range at every top-level token for which `test` holds; that token begins the next part. */
export function splitBefore(source: Source, range: TokenRange, test: (i: number) => boolean): TokenRange[] {
  const parts: TokenRange[] = [];
  let start = range.start;
  let i = range.start;
  while (i < range.end) {
    if (i > start && test(i)) {
      parts.push({ start, end: i });
      start = i;
    }
    i = skip(source, i);
  }
  if (start < range.end) parts.push({ start, end: range.end });
  return parts;
}

/** Whether the token is this keyword and not a name. */
export function isWord(source: Source, i: number, keyword: number): boolean {
  return source.words[i] === keyword;
}

export function isKind(source: Source, i: number, kind: number): boolean {
  return source.tokens.kind[i] === kind;
}
