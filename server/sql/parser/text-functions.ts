import type { Expression, Normalize, QualifiedName, Trim } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { eat, eatKind, endHere, expect, expectKind, fail, failValue } from './cursor.ts';
import { isUndecided, keywordAt, kindAt, noteAll, startHere } from './cursor.ts';
import { parseCallWith } from './calls.ts';
import { closeParen } from './lists.ts';
import { startsExpression } from './lookahead.ts';
import { parseIdentifier, parseQualifiedName, takeIdentifier } from './names.ts';
import type { Parser } from './state.ts';

/** Whether this keyword, which is next, begins a function with a syntax of its own. */
export function isTextFunction(p: Parser, keyword: number): boolean {
  switch (keyword) {
    case K.EXTRACT:
    case K.TRIM:
    case K.NORMALIZE:
    case K.GROUPING:
      return true;
    case K.SUBSTRING:
    case K.POSITION:
    case K.OVERLAY:
      return isUndecided(p) || kindAt(p, 1) === TokenKind.LeftParen;
    default:
      return false;
  }
}

export function parseTextFunction(p: Parser, keyword: number): Expression {
  switch (keyword) {
    case K.EXTRACT:
      return parseExtract(p);
    case K.TRIM:
      return parseTrim(p);
    case K.NORMALIZE:
      return parseNormalize(p);
    case K.GROUPING:
      return parseGrouping(p);
    case K.POSITION:
      return parseCallWith(p, takeIdentifier(p), continuePosition);
    case K.OVERLAY:
      return parseCallWith(p, takeIdentifier(p), continueOverlay);
    default:
      return parseCallWith(p, takeIdentifier(p), continueSubstring);
  }
}

const EXTRACT_FIELDS: ReadonlySet<string> = new Set([
  ...['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'DAY_OF_MONTH', 'DAY_OF_WEEK', 'DOW', 'DAY_OF_YEAR', 'DOY'],
  ...['YEAR_OF_WEEK', 'YOW', 'HOUR', 'MINUTE', 'SECOND', 'TIMEZONE_MINUTE', 'TIMEZONE_HOUR'],
]);

function parseExtract(p: Parser): Expression {
  const start = startHere(p);
  p.position++;
  expectKind(p, TokenKind.LeftParen, "'('");
  const field = parseIdentifier(p, 'field');
  if (!field.isMissing && (field.isQuoted || !EXTRACT_FIELDS.has(field.name.toUpperCase()))) {
    failValue(p, field, `EXTRACT knows no field ${field.name}; it knows ${[...EXTRACT_FIELDS].join(', ')}.`);
  }
  expect(p, K.FROM, 'FROM');
  const source = p.rules.valueExpression(p);
  closeParen(p);
  return { kind: 'Extract', start, end: endHere(p), field, source };
}

const TRIM_SIDES: ReadonlyMap<number, 'LEADING' | 'TRAILING' | 'BOTH'> = new Map([
  [K.LEADING, 'LEADING'],
  [K.TRAILING, 'TRAILING'],
  [K.BOTH, 'BOTH'],
]);

function parseTrim(p: Parser): Trim {
  const start = startHere(p);
  p.position++;
  expectKind(p, TokenKind.LeftParen, "'('");
  noteAll(p, [K.BOTH, K.FROM, K.LEADING, K.TRAILING]);
  const side = isTrimSide(p) ? (TRIM_SIDES.get(p.keyword[p.position] ?? 0) ?? null) : null;
  if (side !== null) p.position++;
  let characters: Expression | null = null;
  if (!eat(p, K.FROM)) {
    const first = p.rules.valueExpression(p);
    if (!eat(p, K.FROM)) return finishPlainTrim(p, start, { side, first });
    characters = first;
  } else if (side === null) {
    failValue(p, { start, end: endHere(p) }, 'TRIM with FROM needs a side, the characters to trim, or both.');
  }
  const source = p.rules.valueExpression(p);
  closeParen(p);
  return { kind: 'Trim', start, end: endHere(p), specification: side, characters, source };
}

/** LEADING, TRAILING and BOTH are names too: as a side they stand before FROM or before the characters. */
function isTrimSide(p: Parser): boolean {
  if (!TRIM_SIDES.has(p.keyword[p.position] ?? 0)) return false;
  if (isUndecided(p) || keywordAt(p, 1) === K.FROM) return true;
  const next = kindAt(p, 1);
  const after = kindAt(p, 2);
  // `TRIM(LEADING 'x')` is a string of a type that is called leading.
  if (next === TokenKind.String && (after === TokenKind.RightParen || after === TokenKind.Comma))
    return false;
  return (
    startsExpression(p, 1) &&
    next !== TokenKind.Plus &&
    next !== TokenKind.Minus &&
    next !== TokenKind.LeftBracket
  );
}

interface TrimStart {
  readonly side: Trim['specification'];
  readonly first: Expression;
}

/** `TRIM(source)` and `TRIM(source, characters)`. */
function finishPlainTrim(p: Parser, start: number, from: TrimStart): Trim {
  if (from.side !== null) fail(p, 'FROM');
  const characters = eatKind(p, TokenKind.Comma) ? p.rules.valueExpression(p) : null;
  closeParen(p);
  return { kind: 'Trim', start, end: endHere(p), specification: from.side, characters, source: from.first };
}

function parseNormalize(p: Parser): Normalize {
  const start = startHere(p);
  p.position++;
  expectKind(p, TokenKind.LeftParen, "'('");
  const source = p.rules.valueExpression(p);
  let form: Normalize['form'] = null;
  if (eatKind(p, TokenKind.Comma)) {
    const isForm = eat(p, K.NFD) || eat(p, K.NFC) || eat(p, K.NFKD) || eat(p, K.NFKC);
    if (isForm) form = FORMS.get(p.keyword[p.position - 1] ?? 0) ?? null;
    else fail(p, 'NFC, NFD, NFKC or NFKD');
  }
  closeParen(p);
  return { kind: 'Normalize', start, end: endHere(p), source, form };
}

const FORMS: ReadonlyMap<number, NonNullable<Normalize['form']>> = new Map([
  [K.NFD, 'NFD'],
  [K.NFC, 'NFC'],
  [K.NFKD, 'NFKD'],
  [K.NFKC, 'NFKC'],
]);

function parseGrouping(p: Parser): Expression {
  const start = startHere(p);
  p.position++;
  const columns: QualifiedName[] = [];
  expectKind(p, TokenKind.LeftParen, "'('");
  if (!eatKind(p, TokenKind.RightParen)) {
    do {
      columns.push(parseQualifiedName(p, 'column'));
    } while (eatKind(p, TokenKind.Comma));
    closeParen(p);
  } else failValue(p, { start, end: endHere(p) }, 'GROUPING needs at least one column.');
  return { kind: 'Grouping', start, end: endHere(p), columns };
}

/** `POSITION(needle IN source)`. */
function continuePosition(p: Parser, start: number, needle: Expression): Expression | undefined {
  if (!eat(p, K.IN)) return undefined;
  const source = p.rules.valueExpression(p);
  closeParen(p);
  return { kind: 'Position', start, end: endHere(p), needle, source };
}

/** `OVERLAY(source PLACING replacement FROM from FOR length)`. */
function continueOverlay(p: Parser, start: number, source: Expression): Expression | undefined {
  if (!eat(p, K.PLACING)) return undefined;
  const replacement = p.rules.valueExpression(p);
  expect(p, K.FROM, 'FROM');
  const from = p.rules.valueExpression(p);
  const length = eat(p, K.FOR) ? p.rules.valueExpression(p) : null;
  closeParen(p);
  return { kind: 'Overlay', start, end: endHere(p), source, replacement, from, length };
}

/** `SUBSTRING(source FROM from FOR length)`. */
function continueSubstring(p: Parser, start: number, source: Expression): Expression | undefined {
  if (!eat(p, K.FROM)) return undefined;
  const from = p.rules.valueExpression(p);
  const length = eat(p, K.FOR) ? p.rules.valueExpression(p) : null;
  closeParen(p);
  return { kind: 'Substring', start, end: endHere(p), source, from, length };
}
