import type {
  Copartition,
  Descriptor,
  DescriptorField,
  Expression,
  Identifier,
  QualifiedName,
} from '../ast.ts';
import type { SortItem, TableArgument, TableFunction, TableInput } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import {
  at,
  atKind,
  atName,
  eat,
  eatKind,
  endHere,
  expect,
  expectKind,
  fail,
  failValue,
  isNameToken,
} from './cursor.ts';
import { isUndecided, keywordAt, kindAt, note, noteAll, noteKind, noteName, startHere } from './cursor.ts';
import { closeParen, continuesList } from './lists.ts';
import { isQueryStart, noteQueryStart } from './lookahead.ts';
import { parseIdentifier, parseNameList, parseQualifiedName, takeIdentifier } from './names.ts';
import { parseSortItem } from './sorting.ts';
import { TYPE_STARTS } from './types.ts';
import type { Parser } from './state.ts';

/** `TABLE(f(arguments COPARTITION (a, b)))`; TABLE is next. */
export function parseTableFunction(p: Parser): TableFunction {
  const start = startHere(p);
  p.position++;
  expectKind(p, TokenKind.LeftParen, "'(' and a table function");
  const name = parseQualifiedName(p, 'table-function');
  const args: TableArgument[] = [];
  const copartitions: Copartition[] = [];
  expectKind(p, TokenKind.LeftParen, "'('");
  note(p, K.COPARTITION);
  if (!atKind(p, TokenKind.RightParen)) {
    if (!isCopartition(p)) parseArguments(p, args);
    if (eat(p, K.COPARTITION)) parseCopartitions(p, copartitions);
  }
  closeParen(p);
  closeParen(p);
  return { kind: 'TableFunction', start, end: endHere(p), name, args, copartitions };
}

/** COPARTITION is a name too: the clause has two tables in parentheses at least, and nothing but `)` behind it. */
function isCopartition(p: Parser): boolean {
  if (p.keyword[p.position] !== K.COPARTITION) return false;
  return isUndecided(p) || kindAt(p, 1) === TokenKind.LeftParen;
}

function parseArguments(p: Parser, args: TableArgument[]): void {
  do {
    args.push(parseArgument(p));
  } while (!at(p, K.COPARTITION) && continuesList(p));
}

function parseArgument(p: Parser): TableArgument {
  const start = startHere(p);
  let name: Identifier | null = null;
  noteName(p, 'argument');
  noteAll(p, [K.TABLE, K.DESCRIPTOR]);
  if (isNameToken(p, p.position) && kindAt(p, 1) === TokenKind.FatArrow) {
    name = takeIdentifier(p);
    p.position++;
    noteAll(p, [K.TABLE, K.DESCRIPTOR]);
  }
  const value = parseValue(p);
  return { kind: 'TableArgument', start: Math.min(start, value.start), end: endHere(p), name, value };
}

function parseValue(p: Parser): TableInput | Descriptor | Expression {
  if (p.keyword[p.position] === K.TABLE) return parseInput(p);
  if (isDescriptor(p)) return parseDescriptor(p);
  if (isNullDescriptor(p)) return takeNullDescriptor(p);
  return p.rules.expression(p);
}

/** DESCRIPTOR may also be a function: a descriptor lists names, with or without types. */
function isDescriptor(p: Parser): boolean {
  if (p.keyword[p.position] !== K.DESCRIPTOR || kindAt(p, 1) !== TokenKind.LeftParen) return false;
  const next = kindAt(p, 3);
  const isEnd = next === TokenKind.Comma || next === TokenKind.RightParen || next === TokenKind.End;
  return isNameToken(p, p.position + 2) && (isEnd || isNameToken(p, p.position + 3));
}

/** `CAST(NULL AS DESCRIPTOR)`. */
function isNullDescriptor(p: Parser): boolean {
  const isCast = p.keyword[p.position] === K.CAST && kindAt(p, 1) === TokenKind.LeftParen;
  return isCast && keywordAt(p, 2) === K.NULL && keywordAt(p, 3) === K.AS && keywordAt(p, 4) === K.DESCRIPTOR;
}

function takeNullDescriptor(p: Parser): Descriptor {
  const start = startHere(p);
  p.position += 5;
  closeParen(p);
  return { kind: 'Descriptor', start, end: endHere(p), fields: [] };
}

function parseDescriptor(p: Parser): Descriptor {
  const start = startHere(p);
  const fields: DescriptorField[] = [];
  p.position += 2;
  do {
    const name = parseIdentifier(p, 'column');
    const isEnd = kindAt(p, 0) === TokenKind.Comma || kindAt(p, 0) === TokenKind.RightParen;
    const type = isEnd || p.position === p.caret ? null : p.rules.type(p);
    if (type === null && p.position === p.caret) noteCall(p);
    fields.push({ kind: 'DescriptorField', start: name.start, end: endHere(p), name, type });
  } while (continuesList(p));
  closeParen(p);
  return { kind: 'Descriptor', start, end: endHere(p), fields };
}

/** At the caret a type may follow, or what goes on with an argument of a function that is called descriptor. */
function noteCall(p: Parser): void {
  noteAll(p, TYPE_STARTS);
  noteName(p, 'type');
  noteAll(p, [K.AND, K.AT, K.BETWEEN, K.IN, K.IS, K.LIKE, K.MATCH, K.NOT, K.OR, K.ORDER, K.OVER, K.OVERLAPS]);
}

/** `TABLE(t) AS x (a) PARTITION BY … PRUNE WHEN EMPTY ORDER BY …`; TABLE is next. */
function parseInput(p: Parser): TableInput {
  const start = startHere(p);
  p.position++;
  expectKind(p, TokenKind.LeftParen, "'('");
  noteQueryStart(p);
  const from = startHere(p);
  let source: TableInput['source'];
  if (isQueryStart(p, 0) || kindAt(p, 0) === TokenKind.LeftParen) {
    const query = p.rules.query(p);
    source = { kind: 'SubqueryRelation', start: from, end: endHere(p), query };
  } else {
    const name = parseQualifiedName(p, 'table');
    source = { kind: 'TableReference', start: name.start, end: endHere(p), name, version: null };
  }
  closeParen(p);
  source = parseInputAlias(p, source);
  const partitionBy = parsePartitioning(p);
  const whenEmpty = parseWhenEmpty(p);
  const orderBy = parseOrdering(p);
  return { kind: 'TableInput', start, end: endHere(p), source, partitionBy, whenEmpty, orderBy };
}

function parseInputAlias(p: Parser, source: TableInput['source']): TableInput['source'] {
  const hasAs = eat(p, K.AS);
  if (!hasAs && !(atName(p, 'alias') && !isInputClause(p))) return source;
  if (!hasAs && p.keyword[p.position] === K.COPARTITION && kindAt(p, 1) === TokenKind.LeftParen) {
    const detail =
      'COPARTITION could be an alias here. Write AS before an alias, or move this argument away from the end.';
    const span = { start: startHere(p), end: p.end[p.position] ?? startHere(p) };
    failValue(p, span, detail);
    return source;
  }
  const alias = parseIdentifier(p, 'alias');
  const columns = !alias.isMissing && atKind(p, TokenKind.LeftParen) ? parseNameList(p, 'column') : [];
  return { kind: 'AliasedRelation', start: source.start, end: endHere(p), relation: source, alias, columns };
}

/** The clauses' words are names too. */
function isInputClause(p: Parser): boolean {
  const next = keywordAt(p, 1);
  switch (p.keyword[p.position]) {
    case K.PARTITION:
      return isUndecided(p) || next === K.BY;
    case K.PRUNE:
    case K.KEEP:
      return isUndecided(p) || next === K.WHEN;
    case K.COPARTITION:
      return isUndecided(p);
    default:
      return false;
  }
}

/** `PARTITION BY a` or `PARTITION BY (a, b)`. */
function parsePartitioning(p: Parser): Expression[] {
  const expressions: Expression[] = [];
  if (!eat(p, K.PARTITION)) return expressions;
  expect(p, K.BY, 'BY');
  noteKind(p, TokenKind.LeftParen);
  if (kindAt(p, 0) !== TokenKind.LeftParen) return [p.rules.expression(p)];
  p.position++;
  if (!atKind(p, TokenKind.RightParen)) {
    do {
      expressions.push(p.rules.expression(p));
    } while (continuesList(p));
  }
  closeParen(p);
  return expressions;
}

function parseWhenEmpty(p: Parser): TableInput['whenEmpty'] {
  const whenEmpty = eat(p, K.PRUNE) ? 'PRUNE' : eat(p, K.KEEP) ? 'KEEP' : null;
  if (whenEmpty !== null) {
    expect(p, K.WHEN, 'WHEN EMPTY');
    expect(p, K.EMPTY, 'EMPTY');
  }
  return whenEmpty;
}

/** `ORDER BY a DESC` or `ORDER BY (a, b)`. */
function parseOrdering(p: Parser): SortItem[] {
  const items: SortItem[] = [];
  if (!eat(p, K.ORDER)) return items;
  expect(p, K.BY, 'BY');
  if (kindAt(p, 0) !== TokenKind.LeftParen) return [parseSortItem(p)];
  p.position++;
  do {
    items.push(parseSortItem(p));
  } while (continuesList(p));
  closeParen(p);
  return items;
}

/** `(a, b), (c, d)`: two tables at least in each. */
function parseCopartitions(p: Parser, copartitions: Copartition[]): void {
  do {
    const start = startHere(p);
    const tables: QualifiedName[] = [];
    expectKind(p, TokenKind.LeftParen, "'(' and tables");
    do {
      tables.push(parseQualifiedName(p, 'table'));
    } while (eatKind(p, TokenKind.Comma));
    if (tables.length === 1) fail(p, "',' and another table");
    closeParen(p);
    copartitions.push({
      kind: 'Copartition',
      start: Math.min(start, tables[0]?.start ?? start),
      end: endHere(p),
      tables,
    });
  } while (eatKind(p, TokenKind.Comma));
}
