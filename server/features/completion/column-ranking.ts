import { canCoerce } from '../../semantics/coercion.ts';
import type { Column, ScopeRelation } from '../../semantics/model.ts';
import { nameParts } from '../../semantics/expressions.ts';
import type { SqlType } from '../../semantics/sql-type.ts';
import { isUnknown } from '../../semantics/sql-type.ts';
import type { Comparison, Expression, GroupBy, NodeBase, Query, Select, SortItem } from '../../sql/index.ts';
import { CARET_NAME } from './caret.ts';
import { nodeAround, type Site } from './site.ts';

/** How much speaks for a column at the caret, roughly between -100 and 200. */
export type ColumnPreference = (column: Column, relation: ScopeRelation | undefined) => number;

/** What speaks for columns: the other side of a comparison, the lists that ought to agree, and where else they stand. */
export function columnPreferences(site: Site): ColumnPreference {
  const compared = comparedWith(site);
  const lists = listsAround(site);
  const wantsNumber = isNumericArgument(site);
  return (column, relation) => {
    const name = column.name.toLowerCase();
    let score = lists(name);
    const uses = site.words.get(name) ?? 0;
    if (uses > 0) score += 20 + Math.min(10, uses) + (site.likeness.get(name) ?? 0);
    if (compared !== undefined) score += comparisonScore(column, relation, compared);
    if (wantsNumber && !isUnknown(column.type)) score += NUMERIC.test(column.type.base) ? 15 : -60;
    return score;
  };
}

const NUMERIC = /^(tinyint|smallint|integer|bigint|decimal|real|double)$/;

interface Compared {
  readonly name: string;
  readonly type: SqlType | undefined;
  /** The relation that the other side is qualified with. */
  readonly qualifier: string | undefined;
  readonly isLiteral: boolean;
}

/** What the caret's name is compared with. */
function comparedWith(site: Site): Compared | undefined {
  const comparison = nodeAround(site, 'Comparison') as Comparison | undefined;
  if (comparison?.left == null) return undefined;
  const sides = [strip(comparison.left), strip(comparison.right)];
  const own = sides.findIndex(side => isCaret(side));
  const other = sides[1 - own];
  if (own < 0 || other === undefined) return undefined;
  const parts = nameParts(other);
  const last = parts?.at(-1)?.name ?? '';
  return {
    name: last.toLowerCase(),
    type: site.analysis.types.get(other),
    qualifier: parts !== undefined && parts.length > 1 ? parts.at(-2)?.name.toLowerCase() : undefined,
    isLiteral: parts === undefined,
  };
}

function strip(node: Expression): Expression {
  return node.kind === 'Parenthesized' ? strip(node.expression) : node;
}

function isCaret(node: Expression): boolean {
  return nameParts(node)?.some(part => part.name === CARET_NAME) === true;
}

function comparisonScore(column: Column, relation: ScopeRelation | undefined, other: Compared): number {
  let score = 0;
  if (other.type !== undefined && !isUnknown(other.type) && !isUnknown(column.type)) {
    score += canCoerce(column.type, other.type) || canCoerce(other.type, column.type) ? 10 : -90;
  }
  if (other.isLiteral) return score;
  const name = column.name.toLowerCase();
  const isSameColumn = name === other.name;
  if (isSameColumn) score += relation !== undefined && isOwner(relation, other) ? -60 : 90;
  else if (tailOf(name) === tailOf(other.name) && tailOf(name) !== '') score += 80;
  else if (tailOf(other.name).endsWith(tailOf(name)) || tailOf(name).endsWith(tailOf(other.name)))
    score += 45;
  if (relation !== undefined && isOwner(relation, other)) score -= 30;
  return score;
}

function isOwner(relation: ScopeRelation, other: Compared): boolean {
  return other.qualifier === undefined
    ? relation.columns.some(column => column.name.toLowerCase() === other.name)
    : relation.name?.toLowerCase() === other.qualifier;
}

/** `ss_customer_sk` and `c_customer_sk` are named alike but for the table's prefix. */
function tailOf(name: string): string {
  const underscore = name.indexOf('_');
  return underscore < 0 ? name : name.slice(underscore + 1);
}

/** GROUP BY, ORDER BY and the select list name the same columns, in the same order. */
function listsAround(site: Site): (name: string) => number {
  const select = nodeAround(site, 'Select') as Select | undefined;
  const query = nodeAround(site, 'Query') as Query | undefined;
  if (nodeAround(site, 'Comparison') !== undefined || nodeAround(site, 'FunctionCall') !== undefined)
    return () => 0;
  const group = nodeAround(site, 'GroupBy') as GroupBy | undefined;
  const sort = nodeAround(site, 'SortItem') as SortItem | undefined;
  const body = query?.body.kind === 'Select' ? query.body : select;
  if (body === undefined) return () => 0;
  if (group !== undefined) return preferMissing(plainItems(body), namesIn(group));
  if (sort !== undefined)
    return preferMissing(outputNames(body), query?.orderBy.flatMap(item => namesIn(item)) ?? []);
  const isItem =
    select?.items.some(item => item.kind === 'SelectExpression' && isCaret(item.expression)) === true;
  if (!isItem || select === undefined) return () => 0;
  const groups = select.groupBy === null ? [] : namesIn(select.groupBy);
  return preferMissing(
    groups,
    select.items.flatMap(item => namesIn(item)),
  );
}

/** Names that the other list has and this one has not, in its order; names that stand here already come last. */
function preferMissing(wanted: readonly string[], present: readonly string[]): (name: string) => number {
  const missing = wanted.filter(name => !present.includes(name));
  return name => {
    const at = missing.indexOf(name);
    if (at >= 0) return 150 - Math.min(40, at * 2);
    return present.includes(name) ? -50 : 0;
  };
}

function namesIn(node: NodeBase): string[] {
  const names: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const parts = 'kind' in value ? nameParts(value as Expression) : undefined;
    const last = parts?.at(-1)?.name;
    if (last !== undefined) {
      if (last !== CARET_NAME) names.push(last.toLowerCase());
      return;
    }
    for (const inner of Object.values(value) as unknown[]) visit(inner);
  };
  visit(node);
  return names;
}

/** The columns of the select list that stand alone: what a grouped query groups by. */
function plainItems(select: Select): string[] {
  return select.items.flatMap(item => {
    if (item.kind !== 'SelectExpression') return [];
    const last = nameParts(item.expression)?.at(-1)?.name;
    return last === undefined ? [] : [last.toLowerCase()];
  });
}

function outputNames(select: Select): string[] {
  return select.items.flatMap(item => {
    if (item.kind !== 'SelectExpression') return [];
    const name = item.alias?.name ?? nameParts(item.expression)?.at(-1)?.name;
    return name === undefined ? [] : [name.toLowerCase()];
  });
}

function isNumericArgument(site: Site): boolean {
  const call = nodeAround(site, 'FunctionCall') as
    (Expression & { readonly kind: 'FunctionCall' }) | undefined;
  const name = call?.name.parts.at(-1)?.name.toLowerCase();
  const [first] = call?.args ?? [];
  return (name === 'sum' || name === 'avg') && first !== undefined && isCaret(first.value);
}
