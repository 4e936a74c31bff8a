import type { Identifier, Missing, NodeBase } from './ast-base.ts';
import type { CallExpression, WindowSpecification } from './ast-calls.ts';
import type { JsonExpression } from './ast-json.ts';
import type { Query } from './ast-queries.ts';
import type { DataType } from './ast-types.ts';

export type Expression =
  | Literal
  | ColumnReference
  | Dereference
  | Subscript
  | ArrayConstructor
  | RowConstructor
  | Parenthesized
  | Lambda
  | CallExpression
  | JsonExpression
  | Cast
  | Case
  | SubqueryExpression
  | Exists
  | Unique
  | Unary
  | Binary
  | Logical
  | Not
  | Predicate
  | AtTimeZone
  | Star
  | Missing;

export type Literal =
  | NullLiteral
  | BooleanLiteral
  | NumberLiteral
  | StringLiteral
  | BinaryLiteral
  | TypedLiteral
  | IntervalLiteral
  | Parameter;

export type NullLiteral = NodeBase<'NullLiteral'>;

export interface BooleanLiteral extends NodeBase<'BooleanLiteral'> {
  readonly value: boolean;
}

export interface NumberLiteral extends NodeBase<'NumberLiteral'> {
  readonly type: 'integer' | 'decimal' | 'double';
  readonly text: string;
}

export interface StringLiteral extends NodeBase<'StringLiteral'> {
  /** Without quotes, doubled quotes undone; the escapes of `U&'…'` stay as they are written. */
  readonly value: string;
  readonly isUnicode: boolean;
}

export type BinaryLiteral = NodeBase<'BinaryLiteral'>;

/** `DATE '2020-01-01'`: a type's name before a string. */
export interface TypedLiteral extends NodeBase<'TypedLiteral'> {
  readonly type: Identifier;
  readonly value: StringLiteral;
}

export type IntervalField = 'YEAR' | 'MONTH' | 'DAY' | 'HOUR' | 'MINUTE' | 'SECOND';

export interface IntervalUnit extends NodeBase<'IntervalUnit'> {
  readonly field: IntervalField;
  readonly precision: NumberLiteral | null;
  readonly fraction: NumberLiteral | null;
}

export interface IntervalLiteral extends NodeBase<'IntervalLiteral'> {
  readonly sign: '+' | '-' | null;
  readonly value: StringLiteral;
  readonly from: IntervalUnit;
  readonly to: IntervalUnit | null;
}

/** `?`. */
export type Parameter = NodeBase<'Parameter'>;

export interface ColumnReference extends NodeBase<'ColumnReference'> {
  readonly name: Identifier;
}

/** `base.field`, which is a table's column, a row's field, or a qualified name. */
export interface Dereference extends NodeBase<'Dereference'> {
  readonly base: Expression;
  readonly field: Identifier;
}

export interface Subscript extends NodeBase<'Subscript'> {
  readonly base: Expression;
  readonly index: Expression;
}

/** `ARRAY[1, 2]` and `[1, 2]`. */
export interface ArrayConstructor extends NodeBase<'ArrayConstructor'> {
  readonly elements: readonly Expression[];
}

/** `ROW(1, 2 AS b)` and `(1, 2)`. */
export interface RowConstructor extends NodeBase<'RowConstructor'> {
  readonly fields: readonly RowField[];
}

export interface RowField extends NodeBase<'RowField'> {
  readonly value: Expression;
  readonly name: Identifier | null;
}

export interface Parenthesized extends NodeBase<'Parenthesized'> {
  readonly expression: Expression;
}

export interface Lambda extends NodeBase<'Lambda'> {
  readonly parameters: readonly Identifier[];
  readonly body: Expression;
}

export interface Cast extends NodeBase<'Cast'> {
  readonly isTry: boolean;
  readonly expression: Expression;
  readonly type: DataType;
}

export interface Case extends NodeBase<'Case'> {
  readonly operand: Expression | null;
  readonly branches: readonly WhenBranch[];
  readonly otherwise: Expression | null;
}

/** A condition may be a predicate without its left side: `CASE x WHEN > 5`. */
export interface WhenBranch extends NodeBase<'WhenBranch'> {
  readonly condition: Expression;
  readonly result: Expression;
}

export interface SubqueryExpression extends NodeBase<'SubqueryExpression'> {
  readonly query: Query;
}

export interface Exists extends NodeBase<'Exists'> {
  readonly query: Query;
}

export interface Unique extends NodeBase<'Unique'> {
  readonly query: Query;
}

export interface Unary extends NodeBase<'Unary'> {
  readonly operator: '+' | '-';
  readonly operand: Expression;
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '||';

/**
 * A left-associative run of operators of one precedence (`a + b - c`, or `*` `/` `%`, or `||`), flat, so that a
 * sum of ten thousand terms is no deep tree. There is one operand more than operators.
 */
export interface Binary extends NodeBase<'Binary'> {
  readonly operators: readonly BinaryOperator[];
  readonly operands: readonly Expression[];
}

/** A flat run of AND or of OR. */
export interface Logical extends NodeBase<'Logical'> {
  readonly operator: 'AND' | 'OR';
  readonly operands: readonly Expression[];
}

export interface Not extends NodeBase<'Not'> {
  readonly operand: Expression;
}

export interface AtTimeZone extends NodeBase<'AtTimeZone'> {
  readonly value: Expression;
  /** null is AT LOCAL. */
  readonly zone: Expression | null;
}

/** `*` or `x.*`, in a select list or as the argument of a call. */
export interface Star extends NodeBase<'Star'> {
  readonly base: Expression | null;
  readonly aliases: readonly Identifier[];
}

/** In `CASE x WHEN > 5` the left side of the predicate is null. */
export type Predicate =
  | Comparison
  | QuantifiedComparison
  | Between
  | InList
  | InSubquery
  | Like
  | IsPredicate
  | IsDistinctFrom
  | MatchPredicate
  | Overlaps;

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export interface Comparison extends NodeBase<'Comparison'> {
  readonly left: Expression | null;
  readonly operator: ComparisonOperator;
  readonly right: Expression;
}

export interface QuantifiedComparison extends NodeBase<'QuantifiedComparison'> {
  readonly left: Expression | null;
  readonly operator: ComparisonOperator;
  readonly quantifier: 'ALL' | 'ANY' | 'SOME';
  readonly query: Query;
}

export interface Between extends NodeBase<'Between'> {
  readonly value: Expression | null;
  readonly isNegated: boolean;
  readonly isSymmetric: boolean;
  readonly low: Expression;
  readonly high: Expression;
}

export interface InList extends NodeBase<'InList'> {
  readonly value: Expression | null;
  readonly isNegated: boolean;
  readonly items: readonly Expression[];
}

export interface InSubquery extends NodeBase<'InSubquery'> {
  readonly value: Expression | null;
  readonly isNegated: boolean;
  readonly query: Query;
}

export interface Like extends NodeBase<'Like'> {
  readonly value: Expression | null;
  readonly isNegated: boolean;
  readonly pattern: Expression;
  readonly escape: Expression | null;
}

export interface IsPredicate extends NodeBase<'IsPredicate'> {
  readonly value: Expression | null;
  readonly isNegated: boolean;
  readonly test: 'NULL' | 'TRUE' | 'FALSE' | 'UNKNOWN';
}

export interface IsDistinctFrom extends NodeBase<'IsDistinctFrom'> {
  readonly left: Expression | null;
  readonly isNegated: boolean;
  readonly right: Expression;
}

/** `x MATCH UNIQUE FULL (SELECT …)`. */
export interface MatchPredicate extends NodeBase<'MatchPredicate'> {
  readonly value: Expression | null;
  readonly isUnique: boolean;
  readonly mode: 'SIMPLE' | 'PARTIAL' | 'FULL' | null;
  readonly query: Query;
}

export interface Overlaps extends NodeBase<'Overlaps'> {
  readonly left: Expression | null;
  readonly right: Expression;
}

/** What may stand behind OVER. */
export type WindowReference = Identifier | WindowSpecification;
