import type { Identifier, Missing, NodeBase } from './ast-base.ts';
import type { Expression, NumberLiteral } from './ast-expressions.ts';

/** The clauses that MATCH_RECOGNIZE and a window's frame have in common. */
export interface RowPatternClauses {
  readonly measures: readonly Measure[];
  readonly skip: AfterMatchSkip | null;
  readonly search: 'INITIAL' | 'SEEK' | null;
  readonly pattern: RowPattern | null;
  readonly subsets: readonly Subset[];
  readonly definitions: readonly VariableDefinition[];
}

export interface Measure extends NodeBase<'Measure'> {
  readonly expression: Expression;
  readonly name: Identifier;
}

export interface AfterMatchSkip extends NodeBase<'AfterMatchSkip'> {
  readonly to: 'NEXT ROW' | 'PAST LAST ROW' | 'FIRST' | 'LAST' | 'VARIABLE';
  readonly variable: Identifier | null;
}

/** `SUBSET u = (a, b)`. */
export interface Subset extends NodeBase<'Subset'> {
  readonly name: Identifier;
  readonly members: readonly Identifier[];
}

/** `DEFINE a AS condition`. */
export interface VariableDefinition extends NodeBase<'VariableDefinition'> {
  readonly name: Identifier;
  readonly condition: Expression;
}

export type RowPattern =
  | PatternAlternation
  | PatternConcatenation
  | PatternQuantified
  | PatternVariable
  | PatternAnchor
  | PatternEmpty
  | PatternGroup
  | PatternExclusion
  | PatternPermutation
  | Missing;

export interface PatternAlternation extends NodeBase<'PatternAlternation'> {
  readonly alternatives: readonly RowPattern[];
}

export interface PatternConcatenation extends NodeBase<'PatternConcatenation'> {
  readonly elements: readonly RowPattern[];
}

/** `a*`, `a+?`, `a{1,3}`. */
export interface PatternQuantified extends NodeBase<'PatternQuantified'> {
  readonly pattern: RowPattern;
  readonly quantifier: '*' | '+' | '?' | 'range';
  readonly min: NumberLiteral | null;
  readonly max: NumberLiteral | null;
  readonly isReluctant: boolean;
}

export interface PatternVariable extends NodeBase<'PatternVariable'> {
  readonly name: Identifier;
}

export interface PatternAnchor extends NodeBase<'PatternAnchor'> {
  readonly at: 'start' | 'end';
}

export type PatternEmpty = NodeBase<'PatternEmpty'>;

export interface PatternGroup extends NodeBase<'PatternGroup'> {
  readonly pattern: RowPattern;
}

/** `{- a -}`. */
export interface PatternExclusion extends NodeBase<'PatternExclusion'> {
  readonly pattern: RowPattern;
}

export interface PatternPermutation extends NodeBase<'PatternPermutation'> {
  readonly patterns: readonly RowPattern[];
}
