import type { TableFunction, TableInput } from '../sql/index.ts';
import { type Analyzer, childScope, note } from './analyzer.ts';
import type { Output, Scope } from './model.ts';

/** A table function's arguments. Which columns it has is known only to the server. */
export function analyzeTableFunction(a: Analyzer, node: TableFunction, scope: Scope): Output {
  const last = node.name.parts.at(-1);
  if (last !== undefined) note(a, last, { kind: 'function', name: last.name, declaration: null });
  for (const { value } of node.args) {
    if (value.kind === 'TableInput') analyzeInput(a, value, scope);
    // A bare name may be a table, which this function's signature would tell.
    else if (value.kind !== 'Descriptor' && value.kind !== 'ColumnReference')
      a.rules.expression(a, value, scope);
  }
  return { columns: [], isResolved: false };
}

function analyzeInput(a: Analyzer, input: TableInput, scope: Scope): void {
  const output = a.rules.relation(a, input.source, scope);
  const inside = childScope(scope, output);
  for (const expression of input.partitionBy) a.rules.expression(a, expression, inside);
  for (const item of input.orderBy) a.rules.expression(a, item.expression, inside);
}
