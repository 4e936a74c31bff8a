import type { NameRole } from '../expectations.ts';
import { LAST_RESERVED_ID } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import type { Parser } from './state.ts';
import { MAX_DEPTH } from './state.ts';

/** Whether the next token is this keyword; tried at the caret, the keyword is recorded as possible there. */
export function at(p: Parser, keyword: number): boolean {
  if (p.keyword[p.position] === keyword) return true;
  if (p.position === p.caret) note(p, keyword);
  return false;
}

/** Like `at`, for the kind of a token. */
export function atKind(p: Parser, kind: number): boolean {
  if (p.kind[p.position] === kind) return true;
  if (p.position === p.caret) noteKind(p, kind);
  return false;
}

/** Moves over this keyword when it is next. */
export function eat(p: Parser, keyword: number): boolean {
  if (!at(p, keyword)) return false;
  p.position++;
  return true;
}

export function eatKind(p: Parser, kind: number): boolean {
  if (!atKind(p, kind)) return false;
  p.position++;
  return true;
}

/** Moves over this keyword or reports that it is missing. */
export function expect(p: Parser, keyword: number, what: string): boolean {
  if (eat(p, keyword)) return true;
  fail(p, what);
  return false;
}

export function expectKind(p: Parser, kind: number, what: string): boolean {
  if (eatKind(p, kind)) return true;
  fail(p, what);
  return false;
}

/** The keyword id of a later token, without recording anything. */
export function keywordAt(p: Parser, ahead: number): number {
  return p.keyword[p.position + ahead] ?? 0;
}

/** The kind of a later token, without recording anything. */
export function kindAt(p: Parser, ahead: number): number {
  return p.kind[p.position + ahead] ?? TokenKind.End;
}

/**
 * Whether the caret stands right behind the next token, so that no look-ahead can tell what the token begins. Rules
 * then take it for a keyword; a second run, in which the token is a mere name, covers the other reading.
 */
export function isUndecided(p: Parser): boolean {
  return p.position + 1 === p.caret;
}

/** Whether the next token can be a name; tried at the caret, a name of this role is recorded as possible there. */
export function atName(p: Parser, role: NameRole): boolean {
  if (isNameToken(p, p.position)) return true;
  if (p.position === p.caret && p.isRecording) p.expectations.names.add(role);
  return false;
}

export function isNameToken(p: Parser, index: number): boolean {
  switch (p.kind[index]) {
    case TokenKind.Word: {
      const keyword = p.keyword[index] ?? 0;
      return keyword === 0 || keyword > LAST_RESERVED_ID;
    }
    case TokenKind.QuotedName:
    case TokenKind.BackQuotedName:
    case TokenKind.DigitName:
    case TokenKind.ForeignName:
      return true;
    default:
      return false;
  }
}

/** Records that a keyword is possible at the caret. */
export function note(p: Parser, keyword: number): void {
  if (p.isRecording && p.position === p.caret) p.expectations.keywords.add(keyword);
}

export function noteAll(p: Parser, keywords: readonly number[]): void {
  if (p.position === p.caret) for (const keyword of keywords) note(p, keyword);
}

export function noteKind(p: Parser, kind: number): void {
  if (p.isRecording && p.position === p.caret) p.expectations.kinds.add(kind);
}

export function noteName(p: Parser, role: NameRole): void {
  if (p.isRecording && p.position === p.caret) p.expectations.names.add(role);
}

/** Reports that something is missing before the next token. One place is reported once. */
export function fail(p: Parser, what: string): void {
  report(p, 'expected', what);
}

/** Reports that the next token cannot stand where it stands. */
export function failUnexpected(p: Parser, after: string): void {
  report(p, 'unexpected', after);
}

function report(p: Parser, code: 'expected' | 'unexpected', detail: string): void {
  const token = p.position;
  if (token === p.caret) p.isRecording = false;
  assertProgress(p, token);
  if (token === p.quietToken) return;
  const previous = p.problems.at(-1);
  if (previous !== undefined && previous.code !== 'value' && previous.token >= token) return;
  if (previous?.code === 'too-deep') return;
  p.problems.push({ code, token, detail, start: p.start[token] ?? 0, end: p.end[token] ?? 0 });
}

const MAX_REPORTS = 100;

/**
 * A loop that goes on without moving reports the same token again and again: then the token is skipped, so that
 * parsing ends even where a rule is wrong.
 */
function assertProgress(p: Parser, token: number): void {
  if (token !== p.reportedToken) {
    p.reportedToken = token;
    p.reports = 0;
  } else if (++p.reports > MAX_REPORTS && token < p.last) p.position++;
}

/** Reports something that parses and that Trino refuses. `message` is a whole sentence. */
export function failValue(
  p: Parser,
  span: { readonly start: number; readonly end: number },
  message: string,
): void {
  p.problems.push({ code: 'value', token: p.position, detail: message, start: span.start, end: span.end });
}

/**
 * Enters a nested construct. False means that the limit is reached: the rest of the statement is given up, and the
 * caller makes do with what is missing. Every call is paired with `leave`.
 */
export function enter(p: Parser): boolean {
  if (++p.depth <= MAX_DEPTH) return true;
  giveUp(p);
  return false;
}

/** Reports that constructs nest too deep and gives up the rest of the statement. */
export function giveUp(p: Parser): void {
  if (p.position >= p.last) return;
  const [start, end] = [p.start[p.position] ?? 0, p.end[p.position] ?? 0];
  p.problems.push({ code: 'too-deep', token: p.position, detail: '', start, end });
  p.position = p.last;
}

export function leave(p: Parser): void {
  p.depth--;
}

/** The offset at which the next token begins. */
export function startHere(p: Parser): number {
  return p.start[p.position] ?? 0;
}

/** The offset behind the token before the next one. */
export function endHere(p: Parser): number {
  return p.position > 0 ? (p.end[p.position - 1] ?? 0) : 0;
}
