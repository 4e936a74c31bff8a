import type { Expression, Pivot, PivotValue, QualifiedName, Relation, SelectExpression } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { isRelationWord } from './clauses.ts';
import { at, eatKind, endHere, expect, expectKind } from './cursor.ts';
import { parseGroupBy } from './grouping.ts';
import { closeParen, continuesList } from './lists.ts';
import { parseQualifiedName } from './names.ts';
import { parseAlias } from './select-items.ts';
import type { Parser } from './state.ts';

/** Whether PIVOT comes next; it is a name too. */
export function isPivot(p: Parser): boolean {
  return at(p, K.PIVOT) && isRelationWord(p);
}

/** `relation PIVOT (sum(x) AS s FOR c IN (1 AS a, 2) GROUP BY g)`; PIVOT is next. */
export function parsePivot(p: Parser, relation: Relation): Pivot {
  p.position++;
  expectKind(p, TokenKind.LeftParen, "'('");
  const aggregates: SelectExpression[] = [];
  do {
    const expression: Expression = p.rules.expression(p);
    const alias = parseAlias(p);
    aggregates.push({
      kind: 'SelectExpression',
      start: expression.start,
      end: endHere(p),
      expression,
      alias,
    });
  } while (eatKind(p, TokenKind.Comma));
  expect(p, K.FOR, 'FOR and a column');
  const columns = parseColumns(p);
  expect(p, K.IN, 'IN and a list of values');
  const values = parseValues(p);
  const groupBy = at(p, K.GROUP) ? parseGroupBy(p) : null;
  closeParen(p);
  return {
    kind: 'Pivot',
    start: relation.start,
    end: endHere(p),
    relation,
    aggregates,
    columns,
    values,
    groupBy,
  };
}

function parseColumns(p: Parser): QualifiedName[] {
  const columns: QualifiedName[] = [];
  const isList = eatKind(p, TokenKind.LeftParen);
  do {
    columns.push(parseQualifiedName(p, 'column'));
  } while (isList && eatKind(p, TokenKind.Comma));
  if (isList) closeParen(p);
  return columns;
}

function parseValues(p: Parser): PivotValue[] {
  const values: PivotValue[] = [];
  if (!expectKind(p, TokenKind.LeftParen, "'('")) return values;
  do {
    const value: Expression = p.rules.expression(p);
    const alias = parseAlias(p);
    values.push({ kind: 'PivotValue', start: value.start, end: endHere(p), value, alias });
  } while (continuesList(p));
  closeParen(p);
  return values;
}
