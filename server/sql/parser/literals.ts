import type {
  Expression,
  IntervalField,
  IntervalUnit,
  Literal,
  Missing,
  NumberLiteral,
  StringLiteral,
} from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import {
  at,
  atKind,
  eat,
  eatKind,
  endHere,
  expectKind,
  fail,
  failValue,
  keywordAt,
  kindAt,
  noteAll,
  startHere,
} from './cursor.ts';
import { integerProblem, unicodeProblem } from './literal-checks.ts';
import type { Parser } from './state.ts';

export function isLiteralStart(kind: number | undefined): boolean {
  return (
    kind === TokenKind.String ||
    kind === TokenKind.Integer ||
    kind === TokenKind.Decimal ||
    kind === TokenKind.Double ||
    kind === TokenKind.UnicodeString ||
    kind === TokenKind.BinaryString
  );
}

/** A number or string; one of them must be next. */
export function parseLiteral(p: Parser): Literal {
  const kind = p.kind[p.position];
  if (kind === TokenKind.String || kind === TokenKind.UnicodeString) return takeString(p);
  if (kind === TokenKind.BinaryString) return takeBinary(p);
  return takeNumber(p, p.negated === p.position);
}

/** The number that must be next. Integers are of 64 bits; the smallest one is allowed behind a minus. */
export function takeNumber(p: Parser, isNegative = false): NumberLiteral {
  const index = p.position++;
  const start = p.start[index] ?? 0;
  const end = p.end[index] ?? 0;
  const kind = p.kind[index];
  const text = p.text.slice(start, end);
  const type = kind === TokenKind.Integer ? 'integer' : kind === TokenKind.Double ? 'double' : 'decimal';
  if (type === 'integer' && text.length > 17) {
    const problem = integerProblem(text, isNegative);
    if (problem !== undefined) failValue(p, { start, end }, problem);
  }
  return { kind: 'NumberLiteral', start, end, type, text };
}

/** An integer without sign, or what is missing there. */
export function parseInteger(p: Parser): NumberLiteral | Missing {
  if (atKind(p, TokenKind.Integer)) return takeNumber(p);
  fail(p, 'a whole number');
  return { kind: 'Missing', start: endHere(p), end: endHere(p), expects: 'number' };
}

function takeString(p: Parser): StringLiteral {
  const index = p.position++;
  const start = p.start[index] ?? 0;
  const end = p.end[index] ?? 0;
  const isUnicode = p.kind[index] === TokenKind.UnicodeString;
  const open = isUnicode ? start + 3 : start + 1;
  const isClosed = end > open && p.text.charAt(end - 1) === "'";
  const inner = p.text.slice(open, isClosed ? end - 1 : end);
  const value = inner.includes("''") ? inner.replaceAll("''", "'") : inner;
  if (isUnicode) checkUnicode(p, value, { start, end });
  return { kind: 'StringLiteral', start, end: endHere(p), value, isUnicode };
}

/** `U&'…' UESCAPE '!'`: moves over the escape clause and checks the escapes. */
function checkUnicode(
  p: Parser,
  value: string,
  span: { readonly start: number; readonly end: number },
): void {
  let escape = '\\';
  if (eat(p, K.UESCAPE)) {
    const index = p.position;
    if (!expectKind(p, TokenKind.String, "the escape character, such as '!'")) return;
    escape = p.text.slice((p.start[index] ?? 0) + 1, (p.end[index] ?? 1) - 1).replaceAll("''", "'");
  }
  const problem = unicodeProblem(value, escape);
  if (problem !== undefined) failValue(p, span, problem);
}

function takeBinary(p: Parser): Literal {
  const index = p.position++;
  const start = p.start[index] ?? 0;
  const end = p.end[index] ?? 0;
  const digits = p.text.slice(start + 2, end - 1).replace(/[ \r\n\t]/g, '');
  if (!/^[0-9A-Fa-f]*$/.test(digits))
    failValue(p, { start, end }, 'A binary literal holds hexadecimal digits only.');
  else if (digits.length % 2 === 1)
    failValue(p, { start, end }, 'A binary literal needs an even number of digits.');
  return { kind: 'BinaryLiteral', start, end };
}

/** A string, or what is missing there. */
export function parseString(p: Parser, what: string): StringLiteral {
  if (atKind(p, TokenKind.String) || p.kind[p.position] === TokenKind.UnicodeString) return takeString(p);
  fail(p, what);
  // `JSON_VALUE(a, , 'lax $')`: behind a comma too many the string is still there.
  if (p.kind[p.position] === TokenKind.Comma && kindAt(p, 1) === TokenKind.String) {
    p.position++;
    return takeString(p);
  }
  return { kind: 'StringLiteral', start: endHere(p), end: endHere(p), value: '', isUnicode: false };
}

/** Whether INTERVAL begins a literal here; it is a name too. */
export function isInterval(p: Parser): boolean {
  const isSigned = kindAt(p, 1) === TokenKind.Minus || kindAt(p, 1) === TokenKind.Plus;
  const ahead = isSigned ? 2 : 1;
  if (p.position + ahead === p.caret) return true;
  const kind = kindAt(p, ahead);
  if (kind !== TokenKind.String && kind !== TokenKind.UnicodeString) return false;
  if (kind === TokenKind.UnicodeString && keywordAt(p, ahead + 1) === K.UESCAPE) return true;
  // Without a unit it is a literal of a type that is called interval, or a difference.
  return p.position + ahead + 1 === p.caret || FIELDS.has(keywordAt(p, ahead + 1));
}

const FIELDS: ReadonlyMap<number, IntervalField> = new Map([
  [K.YEAR, 'YEAR'],
  [K.MONTH, 'MONTH'],
  [K.DAY, 'DAY'],
  [K.HOUR, 'HOUR'],
  [K.MINUTE, 'MINUTE'],
  [K.SECOND, 'SECOND'],
]);

/** What may follow TO after each unit. */
const FINER: Readonly<Partial<Record<IntervalField, readonly number[]>>> = {
  YEAR: [K.MONTH],
  DAY: [K.HOUR, K.MINUTE, K.SECOND],
  HOUR: [K.MINUTE, K.SECOND],
  MINUTE: [K.SECOND],
};

/** `INTERVAL - '1' DAY TO SECOND`; INTERVAL is next. */
export function parseInterval(p: Parser): Expression {
  const start = startHere(p);
  p.position++;
  const sign = eatKind(p, TokenKind.Minus) ? '-' : eatKind(p, TokenKind.Plus) ? '+' : null;
  const value = parseString(p, "the interval's value, such as '1'");
  if (p.position === p.caret && sign === null) return literalAtCaret(p, start, value);
  const { from, to } = parseIntervalUnits(p);
  return { kind: 'IntervalLiteral', start, end: endHere(p), sign, value, from, to };
}

/** Behind `INTERVAL '1'` a unit may follow; without one it is a literal of a type that is called interval. */
function literalAtCaret(p: Parser, start: number, value: StringLiteral): Expression {
  noteAll(p, [...FIELDS.keys()]);
  const end = start + 'INTERVAL'.length;
  const type = {
    kind: 'Identifier',
    start,
    end,
    name: p.text.slice(start, end),
    isQuoted: false,
    isMissing: false,
  } as const;
  return { kind: 'TypedLiteral', start, end: endHere(p), type, value };
}

/** `DAY(3) TO SECOND(6)`, of a literal or a type. */
export function parseIntervalUnits(p: Parser): {
  readonly from: IntervalUnit;
  readonly to: IntervalUnit | null;
} {
  const from = parseUnit(p, [...FIELDS.keys()], true);
  const finer = FINER[from.field];
  if (finer === undefined || !at(p, K.TO) || !isFinerUnit(p, finer)) return { from, to: null };
  p.position++;
  return { from, to: parseUnit(p, finer, false) };
}

/** TO is a name too: a unit must follow. */
function isFinerUnit(p: Parser, finer: readonly number[]): boolean {
  return p.position + 1 === p.caret || FIELDS.has(keywordAt(p, 1)) || finer.includes(keywordAt(p, 1));
}

function parseUnit(p: Parser, allowed: readonly number[], isLeading: boolean): IntervalUnit {
  const start = startHere(p);
  const keyword = p.keyword[p.position] ?? 0;
  noteAll(p, allowed);
  const field = FIELDS.get(keyword);
  if (field === undefined || !allowed.includes(keyword)) {
    fail(p, isLeading ? 'YEAR, MONTH, DAY, HOUR, MINUTE or SECOND' : 'a finer unit of the interval');
    return {
      kind: 'IntervalUnit',
      start: endHere(p),
      end: endHere(p),
      field: 'DAY',
      precision: null,
      fraction: null,
    };
  }
  p.position++;
  let precision: NumberLiteral | null = null;
  let fraction: NumberLiteral | null = null;
  const mayHavePrecision = isLeading || field === 'SECOND';
  if (mayHavePrecision && kindAt(p, 0) === TokenKind.LeftParen && kindAt(p, 1) === TokenKind.Integer) {
    p.position++;
    precision = takeNumber(p);
    if (isLeading && field === 'SECOND' && eatKind(p, TokenKind.Comma)) {
      const number = parseInteger(p);
      fraction = number.kind === 'NumberLiteral' ? number : null;
    }
    expectKind(p, TokenKind.RightParen, "')'");
  }
  return { kind: 'IntervalUnit', start, end: endHere(p), field, precision, fraction };
}
