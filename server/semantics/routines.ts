import type { FunctionDefinition, Identifier, RoutineStatement, StatementBranch } from '../sql/index.ts';
import { type Analyzer, childScope, declare, markScope, note } from './analyzer.ts';
import { typeOfNode } from './data-types.ts';
import type { Column, Scope } from './model.ts';
import { OUTERMOST } from './queries.ts';
import type { SqlType } from './sql-type.ts';

/** A routine: its parameters and variables are names in its body, and its own name is a function of the statement. */
export function analyzeFunctionDefinition(a: Analyzer, node: FunctionDefinition): void {
  const names = new Map<string, Column>();
  for (const parameter of node.parameters) {
    if (parameter.name !== null)
      addName(a, names, { kind: 'parameter', name: parameter.name, type: typeOfNode(parameter.type) });
  }
  const name = node.name.parts.at(-1);
  if (name !== undefined && !name.isMissing) {
    const symbol = declare(a, 'function', name, { type: typeOfNode(node.returns) });
    a.functions.set(node.name.parts.map(part => part.name.toLowerCase()).join('.'), symbol);
  }
  const scope = childScope(OUTERMOST, { names });
  markScope(a, node, scope, 'statement');
  if (node.body !== null) analyzeRoutine(a, node.body, scope);
}

interface NewName {
  readonly kind: 'parameter' | 'variable';
  readonly name: Identifier;
  readonly type: SqlType;
}

function addName(a: Analyzer, names: Map<string, Column>, { kind, name, type }: NewName): void {
  const symbol = declare(a, kind, name, { type });
  names.set(name.name.toLowerCase(), { name: name.name, type, symbol });
}

function analyzeRoutine(a: Analyzer, node: RoutineStatement, scope: Scope): void {
  switch (node.kind) {
    case 'ReturnStatement':
      a.rules.expression(a, node.value, scope);
      return;
    case 'AssignmentStatement':
      noteVariable(a, node.variable, scope);
      a.rules.expression(a, node.value, scope);
      return;
    case 'CaseStatement':
      if (node.operand !== null) a.rules.expression(a, node.operand, scope);
      analyzeBranches(a, node.branches, scope);
      analyzeAll(a, node.otherwise ?? [], scope);
      return;
    case 'IfStatement':
      analyzeBranches(a, node.branches, scope);
      analyzeAll(a, node.otherwise ?? [], scope);
      return;
    case 'WhileStatement':
      a.rules.expression(a, node.condition, scope);
      analyzeAll(a, node.statements, scope);
      return;
    case 'RepeatStatement':
      analyzeAll(a, node.statements, scope);
      a.rules.expression(a, node.until, scope);
      return;
    case 'LoopStatement':
      analyzeAll(a, node.statements, scope);
      return;
    case 'CompoundStatement': {
      const names = new Map<string, Column>();
      const inside = childScope(scope, { names });
      for (const declaration of node.declarations) {
        if (declaration.defaultValue !== null) a.rules.expression(a, declaration.defaultValue, inside);
        for (const name of declaration.names) {
          addName(a, names, { kind: 'variable', name, type: typeOfNode(declaration.type) });
        }
      }
      markScope(a, node, inside, 'statement');
      analyzeAll(a, node.statements, inside);
      return;
    }
    case 'IterateStatement':
    case 'LeaveStatement':
    case 'MissingStatement':
      return;
  }
}

function analyzeAll(a: Analyzer, statements: readonly RoutineStatement[], scope: Scope): void {
  for (const statement of statements) analyzeRoutine(a, statement, scope);
}

function analyzeBranches(a: Analyzer, branches: readonly StatementBranch[], scope: Scope): void {
  for (const branch of branches) {
    a.rules.expression(a, branch.condition, scope);
    analyzeAll(a, branch.statements, scope);
  }
}

function noteVariable(a: Analyzer, name: Identifier, scope: Scope): void {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const found = at.names.get(name.name.toLowerCase());
    if (found === undefined) continue;
    note(a, name, found.symbol);
    return;
  }
}
