import type { PatternRecognition, RowPattern, RowPatternClauses } from '../sql/index.ts';
import { type Analyzer, childScope, declare, markScope, note } from './analyzer.ts';
import type { Column, Output, Scope, ScopeRelation, SqlSymbol } from './model.ts';

/** MATCH_RECOGNIZE as a relation: the measures, with the partition's columns or all of the input's. */
export function analyzePattern(a: Analyzer, node: PatternRecognition, scope: Scope): Output {
  const input = a.rules.relation(a, node.relation, scope);
  const inside = childScope(scope, input);
  const partition: Column[] = [];
  for (const expression of node.partitionBy) {
    const type = a.rules.expression(a, expression, inside);
    const name = expression.kind === 'ColumnReference' ? expression.name.name : '';
    partition.push({ name, type, symbol: { kind: 'column', name, declaration: null, type } });
  }
  for (const item of node.orderBy) a.rules.expression(a, item.expression, inside);
  const measures = analyzePatternClauses(a, node.pattern, inside);
  markScope(a, { start: node.relation.end, end: node.end }, inside, 'pattern');
  const all = input.relations.flatMap(relation => relation.columns);
  const isAllRows = node.rowsPerMatch === 'ALL ROWS';
  const isResolved = !isAllRows || (input.isComplete && input.relations.every(item => item.isResolved));
  const columns = [...(isAllRows ? all : partition), ...measures];
  return { columns, isResolved: isResolved && columns.length > 0 };
}

/** The clauses that a window's frame has too. Answers the measures. */
export function analyzePatternClauses(a: Analyzer, clauses: RowPatternClauses, scope: Scope): Column[] {
  const variables = new Map<string, SqlSymbol>();
  if (clauses.pattern !== null) declareVariables(a, clauses.pattern, variables);
  for (const subset of clauses.subsets) {
    variables.set(subset.name.name.toLowerCase(), declare(a, 'patternVariable', subset.name));
    for (const member of subset.members) noteVariable(a, member, variables);
  }
  // Behind a variable stand the input's columns: `a.price`.
  const input = scope.relations;
  const isResolved = scope.isComplete && input.every(relation => relation.isResolved);
  const columns = input.flatMap(relation => relation.columns);
  const named = [...variables.values()].map((symbol): ScopeRelation => {
    return { name: symbol.name, path: [symbol.name.toLowerCase()], columns, isResolved, symbol };
  });
  const judged = patternScope(scope, named);
  for (const definition of clauses.definitions) {
    noteVariable(a, definition.name, variables);
    a.rules.expression(a, definition.condition, judged);
    markScope(a, definition, judged, 'pattern');
  }
  if (clauses.skip?.variable != null) noteVariable(a, clauses.skip.variable, variables);
  return clauses.measures.map(measure => {
    const type = a.rules.expression(a, measure.expression, judged);
    markScope(a, measure, judged, 'pattern');
    return { name: measure.name.name, type, symbol: declare(a, 'columnAlias', measure.name, { type }) };
  });
}

/** Unqualified names mean the input's columns, so the variables stand in a scope around them. */
function patternScope(scope: Scope, variables: readonly ScopeRelation[]): Scope {
  const outer = childScope(scope.parent ?? scope, { relations: variables });
  return { ...scope, parent: outer };
}

function declareVariables(a: Analyzer, pattern: RowPattern, variables: Map<string, SqlSymbol>): void {
  switch (pattern.kind) {
    case 'PatternVariable': {
      const key = pattern.name.name.toLowerCase();
      const known = variables.get(key);
      if (known === undefined) variables.set(key, declare(a, 'patternVariable', pattern.name));
      else note(a, pattern.name, known);
      return;
    }
    case 'PatternAlternation':
      for (const part of pattern.alternatives) declareVariables(a, part, variables);
      return;
    case 'PatternConcatenation':
      for (const part of pattern.elements) declareVariables(a, part, variables);
      return;
    case 'PatternPermutation':
      for (const part of pattern.patterns) declareVariables(a, part, variables);
      return;
    case 'PatternQuantified':
    case 'PatternGroup':
    case 'PatternExclusion':
      declareVariables(a, pattern.pattern, variables);
      return;
    case 'PatternAnchor':
    case 'PatternEmpty':
    case 'Missing':
      return;
  }
}

function noteVariable(
  a: Analyzer,
  identifier: Parameters<typeof note>[1],
  variables: ReadonlyMap<string, SqlSymbol>,
): void {
  const symbol = variables.get(identifier.name.toLowerCase());
  if (symbol !== undefined) note(a, identifier, symbol);
}
