import type { Identifier, Principal, Property, QualifiedName, StringLiteral } from '../ast.ts';
import type { NameRole } from '../expectations.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { at, atKind, eat, eatKind, endHere, expect, expectKind, isUndecided } from './cursor.ts';
import { keywordAt, kindAt, note, noteAll, startHere } from './cursor.ts';
import { closeParen, continuesList } from './lists.ts';
import { parseString } from './literals.ts';
import { parseIdentifier, parseQualifiedName, qualify } from './names.ts';
import type { Parser } from './state.ts';

/** `IF EXISTS`; IF is a name too. */
export function eatIfExists(p: Parser): boolean {
  note(p, K.IF);
  if (p.keyword[p.position] !== K.IF || !(isUndecided(p) || keywordAt(p, 1) === K.EXISTS)) return false;
  p.position++;
  expect(p, K.EXISTS, 'EXISTS');
  return true;
}

/** `IF NOT EXISTS`; IF is a name too. */
export function eatIfNotExists(p: Parser): boolean {
  note(p, K.IF);
  if (p.keyword[p.position] !== K.IF || !(isUndecided(p) || keywordAt(p, 1) === K.NOT)) return false;
  p.position++;
  expect(p, K.NOT, 'NOT EXISTS');
  expect(p, K.EXISTS, 'EXISTS');
  return true;
}

/** `COMMENT 'text'`, or nothing. */
export function parseCommentClause(p: Parser): StringLiteral | null {
  return eat(p, K.COMMENT) ? parseString(p, 'a string') : null;
}

/** `WITH (a = 1, b = DEFAULT)`, or nothing. */
export function parseWithProperties(p: Parser): Property[] {
  if (!at(p, K.WITH)) return [];
  p.position++;
  if (!expectKind(p, TokenKind.LeftParen, "'(' and properties")) return [];
  const properties: Property[] = [];
  do {
    properties.push(parseProperty(p));
  } while (continuesList(p));
  closeParen(p);
  return properties;
}

/** `a = 1, b = DEFAULT` without parentheses. */
export function parsePropertyList(p: Parser): Property[] {
  const properties: Property[] = [];
  do {
    properties.push(parseProperty(p));
  } while (eatKind(p, TokenKind.Comma));
  return properties;
}

function parseProperty(p: Parser): Property {
  const name = qualify(parseIdentifier(p, 'property'));
  expectKind(p, TokenKind.Equal, "'=' and a value");
  note(p, K.DEFAULT);
  // DEFAULT is a name too, but a value that is only this word is the default.
  const isDefault = p.keyword[p.position] === K.DEFAULT && isPropertyEnd(p);
  if (isDefault) p.position++;
  const value = isDefault ? null : p.rules.expression(p);
  return { kind: 'Property', start: name.start, end: endHere(p), name, value };
}

function isPropertyEnd(p: Parser): boolean {
  const kind = kindAt(p, 1);
  const isEnd = kind === TokenKind.Comma || kind === TokenKind.RightParen || kind === TokenKind.Semicolon;
  return isEnd || (kind === TokenKind.End && !isUndecided(p));
}

/** `USER u`, `ROLE r` or a name; where allowed also CURRENT_USER and CURRENT_ROLE. */
export function parsePrincipal(p: Parser, allowsCurrent = false): Principal {
  const start = startHere(p);
  if (allowsCurrent && (at(p, K.CURRENT_USER) || at(p, K.CURRENT_ROLE))) {
    const type = p.keyword[p.position] === K.CURRENT_USER ? 'CURRENT_USER' : 'CURRENT_ROLE';
    p.position++;
    return { kind: 'Principal', start, end: endHere(p), type, name: null };
  }
  noteAll(p, [K.USER, K.ROLE]);
  const keyword = keywordAt(p, 0);
  const isTyped = (keyword === K.USER || keyword === K.ROLE) && isNameBehind(p);
  if (isTyped) p.position++;
  const name = parseIdentifier(p, keyword === K.ROLE && isTyped ? 'role' : 'user');
  const type = !isTyped ? null : keyword === K.USER ? 'USER' : 'ROLE';
  return { kind: 'Principal', start: Math.min(start, name.start), end: endHere(p), type, name };
}

/** USER and ROLE are names too: as a keyword they stand before a name that no clause begins with. */
function isNameBehind(p: Parser): boolean {
  if (isUndecided(p)) return true;
  const kind = kindAt(p, 1);
  if (kind !== TokenKind.Word) return kind >= TokenKind.QuotedName && kind <= TokenKind.DigitName;
  const next = keywordAt(p, 1);
  if (next === K.GRANTED) return keywordAt(p, 2) !== K.BY;
  return next !== K.WITH && next !== K.IN && next !== K.SELECT;
}

/** `GRANTED BY principal`, or nothing. */
export function parseGrantedBy(p: Parser): Principal | null {
  if (!eat(p, K.GRANTED)) return null;
  expect(p, K.BY, 'BY');
  return parsePrincipal(p, true);
}

/** `IN catalog`, or nothing. */
export function parseInCatalog(p: Parser): Identifier | null {
  return eat(p, K.IN) ? parseIdentifier(p, 'catalog') : null;
}

/** `AUTHORIZATION principal`, or nothing. */
export function parseAuthorization(p: Parser): Principal | null {
  return eat(p, K.AUTHORIZATION) ? parsePrincipal(p) : null;
}

/** `FROM name` or `IN name`, or nothing. */
export function parseFromOrIn(p: Parser, role: NameRole): QualifiedName | null {
  return eat(p, K.FROM) || eat(p, K.IN) ? parseQualifiedName(p, role) : null;
}

/** Whether a parenthesis is next, for rules that have an optional list. */
export function atParen(p: Parser): boolean {
  return atKind(p, TokenKind.LeftParen);
}
