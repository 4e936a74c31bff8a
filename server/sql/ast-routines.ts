import type { Identifier, NodeBase, Property, QualifiedName } from './ast-base.ts';
import type { FunctionParameter } from './ast-ddl.ts';
import type { Expression, StringLiteral } from './ast-expressions.ts';
import type { DataType } from './ast-types.ts';

export interface CreateFunction extends NodeBase<'CreateFunction'> {
  readonly orReplace: boolean;
  readonly definition: FunctionDefinition;
}

/** `FUNCTION name(parameters) RETURNS type characteristics body`. */
export interface FunctionDefinition extends NodeBase<'FunctionDefinition'> {
  readonly name: QualifiedName;
  readonly parameters: readonly FunctionParameter[];
  readonly returns: DataType;
  readonly characteristics: readonly RoutineCharacteristic[];
  /** null when the body is text in another language. */
  readonly body: RoutineStatement | null;
  readonly text: RoutineText | null;
}

/** `$$ … $$`. */
export type RoutineText = NodeBase<'RoutineText'>;

export interface RoutineCharacteristic extends NodeBase<'RoutineCharacteristic'> {
  readonly type: 'LANGUAGE' | 'DETERMINISTIC' | 'NULL INPUT' | 'SECURITY' | 'COMMENT' | 'PROPERTIES';
  readonly language: Identifier | null;
  readonly comment: StringLiteral | null;
  readonly properties: readonly Property[];
}

export type RoutineStatement =
  | ReturnStatement
  | AssignmentStatement
  | CaseStatement
  | IfStatement
  | LoopStatement
  | WhileStatement
  | RepeatStatement
  | IterateStatement
  | LeaveStatement
  | CompoundStatement
  | MissingStatement;

export type MissingStatement = NodeBase<'MissingStatement'>;

export interface ReturnStatement extends NodeBase<'ReturnStatement'> {
  readonly value: Expression;
}

/** `SET variable = value`. */
export interface AssignmentStatement extends NodeBase<'AssignmentStatement'> {
  readonly variable: Identifier;
  readonly value: Expression;
}

export interface CaseStatement extends NodeBase<'CaseStatement'> {
  readonly operand: Expression | null;
  readonly branches: readonly StatementBranch[];
  readonly otherwise: readonly RoutineStatement[] | null;
}

export interface IfStatement extends NodeBase<'IfStatement'> {
  /** IF and every ELSEIF. */
  readonly branches: readonly StatementBranch[];
  readonly otherwise: readonly RoutineStatement[] | null;
}

export interface StatementBranch extends NodeBase<'StatementBranch'> {
  readonly condition: Expression;
  readonly statements: readonly RoutineStatement[];
}

export interface LoopStatement extends NodeBase<'LoopStatement'> {
  readonly label: Identifier | null;
  readonly statements: readonly RoutineStatement[];
}

export interface WhileStatement extends NodeBase<'WhileStatement'> {
  readonly label: Identifier | null;
  readonly condition: Expression;
  readonly statements: readonly RoutineStatement[];
}

export interface RepeatStatement extends NodeBase<'RepeatStatement'> {
  readonly label: Identifier | null;
  readonly statements: readonly RoutineStatement[];
  readonly until: Expression;
}

export interface IterateStatement extends NodeBase<'IterateStatement'> {
  readonly label: Identifier;
}

export interface LeaveStatement extends NodeBase<'LeaveStatement'> {
  readonly label: Identifier;
}

export interface CompoundStatement extends NodeBase<'CompoundStatement'> {
  readonly declarations: readonly VariableDeclaration[];
  readonly statements: readonly RoutineStatement[];
}

export interface VariableDeclaration extends NodeBase<'VariableDeclaration'> {
  readonly names: readonly Identifier[];
  readonly type: DataType;
  readonly defaultValue: Expression | null;
}
