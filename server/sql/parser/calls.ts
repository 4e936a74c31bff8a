import type {
  Argument,
  Expression,
  FunctionCall,
  Identifier,
  QualifiedName,
  SortItem,
  WindowReference,
} from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { type ArgumentList, type ArgumentOptions, parseArgument, parseArgumentList } from './arguments.ts';
import { checkCall } from './call-checks.ts';
import { at, endHere, expect, expectKind, fail, isNameToken, isUndecided } from './cursor.ts';
import { keywordAt, kindAt, note, noteAll, noteName } from './cursor.ts';
import { closeParen, continuesList } from './lists.ts';
import { startsExpression } from './lookahead.ts';
import { qualify } from './names.ts';
import { parseSortItems } from './sorting.ts';
import type { Parser } from './state.ts';
import { parseWindowReference } from './windows.ts';

type Processing = FunctionCall['processing'];

/** A call whose name was read as an expression; the opening parenthesis is next. */
export function parseCall(p: Parser, callee: Expression, processing: Processing): Expression {
  const name = callee.kind === 'ColumnReference' ? qualify(callee.name) : nameOf(callee);
  const start = processing === null ? callee.start : Math.min(callee.start, beforeName(p, name));
  if (!expectKind(p, TokenKind.LeftParen, "'('")) return callee;
  const isRow = processing === null && p.keyword[p.position - 2] === K.ROW && name.parts.length === 1;
  const list = parseArgumentList(p, isRow ? ROW_ARGUMENTS : isQuantifier(p) ? QUANTIFIED : PLAIN_ARGUMENTS);
  if (isRow && isPlainRow(list)) {
    noteAll(p, [K.FILTER, K.IGNORE, K.OVER, K.RESPECT]);
    return rowOf(start, endHere(p), list);
  }
  const { quantifier, args, orderBy } = list;
  return finishCall(p, {
    start,
    name,
    processing,
    quantifier,
    args,
    orderBy,
    withinGroup: NONE,
    overflow: null,
  });
}

const NONE: readonly SortItem[] = [];
const PLAIN_ARGUMENTS: ArgumentOptions = { isRow: false, isQuantifier: false };
const ROW_ARGUMENTS: ArgumentOptions = { isRow: true, isQuantifier: false };
const QUANTIFIED: ArgumentOptions = { isRow: false, isQuantifier: true };

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
  let link: Expression = callee;
  while (link.kind === 'Dereference') {
    parts.unshift(link.field);
    link = link.base;
  }
  if (link.kind === 'ColumnReference') parts.unshift(link.name);
  return { kind: 'QualifiedName', start: callee.start, end: callee.end, parts };
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
  const call = { start: name.start, name: qualify(name), processing: null, quantifier: null };
  return finishCall(p, { ...call, args, orderBy, withinGroup: NONE, overflow: null });
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

/** A call up to its closing parenthesis. */
export type CallParts = Pick<
  FunctionCall,
  'start' | 'name' | 'processing' | 'quantifier' | 'args' | 'orderBy' | 'withinGroup' | 'overflow'
>;

/** FILTER, IGNORE NULLS and OVER behind the parenthesis. */
export function finishCall(p: Parser, parts: CallParts): Expression {
  const { start, name, processing, quantifier, args, overflow, orderBy, withinGroup } = parts;
  const filter = parseFilter(p);
  const isStar = args[0]?.value.kind === 'Star' && args[0].value.base === null;
  const nullTreatment = isStar || withinGroup.length > 0 ? null : parseNullTreatment(p);
  let over: WindowReference | null = null;
  if (at(p, K.OVER) && isWindow(p)) over = parseWindowReference(p);
  else if (nullTreatment !== null) fail(p, 'OVER');
  const end = endHere(p);
  const call: FunctionCall = {
    kind: 'FunctionCall',
    start,
    end,
    name,
    processing,
    quantifier,
    args,
    overflow,
    orderBy,
    withinGroup,
    filter,
    nullTreatment,
    over,
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

/** ROW with plain arguments builds a row; with anything else it is a call of a function of that name. */
function isPlainRow(list: ArgumentList): boolean {
  const isPlain = list.args.every(arg => arg.name === null && arg.value.kind !== 'Star');
  return isPlain && list.quantifier === null && list.orderBy.length === 0 && list.args.length > 0;
}

function rowOf(start: number, end: number, list: ArgumentList): Expression {
  const fields = list.args.map((arg, i) => {
    const name = list.names?.[i] ?? null;
    return { kind: 'RowField', start: arg.start, end: name?.end ?? arg.end, value: arg.value, name } as const;
  });
  return { kind: 'RowConstructor', start, end, fields };
}
