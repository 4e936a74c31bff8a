import type { Argument, Expression, FunctionCall, Identifier, SortItem, Star } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { at, atKind, atName, eat, endHere, expectKind, fail, isNameToken, isUndecided } from './cursor.ts';
import { kindAt, note, noteName, startHere } from './cursor.ts';
import { closeParen, continuesList } from './lists.ts';
import { noteQueryStart, startsExpression } from './lookahead.ts';
import { missingIdentifier, takeIdentifier } from './names.ts';
import { parseSortItems } from './sorting.ts';
import type { Parser } from './state.ts';

/** What stands between the parentheses of a call. */
export interface ArgumentList {
  readonly quantifier: FunctionCall['quantifier'];
  readonly args: readonly Argument[];
  /** The names behind the arguments of ROW. */
  readonly names: readonly (Identifier | null)[] | null;
  readonly orderBy: readonly SortItem[];
}

export interface ArgumentOptions {
  /** Behind `= ALL (`, `= ANY (` and `= SOME (` a query may begin. */
  readonly isQuantifier: boolean;
  /** Arguments of ROW may have a name behind them. */
  readonly isRow: boolean;
}

/** Everything up to the closing parenthesis. */
export function parseArgumentList(p: Parser, options: ArgumentOptions): ArgumentList {
  const args: Argument[] = [];
  const names: (Identifier | null)[] | null = options.isRow ? [] : null;
  if (atKind(p, TokenKind.Star)) {
    const star = takeStar(p, null);
    args.push({ kind: 'Argument', start: star.start, end: star.end, name: null, value: star });
    closeParen(p);
    return { quantifier: null, args, names: null, orderBy: [] };
  }
  const quantifier = parseQuantifier(p);
  if (quantifier === null) note(p, K.ORDER);
  if (options.isQuantifier) noteQueryStart(p);
  if (quantifier !== null || !(atKind(p, TokenKind.RightParen) || p.keyword[p.position] === K.ORDER)) {
    do {
      args.push(parseArgument(p));
      if (names !== null) names.push(parseFieldName(p));
    } while (p.keyword[p.position] !== K.ORDER && continuesList(p));
  }
  const orderBy = at(p, K.ORDER) ? parseSortItems(p) : [];
  closeParen(p);
  return { quantifier, args, names, orderBy };
}

/** ALL is a name too: as a quantifier it stands before an expression. */
export function parseQuantifier(p: Parser): FunctionCall['quantifier'] {
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
