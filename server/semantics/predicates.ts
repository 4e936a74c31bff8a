import type { Expression, Predicate } from '../sql/index.ts';
import { type Analyzer, childScope, report } from './analyzer.ts';
import { commonType } from './coercion.ts';
import type { Scope } from './model.ts';
import { isUnknown, simpleType, type SqlType, typeText, UNKNOWN } from './sql-type.ts';

/** Understands the parts of a predicate, which is always a boolean. Values that cannot be compared are reported. */
export function analyzePredicate(a: Analyzer, node: Predicate, scope: Scope): SqlType {
  switch (node.kind) {
    case 'Comparison':
    case 'IsDistinctFrom':
      compare(
        a,
        node,
        [node.left, node.right].map(part => visit(a, part, scope)),
      );
      break;
    case 'Overlaps':
      visit(a, node.left, scope);
      visit(a, node.right, scope);
      break;
    case 'Between':
      compare(
        a,
        node,
        [node.value, node.low, node.high].map(part => visit(a, part, scope)),
      );
      break;
    case 'InList':
      compare(
        a,
        node,
        [node.value, ...node.items].map(part => visit(a, part, scope)),
      );
      break;
    case 'Like':
      for (const part of [node.value, node.pattern, node.escape]) visit(a, part, scope);
      break;
    case 'IsPredicate':
      visit(a, node.value, scope);
      break;
    case 'QuantifiedComparison':
      visit(a, node.left, scope);
      a.rules.query(a, node.query, childScope(scope));
      break;
    case 'InSubquery':
    case 'MatchPredicate':
      visit(a, node.value, scope);
      a.rules.query(a, node.query, childScope(scope));
      break;
  }
  return simpleType('boolean');
}

function visit(a: Analyzer, node: Expression | null, scope: Scope): SqlType {
  return node === null ? UNKNOWN : a.rules.expression(a, node, scope);
}

/** Types that Trino never compares with each other. Anything unusual is left to the server. */
const FAMILIES: readonly (readonly string[])[] = [
  ['tinyint', 'smallint', 'integer', 'bigint', 'decimal', 'real', 'double'],
  ['varchar', 'char'],
  ['boolean'],
  ['date', 'timestamp', 'timestamp with time zone'],
];

function familyOf(type: SqlType): number {
  return FAMILIES.findIndex(family => family.includes(type.base));
}

function compare(a: Analyzer, node: Predicate, types: readonly SqlType[]): void {
  const [first] = types;
  if (first === undefined || isUnknown(first)) return;
  for (const type of types.slice(1)) {
    if (familyOf(first) < 0 || familyOf(type) < 0 || familyOf(first) === familyOf(type)) continue;
    if (commonType(first, type) !== undefined) continue;
    report(a, node, {
      code: 'wrong-type',
      message: `${typeText(first)} cannot be compared with ${typeText(type)}.`,
    });
    return;
  }
}
