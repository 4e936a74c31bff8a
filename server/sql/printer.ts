import { lex, type Tokens } from './lexer.ts';
import { parseStatement } from './parser.ts';
import { clearNames } from './printer/names.ts';
import { concat } from './printer/doc.ts';
import { DEFAULT_FORMAT_OPTIONS, type FormatOptions } from './printer/options.ts';
import { queryDoc } from './printer/queries.ts';
import { render } from './printer/render.ts';
import { sectionsOf } from './printer/sections.ts';
import { DEEPEST_NESTING, findPartners, type Source } from './printer/source.ts';
import { statementDoc } from './printer/statements.ts';
import { commentsOf, tokenDoc } from './printer/token-doc.ts';
import { commentsAround, hasSameTokens } from './printer/verify.ts';
import type { Span } from './span.ts';
import { type ScriptPiece, splitScript } from './splitter.ts';
import { readTrivia } from './trivia.ts';

/** A replacement of a stretch of the formatted text. */
export interface FormatEdit extends Span {
  readonly newText: string;
}

/** Why a statement was left as it is. */
export type Refusal = 'syntax-error' | 'too-deep' | 'tokens-would-change';

export interface FormatResult {
  /** In the order of the text, not touching each other; statements that look right already have none. */
  readonly edits: readonly FormatEdit[];
  /** The statements that were left alone. */
  readonly refused: readonly RefusedStatement[];
}

export interface RefusedStatement extends Span {
  readonly reason: Refusal;
}

/**
 * Lays out the statements of a script, or those that touch `range`. What is printed has exactly the tokens and the
 * comments of the text; a statement for which that cannot be promised, or that has a syntax error, is left as it is.
 */
export function formatScript(
  text: string,
  options: Partial<FormatOptions> = {},
  range: Span = { start: 0, end: text.length },
): FormatResult {
  const edits: FormatEdit[] = [];
  const refused: RefusedStatement[] = [];
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  for (const section of sectionsOf(text)) {
    const tokens = lex(text.slice(section.start, section.end));
    const script: Script = {
      tokens,
      options: { ...DEFAULT_FORMAT_OPTIONS, ...options },
      newline,
      isFirst: section.start === 0,
      words: tokens.keyword.slice(),
      partner: new Int32Array(tokens.count + 1).fill(-1),
    };
    const local = { start: range.start - section.start, end: range.end - section.start };
    const found = formatSection(script, local);
    edits.push(...found.edits.map(edit => ({ ...edit, ...moved(edit, section.start) })));
    refused.push(...found.refused.map(item => ({ ...item, ...moved(item, section.start) })));
  }
  return { edits, refused };
}

function moved(span: Span, by: number): Span {
  return { start: span.start + by, end: span.end + by };
}

function formatSection(script: Script, range: Span): FormatResult {
  const { tokens } = script;
  const { text } = tokens;
  const edits: FormatEdit[] = [];
  const refused: RefusedStatement[] = [];
  let from = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  for (const piece of splitScript(text, tokens)) {
    if (piece.firstToken === piece.endToken) continue;
    const to = endOfRegion(script, piece);
    if (piece.start <= range.end && to >= range.start) {
      const printed = formatPiece(script, piece, { start: from, end: to });
      if (typeof printed !== 'string') refused.push({ start: piece.start, end: piece.end, ...printed });
      else if (printed !== text.slice(from, to)) edits.push({ start: from, end: to, newText: printed });
    }
    from = to;
  }
  return { edits, refused };
}

/** The whole text with its statements laid out. */
export function formatText(text: string, options: Partial<FormatOptions> = {}): string {
  const { edits } = formatScript(text, options);
  let at = 0;
  let result = '';
  for (const edit of edits) {
    result += text.slice(at, edit.start) + edit.newText;
    at = edit.end;
  }
  return result + text.slice(at);
}

const BYTE_ORDER_MARK = 0xfeff;

interface Script {
  readonly tokens: Tokens;
  readonly options: FormatOptions;
  readonly newline: string;
  /** Whether the text is the beginning of the document. */
  readonly isFirst: boolean;
  /** See `Source`; filled in statement by statement. */
  readonly words: Uint16Array;
  readonly partner: Int32Array;
}

/** Behind the semicolon, the comments on its line and blanks at the line's end. */
function endOfRegion(script: Script, piece: ScriptPiece): number {
  const { tokens } = script;
  const last = piece.hasSemicolon ? piece.endToken : piece.endToken - 1;
  const end = commentsOf({ tokens }, last + 1).trailing.at(-1)?.end ?? tokens.end[last] ?? piece.end;
  const blanks = /^[ \t]+(?=[\r\n]|$)/.exec(tokens.text.slice(end, tokens.start[last + 1]));
  return end + (blanks?.[0].length ?? 0);
}

function formatPiece(
  script: Script,
  piece: ScriptPiece,
  region: Span,
): string | { readonly reason: Refusal } {
  const { tokens, words, partner } = script;
  const parsed = parseStatement(tokens.text.slice(piece.start, piece.end));
  if (parsed.problems.length > 0 || parsed.tokens.problems.length > 0) return { reason: 'syntax-error' };
  clearNames(tokens, parsed.statement, piece.start, words);
  const depth = findPartners(tokens, words, { start: piece.firstToken, end: piece.endToken }, partner);
  if (depth === undefined) return { reason: 'syntax-error' };
  if (depth > DEEPEST_NESTING) return { reason: 'too-deep' };
  const source: Source = { ...script, first: piece.firstToken, printQuery: queryDoc };
  const printed = leadText(script, region.start, piece.start) + printPiece(script, source, piece);
  const end = piece.hasSemicolon ? piece.endToken + 1 : piece.endToken;
  const now = lex(printed);
  const before = commentsAround(tokens, piece.firstToken, end, region);
  const after = commentsAround(now, 0, now.count, { start: 0, end: printed.length });
  const isSame = hasSameTokens(source, piece.firstToken, end, now) && before.join('\n') === after.join('\n');
  return isSame ? printed : { reason: 'tokens-would-change' };
}

function printPiece(script: Script, source: Source, piece: ScriptPiece): string {
  const { options, newline } = script;
  const statement = statementDoc(source, { start: piece.firstToken, end: piece.endToken });
  const semicolon = piece.hasSemicolon ? [tokenDoc(source, piece.endToken)] : [];
  return render(concat([statement, ...semicolon]), {
    lineWidth: options.lineWidth,
    indentText: options.indent === 0 ? '\t' : ' '.repeat(options.indent),
    newline,
  });
}

/** The comments in front of a statement on lines of their own, with at most one empty line at a place. */
function leadText(script: Script, from: number, to: number): string {
  const { text } = script.tokens;
  const { newline } = script;
  let lead = '';
  const isFirst = script.isFirst && from <= 1;
  let breaks = isFirst ? 2 : 0;
  for (const piece of readTrivia(text, from, to)) {
    const content = text.slice(piece.start, piece.end);
    if (piece.kind === 'space') {
      breaks += lineBreaks(content);
      continue;
    }
    lead += separator(isFirst && lead === '', breaks, newline) + content.trimEnd();
    breaks = 0;
  }
  return lead + separator(isFirst && lead === '', breaks, newline);
}

function separator(isFirst: boolean, breaks: number, newline: string): string {
  if (isFirst) return '';
  return breaks > 1 ? newline + newline : newline;
}

function lineBreaks(space: string): number {
  return space.match(/\r\n|\r|\n/g)?.length ?? 0;
}
