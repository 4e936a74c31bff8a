import type { Argument, Expression, ListaggOverflow } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { parseArgument, parseQuantifier } from './arguments.ts';
import { finishCall } from './calls.ts';
import { at, atKind, eat, eatKind, endHere, expect, expectKind, startHere } from './cursor.ts';
import { closeParen } from './lists.ts';
import { parseString } from './literals.ts';
import { qualify, takeIdentifier } from './names.ts';
import { parseSortItems } from './sorting.ts';
import type { Parser } from './state.ts';

/** `LISTAGG(x, ',' ON OVERFLOW …) WITHIN GROUP (ORDER BY …)`. */
export function parseListagg(p: Parser): Expression {
  const start = startHere(p);
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
    processing: null,
    quantifier,
    args,
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
