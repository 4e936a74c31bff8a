import type {
  AliasedRelation,
  Identifier,
  Join,
  Lateral,
  Relation,
  TableReference,
  Unnest,
} from '../sql/index.ts';
import {
  type Analyzer,
  childScope,
  declare,
  findCommonTable,
  markScope,
  note,
  type RelationsOutput,
  report,
} from './analyzer.ts';
import { analyzeJsonTable } from './json-tables.ts';
import type { Column, Output, Scope, ScopeRelation, SqlSymbol } from './model.ts';
import { columnOf } from './name-resolution.ts';
import { analyzePattern } from './pattern-recognition.ts';
import { type SqlType, simpleType, typeArgument, UNKNOWN } from './sql-type.ts';
import { analyzeTableFunction } from './table-functions.ts';
import { resolveTable } from './tables.ts';

const NOTHING_MERGED: ReadonlyMap<string, Column> = new Map<string, Column>();

/** What a relation brings into the scope. `scope` holds what it may refer to itself: outer queries and left siblings. */
export function analyzeRelation(a: Analyzer, node: Relation, scope: Scope): RelationsOutput {
  switch (node.kind) {
    case 'TableReference':
      return one(analyzeTable(a, node, scope));
    case 'AliasedRelation':
      return analyzeAliased(a, node, scope);
    case 'Join':
      return analyzeJoin(a, node, scope);
    case 'SampledRelation': {
      const output = analyzeRelation(a, node.relation, scope);
      a.rules.expression(a, node.percentage, scope);
      return output;
    }
    case 'ParenthesizedRelation':
      return analyzeRelation(a, node.relation, scope);
    case 'SubqueryRelation':
      // A derived table sees the outer queries but not its neighbours.
      return one(derived(a.rules.query(a, node.query, withoutSiblings(scope))));
    case 'Lateral':
      return one(analyzeLateral(a, node, scope));
    case 'Unnest':
      return one(analyzeUnnest(a, node, scope));
    case 'PatternRecognition':
      return one(derived(analyzePattern(a, node, scope)));
    case 'JsonTable':
      return one(derived(analyzeJsonTable(a, node, scope)));
    case 'TableFunction':
      return one(derived(analyzeTableFunction(a, node, scope)));
    case 'Nearest':
      return analyzeNearest(a, node, scope);
    case 'Pivot':
      analyzeRelation(a, node.relation, scope);
      return one(derived({ columns: [], isResolved: false }));
    case 'Missing':
      return { relations: [], merged: NOTHING_MERGED, isComplete: false };
  }
}

function one(relation: ScopeRelation): RelationsOutput {
  return { relations: [relation], merged: NOTHING_MERGED, isComplete: true };
}

/** A relation without a name of its own. */
function derived(output: Output): ScopeRelation {
  const symbol: SqlSymbol = { kind: 'relationAlias', name: '', declaration: null, columns: output.columns };
  return { name: null, path: [], ...output, symbol };
}

function withoutSiblings(scope: Scope): Scope {
  return scope.relations.length === 0 ? scope : { ...scope, relations: [], merged: NOTHING_MERGED };
}

function analyzeTable(a: Analyzer, node: TableReference, scope: Scope): ScopeRelation {
  const [first] = node.name.parts;
  if (node.version !== null) a.rules.expression(a, node.version.value, childScope(scope));
  if (first !== undefined && node.name.parts.length === 1) {
    const common = findCommonTable(scope, first.name);
    if (common !== undefined) {
      note(a, first, common.symbol);
      const { columns, isResolved, symbol } = common;
      return { name: symbol.name, path: [symbol.name.toLowerCase()], columns, isResolved, symbol };
    }
    const named = a.environment.namedQueries?.get(first.name.toLowerCase());
    if (named !== undefined) return namedQuery(a, first, named);
  }
  return resolveTable(a, node.name);
}

/** A query that stands elsewhere and has a name. */
function namedQuery(a: Analyzer, name: Identifier, output: Output): ScopeRelation {
  const symbol: SqlSymbol = {
    kind: 'commonTable',
    name: name.name,
    declaration: null,
    columns: output.columns,
  };
  note(a, name, symbol);
  return { name: name.name, path: [name.name.toLowerCase()], ...output, symbol };
}

function analyzeAliased(a: Analyzer, node: AliasedRelation, scope: Scope): RelationsOutput {
  const inner = analyzeRelation(a, node.relation, scope);
  const columns = inner.relations.flatMap(relation => relation.columns);
  const isResolved = inner.isComplete && inner.relations.every(relation => relation.isResolved);
  const named = renameColumns(a, node.columns, { columns, isResolved }, node.alias.name);
  const base = inner.relations.length === 1 ? inner.relations[0]?.symbol : undefined;
  const symbol = declareAlias(a, node.alias, named, base);
  const path = [node.alias.name.toLowerCase()];
  // A table function may pass on columns of its input beside those that the list names.
  const isKnown = named.isResolved && node.relation.kind !== 'TableFunction';
  return one({ name: node.alias.name, path, columns: named.columns, isResolved: isKnown, symbol });
}

function declareAlias(
  a: Analyzer,
  alias: Identifier,
  { columns }: Output,
  base: SqlSymbol | undefined,
): SqlSymbol {
  const table = base?.table;
  const symbol: SqlSymbol = {
    kind: 'relationAlias',
    name: alias.name,
    declaration: alias,
    isRenamable: true,
    columns,
    ...(table === undefined ? {} : { table }),
    ...(base?.comment === undefined ? {} : { comment: base.comment }),
  };
  note(a, alias, symbol, true);
  return symbol;
}

/** Gives columns the names of a list: `AS t (a, b)`. Too many or too few names are reported when the columns are known. */
export function renameColumns(
  a: Analyzer,
  names: readonly Identifier[],
  { columns, isResolved }: Output,
  owner: string,
): Output {
  if (names.length === 0) return { columns, isResolved };
  const visible = columns.filter(column => column.isHidden !== true);
  if (isResolved && names.length !== visible.length) {
    const message = `${owner} has ${visible.length} columns, but ${names.length} names are given.`;
    const [first, last] = [names[0], names.at(-1)];
    if (first !== undefined && last !== undefined && !names.some(name => name.isMissing)) {
      report(a, { start: first.start, end: last.end }, { code: 'column-count', message });
    }
  }
  const renamed = names.map((name, i): Column => {
    const type = isResolved || visible.length >= names.length ? (visible[i]?.type ?? UNKNOWN) : UNKNOWN;
    return { name: name.name, type, symbol: declare(a, 'columnAlias', name, { type }) };
  });
  return { columns: renamed, isResolved: true };
}

function analyzeJoin(a: Analyzer, node: Join, scope: Scope): RelationsOutput {
  const left = analyzeRelation(a, node.left, scope);
  const beside = addRelations(scope, left);
  const right = analyzeRelation(a, node.right, beside);
  const relations = [...left.relations, ...right.relations];
  const merged = new Map([...left.merged, ...right.merged]);
  for (const name of node.using) mergeColumn(a, name, { left, right, merged });
  const output: RelationsOutput = {
    relations,
    merged,
    isComplete: left.isComplete && right.isComplete && !node.isNatural,
  };
  const inside = addRelations(scope, output);
  markScope(a, { start: node.right.end, end: node.end }, inside, 'on');
  if (node.on !== null) a.rules.expression(a, node.on, inside);
  return output;
}

interface Merging {
  readonly left: RelationsOutput;
  readonly right: RelationsOutput;
  readonly merged: Map<string, Column>;
}

function mergeColumn(a: Analyzer, name: Identifier, { left, right, merged }: Merging): void {
  if (name.isMissing) return;
  const key = name.name.toLowerCase();
  const inLeft = merged.get(key) ?? findIn(left, name.name);
  const inRight = findIn(right, name.name);
  for (const [side, found] of [
    [left, inLeft],
    [right, inRight],
  ] as const) {
    if (found !== undefined || !isKnown(side)) continue;
    const where = side.relations.map(relation => relation.name ?? 'the derived table').join(', ');
    report(a, name, { code: 'unknown-column', message: `There is no column ${name.name} in ${where}.` });
  }
  const column = inLeft ?? inRight;
  if (column === undefined) return;
  note(a, name, column.symbol);
  merged.set(key, column);
}

function findIn(side: RelationsOutput, name: string): Column | undefined {
  for (const relation of side.relations) {
    const column = columnOf(relation, name);
    if (column !== undefined) return column;
  }
  return undefined;
}

function isKnown(side: RelationsOutput): boolean {
  return side.isComplete && side.relations.every(relation => relation.isResolved);
}

/** The scope of something that also sees these relations. */
export function addRelations(scope: Scope, added: RelationsOutput): Scope {
  return {
    ...scope,
    relations: [...scope.relations, ...added.relations],
    merged: new Map([...scope.merged, ...added.merged]),
    isComplete: scope.isComplete && added.isComplete,
  };
}

function analyzeLateral(a: Analyzer, node: Lateral, scope: Scope): ScopeRelation {
  return derived(a.rules.query(a, node.query, childScope(scope)));
}

function analyzeUnnest(a: Analyzer, node: Unnest, scope: Scope): ScopeRelation {
  markScope(a, node, scope, 'from');
  let isResolved = true;
  const columns: Column[] = [];
  for (const expression of node.expressions) {
    const type = a.rules.expression(a, expression, scope);
    const found = unnestedColumns(type);
    if (found === undefined) isResolved = false;
    else columns.push(...found);
  }
  if (node.withOrdinality) columns.push(unnamed('', simpleType('bigint')));
  return derived({ columns, isResolved });
}

/** One column per array, two per map, one per field of an array of rows. */
function unnestedColumns(type: SqlType): Column[] | undefined {
  if (type.base === 'map') return [unnamed('', typeArgument(type, 0)), unnamed('', typeArgument(type, 1))];
  if (type.base !== 'array') return undefined;
  const element = typeArgument(type, 0);
  if (element.base === '') return undefined;
  if (element.fields === undefined) return [unnamed('', element)];
  return element.fields.map(field => unnamed(field.name, field.type));
}

function unnamed(name: string, type: SqlType): Column {
  return { name, type, symbol: { kind: 'column', name, declaration: null, type } };
}

function analyzeNearest(
  a: Analyzer,
  node: Relation & { readonly kind: 'Nearest' },
  scope: Scope,
): RelationsOutput {
  const output = analyzeRelation(a, node.relation, scope);
  const inside = addRelations(scope, output);
  markScope(a, node, inside, 'from');
  if (node.where !== null) a.rules.expression(a, node.where, inside);
  a.rules.expression(a, node.match, inside);
  return output;
}
