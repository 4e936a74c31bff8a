import type { DataType, Identifier, NumberLiteral, RowTypeField } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import {
  at,
  atKind,
  atName,
  eat,
  eatKind,
  endHere,
  enter,
  expect,
  expectKind,
  fail,
  failValue,
  isNameToken,
} from './cursor.ts';
import { isUndecided, keywordAt, kindAt, leave, noteAll, noteName, startHere } from './cursor.ts';
import { closeParen, continuesList } from './lists.ts';
import { parseIntervalUnits, takeNumber } from './literals.ts';
import { takeIdentifier } from './names.ts';
import { MAX_DEPTH, type Parser } from './state.ts';

/** Words that begin a type and are no plain name of one. */
export const TYPE_STARTS: readonly number[] = [
  K.ARRAY,
  K.DOUBLE,
  K.INTERVAL,
  K.MAP,
  K.ROW,
  K.TIME,
  K.TIMESTAMP,
];

/** A data type, with `ARRAY` behind it any number of times. */
export function parseType(p: Parser): DataType {
  if (!enter(p)) {
    leave(p);
    return missingType(p);
  }
  let type = parseTypeHead(p);
  for (let links = 0; at(p, K.ARRAY) && links < MAX_DEPTH; links++) {
    p.position++;
    if (kindAt(p, 0) === TokenKind.LeftBracket) parseArraySize(p);
    type = { kind: 'ArrayType', start: type.start, end: endHere(p), element: type };
  }
  leave(p);
  return type;
}

function missingType(p: Parser): DataType {
  const end = endHere(p);
  return { kind: 'Missing', start: end, end, expects: 'type' };
}

/** `int ARRAY[3]` parses and is refused. */
function parseArraySize(p: Parser): void {
  const start = startHere(p);
  p.position++;
  if (atKind(p, TokenKind.Integer)) takeNumber(p);
  else fail(p, "the array's size");
  expectKind(p, TokenKind.RightBracket, "']'");
  failValue(p, { start, end: endHere(p) }, 'Array types have no size.');
}

function parseTypeHead(p: Parser): DataType {
  noteAll(p, TYPE_STARTS);
  if (!atName(p, 'type')) {
    fail(p, 'a type');
    return missingType(p);
  }
  switch (p.keyword[p.position]) {
    case K.ROW:
      return kindAt(p, 1) === TokenKind.LeftParen ? parseRowType(p) : parseSimpleType(p);
    case K.INTERVAL:
      return isUnit(p) ? parseIntervalType(p) : parseSimpleType(p);
    case K.TIME:
    case K.TIMESTAMP:
      return parseDateTimeType(p);
    case K.ARRAY:
    case K.MAP:
      return kindAt(p, 1) === TokenKind.Less ? parseAngleType(p) : parseSimpleType(p);
    default:
      return parseSimpleType(p);
  }
}

const UNITS: readonly number[] = [K.YEAR, K.MONTH, K.DAY, K.HOUR, K.MINUTE, K.SECOND];

function isUnit(p: Parser): boolean {
  return isUndecided(p) || UNITS.includes(keywordAt(p, 1));
}

function parseIntervalType(p: Parser): DataType {
  const start = startHere(p);
  p.position++;
  const { from, to } = parseIntervalUnits(p);
  return { kind: 'IntervalType', start, end: endHere(p), from, to };
}

/** `TIMESTAMP(3) WITH TIME ZONE`. */
function parseDateTimeType(p: Parser): DataType {
  const start = startHere(p);
  const base = p.keyword[p.position] === K.TIME ? 'time' : 'timestamp';
  p.position++;
  let precision: DataType | NumberLiteral | null = null;
  if (eatKind(p, TokenKind.LeftParen)) {
    precision = parseTypeArgument(p);
    closeParen(p);
  }
  let withTimeZone: boolean | null = null;
  if (hasTimeZone(p)) {
    withTimeZone = p.keyword[p.position] === K.WITH;
    p.position++;
    expect(p, K.TIME, 'TIME ZONE');
    expect(p, K.ZONE, 'ZONE');
  }
  return { kind: 'DateTimeType', start, end: endHere(p), base, precision, withTimeZone };
}

/** In a column's definition WITH may begin its properties instead. */
function hasTimeZone(p: Parser): boolean {
  if (!at(p, K.WITH) && !at(p, K.WITHOUT)) return false;
  return isUndecided(p) || kindAt(p, 1) === TokenKind.Word;
}

/** `array<int>` and `map<varchar, int>`. */
function parseAngleType(p: Parser): DataType {
  const start = startHere(p);
  const isArray = p.keyword[p.position] === K.ARRAY;
  p.position += 2;
  const first = parseType(p);
  if (isArray) {
    expectKind(p, TokenKind.Greater, "'>'");
    return { kind: 'ArrayType', start, end: endHere(p), element: first };
  }
  expectKind(p, TokenKind.Comma, "','");
  const value = parseType(p);
  expectKind(p, TokenKind.Greater, "'>'");
  return { kind: 'MapType', start, end: endHere(p), key: first, value };
}

function parseSimpleType(p: Parser): DataType {
  const start = startHere(p);
  let name = takeIdentifier(p);
  const isDouble = p.keyword[p.position - 1] === K.DOUBLE;
  if (isDouble && eat(p, K.PRECISION)) name = { ...name, end: endHere(p), name: 'double precision' };
  const args: (DataType | NumberLiteral)[] = [];
  if (name.name !== 'double precision' && eatKind(p, TokenKind.LeftParen)) {
    do {
      args.push(parseTypeArgument(p));
    } while (continuesList(p));
    closeParen(p);
  }
  return { kind: 'SimpleType', start, end: endHere(p), name, args };
}

function parseTypeArgument(p: Parser): DataType | NumberLiteral {
  return atKind(p, TokenKind.Integer) ? takeNumber(p) : parseType(p);
}

/** `row(a int, varchar)`: a field has a name when a type follows the name. */
function parseRowType(p: Parser): DataType {
  const start = startHere(p);
  const fields: RowTypeField[] = [];
  p.position += 2;
  do {
    fields.push(parseRowField(p));
  } while (continuesList(p));
  closeParen(p);
  return { kind: 'RowType', start, end: endHere(p), fields };
}

function parseRowField(p: Parser): RowTypeField {
  const start = startHere(p);
  if (atKind(p, TokenKind.Integer)) return parameterOfRow(p);
  const name: Identifier | null = isFieldName(p) ? takeIdentifier(p) : null;
  const mayBeName = name === null && isNameToken(p, p.position) && isUndecided(p);
  const type = parseType(p);
  if (mayBeName) noteType(p);
  return { kind: 'RowTypeField', start: Math.min(start, type.start), end: endHere(p), name, type };
}

/** Records at the caret that a type may follow a word that may be a field's name. */
export function noteType(p: Parser): void {
  noteAll(p, TYPE_STARTS);
  noteName(p, 'type');
}

/** The generic form of a type also reads `row(1)`, which no type is. */
function parameterOfRow(p: Parser): RowTypeField {
  const number = takeNumber(p);
  const type = { kind: 'Missing', start: number.end, end: number.end, expects: 'type' } as const;
  return { kind: 'RowTypeField', start: number.start, end: number.end, name: null, type };
}

/** Whether a name and then a type come next, and not a type of several words. */
function isFieldName(p: Parser): boolean {
  if (!isNameToken(p, p.position) || !isNameToken(p, p.position + 1)) return false;
  const keyword = keywordAt(p, 0);
  const next = keywordAt(p, 1);
  if (p.position + 2 === p.caret && next === K.ARRAY) return false;
  if (keyword === K.DOUBLE && next === K.PRECISION)
    return isTypeEnd(p, 2) ? false : isNameToken(p, p.position + 2);
  if (keyword === K.INTERVAL && UNITS.includes(next)) return false;
  if (next !== K.ARRAY) return next !== K.WITHOUT || (keyword !== K.TIME && keyword !== K.TIMESTAMP);
  // `x array`: a field x of arrays has an element's type behind it, an array of x has not.
  const after = kindAt(p, 2);
  return after === TokenKind.LeftParen || after === TokenKind.Less;
}

function isTypeEnd(p: Parser, ahead: number): boolean {
  const kind = kindAt(p, ahead);
  return kind === TokenKind.Comma || kind === TokenKind.RightParen || kind === TokenKind.End;
}
