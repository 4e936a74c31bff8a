import type { Identifier, Missing, QualifiedName } from '../ast.ts';
import type { NameRole } from '../expectations.ts';
import { TokenKind } from '../tokens.ts';
import { atName, eatKind, endHere, expectKind, fail, startHere } from './cursor.ts';
import type { Parser } from './state.ts';

/** Reads a name, or reports that one is missing. */
export function parseIdentifier(p: Parser, role: NameRole): Identifier {
  if (atName(p, role)) return takeIdentifier(p);
  fail(p, NAME_OF[role]);
  return missingIdentifier(p);
}

/** How a missing name is called in a message. */
const NAME_OF: Readonly<Record<NameRole, string>> = {
  alias: 'an alias',
  argument: "an argument's name",
  branch: "a branch's name",
  catalog: "a catalog's name",
  column: "a column's name",
  connector: "a connector's name",
  field: "a field's name",
  function: "a function's name",
  label: 'a label',
  language: 'a language',
  member: 'a name',
  object: 'a name',
  parameter: "a parameter's name",
  privilege: 'a privilege or role',
  procedure: "a procedure's name",
  property: "a property's name",
  role: "a role's name",
  schema: "a schema's name",
  'session-property': "a session property's name",
  statement: "a prepared statement's name",
  table: "a table's name",
  'table-function': "a table function's name",
  type: 'a type',
  user: "a user's or role's name",
  variable: "a variable's name",
  view: "a view's name",
  window: "a window's name",
};

/** Takes the next token, which must be a name. */
export function takeIdentifier(p: Parser): Identifier {
  const index = p.position++;
  const start = p.start[index] ?? 0;
  const end = p.end[index] ?? 0;
  const kind = p.kind[index];
  if (kind === TokenKind.Word) {
    return {
      kind: 'Identifier',
      start,
      end,
      name: p.text.slice(start, end),
      isQuoted: false,
      isMissing: false,
    };
  }
  if (kind === TokenKind.QuotedName) return quotedIdentifier(p, start, end);
  return refusedIdentifier(p, index);
}

export function missingIdentifier(p: Parser): Identifier {
  const end = endHere(p);
  return { kind: 'Identifier', start: end, end, name: '', isQuoted: false, isMissing: true };
}

function quotedIdentifier(p: Parser, start: number, end: number): Identifier {
  const isClosed = end - start > 1 && p.text.charAt(end - 1) === '"';
  const inner = p.text.slice(start + 1, isClosed ? end - 1 : end);
  const name = inner.includes('""') ? inner.replaceAll('""', '"') : inner;
  if (name === '' && isClosed) {
    const detail = 'A quoted name needs at least one character.';
    p.problems.push({ code: 'value', token: p.position - 1, detail, start, end });
  }
  return { kind: 'Identifier', start, end, name, isQuoted: true, isMissing: false };
}

/** A name that Trino reads and then refuses: the tree has it, and a problem says how to write it. */
function refusedIdentifier(p: Parser, token: number): Identifier {
  const start = p.start[token] ?? 0;
  const end = p.end[token] ?? 0;
  const source = p.text.slice(start, end);
  const isBackQuoted = p.kind[token] === TokenKind.BackQuotedName;
  const name = isBackQuoted ? source.replace(/^`|`$/g, '').replaceAll('``', '`') : source;
  p.problems.push({ code: 'name', token, detail: name, start, end });
  return { kind: 'Identifier', start, end, name, isQuoted: isBackQuoted, isMissing: false };
}

/** `a.b.c`; the role is that of the whole name. */
export function parseQualifiedName(p: Parser, role: NameRole): QualifiedName {
  const start = startHere(p);
  const parts = [parseIdentifier(p, role)];
  while (eatKind(p, TokenKind.Dot)) parts.push(parseIdentifier(p, role));
  return { kind: 'QualifiedName', start: Math.min(start, parts[0]?.start ?? start), end: endHere(p), parts };
}

/** A name of one part as a qualified name. */
export function qualify(name: Identifier): QualifiedName {
  return { kind: 'QualifiedName', start: name.start, end: name.end, parts: [name] };
}

/** `(a, b)`; the opening parenthesis must be next. */
export function parseNameList(p: Parser, role: NameRole): Identifier[] {
  const names: Identifier[] = [];
  p.position++;
  do {
    names.push(parseIdentifier(p, role));
  } while (eatKind(p, TokenKind.Comma));
  expectKind(p, TokenKind.RightParen, "')'");
  return names;
}

/** A missing expression behind the token before. */
export function missingExpression(p: Parser): Missing {
  const end = endHere(p);
  return { kind: 'Missing', start: end, end, expects: 'expression' };
}
