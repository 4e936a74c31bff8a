import { childrenOf, type Expression, type NodeBase, type Select, type SortItem } from '../sql/index.ts';
import { type Analyzer, report } from './analyzer.ts';
import { nameParts } from './expressions.ts';
import type { Reference, Scope } from './model.ts';

interface GroupContext {
  readonly scope: Scope;
  readonly orderBy: readonly SortItem[];
}

/**
 * Reports columns that a grouped query names outside its groups and outside aggregates. Only where everything that
 * matters is known: one function that is not known could be an aggregate.
 */
export function checkGrouping(a: Analyzer, node: Select, { scope, orderBy }: GroupContext): void {
  if (a.environment.isJudged === false) return;
  if (!scope.isComplete || scope.relations.some(relation => !relation.isResolved)) return;
  const outputs = node.items.flatMap(item => (item.kind === 'SelectExpression' ? [item.expression] : []));
  const isStar = node.items.some(item => item.kind === 'Star');
  const checked = node.having === null ? outputs : [...outputs, node.having];
  if (node.groupBy === null && isStar) return;
  const state: Check = { a, scope, grouped: new Set(), columns: new Set(), ids: new Map() };
  const sorts = orderBy.map(item => item.expression);
  const all = [...checked, ...sorts];
  if (all.some(expression => hasUnknownCall(state, expression))) return;
  if (node.groupBy === null && !all.some(expression => hasAggregate(state, expression))) return;
  if (node.groupBy !== null && !collectGroups(state, node, outputs)) return;
  for (const expression of checked) checkExpression(state, expression);
}

interface Check {
  readonly a: Analyzer;
  readonly scope: Scope;
  /** Grouped expressions by their text without spaces, in lower case. */
  readonly grouped: Set<string>;
  /** Grouped columns. */
  readonly columns: Set<object>;
  readonly ids: Map<object, number>;
}

/** False for a grouping that is not judged. */
function collectGroups(check: Check, node: Select, outputs: readonly Expression[]): boolean {
  for (const element of node.groupBy?.elements ?? []) {
    if (element.kind === 'GroupingAuto') return false;
    const sets = element.kind === 'GroupingSets' ? element.sets : [element];
    for (const expression of sets.flatMap(set => set.expressions)) {
      const target =
        expression.kind === 'NumberLiteral' ? node.items[Number(expression.text) - 1] : undefined;
      if (target?.kind === 'Star' || (target === undefined && expression.kind === 'NumberLiteral'))
        return false;
      addGroup(check, target === undefined ? expression : target.expression);
    }
  }
  return outputs.length === node.items.length;
}

function addGroup(check: Check, expression: Expression): void {
  const inner = expression.kind === 'Parenthesized' ? expression.expression : expression;
  check.grouped.add(textOf(check, inner));
  const symbol = symbolOf(check, inner);
  if (symbol !== undefined) check.columns.add(symbol);
}

function checkExpression(check: Check, node: NodeBase): void {
  if (check.grouped.has(textOf(check, node)) || isAggregateCall(check, node)) return;
  if (node.kind === 'Query' || node.kind === 'Lambda') return;
  if (node.kind === 'ColumnReference' || node.kind === 'Dereference') {
    checkColumn(check, node);
    return;
  }
  for (const child of childrenOf(node)) checkExpression(check, child);
}

function checkColumn(check: Check, node: NodeBase): void {
  const reference = ownColumn(check, node);
  if (reference === undefined || check.columns.has(reference.symbol)) return;
  const { name } = reference.symbol;
  const message = `${name} is neither grouped nor inside an aggregate. Add it to GROUP BY or aggregate it.`;
  report(check.a, node, { code: 'not-grouped', message });
}

/** The column of this query's own FROM that a name means. */
function ownColumn({ a, scope }: Check, node: NodeBase): Reference | undefined {
  for (const part of nameParts(node as Expression) ?? []) {
    const found = a.referenceAt.get(part.start);
    if (found?.symbol.kind !== 'column' && found?.symbol.kind !== 'columnAlias') continue;
    const { symbol } = found;
    const isOwn = scope.relations.some(relation => relation.columns.some(column => column.symbol === symbol));
    return isOwn ? found : undefined;
  }
  return undefined;
}

function symbolOf(check: Check, node: NodeBase): object | undefined {
  return node.kind === 'ColumnReference' || node.kind === 'Dereference'
    ? ownColumn(check, node)?.symbol
    : undefined;
}

/** An expression as text that is the same however its columns are qualified and spaced. */
function textOf(check: Check, node: NodeBase): string {
  const symbol = symbolOf(check, node);
  if (symbol !== undefined) {
    let id = check.ids.get(symbol);
    if (id === undefined) check.ids.set(symbol, (id = check.ids.size));
    return `#${id}`;
  }
  let text = '';
  let at = node.start;
  for (const child of childrenOf(node).sort((x, y) => x.start - y.start)) {
    if (child.start < at) continue;
    text += plain(check.a.text.slice(at, child.start)) + textOf(check, child);
    at = child.end;
  }
  return text + plain(check.a.text.slice(at, node.end));
}

function plain(text: string): string {
  return text.replaceAll(/\s+/g, '').toLowerCase();
}

function hasAggregate(check: Check, node: NodeBase): boolean {
  if (node.kind === 'Query') return false;
  return isAggregateCall(check, node) || childrenOf(node).some(child => hasAggregate(check, child));
}

function isAggregateCall(check: Check, node: NodeBase): boolean {
  if (node.kind !== 'FunctionCall') return false;
  const call = node as Expression & { readonly kind: 'FunctionCall' };
  if (call.over !== null) return false;
  const name = call.name.parts.map(part => part.name).join('.');
  const found = check.a.environment.findFunction(name);
  return (
    name.toLowerCase() === 'listagg' ||
    found?.signatures.some(signature => signature.kind === 'aggregate') === true
  );
}

/** A call of something that may be an aggregate for all we know. */
function hasUnknownCall(check: Check, node: NodeBase): boolean {
  if (node.kind === 'Query') return false;
  if (node.kind === 'FunctionCall') {
    const call = node as Expression & { readonly kind: 'FunctionCall' };
    const name = call.name.parts.map(part => part.name).join('.');
    if (check.a.environment.findFunction(name) === undefined) return true;
  }
  return childrenOf(node).some(child => hasUnknownCall(check, child));
}
