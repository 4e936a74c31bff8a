import {
  classOf,
  DIGIT,
  isForeignLetter,
  LETTER,
  UNDERSCORE,
  WHITESPACE,
  WORD_PART,
} from './character-classes.ts';
import { keywordId } from './keywords.ts';
import { scanNumber } from './number-scanner.ts';
import { TokenKind } from './tokens.ts';

/** The tokens of a text, as parallel arrays. Index `count` holds the end token; whatever no token covers is trivia. */
export interface Tokens {
  readonly text: string;
  /** How many tokens there are, the end token not counted. */
  readonly count: number;
  readonly kind: Uint8Array;
  /** UTF-16 offsets. */
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  /** The keyword id of a word, 0 when it is no keyword. */
  readonly keyword: Uint16Array;
  readonly problems: readonly LexicalProblem[];
}

/** A string, quoted name, comment or `$$` body that the text ends before. */
export interface LexicalProblem {
  readonly code: 'unterminated-string' | 'unterminated-name' | 'unterminated-comment' | 'unterminated-body';
  readonly start: number;
  readonly end: number;
}

const NEWLINE = 10;
const RETURN = 13;
const DOUBLE_QUOTE = 34;
const DOLLAR = 36;
const AMPERSAND = 38;
const QUOTE = 39;
const STAR = 42;
const MINUS = 45;
const DOT = 46;
const SLASH = 47;
const BACK_QUOTE = 96;
const BYTE_ORDER_MARK = 0xfeff;

/** Splits a text into tokens. Never throws: what is not closed ends at the end of its line, or of the text. */
export function lex(text: string): Tokens {
  const state = new LexState(text);
  while (state.at < text.length) {
    const start = skipTrivia(state);
    if (start >= text.length) break;
    state.at = start + 1;
    const kind = scanToken(state, start, text.charCodeAt(start));
    state.push(kind, start);
  }
  return state.finish();
}

/** The arrays while they grow. A class because they have a lifetime: `finish` closes them. */
class LexState {
  readonly text: string;
  readonly problems: LexicalProblem[] = [];
  at = 0;
  private count = 0;
  private kind: Uint8Array;
  private start: Uint32Array;
  private end: Uint32Array;
  private keyword: Uint16Array;

  constructor(text: string) {
    this.text = text;
    const capacity = (text.length >> 2) + 16;
    this.kind = new Uint8Array(capacity);
    this.start = new Uint32Array(capacity);
    this.end = new Uint32Array(capacity);
    this.keyword = new Uint16Array(capacity);
  }

  push(kind: number, start: number): void {
    if (this.count + 1 >= this.kind.length) this.grow();
    const i = this.count++;
    this.kind[i] = kind;
    this.start[i] = start;
    this.end[i] = this.at;
    if (kind === TokenKind.Word) this.keyword[i] = keywordId(this.text, start, this.at);
  }

  finish(): Tokens {
    const { text, count, kind, start, end, keyword, problems } = this;
    kind[count] = TokenKind.End;
    start[count] = text.length;
    end[count] = text.length;
    return { text, count, kind, start, end, keyword, problems };
  }

  private grow(): void {
    const capacity = this.kind.length * 2;
    this.kind = copyInto(new Uint8Array(capacity), this.kind);
    this.start = copyInto(new Uint32Array(capacity), this.start);
    this.end = copyInto(new Uint32Array(capacity), this.end);
    this.keyword = copyInto(new Uint16Array(capacity), this.keyword);
  }
}

function copyInto<A extends Uint8Array | Uint16Array | Uint32Array>(target: A, source: A): A {
  target.set(source);
  return target;
}

/** Moves over white space and comments and returns where the next token begins. */
function skipTrivia(state: LexState): number {
  const { text } = state;
  let at = state.at;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === 32 || code === NEWLINE || (classOf(code) & WHITESPACE) !== 0) at++;
    else if (code === MINUS && text.charCodeAt(at + 1) === MINUS) at = endOfLine(text, at);
    else if (code === SLASH && text.charCodeAt(at + 1) === STAR) at = endOfComment(state, at);
    else if (code === BYTE_ORDER_MARK && at === 0) at++;
    else return at;
  }
}

function endOfComment(state: LexState, start: number): number {
  const close = state.text.indexOf('*/', start + 2);
  if (close >= 0) return close + 2;
  state.problems.push({ code: 'unterminated-comment', start, end: state.text.length });
  return state.text.length;
}

function endOfLine(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === NEWLINE || code === RETURN) return at;
  }
  return text.length;
}

function scanToken(state: LexState, start: number, code: number): number {
  const { text } = state;
  const bits = classOf(code);
  if ((bits & (LETTER | UNDERSCORE)) !== 0) return scanWord(state, start, code);
  if ((bits & DIGIT) !== 0) return scanNumber(state, start);
  switch (code) {
    case QUOTE:
      return scanQuoted(state, start, TokenKind.String);
    case DOUBLE_QUOTE:
      return scanQuoted(state, start, TokenKind.QuotedName);
    case BACK_QUOTE:
      return scanQuoted(state, start, TokenKind.BackQuotedName);
    case DOT:
      return (classOf(text.charCodeAt(start + 1)) & DIGIT) !== 0 ? scanNumber(state, start) : TokenKind.Dot;
    case DOLLAR:
      return text.charCodeAt(start + 1) === DOLLAR ? scanDollarString(state, start) : TokenKind.Dollar;
    default:
      if (code < 128) return scanPunctuation(state, code, text.charCodeAt(start + 1));
      return isForeignLetter(code) ? scanForeignName(state, start) : TokenKind.Unknown;
  }
}

function scanWord(state: LexState, start: number, first: number): number {
  const { text } = state;
  let at = start + 1;
  let code = text.charCodeAt(at);
  while ((classOf(code) & WORD_PART) !== 0) code = text.charCodeAt(++at);
  if (at === start + 1) {
    const letter = first | 32;
    if (code === QUOTE && letter === 120) {
      state.at = at + 1;
      return scanQuoted(state, start, TokenKind.BinaryString);
    }
    if (code === AMPERSAND && letter === 117 && text.charCodeAt(at + 1) === QUOTE) {
      state.at = at + 2;
      return scanQuoted(state, start, TokenKind.UnicodeString);
    }
  }
  if (code >= 128 && isForeignLetter(code)) return scanForeignName(state, start);
  state.at = at;
  return TokenKind.Word;
}

function scanForeignName(state: LexState, start: number): number {
  const { text } = state;
  let at = start + 1;
  for (let code = text.charCodeAt(at); at < text.length; code = text.charCodeAt(++at)) {
    if ((classOf(code) & WORD_PART) === 0 && !isForeignLetter(code)) break;
  }
  state.at = at;
  return TokenKind.ForeignName;
}

/** Reads to the closing quote; `state.at` stands behind the opening one. */
function scanQuoted(state: LexState, start: number, kind: TokenKind): TokenKind {
  const { text } = state;
  const quote = text.charAt(state.at - 1);
  let from = state.at;
  for (;;) {
    const close = text.indexOf(quote, from);
    if (close < 0) break;
    if (text.charAt(close + 1) !== quote) {
      state.at = close + 1;
      return kind;
    }
    from = close + 2;
  }
  // Only the rest of the line is lost, so that the lines below still say what they mean while someone types.
  state.at = endOfLine(text, state.at);
  const isName = kind === TokenKind.QuotedName || kind === TokenKind.BackQuotedName;
  state.problems.push({ code: isName ? 'unterminated-name' : 'unterminated-string', start, end: state.at });
  return kind;
}

function scanDollarString(state: LexState, start: number): TokenKind {
  const close = state.text.indexOf('$$', start + 2);
  state.at = close < 0 ? state.text.length : close + 2;
  if (close < 0) state.problems.push({ code: 'unterminated-body', start, end: state.at });
  return TokenKind.DollarString;
}

const SINGLE: Readonly<Record<string, TokenKind>> = {
  '(': TokenKind.LeftParen,
  ')': TokenKind.RightParen,
  '[': TokenKind.LeftBracket,
  ']': TokenKind.RightBracket,
  '{': TokenKind.LeftBrace,
  '}': TokenKind.RightBrace,
  ',': TokenKind.Comma,
  ';': TokenKind.Semicolon,
  ':': TokenKind.Colon,
  '=': TokenKind.Equal,
  '<': TokenKind.Less,
  '>': TokenKind.Greater,
  '+': TokenKind.Plus,
  '-': TokenKind.Minus,
  '*': TokenKind.Star,
  '/': TokenKind.Slash,
  '%': TokenKind.Percent,
  '?': TokenKind.Question,
  '@': TokenKind.At,
  '^': TokenKind.Caret,
  '|': TokenKind.Bar,
};

const PAIRS: Readonly<Record<string, TokenKind>> = {
  '::': TokenKind.DoubleColon,
  '<>': TokenKind.NotEqual,
  '!=': TokenKind.NotEqual,
  '<=': TokenKind.LessEqual,
  '>=': TokenKind.GreaterEqual,
  '||': TokenKind.Concat,
  '->': TokenKind.Arrow,
  '=>': TokenKind.FatArrow,
  '{-': TokenKind.LeftBraceMinus,
  '-}': TokenKind.RightBraceMinus,
};

const singles = new Uint8Array(128).fill(TokenKind.Unknown);
for (const [text, kind] of Object.entries(SINGLE)) singles[text.charCodeAt(0)] = kind;
const pairs = new Map<number, TokenKind>();
const beginsPair = new Uint8Array(128);
for (const [text, kind] of Object.entries(PAIRS)) {
  pairs.set(text.charCodeAt(0) * 128 + text.charCodeAt(1), kind);
  beginsPair[text.charCodeAt(0)] = 1;
}

function scanPunctuation(state: LexState, code: number, next: number): number {
  if (beginsPair[code] === 1 && next < 128) {
    const pair = pairs.get(code * 128 + next);
    if (pair !== undefined) {
      state.at++;
      return pair;
    }
  }
  return singles[code] ?? TokenKind.Unknown;
}
