import {
  type Expectations,
  lex,
  parseStatement,
  runToCaret,
  type Span,
  type Statement,
  TokenKind,
  type Tokens,
} from '../../sql/index.ts';
import { type Script, statementAt, statementIndexAt } from '../../script/script.ts';

/** Stands for what is being written, so that the tree has a name where the caret is. */
export const CARET_NAME = 'caret_________________';

/** The place of the caret, and what the grammar says about it. Offsets count from `statementStart`, but for `replace`. */
export interface Caret {
  readonly statementStart: number;
  /** Where the statement stands among the script's; for a new one the index it would get. */
  readonly index: number;
  /** The statement's text with a name in place of the word at the caret. */
  readonly text: string;
  readonly statement: Statement;
  /** Of `text`. */
  readonly tokens: Tokens;
  /** Tokens in front of the word at the caret. */
  readonly before: Tokens;
  /** Where the word at the caret begins in `text`. */
  readonly offset: number;
  /** What was typed of the word, without quotes. */
  readonly typed: string;
  /** Whether the word begins with a double quote. */
  readonly isQuoted: boolean;
  /** The word in the document. */
  readonly replace: Span;
  readonly expectations: Expectations;
  /** The names in front of the word: `a.b.` */
  readonly path: readonly string[];
}

/** A caret inside a string literal. */
export interface StringCaret {
  readonly statementStart: number;
  readonly index: number;
  readonly text: string;
  readonly before: Tokens;
  /** The text between the opening quote and the caret. */
  readonly whole: string;
  /** The last word of it: `ts` of `bucket(ts`. */
  readonly typed: string;
  /** The word at the caret. */
  readonly replace: Span;
}

export type CaretPlace =
  | { readonly kind: 'name'; readonly caret: Caret }
  | { readonly kind: 'string'; readonly caret: StringCaret }
  | { readonly kind: 'nowhere' };

const NOWHERE: CaretPlace = { kind: 'nowhere' };

/** Finds out where the caret is. Nothing is proposed in comments and numbers. */
export function placeCaret(script: Script, offset: number): CaretPlace {
  const found = statementAt(script, offset);
  const index = statementIndexAt(script, offset);
  const start = found?.piece.start ?? offsetOfNewStatement(script, offset);
  const end = found === undefined ? offset : Math.max(found.piece.end, offset);
  const text = script.text.slice(start, end);
  const local = offset - start;
  const tokens = found !== undefined && end === found.piece.end ? found.parsed.tokens : lex(text);
  const at = tokenTouching(tokens, local);
  if (at === undefined && isInComment(text, tokens, local)) return NOWHERE;
  const place = { start, index: found === undefined ? index + 1 : index, text, tokens, local };
  return placeIn(place, at);
}

interface Place {
  readonly start: number;
  readonly index: number;
  readonly text: string;
  readonly tokens: Tokens;
  readonly local: number;
}

function placeIn(place: Place, at: number | undefined): CaretPlace {
  const { tokens, local } = place;
  const kind = at === undefined ? undefined : tokens.kind[at];
  const begin = at === undefined ? local : (tokens.start[at] ?? local);
  const end = at === undefined ? local : (tokens.end[at] ?? local);
  switch (kind) {
    case TokenKind.String:
    case TokenKind.UnicodeString:
      if (local <= begin || (local === end && isClosed(place.text, begin, end)))
        return nameAt(place, local, local);
      return stringAt(place, at ?? 0);
    case TokenKind.Integer:
    case TokenKind.Decimal:
    case TokenKind.Double:
      return local === begin ? nameAt(place, local, local) : NOWHERE;
    case TokenKind.Word:
    case TokenKind.QuotedName:
    case TokenKind.BackQuotedName:
    case TokenKind.ForeignName:
      return nameAt(place, begin, Math.max(local, endOfName(place.text, begin, { end, local })));
    default:
      return nameAt(place, local, local);
  }
}

/** A quoted name that is not closed ends where the word at the caret does: the lexer takes the rest of the line. */
function endOfName(
  text: string,
  begin: number,
  { end, local }: { readonly end: number; readonly local: number },
): number {
  const isOpen = text[begin] === '"' && (end - begin < 2 || text[end - 1] !== '"');
  if (!isOpen) return end;
  const rest = /^[\p{L}\p{N}_$]*/u.exec(text.slice(local, end))?.[0] ?? '';
  return local + rest.length;
}

/** Behind the last statement's semicolon, spaces and comments skipped. */
function offsetOfNewStatement(script: Script, offset: number): number {
  const before = script.statements[statementIndexAt(script, offset)];
  if (before === undefined || offset < before.piece.start) return 0;
  return Math.min(offset, before.piece.end + (before.piece.hasSemicolon ? 1 : 0));
}

/** The token the caret stands in or right behind; a name or literal goes before punctuation. */
function tokenTouching(tokens: Tokens, offset: number): number | undefined {
  let low = 0;
  let high = tokens.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tokens.start[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const touches = (i: number): boolean =>
    i >= 0 && i < tokens.count && (tokens.start[i] ?? 0) <= offset && offset <= (tokens.end[i] ?? 0);
  if (touches(low) && isWordLike(tokens.kind[low])) return low;
  if (touches(low - 1) && isWordLike(tokens.kind[low - 1])) return low - 1;
  return touches(low) ? low : undefined;
}

function isWordLike(kind: number | undefined): boolean {
  return kind !== undefined && kind >= TokenKind.Word && kind <= TokenKind.Double;
}

function isClosed(text: string, begin: number, end: number): boolean {
  return end - begin > 1 && text[end - 1] === "'";
}

function isInComment(text: string, tokens: Tokens, offset: number): boolean {
  let gap = 0;
  for (let i = 0; i < tokens.count && (tokens.end[i] ?? 0) <= offset; i++) gap = tokens.end[i] ?? 0;
  const between = text.slice(gap, offset);
  const line = between.lastIndexOf('\n') + 1;
  if (between.slice(line).includes('--')) return true;
  const open = between.lastIndexOf('/*');
  return open >= 0 && !between.slice(open).includes('*/');
}

function nameAt({ start, index, text, local }: Place, begin: number, end: number): CaretPlace {
  const isQuoted = text[begin] === '"' || text[begin] === '`';
  const typed = text.slice(isQuoted ? begin + 1 : begin, local).replaceAll('""', '"');
  const marked = `${text.slice(0, begin)}${CARET_NAME}${text.slice(end)}`;
  const before = lex(text.slice(0, begin));
  const { statement, tokens } = parseStatement(marked);
  const caret: Caret = {
    statementStart: start,
    index,
    text: marked,
    statement,
    tokens,
    before,
    offset: begin,
    typed,
    isQuoted,
    replace: { start: start + begin, end: start + end },
    expectations: runToCaret(before).expectations,
    path: pathBefore(before),
  };
  return { kind: 'name', caret };
}

function stringAt({ start, index, text, tokens, local }: Place, at: number): CaretPlace {
  const begin = (text.indexOf("'", tokens.start[at] ?? 0) ?? 0) + 1;
  const end = tokens.end[at] ?? local;
  const inner = isClosed(text, begin - 1, end) ? end - 1 : end;
  const before = lex(text.slice(0, begin - 1));
  const whole = text.slice(begin, local);
  const typed = /[^(,\s]*$/.exec(whole)?.[0] ?? '';
  const rest = /^[^),\s']*/.exec(text.slice(local, inner))?.[0] ?? '';
  const replace = { start: start + local - typed.length, end: start + local + rest.length };
  return { kind: 'string', caret: { statementStart: start, index, text, before, whole, typed, replace } };
}

/** The dotted names right in front of the caret. */
function pathBefore(tokens: Tokens): string[] {
  const path: string[] = [];
  for (let i = tokens.count - 1; i > 0 && tokens.kind[i] === TokenKind.Dot; i -= 2) {
    const kind = tokens.kind[i - 1];
    if (kind !== TokenKind.Word && kind !== TokenKind.QuotedName) break;
    const text = tokens.text.slice(tokens.start[i - 1], tokens.end[i - 1]);
    path.unshift(kind === TokenKind.QuotedName ? text.slice(1, -1).replaceAll('""', '"') : text);
  }
  return path;
}
