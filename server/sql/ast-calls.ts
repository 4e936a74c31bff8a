import type { Identifier, NodeBase, QualifiedName } from './ast-base.ts';
import type { Expression, NumberLiteral, StringLiteral, WindowReference } from './ast-expressions.ts';
import type { RowPatternClauses } from './ast-patterns.ts';
import type { SortItem } from './ast-queries.ts';

export type CallExpression =
  | FunctionCall
  | MethodCall
  | StaticMethodCall
  | WindowMeasure
  | Extract
  | Trim
  | Substring
  | Position
  | Overlay
  | Normalize
  | Grouping
  | CurrentValue;

/** Every call with an argument list, LISTAGG included. */
export interface FunctionCall extends NodeBase<'FunctionCall'> {
  readonly name: QualifiedName;
  readonly processing: 'RUNNING' | 'FINAL' | null;
  readonly quantifier: 'ALL' | 'DISTINCT' | null;
  readonly args: readonly Argument[];
  readonly overflow: ListaggOverflow | null;
  readonly orderBy: readonly SortItem[];
  readonly withinGroup: readonly SortItem[];
  readonly filter: Expression | null;
  readonly nullTreatment: 'IGNORE' | 'RESPECT' | null;
  readonly over: WindowReference | null;
}

/** `value` or `name => value`. */
export interface Argument extends NodeBase<'Argument'> {
  readonly name: Identifier | null;
  readonly value: Expression;
}

/** `ON OVERFLOW …` of LISTAGG. */
export interface ListaggOverflow extends NodeBase<'ListaggOverflow'> {
  readonly behavior: 'ERROR' | 'TRUNCATE';
  readonly filler: StringLiteral | null;
  readonly withCount: boolean | null;
}

/** `value.method(…)` on something that is no plain name. */
export interface MethodCall extends NodeBase<'MethodCall'> {
  readonly target: Expression;
  readonly method: Identifier;
  readonly args: readonly Argument[];
}

/** `type::method(…)`. */
export interface StaticMethodCall extends NodeBase<'StaticMethodCall'> {
  readonly target: Expression;
  readonly method: Identifier;
  readonly args: readonly Argument[];
}

/** `measure OVER window`, a measure of a window's row pattern. */
export interface WindowMeasure extends NodeBase<'WindowMeasure'> {
  readonly name: Identifier;
  readonly over: WindowReference;
}

export interface WindowSpecification extends NodeBase<'WindowSpecification'> {
  readonly base: Identifier | null;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly frame: WindowFrame | null;
}

export interface WindowFrame extends NodeBase<'WindowFrame'> {
  readonly unit: 'RANGE' | 'ROWS' | 'GROUPS';
  readonly from: FrameBound;
  readonly to: FrameBound | null;
  readonly pattern: RowPatternClauses;
}

export interface FrameBound extends NodeBase<'FrameBound'> {
  readonly type: 'UNBOUNDED PRECEDING' | 'UNBOUNDED FOLLOWING' | 'CURRENT ROW' | 'PRECEDING' | 'FOLLOWING';
  readonly value: Expression | null;
}

export interface Extract extends NodeBase<'Extract'> {
  readonly field: Identifier;
  readonly source: Expression;
}

/** `TRIM(BOTH 'x' FROM s)`, `TRIM(s)` and `TRIM(s, 'x')`. */
export interface Trim extends NodeBase<'Trim'> {
  readonly specification: 'LEADING' | 'TRAILING' | 'BOTH' | null;
  readonly characters: Expression | null;
  readonly source: Expression;
}

/** `SUBSTRING(s FROM 1 FOR 2)`; with commas it is a FunctionCall. */
export interface Substring extends NodeBase<'Substring'> {
  readonly source: Expression;
  readonly from: Expression;
  readonly length: Expression | null;
}

/** `POSITION('a' IN s)`; with commas it is a FunctionCall. */
export interface Position extends NodeBase<'Position'> {
  readonly needle: Expression;
  readonly source: Expression;
}

/** `OVERLAY(s PLACING r FROM 1 FOR 2)`. */
export interface Overlay extends NodeBase<'Overlay'> {
  readonly source: Expression;
  readonly replacement: Expression;
  readonly from: Expression;
  readonly length: Expression | null;
}

export interface Normalize extends NodeBase<'Normalize'> {
  readonly source: Expression;
  readonly form: 'NFD' | 'NFC' | 'NFKD' | 'NFKC' | null;
}

/** `GROUPING(a, b)`. */
export interface Grouping extends NodeBase<'Grouping'> {
  readonly columns: readonly QualifiedName[];
}

/** `CURRENT_DATE`, `LOCALTIME(3)`, `CURRENT_USER` and the like. */
export interface CurrentValue extends NodeBase<'CurrentValue'> {
  /** In upper case. */
  readonly name: string;
  readonly precision: NumberLiteral | null;
}
