import type { Identifier, QualifiedName, Statement } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { atKind, atName, eat, eatKind, endHere, expect, expectKind, fail, isUndecided } from './cursor.ts';
import { keywordAt, kindAt, note, noteAll, noteKind, noteName, startHere } from './cursor.ts';
import { closeParen, continuesList } from './lists.ts';
import { parseString } from './literals.ts';
import { parseIdentifier, parseQualifiedName, takeIdentifier } from './names.ts';
import type { Parser } from './state.ts';
import { parseInCatalog } from './statement-parts.ts';

/** `USE schema` and `USE catalog.schema`; USE is next. */
export function parseUse(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  const first = parseIdentifier(p, 'schema');
  if (!eatKind(p, TokenKind.Dot))
    return { kind: 'Use', start, end: endHere(p), catalog: null, schema: first };
  const schema = parseIdentifier(p, 'schema');
  return { kind: 'Use', start, end: endHere(p), catalog: first, schema };
}

/** `SET SESSION …`, `SET ROLE …`, `SET PATH …`, `SET TIME ZONE …`; SET is next. */
export function parseSet(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  if (eat(p, K.SESSION)) return parseSetSession(p, start);
  if (eat(p, K.ROLE)) return parseSetRole(p, start);
  if (eat(p, K.PATH)) return parseSetPath(p, start);
  expect(p, K.TIME, 'SESSION, ROLE, PATH or TIME ZONE');
  expect(p, K.ZONE, 'ZONE');
  note(p, K.LOCAL);
  const isLocal =
    p.keyword[p.position] === K.LOCAL &&
    (kindAt(p, 1) === TokenKind.End || kindAt(p, 1) === TokenKind.Semicolon);
  if (isLocal) p.position++;
  const zone = isLocal ? null : p.rules.expression(p);
  return { kind: 'SetTimeZone', start, end: endHere(p), zone };
}

/** AUTHORIZATION is a name too: as a property's name it stands before a dot or an equals sign. */
function isAuthorization(p: Parser): boolean {
  note(p, K.AUTHORIZATION);
  if (p.keyword[p.position] !== K.AUTHORIZATION) return false;
  const next = kindAt(p, 1);
  return isUndecided(p) || (next !== TokenKind.Equal && next !== TokenKind.Dot);
}

function parseSetSession(p: Parser, start: number): Statement {
  if (isAuthorization(p)) {
    p.position++;
    noteKind(p, TokenKind.String);
    const isName = atName(p, 'user');
    const user: Identifier | ReturnType<typeof parseString> = isName
      ? takeIdentifier(p)
      : parseString(p, "a user's name");
    return { kind: 'SetSessionAuthorization', start, end: endHere(p), user };
  }
  const name = parseQualifiedName(p, 'session-property');
  expectKind(p, TokenKind.Equal, "'=' and a value");
  const value = p.rules.expression(p);
  const end = endHere(p);
  return {
    kind: 'SetSession',
    start,
    end,
    property: { kind: 'Property', start: name.start, end, name, value },
  };
}

function parseSetRole(p: Parser, start: number): Statement {
  noteAll(p, [K.ALL, K.NONE]);
  const keyword = p.keyword[p.position];
  const type = keyword === K.ALL ? 'ALL' : keyword === K.NONE ? 'NONE' : 'ROLE';
  let role: Identifier | null = null;
  if (type === 'ROLE') role = parseIdentifier(p, 'role');
  else p.position++;
  const catalog = parseInCatalog(p);
  return { kind: 'SetRole', start, end: endHere(p), type, role, catalog };
}

function parseSetPath(p: Parser, start: number): Statement {
  const path: QualifiedName[] = [];
  do {
    const first = parseIdentifier(p, 'schema');
    const parts = eatKind(p, TokenKind.Dot) ? [first, parseIdentifier(p, 'schema')] : [first];
    path.push({ kind: 'QualifiedName', start: first.start, end: endHere(p), parts });
  } while (eatKind(p, TokenKind.Comma));
  return { kind: 'SetPath', start, end: endHere(p), path };
}

/** `RESET SESSION …`; RESET is next. */
export function parseReset(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  expect(p, K.SESSION, 'SESSION');
  note(p, K.AUTHORIZATION);
  if (p.keyword[p.position] === K.AUTHORIZATION && kindAt(p, 1) !== TokenKind.Dot) {
    p.position++;
    return { kind: 'ResetSessionAuthorization', start, end: endHere(p) };
  }
  const name = parseQualifiedName(p, 'session-property');
  return { kind: 'ResetSession', start, end: endHere(p), name };
}

/** START TRANSACTION, COMMIT and ROLLBACK, one of which is next. */
export function parseTransaction(p: Parser): Statement {
  const start = startHere(p);
  const keyword = p.keyword[p.position];
  p.position++;
  if (keyword !== K.START) {
    eat(p, K.WORK);
    return { kind: keyword === K.COMMIT ? 'Commit' : 'Rollback', start, end: endHere(p) };
  }
  expect(p, K.TRANSACTION, 'TRANSACTION');
  const isolation: string[] = [];
  const access: ('READ ONLY' | 'READ WRITE')[] = [];
  noteAll(p, [K.ISOLATION, K.READ]);
  if (p.position < p.last) {
    do {
      parseTransactionMode(p, isolation, access);
    } while (eatKind(p, TokenKind.Comma));
  }
  return { kind: 'StartTransaction', start, end: endHere(p), isolation, access };
}

function parseTransactionMode(p: Parser, isolation: string[], access: ('READ ONLY' | 'READ WRITE')[]): void {
  if (eat(p, K.READ)) {
    if (eat(p, K.ONLY)) access.push('READ ONLY');
    else if (expect(p, K.WRITE, 'ONLY or WRITE')) access.push('READ WRITE');
    return;
  }
  if (!expect(p, K.ISOLATION, 'ISOLATION LEVEL, READ ONLY or READ WRITE')) return;
  expect(p, K.LEVEL, 'LEVEL');
  if (eat(p, K.SERIALIZABLE)) isolation.push('SERIALIZABLE');
  else if (eat(p, K.REPEATABLE)) {
    expect(p, K.READ, 'READ');
    isolation.push('REPEATABLE READ');
  } else if (expect(p, K.READ, 'READ COMMITTED, READ UNCOMMITTED, REPEATABLE READ or SERIALIZABLE')) {
    if (eat(p, K.COMMITTED)) isolation.push('READ COMMITTED');
    else if (expect(p, K.UNCOMMITTED, 'COMMITTED or UNCOMMITTED')) isolation.push('READ UNCOMMITTED');
  }
}

/** `EXPLAIN (options) statement` and `EXPLAIN ANALYZE VERBOSE statement`; EXPLAIN is next. */
export function parseExplain(p: Parser, parseStatement: (p: Parser) => Statement): Statement {
  const start = startHere(p);
  p.position++;
  const types: string[] = [];
  const formats: string[] = [];
  const isAnalyze = isExplainAnalyze(p);
  if (isAnalyze) p.position++;
  if (isAnalyze) noteName(p, 'table');
  const isVerbose = isAnalyze && eat(p, K.VERBOSE);
  if (!isAnalyze) parseOptions(p, types, formats);
  const statement = parseStatement(p);
  return { kind: 'Explain', start, end: endHere(p), isAnalyze, isVerbose, types, formats, statement };
}

/** `EXPLAIN ANALYZE t` explains an ANALYZE statement: a name follows, which begins no statement. */
function isExplainAnalyze(p: Parser): boolean {
  note(p, K.ANALYZE);
  if (p.keyword[p.position] !== K.ANALYZE) return false;
  return isUndecided(p) || !isAnalyzedTable(p);
}

const STATEMENT_WORDS: ReadonlySet<number> = new Set([
  ...[
    K.ANALYZE,
    K.CALL,
    K.COMMENT,
    K.COMMIT,
    K.DENY,
    K.DESC,
    K.EXECUTE,
    K.EXPLAIN,
    K.GRANT,
    K.MERGE,
    K.REFRESH,
  ],
  ...[K.RESET, K.REVOKE, K.ROLLBACK, K.SET, K.SHOW, K.START, K.TRUNCATE, K.UPDATE, K.USE, K.VERBOSE],
]);

function isAnalyzedTable(p: Parser): boolean {
  const kind = kindAt(p, 1);
  if (kind === TokenKind.QuotedName) return true;
  const keyword = keywordAt(p, 1);
  const isName = kind === TokenKind.Word && (keyword === 0 || !isStatementWord(keyword));
  if (!isName) {
    const after = kindAt(p, 2);
    return (
      kind === TokenKind.Word &&
      STATEMENT_WORDS.has(keyword) &&
      (after === TokenKind.End || after === TokenKind.Dot) &&
      !isComplete(keyword)
    );
  }
  return keyword === 0 || !RESERVED_STARTS.has(keyword);
}

function isStatementWord(keyword: number): boolean {
  return STATEMENT_WORDS.has(keyword) || RESERVED_STARTS.has(keyword);
}

/** Statements of one word. */
function isComplete(keyword: number): boolean {
  return keyword === K.COMMIT || keyword === K.ROLLBACK;
}

const RESERVED_STARTS: ReadonlySet<number> = new Set([
  ...[K.ALTER, K.CREATE, K.DEALLOCATE, K.DELETE, K.DESCRIBE, K.DROP, K.INSERT, K.PREPARE, K.SELECT, K.TABLE],
  ...[K.VALUES, K.WITH],
]);

const EXPLAIN_TYPES: readonly number[] = [K.DISTRIBUTED, K.IO, K.LOGICAL, K.VALIDATE];
const EXPLAIN_FORMATS: readonly number[] = [K.GRAPHVIZ, K.JSON, K.TEXT];

function parseOptions(p: Parser, types: string[], formats: string[]): void {
  if (!atKind(p, TokenKind.LeftParen)) return;
  const isOption = keywordAt(p, 1) === K.TYPE || keywordAt(p, 1) === K.FORMAT;
  if (!isOption && p.position + 1 !== p.caret) return;
  if (!isOption) {
    p.position++;
    noteAll(p, [K.FORMAT, K.TYPE]);
    p.position--;
    return;
  }
  p.position++;
  do {
    parseOption(p, types, formats);
  } while (continuesList(p));
  closeParen(p);
}

function parseOption(p: Parser, types: string[], formats: string[]): void {
  const isType = eat(p, K.TYPE);
  if (!isType && !expect(p, K.FORMAT, 'TYPE or FORMAT')) return;
  const allowed = isType ? EXPLAIN_TYPES : EXPLAIN_FORMATS;
  noteAll(p, allowed);
  if (!allowed.includes(p.keyword[p.position] ?? 0)) {
    fail(p, isType ? 'LOGICAL, DISTRIBUTED, VALIDATE or IO' : 'TEXT, GRAPHVIZ or JSON');
    return;
  }
  const word = takeIdentifier(p).name.toUpperCase();
  (isType ? types : formats).push(word);
}
