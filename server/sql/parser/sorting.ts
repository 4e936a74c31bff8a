import type { SortItem } from '../ast.ts';
import { K } from '../keywords.ts';
import { eatListComma } from './clauses.ts';
import { eat, endHere, expect, fail } from './cursor.ts';
import type { Parser } from './state.ts';

/** `ORDER BY a, b`; ORDER is next or missing. */
export function parseSortItems(p: Parser): SortItem[] {
  expect(p, K.ORDER, 'ORDER BY');
  expect(p, K.BY, 'BY');
  const items: SortItem[] = [];
  do {
    items.push(parseSortItem(p));
  } while (eatListComma(p));
  return items;
}

/** `expression DESC NULLS LAST`. */
export function parseSortItem(p: Parser): SortItem {
  const expression = p.rules.expression(p);
  const direction = eat(p, K.ASC) ? 'ASC' : eat(p, K.DESC) ? 'DESC' : null;
  let nulls: SortItem['nulls'] = null;
  if (eat(p, K.NULLS)) {
    nulls = eat(p, K.FIRST) ? 'FIRST' : eat(p, K.LAST) ? 'LAST' : null;
    if (nulls === null) fail(p, 'FIRST or LAST');
  }
  return { kind: 'SortItem', start: expression.start, end: endHere(p), expression, direction, nulls };
}
