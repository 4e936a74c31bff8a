import type {
  Expression,
  GroupBy,
  Identifier,
  NamedWindow,
  Select,
  SelectItem,
  SortItem,
  Star,
} from '../sql/index.ts';
import {
  type Analyzer,
  childScope,
  declare,
  markScope,
  note,
  type RelationsOutput,
  report,
} from './analyzer.ts';
import { analyzeWindow } from './calls.ts';
import { nameParts } from './expressions.ts';
import { checkGrouping } from './group-check.ts';
import type { Column, Output, Scope, SqlSymbol } from './model.ts';
import { findRelation } from './name-resolution.ts';
import { addRelations } from './relations.ts';
import { type SqlType, UNKNOWN } from './sql-type.ts';

interface SelectContext {
  readonly scope: Scope;
  readonly orderBy: readonly SortItem[];
}

/** Understands a SELECT: FROM first, then the clauses that see it, ORDER BY last. */
export function analyzeSelect(a: Analyzer, node: Select, { scope, orderBy }: SelectContext): Output {
  const from = analyzeFrom(a, node, scope);
  const windows = new Map<string, SqlSymbol>();
  const inside = { ...from, windows };
  markScope(a, node, inside, 'select');
  // Windows are declared before the select list names them.
  for (const window of node.windows) declareWindow(a, window, { windows, scope: inside });
  const output = analyzeItems(a, node.items, inside);
  if (node.where !== null) a.rules.expression(a, node.where, inside);
  if (node.groupBy !== null) analyzeGroupBy(a, node.groupBy, inside);
  if (node.having !== null) a.rules.expression(a, node.having, inside);
  const sorting = sortScope(output, inside, inside);
  for (const item of orderBy) {
    markScope(a, item, sorting, 'orderBy');
    a.rules.expression(a, item.expression, sorting);
  }
  checkGrouping(a, node, { scope: inside, orderBy });
  return output;
}

function analyzeFrom(a: Analyzer, node: Select, scope: Scope): Scope {
  let inside = childScope(scope);
  for (const relation of node.from) {
    markScope(a, relation, inside, 'from');
    const added = a.rules.relation(a, relation, inside);
    reportDuplicates(a, inside, added);
    inside = addRelations(inside, added);
  }
  return inside;
}

function reportDuplicates(a: Analyzer, scope: Scope, added: RelationsOutput): void {
  for (const { name, symbol } of added.relations) {
    if (name === null || symbol.declaration === null || symbol.kind !== 'relationAlias') continue;
    const isTwice = scope.relations.some(other => other.name?.toLowerCase() === name.toLowerCase());
    if (!isTwice) continue;
    report(a, symbol.declaration, {
      code: 'duplicate-alias',
      message: `${name} is the name of an earlier relation of this FROM.`,
    });
  }
}

function declareWindow(
  a: Analyzer,
  window: NamedWindow,
  { windows, scope }: { readonly windows: Map<string, SqlSymbol>; readonly scope: Scope },
): void {
  analyzeWindow(a, window.specification, scope);
  windows.set(window.name.name.toLowerCase(), declare(a, 'window', window.name));
}

function analyzeItems(a: Analyzer, items: readonly SelectItem[], scope: Scope): Output {
  const columns: Column[] = [];
  let isResolved = true;
  for (const item of items) {
    if (item.kind === 'Star') {
      const expanded = expandStar(a, item, scope);
      if (expanded === undefined) isResolved = false;
      else columns.push(...expanded);
      continue;
    }
    const type = a.rules.expression(a, item.expression, scope);
    if (item.expression.kind === 'Missing') isResolved = false;
    else columns.push(outputColumn(a, item.expression, item.alias, type));
  }
  return { columns, isResolved };
}

function outputColumn(a: Analyzer, expression: Expression, alias: Identifier | null, type: SqlType): Column {
  if (alias !== null) return { name: alias.name, type, symbol: declare(a, 'columnAlias', alias, { type }) };
  const parts = nameParts(expression);
  const last = parts?.at(-1);
  if (last === undefined)
    return { name: '', type, symbol: { kind: 'column', name: '', declaration: null, type } };
  const inner = a.referenceAt.get(last.start)?.symbol;
  const symbol: SqlSymbol = inner ?? { kind: 'column', name: last.name, declaration: last, type };
  return { name: last.name, type, symbol };
}

/** The columns that a star stands for; undefined when they are not all known. */
function expandStar(a: Analyzer, star: Star, scope: Scope): Column[] | undefined {
  if (star.base === null) {
    const isKnown = scope.isComplete && scope.relations.every(relation => relation.isResolved);
    if (!isKnown) return undefined;
    return renameStar(a, star, starColumns(scope));
  }
  const parts = nameParts(star.base);
  const owner = parts === undefined ? undefined : findOwner(parts, scope);
  if (parts !== undefined && owner !== undefined) {
    const last = parts.at(-1);
    if (last !== undefined) note(a, last, owner.symbol);
    return owner.isResolved ? renameStar(a, star, visible(owner.columns)) : undefined;
  }
  const type = a.rules.expression(a, star.base, scope);
  if (type.fields === undefined) return undefined;
  return renameStar(a, star, fieldColumns(type));
}

function findOwner(parts: readonly Identifier[], scope: Scope): ReturnType<typeof findRelation> {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const found = findRelation(parts, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All columns of FROM; those of USING come first and once. */
export function starColumns(scope: Scope): Column[] {
  const merged = [...scope.merged.values()];
  const rest = scope.relations.flatMap(relation =>
    visible(relation.columns).filter(column => !scope.merged.has(column.name.toLowerCase())),
  );
  return [...merged, ...rest];
}

function visible(columns: readonly Column[]): Column[] {
  return columns.filter(column => column.isHidden !== true);
}

function fieldColumns(type: SqlType): Column[] {
  return (type.fields ?? []).map(field => {
    const symbol = { kind: 'field', name: field.name, declaration: null, type: field.type } as const;
    return { name: field.name, type: field.type, symbol };
  });
}

function renameStar(a: Analyzer, { aliases }: Star, columns: readonly Column[]): Column[] {
  if (aliases.length === 0) return [...columns];
  return aliases.map((alias, i) => {
    const type = columns[i]?.type ?? UNKNOWN;
    return { name: alias.name, type, symbol: declare(a, 'columnAlias', alias, { type }) };
  });
}

function analyzeGroupBy(a: Analyzer, node: GroupBy, scope: Scope): void {
  for (const element of node.elements) {
    if (element.kind === 'GroupingAuto') continue;
    const sets = element.kind === 'GroupingSets' ? element.sets : [element];
    for (const set of sets)
      for (const expression of set.expressions) a.rules.expression(a, expression, scope);
  }
}

/** What ORDER BY sees: output columns first, then what the select list itself sees (`inner`), if anything. */
export function sortScope(output: Output, scope: Scope, inner: Scope | null): Scope {
  const names = new Map<string, Column>();
  for (const column of output.columns) {
    if (column.name !== '') names.set(column.name.toLowerCase(), column);
  }
  if (inner !== null) return childScope(inner, { names, windows: inner.windows });
  return childScope(scope, { names, isComplete: output.isResolved });
}
