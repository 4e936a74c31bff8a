import type { Expectations, NameRole } from './expectations.ts';
import { type Keyword, KEYWORDS } from './keywords.ts';
import { lex, type Tokens } from './lexer.ts';
import { runToCaret } from './parser.ts';
import { TOKEN_TEXT, TokenKind } from './tokens.ts';

/** What may come next at a place of a statement. */
export interface Expected {
  readonly keywords: readonly Keyword[];
  /** Punctuation, as it is written. */
  readonly symbols: readonly string[];
  /** What a name there may name; empty when no name is allowed. */
  readonly names: readonly NameRole[];
}

export interface CaretOptions {
  /** Whether a word that ends at the caret is complete; otherwise it is being typed and is left out. */
  readonly isWordComplete?: boolean;
}

/**
 * What the parser would accept at an offset of one statement's text. Only what stands before the caret counts, and
 * errors in it do not matter.
 */
export function expectedAt(text: string, offset: number, options: CaretOptions = {}): Expected {
  return describe(runToCaret(tokensBefore(text.slice(0, offset), options)).expectations);
}

function tokensBefore(before: string, options: CaretOptions): Tokens {
  const tokens = lex(before);
  const last = tokens.count - 1;
  const endsHere = last >= 0 && tokens.end[last] === before.length && tokens.kind[last] === TokenKind.Word;
  return endsHere && options.isWordComplete !== true ? lex(before.slice(0, tokens.start[last])) : tokens;
}

function describe(expectations: Expectations): Expected {
  const keywords = [...expectations.keywords]
    .map(id => KEYWORDS[id])
    .filter(word => word !== undefined && word !== '');
  const symbols = [...expectations.kinds]
    .map(kind => TOKEN_TEXT[kind])
    .filter(symbol => symbol !== undefined);
  return { keywords: keywords.sort(), symbols: symbols.sort(), names: [...expectations.names].sort() };
}
