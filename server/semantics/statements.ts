import {
  childrenOf,
  type Expression,
  type Identifier,
  type Insert,
  type Merge,
  type Property,
  type QualifiedName,
  type QueryStatement,
  type Statement,
  type TargetTable,
  type Update,
} from '../sql/index.ts';
import { type Analyzer, childScope, declare, markScope, note, report } from './analyzer.ts';
import { canCoerce } from './coercion.ts';
import type { Output, Scope, ScopeRelation } from './model.ts';
import { columnOf } from './name-resolution.ts';
import { nearestName } from './nearest-name.ts';
import { OUTERMOST } from './queries.ts';
import { analyzeFunctionDefinition } from './routines.ts';
import { typeText } from './sql-type.ts';
import { resolveTable } from './tables.ts';

/** Understands a statement of any kind. */
export function analyzeStatement(a: Analyzer, node: Statement): void {
  switch (node.kind) {
    case 'QueryStatement':
      analyzeQueryStatement(a, node, OUTERMOST);
      return;
    case 'Insert':
      analyzeInsert(a, node);
      return;
    case 'Update':
      analyzeUpdate(a, node);
      return;
    case 'Delete': {
      const { scope } = targetScope(a, node.target);
      markScope(a, node, scope, 'statement');
      if (node.where !== null) a.rules.expression(a, node.where, scope);
      return;
    }
    case 'Merge':
      analyzeMerge(a, node);
      return;
    case 'CreateTableAs':
    case 'CreateView':
    case 'CreateMaterializedView':
      analyzeProperties(a, node.properties);
      analyzeQueryStatement(a, node.query, OUTERMOST);
      return;
    case 'ExecuteTableProcedure': {
      const table = resolveTable(a, node.table);
      const scope = childScope(OUTERMOST, { relations: [table] });
      markScope(a, node, scope, 'statement');
      for (const argument of node.args) a.rules.expression(a, argument.value, OUTERMOST);
      if (node.where !== null) a.rules.expression(a, node.where, scope);
      return;
    }
    case 'CreateFunction':
      analyzeFunctionDefinition(a, node.definition);
      return;
    case 'Explain':
    case 'Prepare':
      analyzeStatement(a, node.statement);
      return;
    case 'DropColumn':
    case 'RenameColumn':
    case 'AlterColumn':
      analyzeColumnOf(a, node.table, node.column);
      return;
    case 'AddColumn':
    case 'Truncate':
    case 'Analyze':
    case 'Describe':
      noteTable(a, node.table);
      return;
    default:
      analyzeOther(a, node);
  }
}

/** Statements that have only values to understand, such as CALL and SET SESSION. */
function analyzeOther(a: Analyzer, node: Statement): void {
  if (node.kind === 'SetProperties') noteTable(a, node.name);
  if (node.kind === 'ShowStats' && node.query !== null) analyzeQueryStatement(a, node.query, OUTERMOST);
  if (node.kind === 'Call' || node.kind === 'Execute') {
    for (const child of childrenOf(node)) {
      if (child.kind === 'Argument')
        a.rules.expression(a, (child as typeof child & { value: Expression }).value, OUTERMOST);
    }
  }
}

function analyzeProperties(a: Analyzer, properties: readonly Property[]): void {
  for (const property of properties) {
    if (property.value !== null) a.rules.expression(a, property.value, OUTERMOST);
  }
}

function analyzeQueryStatement(a: Analyzer, node: QueryStatement, scope: Scope): Output {
  analyzeProperties(a, node.session);
  for (const definition of node.functions) analyzeFunctionDefinition(a, definition);
  return a.rules.query(a, node.query, scope);
}

function noteTable(a: Analyzer, name: QualifiedName): ScopeRelation {
  return resolveTable(a, name);
}

/** `column` or `column.field…` of a table that is being altered. */
function analyzeColumnOf(a: Analyzer, table: QualifiedName, column: QualifiedName): void {
  const relation = noteTable(a, table);
  const [first] = column.parts;
  if (first !== undefined) checkColumnName(a, first, relation);
}

interface Target {
  readonly relation: ScopeRelation;
  readonly scope: Scope;
}

function targetScope(a: Analyzer, target: TargetTable): Target {
  const relation = resolveTable(a, target.name);
  return { relation, scope: childScope(OUTERMOST, { relations: [relation] }) };
}

/** Notes a column of the changed table; one that it does not have is reported. */
function checkColumnName(a: Analyzer, name: Identifier, relation: ScopeRelation): void {
  if (name.isMissing) return;
  const column = columnOf(relation, name.name);
  if (column !== undefined) {
    note(a, name, column.symbol);
    return;
  }
  if (!relation.isResolved) return;
  const suggestion = nearestName(
    name.name,
    relation.columns.map(item => item.name),
  );
  const message = `There is no column ${name.name} in ${relation.name ?? 'the table'}.`;
  report(a, name, { code: 'unknown-column', message, suggestion });
}

function analyzeInsert(a: Analyzer, node: Insert): void {
  const { relation } = targetScope(a, node.target);
  for (const column of node.columns) checkColumnName(a, column, relation);
  const output = analyzeQueryStatement(a, node.query, OUTERMOST);
  if (!output.isResolved) return;
  const values = output.columns.filter(column => column.isHidden !== true);
  const wanted =
    node.columns.length > 0
      ? node.columns.map(name => columnOf(relation, name.name))
      : relation.columns.filter(column => column.isHidden !== true);
  if (node.columns.length === 0 && !relation.isResolved) return;
  const span = { start: node.target.start, end: node.target.end };
  if (values.length !== wanted.length) {
    const message = `${wanted.length} columns are filled, but the query has ${values.length}.`;
    report(a, span, { code: 'column-count', message });
    return;
  }
  wanted.forEach((column, i) => {
    const value = values[i];
    if (column === undefined || value === undefined || canCoerce(value.type, column.type)) return;
    // Trino turns values into the column's type where that loses nothing; numbers and texts are left to it.
    if (isLenient(value.type.base) && isLenient(column.type.base)) return;
    const message = `Column ${column.name} is ${typeText(column.type)}, its value is ${typeText(value.type)}.`;
    report(a, span, { code: 'wrong-type', message });
  });
}

const NUMBERS = new Set(['tinyint', 'smallint', 'integer', 'bigint', 'decimal', 'real', 'double']);

function isLenient(base: string): boolean {
  return (
    NUMBERS.has(base) || base.startsWith('timestamp') || base === 'row' || base === 'array' || base === 'map'
  );
}

function analyzeUpdate(a: Analyzer, node: Update): void {
  const { relation, scope } = targetScope(a, node.target);
  markScope(a, node, scope, 'statement');
  for (const assignment of node.assignments) {
    checkColumnName(a, assignment.column, relation);
    a.rules.expression(a, assignment.value, scope);
  }
  if (node.where !== null) a.rules.expression(a, node.where, scope);
}

function analyzeMerge(a: Analyzer, node: Merge): void {
  const table = resolveTable(a, node.target.name);
  const target = node.alias === null ? table : aliased(a, table, node.alias);
  const source = a.rules.relation(a, node.source, OUTERMOST);
  const scope = childScope(OUTERMOST, {
    relations: [target, ...source.relations],
    merged: source.merged,
    isComplete: source.isComplete,
  });
  markScope(a, node, scope, 'statement');
  a.rules.expression(a, node.on, scope);
  for (const part of node.cases) {
    if (part.condition !== null) a.rules.expression(a, part.condition, scope);
    for (const assignment of part.assignments) {
      checkColumnName(a, assignment.column, target);
      a.rules.expression(a, assignment.value, scope);
    }
    for (const column of part.columns) checkColumnName(a, column, target);
    for (const value of part.values) a.rules.expression(a, value, scope);
  }
}

function aliased(a: Analyzer, table: ScopeRelation, alias: Identifier): ScopeRelation {
  const path = table.symbol.table;
  const parts = { columns: table.columns, ...(path === undefined ? {} : { table: path }) };
  const symbol = declare(a, 'relationAlias', alias, parts);
  return { ...table, name: alias.name, path: [alias.name.toLowerCase()], symbol };
}
