import type { JsonPathInvocation, JsonTable, JsonTableColumn } from '../sql/index.ts';
import { type Analyzer, declare } from './analyzer.ts';
import { typeOfNode } from './data-types.ts';
import type { Column, Output, Scope } from './model.ts';
import { simpleType, type SqlType } from './sql-type.ts';

export function analyzeJsonTable(a: Analyzer, node: JsonTable, scope: Scope): Output {
  analyzeJsonPath(a, node.path, scope);
  return { columns: node.columns.flatMap(column => columnsOf(a, column, scope)), isResolved: true };
}

/** The values that go into a JSON path. */
export function analyzeJsonPath(a: Analyzer, path: JsonPathInvocation, scope: Scope): void {
  a.rules.expression(a, path.input.expression, scope);
  for (const argument of path.passing) a.rules.expression(a, argument.value.expression, scope);
}

function columnsOf(a: Analyzer, column: JsonTableColumn, scope: Scope): Column[] {
  switch (column.kind) {
    case 'JsonOrdinalityColumn':
      return [named(a, column, simpleType('bigint'))];
    case 'JsonValueColumn':
      for (const behavior of [column.onEmpty, column.onError]) {
        if (behavior?.value != null) a.rules.expression(a, behavior.value, scope);
      }
      return [named(a, column, typeOfNode(column.type))];
    case 'JsonNestedColumns':
      return column.columns.flatMap(nested => columnsOf(a, nested, scope));
  }
}

function named(
  a: Analyzer,
  { name }: Exclude<JsonTableColumn, { kind: 'JsonNestedColumns' }>,
  type: SqlType,
): Column {
  return { name: name.name, type, symbol: declare(a, 'columnAlias', name, { type }) };
}
