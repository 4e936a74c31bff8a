import type {
  FunctionDefinition,
  FunctionParameter,
  RoutineCharacteristic,
  RoutineStatement,
  RoutineText,
  Statement,
} from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import {
  atKind,
  eat,
  endHere,
  expect,
  expectKind,
  failValue,
  isUndecided,
  kindAt,
  note,
  startHere,
} from './cursor.ts';
import { closeParen, continuesList } from './lists.ts';
import { parseString } from './literals.ts';
import { parseIdentifier, parseQualifiedName } from './names.ts';
import { parseFunctionParameter } from './routine-parameters.ts';
import { parseRoutineStatement } from './routine-statements.ts';
import type { Parser } from './state.ts';
import { parseWithProperties } from './statement-parts.ts';

/** `CREATE FUNCTION …`; FUNCTION is taken. */
export function parseCreateFunction(p: Parser, start: number, orReplace: boolean): Statement {
  const definition = parseFunctionDefinition(p);
  return { kind: 'CreateFunction', start, end: endHere(p), orReplace, definition };
}

/** `name(parameters) RETURNS type characteristics body`; FUNCTION is taken. */
export function parseFunctionDefinition(p: Parser): FunctionDefinition {
  const name = parseQualifiedName(p, 'function');
  const parameters = parseParameters(p);
  expect(p, K.RETURNS, 'RETURNS and a type');
  const returns = p.rules.type(p);
  const characteristics: RoutineCharacteristic[] = [];
  for (let item = parseCharacteristic(p); item !== null; item = parseCharacteristic(p))
    characteristics.push(item);
  const text = eat(p, K.AS) ? parseText(p) : null;
  const body = text === null ? parseBody(p) : null;
  const head = { kind: 'FunctionDefinition', start: name.start, end: endHere(p), name } as const;
  return { ...head, parameters, returns, characteristics, body, text };
}

function parseParameters(p: Parser): FunctionParameter[] {
  const parameters: FunctionParameter[] = [];
  if (!expectKind(p, TokenKind.LeftParen, "'(' and parameters")) return parameters;
  if (!atKind(p, TokenKind.RightParen)) {
    do {
      parameters.push(parseFunctionParameter(p));
    } while (continuesList(p));
  }
  closeParen(p);
  return parameters;
}

function parseBody(p: Parser): RoutineStatement {
  const body = parseRoutineStatement(p);
  if (
    body.kind !== 'ReturnStatement' &&
    body.kind !== 'CompoundStatement' &&
    body.kind !== 'MissingStatement'
  ) {
    failValue(p, body, 'The body of a function begins with RETURN or BEGIN.');
  }
  return body;
}

function parseText(p: Parser): RoutineText {
  const start = startHere(p);
  if (!expectKind(p, TokenKind.DollarString, '$$ and the body'))
    return { kind: 'RoutineText', start: endHere(p), end: endHere(p) };
  const end = endHere(p);
  if (!/^\$\$\r?\n/.test(p.text.slice(start, start + 4))) {
    failValue(p, { start, end }, 'The body must begin on a line of its own behind $$.');
  }
  return { kind: 'RoutineText', start, end };
}

function parseCharacteristic(p: Parser): RoutineCharacteristic | null {
  const start = startHere(p);
  const type = characteristicType(p);
  if (type === null) return null;
  let language = null;
  let comment = null;
  let properties: RoutineCharacteristic['properties'] = [];
  if (type === 'PROPERTIES') properties = parseWithProperties(p);
  else {
    p.position++;
    if (type === 'LANGUAGE') language = parseIdentifier(p, 'language');
    else if (type === 'COMMENT') comment = parseString(p, 'a string');
    else if (type === 'SECURITY') {
      if (!eat(p, K.INVOKER)) expect(p, K.DEFINER, 'DEFINER or INVOKER');
    } else finishCharacteristic(p, type);
  }
  return { kind: 'RoutineCharacteristic', start, end: endHere(p), type, language, comment, properties };
}

/** Behind NOT, RETURNS and CALLED. */
function finishCharacteristic(p: Parser, type: RoutineCharacteristic['type']): void {
  const first = p.keyword[p.position - 1];
  if (type === 'DETERMINISTIC') {
    if (first === K.NOT) expect(p, K.DETERMINISTIC, 'DETERMINISTIC');
    return;
  }
  if (first === K.RETURNS) expect(p, K.NULL, 'NULL ON NULL INPUT');
  expect(p, K.ON, 'ON NULL INPUT');
  expect(p, K.NULL, 'NULL');
  expect(p, K.INPUT, 'INPUT');
}

/** The words are names too: before a colon they are labels. */
function characteristicType(p: Parser): RoutineCharacteristic['type'] | null {
  if (p.position === p.caret) {
    for (const keyword of [
      K.CALLED,
      K.COMMENT,
      K.DETERMINISTIC,
      K.LANGUAGE,
      K.NOT,
      K.RETURNS,
      K.SECURITY,
      K.WITH,
    ])
      note(p, keyword);
  }
  if (kindAt(p, 1) === TokenKind.Colon) return null;
  switch (p.keyword[p.position]) {
    case K.LANGUAGE:
      return 'LANGUAGE';
    case K.NOT:
    case K.DETERMINISTIC:
      return 'DETERMINISTIC';
    case K.RETURNS:
    case K.CALLED:
      return 'NULL INPUT';
    case K.SECURITY:
      return 'SECURITY';
    case K.COMMENT:
      return 'COMMENT';
    case K.WITH:
      return isProperties(p) ? 'PROPERTIES' : null;
    default:
      return null;
  }
}

/** Behind a function that is defined WITH a query, WITH may begin the query. */
function isProperties(p: Parser): boolean {
  return isUndecided(p) || kindAt(p, 1) === TokenKind.LeftParen;
}
