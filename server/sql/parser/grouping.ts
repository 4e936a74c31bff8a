import type { Expression, GroupBy, GroupingElement, GroupingExpressions, GroupingSets } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { at, atKind, eat, endHere, expect, expectKind, failValue, isUndecided } from './cursor.ts';
import { keywordAt, kindAt, noteAll, startHere } from './cursor.ts';
import { eatListComma } from './clauses.ts';
import { closeParen, continuesList } from './lists.ts';
import { startsExpression } from './lookahead.ts';
import type { Parser } from './state.ts';

/** `GROUP BY ALL a, ROLLUP (b), AUTO`; GROUP is next. */
export function parseGroupBy(p: Parser): GroupBy {
  const start = startHere(p);
  p.position++;
  expect(p, K.BY, 'BY');
  const quantifier = eat(p, K.DISTINCT) ? 'DISTINCT' : isAll(p) ? 'ALL' : null;
  if (quantifier === 'ALL') p.position++;
  const elements: GroupingElement[] = [];
  do {
    elements.push(parseElement(p));
  } while (eatListComma(p));
  return { kind: 'GroupBy', start, end: endHere(p), quantifier, elements };
}

/** ALL is a name too: as a quantifier it stands before an element. */
function isAll(p: Parser): boolean {
  if (!at(p, K.ALL)) return false;
  const next = keywordAt(p, 1);
  const isElement = next === K.AUTO || next === K.ROLLUP || next === K.CUBE || next === K.GROUPING;
  return isUndecided(p) || isElement || startsExpression(p, 1);
}

function parseElement(p: Parser): GroupingElement {
  const start = startHere(p);
  noteAll(p, [K.AUTO, K.CUBE, K.ROLLUP]);
  switch (p.keyword[p.position]) {
    case K.AUTO:
      p.position++;
      return { kind: 'GroupingAuto', start, end: endHere(p) };
    case K.CUBE:
      p.position++;
      return parseSets(p, start, 'CUBE');
    case K.ROLLUP:
      p.position++;
      return parseSets(p, start, 'ROLLUP');
    case K.GROUPING:
      if (keywordAt(p, 1) !== K.SETS && !isUndecided(p)) return parseExpressions(p);
      return parseGroupingSets(p);
    default:
      return parseExpressions(p);
  }
}

/** GROUPING begins a call as well; at the caret both are possible. */
function parseGroupingSets(p: Parser): GroupingElement {
  const start = startHere(p);
  p.position++;
  expect(p, K.SETS, 'SETS');
  return parseSets(p, start, 'GROUPING SETS');
}

function parseSets(p: Parser, start: number, type: GroupingSets['type']): GroupingSets {
  const sets: GroupingExpressions[] = [];
  expectKind(p, TokenKind.LeftParen, "'('");
  if (!atKind(p, TokenKind.RightParen)) {
    do {
      sets.push(parseExpressions(p));
    } while (continuesList(p));
  }
  closeParen(p);
  const end = endHere(p);
  if (sets.length === 0) failValue(p, { start, end }, `${type} needs at least one column or set.`);
  return { kind: 'GroupingSets', start, end, type, sets };
}

/** `()`, `(a, b)` or one expression. A row in parentheses is a set of several. */
function parseExpressions(p: Parser): GroupingExpressions {
  const start = startHere(p);
  if (
    kindAt(p, 0) === TokenKind.LeftParen &&
    kindAt(p, 1) === TokenKind.RightParen &&
    kindAt(p, 2) !== TokenKind.Arrow
  ) {
    p.position += 2;
    return { kind: 'GroupingExpressions', start, end: endHere(p), expressions: [] };
  }
  const expression: Expression = p.rules.expression(p);
  const isSet = expression.kind === 'RowConstructor' && p.text.charAt(expression.start) === '(';
  const expressions = isSet ? expression.fields.map(field => field.value) : [expression];
  return { kind: 'GroupingExpressions', start: expression.start, end: endHere(p), expressions };
}
