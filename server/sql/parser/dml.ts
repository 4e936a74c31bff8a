import type { Assignment, Identifier, Statement, TargetTable } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import {
  atKind,
  eat,
  eatKind,
  endHere,
  expect,
  expectKind,
  isNameToken,
  kindAt,
  noteAll,
  startHere,
} from './cursor.ts';
import { parsePlainArguments } from './arguments.ts';
import { isParenthesizedQueryStart } from './lookahead.ts';
import { parseIdentifier, parseNameList, parseQualifiedName } from './names.ts';
import { parseInnerQuery } from './query-statement.ts';
import type { Parser } from './state.ts';
import { parseWithProperties } from './statement-parts.ts';

/** `name @ branch`. */
export function parseTarget(p: Parser): TargetTable {
  const name = parseQualifiedName(p, 'table');
  const branch = eatKind(p, TokenKind.At) ? parseIdentifier(p, 'branch') : null;
  return { kind: 'TargetTable', start: name.start, end: endHere(p), name, branch };
}

export function parseInsert(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  expect(p, K.INTO, 'INTO');
  const target = parseTarget(p);
  const columns = parseInsertColumns(p);
  const query = parseInnerQuery(p);
  return { kind: 'Insert', start, end: endHere(p), target, columns, query };
}

/** `(a, b)`; a parenthesis may also begin the query. */
function parseInsertColumns(p: Parser): Identifier[] {
  if (!atKind(p, TokenKind.LeftParen)) return [];
  if (p.position + 1 === p.caret) {
    p.position++;
    noteAll(p, [K.SELECT, K.TABLE, K.VALUES]);
    p.position--;
    return parseNameList(p, 'column');
  }
  const isQuery =
    isParenthesizedQueryStart(p, 0) ||
    (!isNameToken(p, p.position + 1) && kindAt(p, 1) !== TokenKind.RightParen);
  return isQuery ? [] : parseNameList(p, 'column');
}

export function parseDelete(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  expect(p, K.FROM, 'FROM');
  const target = parseTarget(p);
  const where = eat(p, K.WHERE) ? p.rules.expression(p) : null;
  return { kind: 'Delete', start, end: endHere(p), target, where };
}

export function parseUpdate(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  const target = parseTarget(p);
  expect(p, K.SET, 'SET');
  const assignments = parseAssignments(p);
  const where = eat(p, K.WHERE) ? p.rules.expression(p) : null;
  return { kind: 'Update', start, end: endHere(p), target, assignments, where };
}

/** `a = 1, b = 2`. */
export function parseAssignments(p: Parser): Assignment[] {
  const assignments: Assignment[] = [];
  do {
    const column = parseIdentifier(p, 'column');
    expectKind(p, TokenKind.Equal, "'=' and a value");
    const value = p.rules.expression(p);
    assignments.push({ kind: 'Assignment', start: column.start, end: endHere(p), column, value });
  } while (eatKind(p, TokenKind.Comma));
  return assignments;
}

export function parseTruncate(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  expect(p, K.TABLE, 'TABLE');
  const table = parseQualifiedName(p, 'table');
  return { kind: 'Truncate', start, end: endHere(p), table };
}

export function parseAnalyze(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  const table = parseQualifiedName(p, 'table');
  const properties = parseWithProperties(p);
  return { kind: 'Analyze', start, end: endHere(p), table, properties };
}

export function parseCall(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  const name = parseQualifiedName(p, 'procedure');
  const args = parsePlainArguments(p);
  return { kind: 'Call', start, end: endHere(p), name, args };
}
