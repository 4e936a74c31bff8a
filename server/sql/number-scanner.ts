import { classOf, DIGIT, HEX_DIGIT, WORD_PART } from './character-classes.ts';
import { TokenKind } from './tokens.ts';

const DOT = 46;
const PLUS = 43;
const MINUS = 45;
const UNDERSCORE_CODE = 95;

/** Where a scanner reads: `at` is moved behind what was read. */
export interface ScanState {
  readonly text: string;
  at: number;
}

/**
 * Reads a number, or the name that begins with a digit when that is longer: `1e5` is a number, `1e5_a` is a name.
 * A point or a signed exponent ends the chance of a name: `1.5a` is `1.5` and the word `a`.
 */
export function scanNumber(state: ScanState, start: number): TokenKind {
  const { text } = state;
  const whole = text.charCodeAt(start) === DOT ? start : endOfDigits(text, start);
  let end = whole;
  let kind: TokenKind = TokenKind.Integer;
  if (text.charCodeAt(whole) === DOT) {
    kind = TokenKind.Decimal;
    end = endOfDigits(text, whole + 1);
  }
  const exponent = hasUnderscore(text, start, end) ? 0 : endOfExponent(text, end);
  if (exponent > 0) {
    kind = TokenKind.Double;
    end = exponent;
  }
  if (kind === TokenKind.Integer) {
    const based = endOfBasedInteger(text, start);
    if (based > end) end = based;
  }
  const name = endOfWord(text, start);
  if (name > end) {
    state.at = name;
    return TokenKind.DigitName;
  }
  state.at = end;
  return kind;
}

/** The end of digits with single underscores between them; `start` itself when there is no digit. */
function endOfDigits(text: string, start: number): number {
  let at = start;
  while ((classOf(text.charCodeAt(at)) & DIGIT) !== 0) {
    at++;
    const isSeparator = text.charCodeAt(at) === UNDERSCORE_CODE;
    if (isSeparator && (classOf(text.charCodeAt(at + 1)) & DIGIT) !== 0) at++;
  }
  return at;
}

/** The digits of a number with an exponent have no underscores. */
function hasUnderscore(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) === UNDERSCORE_CODE) return true;
  return false;
}

/** The end of `E`, a sign and digits that begin at `start`, or 0. */
function endOfExponent(text: string, start: number): number {
  if ((text.charCodeAt(start) | 32) !== 101) return 0;
  const sign = text.charCodeAt(start + 1);
  let at = sign === PLUS || sign === MINUS ? start + 2 : start + 1;
  const digits = at;
  while ((classOf(text.charCodeAt(at)) & DIGIT) !== 0) at++;
  return at > digits ? at : 0;
}

/** The end of a hexadecimal, octal or binary integer, or 0. */
function endOfBasedInteger(text: string, start: number): number {
  if (text.charCodeAt(start) !== 48) return 0;
  const base = text.charCodeAt(start + 1) | 32;
  const isDigit =
    base === 120 ? isHexDigit : base === 111 ? isOctalDigit : base === 98 ? isBinaryDigit : undefined;
  if (isDigit === undefined) return 0;
  let at = start + 2;
  for (;;) {
    const digit = text.charCodeAt(at) === UNDERSCORE_CODE ? at + 1 : at;
    if (!isDigit(text.charCodeAt(digit))) break;
    at = digit + 1;
  }
  return at > start + 2 ? at : 0;
}

function isHexDigit(code: number): boolean {
  return (classOf(code) & HEX_DIGIT) !== 0;
}

function isOctalDigit(code: number): boolean {
  return code >= 48 && code <= 55;
}

function isBinaryDigit(code: number): boolean {
  return code === 48 || code === 49;
}

function endOfWord(text: string, start: number): number {
  let at = start;
  while ((classOf(text.charCodeAt(at)) & WORD_PART) !== 0) at++;
  return at;
}
