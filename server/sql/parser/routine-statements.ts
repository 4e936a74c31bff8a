import type {
  Expression,
  Identifier,
  RoutineStatement,
  StatementBranch,
  VariableDeclaration,
} from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import {
  at,
  eat,
  eatKind,
  endHere,
  enter,
  expect,
  expectKind,
  fail,
  isNameToken,
  isUndecided,
} from './cursor.ts';
import { kindAt, leave, noteAll, noteName, startHere } from './cursor.ts';
import { parseIdentifier, takeIdentifier } from './names.ts';
import type { Parser } from './state.ts';

const STATEMENT_STARTS: readonly number[] = [
  ...[K.BEGIN, K.CASE, K.IF, K.ITERATE, K.LEAVE, K.LOOP, K.REPEAT, K.RETURN, K.SET, K.WHILE],
];

/** One statement of a routine, without its semicolon. */
export function parseRoutineStatement(p: Parser): RoutineStatement {
  if (!enter(p)) {
    leave(p);
    return missingStatement(p);
  }
  const statement = parseKnown(p);
  leave(p);
  return statement;
}

function missingStatement(p: Parser): RoutineStatement {
  const end = endHere(p);
  return { kind: 'MissingStatement', start: end, end };
}

function parseKnown(p: Parser): RoutineStatement {
  noteAll(p, STATEMENT_STARTS);
  noteName(p, 'label');
  if (isNameToken(p, p.position) && (kindAt(p, 1) === TokenKind.Colon || isLabelAtCaret(p)))
    return parseLabelled(p);
  const start = startHere(p);
  switch (p.keyword[p.position]) {
    case K.RETURN: {
      p.position++;
      const value = p.rules.valueExpression(p);
      return { kind: 'ReturnStatement', start, end: endHere(p), value };
    }
    case K.SET: {
      p.position++;
      const variable = parseIdentifier(p, 'variable');
      expectKind(p, TokenKind.Equal, "'=' and a value");
      const value = p.rules.expression(p);
      return { kind: 'AssignmentStatement', start, end: endHere(p), variable, value };
    }
    case K.CASE:
      return parseCase(p);
    case K.IF:
      return parseIf(p);
    case K.BEGIN:
      return parseCompound(p);
    case K.ITERATE:
    case K.LEAVE: {
      const kind = p.keyword[p.position] === K.ITERATE ? 'IterateStatement' : 'LeaveStatement';
      p.position++;
      const label = parseIdentifier(p, 'label');
      return { kind, start, end: endHere(p), label };
    }
    case K.LOOP:
    case K.WHILE:
    case K.REPEAT:
      return parseLoop(p, null);
    default:
      fail(p, 'a statement of the routine');
      return missingStatement(p);
  }
}

function isLabelAtCaret(p: Parser): boolean {
  return isUndecided(p) && p.keyword[p.position] === 0;
}

function parseLabelled(p: Parser): RoutineStatement {
  const label = takeIdentifier(p);
  expectKind(p, TokenKind.Colon, "':'");
  noteAll(p, [K.LOOP, K.REPEAT, K.WHILE]);
  const keyword = p.keyword[p.position];
  if (keyword === K.LOOP || keyword === K.WHILE || keyword === K.REPEAT) return parseLoop(p, label);
  fail(p, 'LOOP, WHILE or REPEAT');
  return p.position === p.caret ? missingStatement(p) : parseRoutineStatement(p);
}

function parseLoop(p: Parser, label: Identifier | null): RoutineStatement {
  const start = label?.start ?? startHere(p);
  const keyword = p.keyword[p.position];
  p.position++;
  if (keyword === K.LOOP) {
    const statements = parseStatements(p);
    closeBlock(p, K.LOOP, 'LOOP');
    return { kind: 'LoopStatement', start, end: endHere(p), label, statements };
  }
  if (keyword === K.WHILE) {
    const condition = p.rules.expression(p);
    expect(p, K.DO, 'DO');
    const statements = parseStatements(p);
    closeBlock(p, K.WHILE, 'WHILE');
    return { kind: 'WhileStatement', start, end: endHere(p), label, condition, statements };
  }
  const statements = parseStatements(p);
  expect(p, K.UNTIL, 'UNTIL and a condition');
  const until = p.rules.expression(p);
  closeBlock(p, K.REPEAT, 'REPEAT');
  return { kind: 'RepeatStatement', start, end: endHere(p), label, statements, until };
}

function closeBlock(p: Parser, keyword: number, word: string): void {
  if (expect(p, K.END, `END ${word}`)) expect(p, keyword, word);
}

/** One statement or more, each with a semicolon behind it. */
function parseStatements(p: Parser): RoutineStatement[] {
  const statements: RoutineStatement[] = [];
  do {
    const before = p.position;
    statements.push(parseRoutineStatement(p));
    endStatement(p);
    if (p.position === before) return statements;
  } while (!atBlockEnd(p));
  return statements;
}

/** Moves over the semicolon; what stands before it is reported and skipped. */
function endStatement(p: Parser): void {
  if (eatKind(p, TokenKind.Semicolon)) return;
  fail(p, "';'");
  while (p.position < p.last && p.kind[p.position] !== TokenKind.Semicolon && !isBlockWord(p)) p.position++;
  eatKind(p, TokenKind.Semicolon);
}

/** Whether the statements of a block end here. At the caret both are possible: the end and another statement. */
function atBlockEnd(p: Parser): boolean {
  if (p.position === p.caret) {
    noteAll(p, [K.END, ...STATEMENT_STARTS]);
    noteName(p, 'label');
    return true;
  }
  return p.position >= p.last || isBlockWord(p);
}

function isBlockWord(p: Parser): boolean {
  const keyword = p.keyword[p.position];
  const isWord =
    keyword === K.END ||
    keyword === K.ELSE ||
    keyword === K.ELSEIF ||
    keyword === K.UNTIL ||
    keyword === K.WHEN;
  return isWord && kindAt(p, 1) !== TokenKind.Colon;
}

function parseBranch(p: Parser): StatementBranch {
  const start = startHere(p);
  p.position++;
  const condition = p.rules.expression(p);
  expect(p, K.THEN, 'THEN');
  const statements = parseStatements(p);
  return { kind: 'StatementBranch', start, end: endHere(p), condition, statements };
}

function parseIf(p: Parser): RoutineStatement {
  const start = startHere(p);
  const branches = [parseBranch(p)];
  while (at(p, K.ELSEIF)) branches.push(parseBranch(p));
  const otherwise = eat(p, K.ELSE) ? parseStatements(p) : null;
  closeBlock(p, K.IF, 'IF');
  return { kind: 'IfStatement', start, end: endHere(p), branches, otherwise };
}

function parseCase(p: Parser): RoutineStatement {
  const start = startHere(p);
  p.position++;
  const operand = at(p, K.WHEN) ? null : p.rules.expression(p);
  const branches: StatementBranch[] = [];
  while (at(p, K.WHEN)) branches.push(parseBranch(p));
  if (branches.length === 0) fail(p, 'WHEN');
  const otherwise = eat(p, K.ELSE) ? parseStatements(p) : null;
  closeBlock(p, K.CASE, 'CASE');
  return { kind: 'CaseStatement', start, end: endHere(p), operand, branches, otherwise };
}

/** `BEGIN declarations statements END`. */
function parseCompound(p: Parser): RoutineStatement {
  const start = startHere(p);
  const declarations: VariableDeclaration[] = [];
  const statements: RoutineStatement[] = [];
  p.position++;
  while (at(p, K.DECLARE) && kindAt(p, 1) !== TokenKind.Colon) {
    declarations.push(parseDeclaration(p));
    endStatement(p);
  }
  while (!atBlockEnd(p)) {
    const before = p.position;
    statements.push(parseRoutineStatement(p));
    endStatement(p);
    if (p.position === before) break;
  }
  expect(p, K.END, 'END');
  return { kind: 'CompoundStatement', start, end: endHere(p), declarations, statements };
}

function parseDeclaration(p: Parser): VariableDeclaration {
  const start = startHere(p);
  const names: Identifier[] = [];
  p.position++;
  do {
    names.push(parseIdentifier(p, 'variable'));
  } while (eatKind(p, TokenKind.Comma));
  const type = p.rules.type(p);
  const defaultValue: Expression | null = eat(p, K.DEFAULT) ? p.rules.expression(p) : null;
  return { kind: 'VariableDeclaration', start, end: endHere(p), names, type, defaultValue };
}
