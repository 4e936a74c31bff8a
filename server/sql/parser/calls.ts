import type {
  Argument,
  Expression,
  FunctionCall,
  Identifier,
  ListaggOverflow,
  QualifiedName,
} from '../ast.ts';
import type { SortItem, Star, WindowReference } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { checkCall } from './call-checks.ts';
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
  isNameToken,
} from './cursor.ts';
import { isUndecided, keywordAt, kindAt, note, noteAll, noteName, startHere } from './cursor.ts';
import { closeParen, continuesList } from './lists.ts';
import { parseString } from './literals.ts';
import { noteQueryStart, startsExpression } from './lookahead.ts';
import { missingIdentifier, qualify, takeIdentifier } from './names.ts';
import { parseSortItems } from './sorting.ts';
import type { Parser } from './state.ts';
import { parseWindowReference } from './windows.ts';

type Processing = FunctionCall['processing'];

/** A call whose name was read as an expression; the opening parenthesis is next. */
export function parseCall(p: Parser, callee: Expression, processing: Processing): Expression {
  const name = nameOf(callee);
  const start = processing === null ? callee.start : Math.min(callee.start, beforeName(p, name));
  if (!expectKind(p, TokenKind.LeftParen, "'('")) return callee;
  const list = parseArgumentList(p, { isRow: isRow(name), isQuantifier: isQuantifier(p) });
  if (isPlainRow(name, list)) {
    noteAll(p, [K.FILTER, K.IGNORE, K.OVER, K.RESPECT]);
    return rowOf(start, endHere(p), list);
  }
  return finishCall(p, { start, name, processing, ...list, withinGroup: [], overflow: null });
}

/** Whether the call behind a comparison may turn out to be a quantified subquery; the parenthesis is taken. */
function isQuantifier(p: Parser): boolean {
  const keyword = p.keyword[p.position - 2];
  const operator = p.kind[p.position - 3] ?? 0;
  const isWord = keyword === K.ALL || keyword === K.ANY || keyword === K.SOME;
  return isWord && operator >= TokenKind.Equal && operator <= TokenKind.GreaterEqual;
}

/** Where FINAL or RUNNING stands. */
function beforeName(p: Parser, name: QualifiedName): number {
  for (let i = p.position - 1; i > 0; i--) if (p.start[i] === name.start) return p.start[i - 1] ?? name.start;
  return name.start;
}

/** The name that a chain of dereferences spells. */
function nameOf(callee: Expression): QualifiedName {
  const parts: Identifier[] = [];
  let link = callee;
  while (link.kind === 'Dereference') {
    parts.unshift(link.field);
    link = link.base;
  }
  if (link.kind === 'ColumnReference') parts.unshift(link.name);
  return { kind: 'QualifiedName', start: callee.start, end: callee.end, parts };
}

interface ArgumentList {
  readonly quantifier: FunctionCall['quantifier'];
  readonly args: readonly Argument[];
  readonly names: readonly (Identifier | null)[];
  readonly orderBy: readonly SortItem[];
}

interface ArgumentOptions {
  /** Behind `= ALL (`, `= ANY (` and `= SOME (` a query may begin. */
  readonly isQuantifier: boolean;
  /** Arguments of ROW may have a name behind them. */
  readonly isRow: boolean;
}

/** Everything up to the closing parenthesis. */
function parseArgumentList(p: Parser, options: ArgumentOptions): ArgumentList {
  const args: Argument[] = [];
  const names: (Identifier | null)[] = [];
  if (atKind(p, TokenKind.Star)) {
    const star = takeStar(p, null);
    args.push({ kind: 'Argument', start: star.start, end: star.end, name: null, value: star });
    closeParen(p);
    return { quantifier: null, args, names: [null], orderBy: [] };
  }
  const quantifier = parseQuantifier(p);
  if (quantifier === null) note(p, K.ORDER);
  if (options.isQuantifier) noteQueryStart(p);
  if (quantifier !== null || !(atKind(p, TokenKind.RightParen) || p.keyword[p.position] === K.ORDER)) {
    do {
      args.push(parseArgument(p));
      names.push(options.isRow ? parseFieldName(p) : null);
    } while (p.keyword[p.position] !== K.ORDER && continuesList(p));
  }
  const orderBy = at(p, K.ORDER) ? parseSortItems(p) : [];
  closeParen(p);
  return { quantifier, args, names, orderBy };
}

/** ALL is a name too: as a quantifier it stands before an expression. */
function parseQuantifier(p: Parser): FunctionCall['quantifier'] {
  if (eat(p, K.DISTINCT)) return 'DISTINCT';
  if (!at(p, K.ALL)) return null;
  const isQuantifier = isUndecided(p) || (startsExpression(p, 1) && kindAt(p, 1) !== TokenKind.LeftParen);
  if (!isQuantifier) return null;
  p.position++;
  return 'ALL';
}

/** `value`, `name => value` or `table.*`. */
export function parseArgument(p: Parser): Argument {
  const start = startHere(p);
  noteName(p, 'argument');
  if (isNameToken(p, p.position) && kindAt(p, 1) === TokenKind.FatArrow) {
    const name = takeIdentifier(p);
    p.position++;
    const value = p.rules.expression(p);
    return { kind: 'Argument', start, end: endHere(p), name, value };
  }
  let value = p.rules.expression(p);
  if (value.kind === 'ColumnReference' && kindAt(p, 0) === TokenKind.Dot && kindAt(p, 1) === TokenKind.Star) {
    p.position++;
    value = takeStar(p, value);
  }
  return { kind: 'Argument', start: value.start, end: endHere(p), name: null, value };
}

/** The star that is next. */
export function takeStar(p: Parser, base: Expression | null): Star {
  const start = base?.start ?? startHere(p);
  p.position++;
  return { kind: 'Star', start, end: endHere(p), base, aliases: [] };
}

/** `AS name` or `name` behind an argument of ROW. */
function parseFieldName(p: Parser): Identifier | null {
  const isExplicit = eat(p, K.AS);
  if (atName(p, 'alias')) return takeIdentifier(p);
  if (isExplicit) fail(p, "a field's name");
  return null;
}

/** Arguments in parentheses, of a procedure or method; the opening parenthesis is next. */
export function parsePlainArguments(p: Parser): Argument[] {
  const args: Argument[] = [];
  expectKind(p, TokenKind.LeftParen, "'('");
  if (!atKind(p, TokenKind.RightParen)) {
    do {
      args.push(parseArgument(p));
    } while (continuesList(p));
  }
  closeParen(p);
  return args;
}

/** `.method(…)`; the name is next and may be any word. */
export function parseMethodCall(p: Parser, target: Expression): Expression {
  const method = takeIdentifier(p);
  const args = parsePlainArguments(p);
  return { kind: 'MethodCall', start: target.start, end: endHere(p), target, method, args };
}

/** `::method(…)`; the colons are next. */
export function parseStaticMethodCall(p: Parser, target: Expression): Expression {
  p.position++;
  noteName(p, 'function');
  let method = missingIdentifier(p);
  if (p.kind[p.position] === TokenKind.Word || isNameToken(p, p.position)) method = takeIdentifier(p);
  else fail(p, "a method's name");
  const args = parsePlainArguments(p);
  return { kind: 'StaticMethodCall', start: target.start, end: endHere(p), target, method, args };
}

/**
 * A function that has a syntax of its own beside the ordinary one. `continueWith` is asked behind the first argument;
 * when it does not know what follows, the call is an ordinary one.
 */
export function parseCallWith(
  p: Parser,
  name: Identifier,
  continueWith: (p: Parser, start: number, first: Expression) => Expression | undefined,
): Expression {
  const callee = { kind: 'ColumnReference', start: name.start, end: name.end, name } as const;
  if (kindAt(p, 0) !== TokenKind.LeftParen || !isPlainArgument(p)) return parseCall(p, callee, null);
  p.position++;
  noteAll(p, [K.ALL, K.DISTINCT, K.ORDER]);
  noteName(p, 'argument');
  const isPosition = p.keyword[p.position - 2] === K.POSITION;
  const first = isPosition ? p.rules.valueExpression(p) : p.rules.expression(p);
  const special = continueWith(p, name.start, first);
  if (special !== undefined) return special;
  const args: Argument[] = [
    {
      kind: 'Argument',
      start: first.start,
      end: endHere(p),
      name: null,
      value: firstArgument(p, first, isPosition),
    },
  ];
  note(p, K.ORDER);
  while (p.keyword[p.position] !== K.ORDER && continuesList(p)) args.push(parseArgument(p));
  const orderBy = at(p, K.ORDER) ? parseSortItems(p) : [];
  closeParen(p);
  const call = { start: name.start, name: qualify(name), processing: null, quantifier: null, args, orderBy };
  return finishCall(p, { ...call, names: [], withinGroup: [], overflow: null });
}

/** POSITION reads a value first, because IN means something else there: a predicate may go on from it. */
function firstArgument(p: Parser, value: Expression, isPosition: boolean): Expression {
  if (!isPosition) return value;
  noteAll(p, [K.AND, K.OR]);
  return p.rules.predicate(p, value) ?? value;
}

/** Whether the first argument is an expression, not a star, a quantifier or a name with an arrow. */
function isPlainArgument(p: Parser): boolean {
  if (p.position + 1 === p.caret) return true;
  const isNamed = isNameToken(p, p.position + 1) && kindAt(p, 2) === TokenKind.FatArrow;
  return startsExpression(p, 1) && !isNamed && keywordAt(p, 1) !== K.ALL;
}

interface CallParts extends ArgumentList {
  readonly start: number;
  readonly name: QualifiedName;
  readonly processing: Processing;
  readonly withinGroup: readonly SortItem[];
  readonly overflow: ListaggOverflow | null;
}

/** FILTER, IGNORE NULLS and OVER behind the parenthesis. */
function finishCall(p: Parser, parts: CallParts): Expression {
  const { start, name, processing, quantifier, args, overflow, orderBy, withinGroup } = parts;
  const filter = parseFilter(p);
  const isStar = args[0]?.value.kind === 'Star' && args[0].value.base === null;
  const nullTreatment = isStar || withinGroup.length > 0 ? null : parseNullTreatment(p);
  let over: WindowReference | null = null;
  if (at(p, K.OVER) && isWindow(p)) over = parseWindowReference(p);
  else if (nullTreatment !== null) fail(p, 'OVER');
  const end = endHere(p);
  const call: FunctionCall = {
    ...{ kind: 'FunctionCall', start, end, name, processing, quantifier, args },
    ...{ overflow, orderBy, withinGroup, filter, nullTreatment, over },
  };
  checkCall(p, call);
  return call;
}

function isWindow(p: Parser): boolean {
  return isUndecided(p) || kindAt(p, 1) === TokenKind.LeftParen || isNameToken(p, p.position + 1);
}

function parseFilter(p: Parser): Expression | null {
  if (!at(p, K.FILTER) || !(isUndecided(p) || kindAt(p, 1) === TokenKind.LeftParen)) return null;
  p.position++;
  expectKind(p, TokenKind.LeftParen, "'('");
  expect(p, K.WHERE, 'WHERE');
  const filter = p.rules.expression(p);
  closeParen(p);
  return filter;
}

function parseNullTreatment(p: Parser): FunctionCall['nullTreatment'] {
  const isTreatment = at(p, K.IGNORE) || at(p, K.RESPECT);
  if (!isTreatment || !(isUndecided(p) || keywordAt(p, 1) === K.NULLS)) return null;
  const treatment = p.keyword[p.position] === K.IGNORE ? 'IGNORE' : 'RESPECT';
  p.position++;
  expect(p, K.NULLS, 'NULLS');
  return treatment;
}

/** `LISTAGG(x, ',' ON OVERFLOW …) WITHIN GROUP (ORDER BY …)`. */
export function parseListagg(p: Parser, processing: Processing): Expression {
  const start = processing === null ? startHere(p) : (p.start[p.position - 1] ?? startHere(p));
  const name = qualify(takeIdentifier(p));
  expectKind(p, TokenKind.LeftParen, "'('");
  const quantifier = parseQuantifier(p);
  const args: Argument[] = [parseArgument(p)];
  if (eatKind(p, TokenKind.Comma)) {
    const value = parseString(p, 'the separator: a string');
    args.push({ kind: 'Argument', start: value.start, end: value.end, name: null, value });
  }
  const overflow = at(p, K.ON) ? parseOverflow(p) : null;
  closeParen(p);
  expect(p, K.WITHIN, 'WITHIN GROUP (ORDER BY …)');
  expect(p, K.GROUP, 'GROUP');
  expectKind(p, TokenKind.LeftParen, "'('");
  const withinGroup = parseSortItems(p);
  closeParen(p);
  return finishCall(p, {
    start,
    name,
    processing,
    quantifier,
    args,
    names: [],
    orderBy: [],
    withinGroup,
    overflow,
  });
}

function parseOverflow(p: Parser): ListaggOverflow {
  const start = startHere(p);
  p.position++;
  expect(p, K.OVERFLOW, 'OVERFLOW');
  if (eat(p, K.ERROR)) {
    return {
      kind: 'ListaggOverflow',
      start,
      end: endHere(p),
      behavior: 'ERROR',
      filler: null,
      withCount: null,
    };
  }
  expect(p, K.TRUNCATE, 'ERROR or TRUNCATE');
  const filler = atKind(p, TokenKind.String) ? parseString(p, 'a string') : null;
  const withCount = eat(p, K.WITH);
  if (!withCount) expect(p, K.WITHOUT, 'WITH COUNT or WITHOUT COUNT');
  expect(p, K.COUNT, 'COUNT');
  return { kind: 'ListaggOverflow', start, end: endHere(p), behavior: 'TRUNCATE', filler, withCount };
}

function isRow(name: QualifiedName): boolean {
  const only = name.parts[0];
  return name.parts.length === 1 && only !== undefined && !only.isQuoted && only.name.toUpperCase() === 'ROW';
}

/** ROW with plain arguments builds a row; with anything else it is a call of a function of that name. */
function isPlainRow(name: QualifiedName, list: ArgumentList): boolean {
  const isPlain = list.args.every(arg => arg.name === null && arg.value.kind !== 'Star');
  return (
    isRow(name) && isPlain && list.quantifier === null && list.orderBy.length === 0 && list.args.length > 0
  );
}

function rowOf(start: number, end: number, list: ArgumentList): Expression {
  const fields = list.args.map((arg, i) => {
    const name = list.names[i] ?? null;
    return { kind: 'RowField', start: arg.start, end: name?.end ?? arg.end, value: arg.value, name } as const;
  });
  return { kind: 'RowConstructor', start, end, fields };
}
