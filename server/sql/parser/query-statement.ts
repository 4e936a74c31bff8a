import type { FunctionDefinition, Property, QueryStatement } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { eatKind, endHere, expect, expectKind, isNameToken, keywordAt, note, startHere } from './cursor.ts';
import { parseQualifiedName } from './names.ts';
import { parseFunctionDefinition } from './routines.ts';
import type { Parser } from './state.ts';

/** A query with `WITH SESSION …` and `WITH FUNCTION …` before it. */
export function parseQueryStatement(p: Parser): QueryStatement {
  return parseRootQuery(p, true);
}

/** A query inside another statement, where only `WITH FUNCTION …` may stand before it. */
export function parseInnerQuery(p: Parser): QueryStatement {
  return parseRootQuery(p, false);
}

function parseRootQuery(p: Parser, allowsSession: boolean): QueryStatement {
  const start = startHere(p);
  noteBehindWith(p, allowsSession);
  const session: Property[] = allowsSession && isSession(p) ? parseSession(p) : [];
  const functions: FunctionDefinition[] = isFunctions(p) ? parseFunctions(p) : [];
  const query = p.rules.query(p);
  return {
    kind: 'QueryStatement',
    start: Math.min(start, query.start),
    end: endHere(p),
    session,
    functions,
    query,
  };
}

/** SESSION is a name too: `WITH session AS (…)` is a common table. */
function isSession(p: Parser): boolean {
  if (p.keyword[p.position] !== K.WITH || keywordAt(p, 1) !== K.SESSION) return false;
  return p.position + 2 === p.caret || isNameToken(p, p.position + 2);
}

function isFunctions(p: Parser): boolean {
  if (p.keyword[p.position] !== K.WITH || keywordAt(p, 1) !== K.FUNCTION) return false;
  return p.position + 2 === p.caret || isNameToken(p, p.position + 2);
}

function parseSession(p: Parser): Property[] {
  const properties: Property[] = [];
  p.position += 2;
  do {
    const name = parseQualifiedName(p, 'session-property');
    expectKind(p, TokenKind.Equal, "'=' and a value");
    const value = p.rules.expression(p);
    properties.push({ kind: 'Property', start: name.start, end: endHere(p), name, value });
  } while (eatKind(p, TokenKind.Comma));
  return properties;
}

function parseFunctions(p: Parser): FunctionDefinition[] {
  const functions: FunctionDefinition[] = [];
  p.position++;
  do {
    expect(p, K.FUNCTION, 'FUNCTION');
    functions.push(parseFunctionDefinition(p));
  } while (eatKind(p, TokenKind.Comma));
  return functions;
}

/** What may stand behind a WITH that is the last token before the caret. */
function noteBehindWith(p: Parser, allowsSession: boolean): void {
  if (p.position + 1 !== p.caret || p.keyword[p.position] !== K.WITH) return;
  p.position++;
  note(p, K.FUNCTION);
  if (allowsSession) note(p, K.SESSION);
  p.position--;
}
