import type { AlterColumn, QualifiedName, Rename, SetAuthorization, Statement } from '../ast.ts';
import type { NameRole } from '../expectations.ts';
import { K } from '../keywords.ts';
import {
  at,
  atName,
  eat,
  endHere,
  expect,
  fail,
  isUndecided,
  keywordAt,
  kindAt,
  noteAll,
  startHere,
} from './cursor.ts';
import { TokenKind } from '../tokens.ts';
import { parsePlainArguments } from './arguments.ts';
import { parseColumnDefinition, parseConstant } from './columns.ts';
import { parseInTable } from './drop.ts';
import { parseIdentifier, parseQualifiedName, qualify, takeIdentifier } from './names.ts';
import type { Parser } from './state.ts';
import {
  atParen,
  eatIfExists,
  eatIfNotExists,
  parsePrincipal,
  parsePropertyList,
} from './statement-parts.ts';

/** `ALTER …`; ALTER is next. */
export function parseAlter(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  noteAll(p, [K.BRANCH, K.MATERIALIZED, K.SCHEMA, K.TABLE, K.VIEW]);
  if (eat(p, K.TABLE)) return parseAlterTable(p, start);
  if (at(p, K.SCHEMA)) return parseAlterSchema(p, start);
  if (at(p, K.VIEW)) return parseAlterView(p, start);
  if (at(p, K.MATERIALIZED) && (isUndecided(p) || isMaterializedView(p)))
    return parseAlterMaterializedView(p, start);
  if (at(p, K.BRANCH)) return parseAlterBranch(p, start);
  if (!atName(p, 'object')) {
    fail(p, 'TABLE, SCHEMA, VIEW, MATERIALIZED VIEW or BRANCH');
    return { kind: 'Missing', start, end: endHere(p), expects: 'statement' };
  }
  const object = takeIdentifier(p).name.toUpperCase();
  const name = parseQualifiedName(p, 'object');
  return parseAuthorization(p, { start, object, name });
}

/** MATERIALIZED may also be the kind of an object that is called view. */
function isMaterializedView(p: Parser): boolean {
  if (keywordAt(p, 1) !== K.VIEW) return false;
  return keywordAt(p, 2) !== K.SET || keywordAt(p, 3) !== K.AUTHORIZATION;
}

type Owned = Pick<SetAuthorization, 'start' | 'object' | 'name'>;

/** `SET AUTHORIZATION principal`. */
function parseAuthorization(p: Parser, owned: Owned): Statement {
  expect(p, K.SET, 'SET AUTHORIZATION');
  expect(p, K.AUTHORIZATION, 'AUTHORIZATION');
  return finishAuthorization(p, owned);
}

function finishAuthorization(p: Parser, owned: Owned): Statement {
  const principal = parsePrincipal(p);
  return { kind: 'SetAuthorization', ...owned, end: endHere(p), principal };
}

/** `RENAME TO name`; RENAME is taken. */
function parseRename(p: Parser, renamed: Pick<Rename, 'start' | 'object' | 'ifExists' | 'name'>): Statement {
  expect(p, K.TO, 'TO');
  const role: NameRole = renamed.object === 'SCHEMA' ? 'schema' : 'table';
  const newName =
    renamed.object === 'SCHEMA' ? qualify(parseIdentifier(p, role)) : parseQualifiedName(p, role);
  return { kind: 'Rename', ...renamed, end: endHere(p), newName };
}

function parseAlterSchema(p: Parser, start: number): Statement {
  p.position++;
  const name = parseQualifiedName(p, 'schema');
  if (eat(p, K.RENAME)) return parseRename(p, { start, object: 'SCHEMA', ifExists: false, name });
  if (!at(p, K.SET)) fail(p, 'RENAME TO or SET AUTHORIZATION');
  return parseAuthorization(p, { start, object: 'SCHEMA', name });
}

function parseAlterView(p: Parser, start: number): Statement {
  p.position++;
  const name = parseQualifiedName(p, 'view');
  if (eat(p, K.RENAME)) return parseRename(p, { start, object: 'VIEW', ifExists: false, name });
  if (eat(p, K.REFRESH)) return { kind: 'RefreshView', start, end: endHere(p), name };
  if (!at(p, K.SET)) fail(p, 'RENAME TO, REFRESH or SET AUTHORIZATION');
  return parseAuthorization(p, { start, object: 'VIEW', name });
}

function parseAlterMaterializedView(p: Parser, start: number): Statement {
  p.position++;
  expect(p, K.VIEW, 'VIEW');
  const ifExists = eatIfExists(p);
  const name = parseQualifiedName(p, 'view');
  const object = 'MATERIALIZED VIEW';
  if (eat(p, K.RENAME)) return parseRename(p, { start, object, ifExists, name });
  if (ifExists) fail(p, 'RENAME TO');
  expect(p, K.SET, 'RENAME TO, SET PROPERTIES or SET AUTHORIZATION');
  if (eat(p, K.PROPERTIES)) return finishProperties(p, start, { object, name });
  expect(p, K.AUTHORIZATION, 'PROPERTIES or AUTHORIZATION');
  return finishAuthorization(p, { start, object, name });
}

interface Propertied {
  readonly object: 'TABLE' | 'MATERIALIZED VIEW';
  readonly name: QualifiedName;
}

function finishProperties(p: Parser, start: number, propertied: Propertied): Statement {
  const properties = parsePropertyList(p);
  return { kind: 'SetProperties', start, end: endHere(p), ...propertied, properties };
}

/** `ALTER BRANCH b IN TABLE t FAST FORWARD TO c`. BRANCH may also be the kind of an object with an owner. */
function parseAlterBranch(p: Parser, start: number): Statement {
  const isOwned = !isUndecided(p) && keywordAt(p, 2) === K.SET;
  if (isOwned || kindAt(p, 2) === TokenKind.Dot) {
    const object = takeIdentifier(p).name.toUpperCase();
    return parseAuthorization(p, { start, object, name: parseQualifiedName(p, 'object') });
  }
  p.position++;
  const name = parseIdentifier(p, 'branch');
  if (p.position === p.caret) noteAll(p, [K.SET]);
  const table = parseInTable(p);
  expect(p, K.FAST, 'FAST FORWARD TO');
  expect(p, K.FORWARD, 'FORWARD');
  expect(p, K.TO, 'TO');
  const to = parseIdentifier(p, 'branch');
  return { kind: 'FastForwardBranch', start, end: endHere(p), name, table, to };
}

interface AlteredTable {
  readonly start: number;
  readonly tableIfExists: boolean;
  readonly table: QualifiedName;
}

function parseAlterTable(p: Parser, start: number): Statement {
  const tableIfExists = eatIfExists(p);
  const table = parseQualifiedName(p, 'table');
  const altered: AlteredTable = { start, tableIfExists, table };
  if (eat(p, K.ADD)) return parseAddColumn(p, altered);
  if (eat(p, K.ALTER)) return parseAlterColumn(p, altered);
  if (eat(p, K.DROP)) return parseDropColumn(p, altered);
  if (eat(p, K.RENAME)) return parseRenameIn(p, altered);
  if (!tableIfExists) {
    if (eat(p, K.EXECUTE)) return parseExecute(p, altered);
    if (eat(p, K.SET)) return parseSetOf(p, altered);
  }
  fail(p, tableIfExists ? 'ADD, ALTER, DROP or RENAME' : 'ADD, ALTER, DROP, EXECUTE, RENAME or SET');
  return { kind: 'Missing', start, end: endHere(p), expects: 'statement' };
}

function parseSetOf(p: Parser, altered: AlteredTable): Statement {
  const { start, table } = altered;
  if (eat(p, K.PROPERTIES)) return finishProperties(p, start, { object: 'TABLE', name: table });
  expect(p, K.AUTHORIZATION, 'PROPERTIES or AUTHORIZATION');
  return finishAuthorization(p, { start, object: 'TABLE', name: table });
}

function parseRenameIn(p: Parser, altered: AlteredTable): Statement {
  const { start, table, tableIfExists } = altered;
  if (!eat(p, K.COLUMN))
    return parseRename(p, { start, object: 'TABLE', ifExists: tableIfExists, name: table });
  const ifExists = eatIfExists(p);
  const column = parseQualifiedName(p, 'column');
  expect(p, K.TO, 'TO');
  const newName = parseIdentifier(p, 'column');
  return { kind: 'RenameColumn', ...altered, end: endHere(p), ifExists, column, newName };
}

function parseAddColumn(p: Parser, altered: AlteredTable): Statement {
  expect(p, K.COLUMN, 'COLUMN');
  const ifNotExists = eatIfNotExists(p);
  const column = parseColumnDefinition(p);
  const position = eat(p, K.FIRST) ? 'FIRST' : eat(p, K.LAST) ? 'LAST' : eat(p, K.AFTER) ? 'AFTER' : null;
  const after = position === 'AFTER' ? parseIdentifier(p, 'column') : null;
  return { kind: 'AddColumn', ...altered, end: endHere(p), ifNotExists, column, position, after };
}

function parseDropColumn(p: Parser, altered: AlteredTable): Statement {
  expect(p, K.COLUMN, 'COLUMN');
  const ifExists = eatIfExists(p);
  const column = parseQualifiedName(p, 'column');
  return { kind: 'DropColumn', ...altered, end: endHere(p), ifExists, column };
}

function parseAlterColumn(p: Parser, altered: AlteredTable): Statement {
  expect(p, K.COLUMN, 'COLUMN');
  const column = parseQualifiedName(p, 'column');
  const change = parseColumnChange(p);
  return { kind: 'AlterColumn', ...altered, column, ...change, end: endHere(p) };
}

type ColumnChange = Pick<AlterColumn, 'action' | 'type' | 'defaultValue'>;

function parseColumnChange(p: Parser): ColumnChange {
  const nothing: ColumnChange = { action: null, type: null, defaultValue: null };
  if (eat(p, K.SET)) {
    if (eat(p, K.DEFAULT)) return { ...nothing, action: 'SET DEFAULT', defaultValue: parseConstant(p) };
    expect(p, K.DATA, 'DATA TYPE or DEFAULT');
    expect(p, K.TYPE, 'TYPE');
    return { ...nothing, action: 'SET DATA TYPE', type: p.rules.type(p) };
  }
  if (!expect(p, K.DROP, 'SET or DROP')) return nothing;
  if (eat(p, K.DEFAULT)) return { ...nothing, action: 'DROP DEFAULT' };
  expect(p, K.NOT, 'DEFAULT or NOT NULL');
  expect(p, K.NULL, 'NULL');
  return { ...nothing, action: 'DROP NOT NULL' };
}

function parseExecute(p: Parser, altered: AlteredTable): Statement {
  const { start, table } = altered;
  const procedure = parseIdentifier(p, 'procedure');
  const args = atParen(p) ? parsePlainArguments(p) : [];
  const where = eat(p, K.WHERE) ? p.rules.expression(p) : null;
  return { kind: 'ExecuteTableProcedure', start, end: endHere(p), table, procedure, args, where };
}
