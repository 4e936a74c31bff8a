import type {
  Expression,
  Identifier,
  JsonArgument,
  JsonBehavior,
  JsonFormat,
  JsonInput,
  JsonMember,
} from '../ast.ts';
import type { DataType, JsonPathInvocation } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { at, atKind, eat, eatKind, endHere, expect, expectKind, fail, isUndecided } from './cursor.ts';
import { keywordAt, kindAt, note, noteAll, startHere } from './cursor.ts';
import { closeParen, continuesList } from './lists.ts';
import { parseString } from './literals.ts';
import { startsExpression } from './lookahead.ts';
import { parseIdentifier } from './names.ts';
import type { Parser } from './state.ts';

const JSON_FUNCTIONS: ReadonlySet<number> = new Set([
  ...[K.JSON_EXISTS, K.JSON_VALUE, K.JSON_QUERY, K.JSON_OBJECT, K.JSON_ARRAY],
]);

export function isJsonFunction(keyword: number): boolean {
  return JSON_FUNCTIONS.has(keyword);
}

/** The JSON function whose name is next. */
export function parseJsonFunction(p: Parser, keyword: number): Expression {
  switch (keyword) {
    case K.JSON_EXISTS:
      return parseJsonExists(p);
    case K.JSON_VALUE:
      return parseJsonValue(p);
    case K.JSON_QUERY:
      return parseJsonQuery(p);
    case K.JSON_OBJECT:
      return parseJsonObject(p);
    default:
      return parseJsonArray(p);
  }
}

/** `input, 'path' AS name PASSING …`. */
export function parseJsonPath(p: Parser): JsonPathInvocation {
  const input = parseJsonInput(p);
  expectKind(p, TokenKind.Comma, "',' and a JSON path");
  const path = parseString(p, 'a JSON path: a string');
  const name = eat(p, K.AS) ? parseIdentifier(p, 'alias') : null;
  const passing: JsonArgument[] = [];
  if (eat(p, K.PASSING)) {
    do {
      passing.push(parsePassing(p));
    } while (eatKind(p, TokenKind.Comma));
  }
  return { kind: 'JsonPathInvocation', start: input.start, end: endHere(p), input, path, name, passing };
}

function parsePassing(p: Parser): JsonArgument {
  const value = parseJsonInput(p);
  expect(p, K.AS, 'AS and a name');
  const name: Identifier = parseIdentifier(p, 'alias');
  return { kind: 'JsonArgument', start: value.start, end: endHere(p), value, name };
}

/** `expression FORMAT JSON`. */
function parseJsonInput(p: Parser): JsonInput {
  const expression = p.rules.expression(p);
  const format = parseJsonFormat(p);
  return { kind: 'JsonInput', start: expression.start, end: endHere(p), expression, format };
}

/** `FORMAT JSON ENCODING UTF8`, or nothing. */
export function parseJsonFormat(p: Parser): JsonFormat | null {
  const start = startHere(p);
  if (!eat(p, K.FORMAT)) return null;
  expect(p, K.JSON, 'JSON');
  let encoding: JsonFormat['encoding'] = null;
  if (eat(p, K.ENCODING)) {
    encoding = eat(p, K.UTF8) ? 'UTF8' : eat(p, K.UTF16) ? 'UTF16' : eat(p, K.UTF32) ? 'UTF32' : null;
    if (encoding === null) fail(p, 'UTF8, UTF16 or UTF32');
  }
  return { kind: 'JsonFormat', start, end: endHere(p), encoding };
}

function openJson(p: Parser): number {
  const start = startHere(p);
  p.position++;
  expectKind(p, TokenKind.LeftParen, "'('");
  return start;
}

function parseJsonExists(p: Parser): Expression {
  const start = openJson(p);
  const path = parseJsonPath(p);
  let onError: JsonBehavior | null = null;
  const from = startHere(p);
  const type = eat(p, K.TRUE)
    ? 'TRUE'
    : eat(p, K.FALSE)
      ? 'FALSE'
      : eat(p, K.UNKNOWN)
        ? 'UNKNOWN'
        : eat(p, K.ERROR)
          ? 'ERROR'
          : null;
  if (type !== null) {
    expect(p, K.ON, 'ON ERROR');
    expect(p, K.ERROR, 'ERROR');
    onError = { kind: 'JsonBehavior', start: from, end: endHere(p), type, value: null };
  }
  closeParen(p);
  return { kind: 'JsonExists', start, end: endHere(p), path, onError };
}

/** Which words may stand before ON EMPTY and ON ERROR. */
export type BehaviorKind = 'value' | 'query';

export interface Behaviors {
  readonly onEmpty: JsonBehavior | null;
  readonly onError: JsonBehavior | null;
}

/** `NULL ON EMPTY ERROR ON ERROR`: each may be left out, and ON EMPTY comes first. */
export function parseBehaviors(p: Parser, kind: BehaviorKind): Behaviors {
  const first = parseBehavior(p, kind);
  if (first === null) return { onEmpty: null, onError: null };
  expect(p, K.ON, 'ON EMPTY or ON ERROR');
  if (eat(p, K.ERROR)) return { onEmpty: null, onError: first };
  expect(p, K.EMPTY, 'EMPTY or ERROR');
  const onError = parseBehavior(p, kind);
  if (onError !== null) {
    expect(p, K.ON, 'ON ERROR');
    expect(p, K.ERROR, 'ERROR');
  }
  return { onEmpty: first, onError };
}

function parseBehavior(p: Parser, kind: BehaviorKind): JsonBehavior | null {
  const start = startHere(p);
  let type: JsonBehavior['type'];
  let value: Expression | null = null;
  if (eat(p, K.ERROR)) type = 'ERROR';
  else if (eat(p, K.NULL)) type = 'NULL';
  else if (kind === 'value' && eat(p, K.DEFAULT)) {
    type = 'DEFAULT';
    value = p.rules.expression(p);
  } else if (kind === 'query' && eat(p, K.EMPTY)) {
    type = eat(p, K.OBJECT) ? 'EMPTY OBJECT' : 'EMPTY ARRAY';
    if (type === 'EMPTY ARRAY') expect(p, K.ARRAY, 'ARRAY or OBJECT');
  } else return null;
  return { kind: 'JsonBehavior', start, end: endHere(p), type, value };
}

function parseJsonValue(p: Parser): Expression {
  const start = openJson(p);
  const path = parseJsonPath(p);
  const returning = eat(p, K.RETURNING) ? p.rules.type(p) : null;
  const behaviors = parseBehaviors(p, 'value');
  closeParen(p);
  return { kind: 'JsonValue', start, end: endHere(p), path, returning, ...behaviors };
}

function parseJsonQuery(p: Parser): Expression {
  const start = openJson(p);
  const path = parseJsonPath(p);
  const { returning, format } = parseReturning(p);
  parseWrapper(p);
  const behaviors = parseBehaviors(p, 'query');
  closeParen(p);
  return { kind: 'JsonQuery', start, end: endHere(p), path, returning, format, ...behaviors };
}

/** `WITH CONDITIONAL ARRAY WRAPPER` and `KEEP QUOTES ON SCALAR STRING`; the tree does not need them. */
export function parseWrapper(p: Parser): void {
  const isWith = eat(p, K.WITH);
  if (isWith || eat(p, K.WITHOUT)) {
    if (isWith && !eat(p, K.CONDITIONAL)) eat(p, K.UNCONDITIONAL);
    eat(p, K.ARRAY);
    expect(p, K.WRAPPER, 'WRAPPER');
  }
  if (!eat(p, K.KEEP) && !eat(p, K.OMIT)) return;
  expect(p, K.QUOTES, 'QUOTES');
  if (!eat(p, K.ON)) return;
  expect(p, K.SCALAR, 'SCALAR');
  expect(p, K.STRING, 'STRING');
}

interface Returning {
  readonly returning: DataType | null;
  readonly format: JsonFormat | null;
}

function parseReturning(p: Parser): Returning {
  if (!eat(p, K.RETURNING)) return { returning: null, format: null };
  const returning = p.rules.type(p);
  return { returning, format: parseJsonFormat(p) };
}

/** `NULL ON NULL` or `ABSENT ON NULL`. */
function parseNullHandling(p: Parser): void {
  if (!eat(p, K.NULL) && !eat(p, K.ABSENT)) return;
  expect(p, K.ON, 'ON NULL');
  expect(p, K.NULL, 'NULL');
}

function parseJsonObject(p: Parser): Expression {
  const start = openJson(p);
  const members: JsonMember[] = [];
  note(p, K.RETURNING);
  note(p, K.KEY);
  if (!atEndOfMembers(p)) {
    do {
      members.push(parseJsonMember(p));
    } while (eatKind(p, TokenKind.Comma));
    parseNullHandling(p);
    if (eat(p, K.WITH) || eat(p, K.WITHOUT)) {
      expect(p, K.UNIQUE, 'UNIQUE');
      eat(p, K.KEYS);
    }
  }
  const { returning, format } = parseReturning(p);
  closeParen(p);
  return { kind: 'JsonObject', start, end: endHere(p), members, returning, format };
}

/** RETURNING is a name too: as a clause it stands before a type. */
function atEndOfMembers(p: Parser): boolean {
  if (atKind(p, TokenKind.RightParen)) return true;
  return p.keyword[p.position] === K.RETURNING && (isUndecided(p) || kindAt(p, 1) === TokenKind.Word);
}

/** `KEY k VALUE v`, `k VALUE v` or `k : v`. */
function parseJsonMember(p: Parser): JsonMember {
  const start = startHere(p);
  note(p, K.KEY);
  const hasKey = p.keyword[p.position] === K.KEY && (isUndecided(p) || isKeyWord(p));
  if (hasKey) p.position++;
  const key = p.rules.expression(p);
  if (hasKey) expect(p, K.VALUE, 'VALUE');
  else {
    note(p, K.VALUE);
    if (!eatKind(p, TokenKind.Colon)) expect(p, K.VALUE, "VALUE or ':'");
  }
  const value = parseJsonInput(p);
  return { kind: 'JsonMember', start: Math.min(start, key.start), end: endHere(p), key, value };
}

/** KEY is a name too: as a keyword it stands before the key. */
function isKeyWord(p: Parser): boolean {
  if (!startsExpression(p, 1) || keywordAt(p, 1) === K.VALUE) return false;
  const next = kindAt(p, 1);
  return (
    next !== TokenKind.LeftParen &&
    next !== TokenKind.LeftBracket &&
    next !== TokenKind.Plus &&
    next !== TokenKind.Minus
  );
}

function parseJsonArray(p: Parser): Expression {
  const start = openJson(p);
  const elements: JsonInput[] = [];
  noteAll(p, [K.RETURNING]);
  if (!atEndOfMembers(p)) {
    do {
      elements.push(parseJsonInput(p));
    } while (continuesJson(p));
    parseNullHandling(p);
  }
  const { returning, format } = parseReturning(p);
  closeParen(p);
  return { kind: 'JsonArray', start, end: endHere(p), elements, returning, format };
}

/** Like a list in parentheses, behind which further clauses may stand. */
function continuesJson(p: Parser): boolean {
  const isClause = at(p, K.NULL) || at(p, K.ABSENT) || at(p, K.RETURNING);
  return !isClause && continuesList(p);
}
