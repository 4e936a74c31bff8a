import type { Identifier, NodeBase, QualifiedName, Property } from './ast-base.ts';
import type { Argument } from './ast-calls.ts';
import type { Expression } from './ast-expressions.ts';
import type { Relation } from './ast-relations.ts';
import type { QueryStatement } from './ast-statements.ts';

export type DmlStatement = Insert | Delete | Update | Merge | Truncate | Analyze | Call;

/** A table to change, on a branch when one is named: `t @ dev`. */
export interface TargetTable extends NodeBase<'TargetTable'> {
  readonly name: QualifiedName;
  readonly branch: Identifier | null;
}

export interface Insert extends NodeBase<'Insert'> {
  readonly target: TargetTable;
  readonly columns: readonly Identifier[];
  readonly query: QueryStatement;
}

export interface Delete extends NodeBase<'Delete'> {
  readonly target: TargetTable;
  readonly where: Expression | null;
}

export interface Update extends NodeBase<'Update'> {
  readonly target: TargetTable;
  readonly assignments: readonly Assignment[];
  readonly where: Expression | null;
}

export interface Assignment extends NodeBase<'Assignment'> {
  readonly column: Identifier;
  readonly value: Expression;
}

export interface Merge extends NodeBase<'Merge'> {
  readonly target: TargetTable;
  readonly alias: Identifier | null;
  readonly source: Relation;
  readonly on: Expression;
  readonly cases: readonly MergeCase[];
}

export interface MergeCase extends NodeBase<'MergeCase'> {
  readonly isMatched: boolean;
  readonly condition: Expression | null;
  readonly action: 'UPDATE' | 'DELETE' | 'INSERT' | null;
  /** Of UPDATE. */
  readonly assignments: readonly Assignment[];
  /** Of INSERT. */
  readonly columns: readonly Identifier[];
  readonly values: readonly Expression[];
}

export interface Truncate extends NodeBase<'Truncate'> {
  readonly table: QualifiedName;
}

export interface Analyze extends NodeBase<'Analyze'> {
  readonly table: QualifiedName;
  readonly properties: readonly Property[];
}

/** `CALL catalog.schema.procedure(args)`. */
export interface Call extends NodeBase<'Call'> {
  readonly name: QualifiedName;
  readonly args: readonly Argument[];
}
