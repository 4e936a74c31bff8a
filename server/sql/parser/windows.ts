import type {
  Expression,
  FrameBound,
  Identifier,
  Measure,
  WindowFrame,
  WindowReference,
  WindowSpecification,
} from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { at, atName, eat, eatKind, endHere, expect, expectKind, fail, isUndecided } from './cursor.ts';
import { keywordAt, kindAt, noteAll, noteKind, startHere } from './cursor.ts';
import { closeParen } from './lists.ts';
import { parseIdentifier, takeIdentifier } from './names.ts';
import { parseMeasures, parsePatternTail } from './patterns.ts';
import { parseSortItems } from './sorting.ts';
import type { Parser } from './state.ts';

/** `OVER window` or `OVER (…)`; OVER is next. */
export function parseWindowReference(p: Parser): WindowReference {
  p.position++;
  noteKind(p, TokenKind.LeftParen);
  if (kindAt(p, 0) !== TokenKind.LeftParen) return parseIdentifier(p, 'window');
  return parseWindowSpecification(p);
}

/** `measure OVER window`; OVER is next. */
export function parseWindowMeasure(p: Parser, name: Identifier): Expression {
  const over = parseWindowReference(p);
  return { kind: 'WindowMeasure', start: name.start, end: endHere(p), name, over };
}

/** `(base PARTITION BY … ORDER BY … frame)`. */
export function parseWindowSpecification(p: Parser): WindowSpecification {
  const start = startHere(p);
  expectKind(p, TokenKind.LeftParen, "'(' and a window");
  const base = atName(p, 'window') && isBaseWindow(p) ? takeIdentifier(p) : null;
  const partitionBy = parsePartitionBy(p);
  const orderBy = at(p, K.ORDER) ? parseSortItems(p) : [];
  const frame = parseFrame(p);
  closeParen(p);
  return {
    kind: 'WindowSpecification',
    start: Math.min(start, endHere(p)),
    end: endHere(p),
    base,
    partitionBy,
    orderBy,
    frame,
  };
}

const FRAME_UNITS: readonly number[] = [K.RANGE, K.ROWS, K.GROUPS];

/** A name in front is the window that this one goes on from, unless it begins a clause. */
function isBaseWindow(p: Parser): boolean {
  const keyword = keywordAt(p, 0);
  const isClauseWord = keyword === K.PARTITION || keyword === K.MEASURES || FRAME_UNITS.includes(keyword);
  if (!isClauseWord) return true;
  if (isUndecided(p) || (keyword === K.PARTITION && keywordAt(p, 1) === K.BY)) return false;
  const next = keywordAt(p, 1);
  const isClause = next === K.ORDER || next === K.PARTITION || FRAME_UNITS.includes(next);
  return kindAt(p, 1) === TokenKind.RightParen || isClause;
}

/** `PARTITION BY a, b`, or nothing. */
export function parsePartitionBy(p: Parser): Expression[] {
  const expressions: Expression[] = [];
  if (!eat(p, K.PARTITION)) return expressions;
  expect(p, K.BY, 'BY');
  do {
    expressions.push(p.rules.expression(p));
  } while (eatKind(p, TokenKind.Comma));
  return expressions;
}

function parseFrame(p: Parser): WindowFrame | null {
  const start = startHere(p);
  const measures: readonly Measure[] = at(p, K.MEASURES) ? parseMeasures(p) : [];
  noteAll(p, FRAME_UNITS);
  const unit = unitOf(keywordAt(p, 0));
  if (unit === null) {
    if (measures.length === 0) return null;
    fail(p, 'ROWS, RANGE or GROUPS');
  } else p.position++;
  let to: FrameBound | null = null;
  const isBetween = unit !== null && eat(p, K.BETWEEN);
  const from = parseBound(p);
  if (isBetween) {
    expect(p, K.AND, 'AND');
    to = parseBound(p);
  }
  const tail = parsePatternTail(p, false);
  const pattern = { ...tail, measures };
  return { kind: 'WindowFrame', start, end: endHere(p), unit: unit ?? 'ROWS', from, to, pattern };
}

function unitOf(keyword: number): WindowFrame['unit'] | null {
  if (keyword === K.RANGE) return 'RANGE';
  if (keyword === K.ROWS) return 'ROWS';
  return keyword === K.GROUPS ? 'GROUPS' : null;
}

function parseBound(p: Parser): FrameBound {
  const start = startHere(p);
  noteAll(p, [K.CURRENT, K.UNBOUNDED]);
  const next = keywordAt(p, 1);
  if (keywordAt(p, 0) === K.CURRENT && (isUndecided(p) || next === K.ROW)) {
    p.position++;
    expect(p, K.ROW, 'ROW');
    return { kind: 'FrameBound', start, end: endHere(p), type: 'CURRENT ROW', value: null };
  }
  const isUnbounded = isUndecided(p) || next === K.PRECEDING || next === K.FOLLOWING;
  if (keywordAt(p, 0) === K.UNBOUNDED && isUnbounded) {
    p.position++;
    const isPreceding = parseDirection(p);
    const type = isPreceding ? 'UNBOUNDED PRECEDING' : 'UNBOUNDED FOLLOWING';
    return { kind: 'FrameBound', start, end: endHere(p), type, value: null };
  }
  const value = p.rules.expression(p);
  const type = parseDirection(p) ? 'PRECEDING' : 'FOLLOWING';
  return { kind: 'FrameBound', start: Math.min(start, value.start), end: endHere(p), type, value };
}

function parseDirection(p: Parser): boolean {
  if (eat(p, K.PRECEDING)) return true;
  expect(p, K.FOLLOWING, 'PRECEDING or FOLLOWING');
  return false;
}
