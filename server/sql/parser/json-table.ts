import type { JsonBehavior, JsonTable, JsonTableColumn } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { at, atKind, eat, eatKind, endHere, enter, expect, expectKind, fail, isUndecided } from './cursor.ts';
import { keywordAt, kindAt, leave, note, noteAll, startHere } from './cursor.ts';
import { parseBehaviors, parseJsonFormat, parseJsonPath, parseWrapper } from './json.ts';
import { closeParen, continuesList } from './lists.ts';
import { parseString } from './literals.ts';
import { parseIdentifier } from './names.ts';
import type { Parser } from './state.ts';

/** `JSON_TABLE(input, 'path' COLUMNS (…) PLAN (…) ERROR ON ERROR)`; the keyword is next. */
export function parseJsonTable(p: Parser): JsonTable {
  const start = startHere(p);
  p.position++;
  expectKind(p, TokenKind.LeftParen, "'('");
  const path = parseJsonPath(p);
  const columns = parseColumns(p);
  if (eat(p, K.PLAN)) parsePlan(p);
  const onError = parseOnError(p);
  closeParen(p);
  return { kind: 'JsonTable', start, end: endHere(p), path, columns, onError };
}

function parseOnError(p: Parser): JsonBehavior | null {
  const start = startHere(p);
  const type = eat(p, K.ERROR) ? 'ERROR' : eat(p, K.EMPTY) ? 'EMPTY' : null;
  if (type === null) return null;
  expect(p, K.ON, 'ON ERROR');
  expect(p, K.ERROR, 'ERROR');
  return { kind: 'JsonBehavior', start, end: endHere(p), type, value: null };
}

function parseColumns(p: Parser): JsonTableColumn[] {
  const columns: JsonTableColumn[] = [];
  expect(p, K.COLUMNS, 'COLUMNS');
  if (!expectKind(p, TokenKind.LeftParen, "'(' and columns")) return columns;
  if (!enter(p)) {
    leave(p);
    return columns;
  }
  do {
    columns.push(parseColumn(p));
  } while (continuesList(p));
  leave(p);
  closeParen(p);
  return columns;
}

function parseColumn(p: Parser): JsonTableColumn {
  const start = startHere(p);
  note(p, K.NESTED);
  if (p.keyword[p.position] === K.NESTED && isNested(p)) return parseNested(p);
  const name = parseIdentifier(p, 'column');
  if (eat(p, K.FOR)) {
    expect(p, K.ORDINALITY, 'ORDINALITY');
    return { kind: 'JsonOrdinalityColumn', start: name.start, end: endHere(p), name };
  }
  const type = p.rules.type(p);
  const format = parseJsonFormat(p);
  const path = eat(p, K.PATH) ? parseString(p, 'a JSON path: a string') : null;
  if (format !== null) parseWrapper(p);
  const behaviors = parseBehaviors(p, format === null ? 'value' : 'query');
  return {
    kind: 'JsonValueColumn',
    start: Math.min(start, name.start),
    end: endHere(p),
    name,
    type,
    format,
    path,
    ...behaviors,
  };
}

/** NESTED is a name too: as a keyword it stands before PATH or the path. */
function isNested(p: Parser): boolean {
  const next = kindAt(p, 1);
  return (
    isUndecided(p) ||
    next === TokenKind.String ||
    (keywordAt(p, 1) === K.PATH && kindAt(p, 2) === TokenKind.String) ||
    p.position + 2 === p.caret
  );
}

function parseNested(p: Parser): JsonTableColumn {
  const start = startHere(p);
  p.position++;
  if (eat(p, K.PATH)) noteColumnOptions(p);
  const path = parseString(p, 'PATH and a JSON path');
  const name = eat(p, K.AS) ? parseIdentifier(p, 'alias') : null;
  const columns = parseColumns(p);
  return { kind: 'JsonNestedColumns', start, end: endHere(p), path, name, columns };
}

/** `nested path …` may also be a column called nested whose type is called path; then this may follow. */
function noteColumnOptions(p: Parser): void {
  if (p.position !== p.caret) return;
  noteAll(p, [K.ARRAY, K.DEFAULT, K.ERROR, K.FORMAT, K.NULL, K.PATH]);
}

/** `PLAN DEFAULT (OUTER, UNION)` or `PLAN (a OUTER (b CROSS c))`; the tree does not need it. */
function parsePlan(p: Parser): void {
  if (!eat(p, K.DEFAULT)) {
    expectKind(p, TokenKind.LeftParen, "'(' or DEFAULT");
    parsePlanSteps(p);
    closeParen(p);
    return;
  }
  expectKind(p, TokenKind.LeftParen, "'('");
  const isParent = eat(p, K.INNER) || eat(p, K.OUTER);
  if (!isParent && !eat(p, K.CROSS)) expect(p, K.UNION, 'INNER, OUTER, CROSS or UNION');
  if (eatKind(p, TokenKind.Comma)) {
    if (isParent) {
      if (!eat(p, K.CROSS)) expect(p, K.UNION, 'CROSS or UNION');
    } else if (!eat(p, K.INNER)) expect(p, K.OUTER, 'INNER or OUTER');
  }
  closeParen(p);
}

/** One path, or two or more with an operator between them; the operators of one level are the same. */
function parsePlanSteps(p: Parser): void {
  const isGroup = parsePlanStep(p);
  if (!isGroup && (eat(p, K.OUTER) || eat(p, K.INNER))) {
    parsePlanStep(p);
    return;
  }
  const operator = at(p, K.CROSS) ? K.CROSS : K.UNION;
  while (eat(p, operator)) parsePlanStep(p);
}

/** A path's name, or steps in parentheses, for which it returns true. */
function parsePlanStep(p: Parser): boolean {
  if (!atKind(p, TokenKind.LeftParen)) {
    parseIdentifier(p, 'alias');
    return false;
  }
  if (enter(p)) {
    p.position++;
    parsePlanSteps(p);
    closeParen(p);
  } else fail(p, 'a plan');
  leave(p);
  return true;
}
