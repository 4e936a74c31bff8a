import type { Identifier, Missing, NodeBase, QualifiedName } from './ast-base.ts';
import type { WindowSpecification } from './ast-calls.ts';
import type { Expression, NumberLiteral, Parameter, Star } from './ast-expressions.ts';
import type { Relation } from './ast-relations.ts';

/** A query with its WITH, ORDER BY and limits. */
export interface Query extends NodeBase<'Query'> {
  readonly with: With | null;
  readonly body: QueryBody;
  readonly orderBy: readonly SortItem[];
  readonly offset: RowCount | null;
  readonly limit: Limit | null;
}

export interface With extends NodeBase<'With'> {
  readonly isRecursive: boolean;
  readonly tables: readonly CommonTable[];
}

export interface CommonTable extends NodeBase<'CommonTable'> {
  readonly name: Identifier;
  readonly columns: readonly Identifier[];
  readonly query: Query;
}

export type QueryBody = Select | SetOperation | TableQuery | Values | ParenthesizedQuery | Missing;

export interface Select extends NodeBase<'Select'> {
  readonly quantifier: 'ALL' | 'DISTINCT' | null;
  readonly items: readonly SelectItem[];
  /** Joined by commas. */
  readonly from: readonly Relation[];
  readonly where: Expression | null;
  readonly groupBy: GroupBy | null;
  readonly having: Expression | null;
  readonly windows: readonly NamedWindow[];
}

export type SelectItem = SelectExpression | Star;

export interface SelectExpression extends NodeBase<'SelectExpression'> {
  readonly expression: Expression;
  readonly alias: Identifier | null;
}

/** A flat, left-associative run of operations of one precedence; INTERSECT binds tighter than UNION and EXCEPT. */
export interface SetOperation extends NodeBase<'SetOperation'> {
  /** One fewer than there are terms. */
  readonly operators: readonly SetOperator[];
  readonly terms: readonly QueryBody[];
}

export interface SetOperator extends NodeBase<'SetOperator'> {
  readonly type: 'UNION' | 'EXCEPT' | 'INTERSECT';
  readonly quantifier: 'ALL' | 'DISTINCT' | null;
  readonly isCorresponding: boolean;
  readonly correspondingBy: readonly Identifier[];
}

/** `TABLE name`. */
export interface TableQuery extends NodeBase<'TableQuery'> {
  readonly name: QualifiedName;
}

export interface Values extends NodeBase<'Values'> {
  readonly rows: readonly Expression[];
}

export interface ParenthesizedQuery extends NodeBase<'ParenthesizedQuery'> {
  readonly query: Query;
}

export interface GroupBy extends NodeBase<'GroupBy'> {
  readonly quantifier: 'ALL' | 'DISTINCT' | null;
  readonly elements: readonly GroupingElement[];
}

export type GroupingElement = GroupingExpressions | GroupingSets | GroupingAuto;

/** An expression, or several in parentheses. */
export interface GroupingExpressions extends NodeBase<'GroupingExpressions'> {
  readonly expressions: readonly Expression[];
}

export interface GroupingSets extends NodeBase<'GroupingSets'> {
  readonly type: 'GROUPING SETS' | 'ROLLUP' | 'CUBE';
  readonly sets: readonly GroupingExpressions[];
}

/** `GROUP BY AUTO`. */
export type GroupingAuto = NodeBase<'GroupingAuto'>;

export interface NamedWindow extends NodeBase<'NamedWindow'> {
  readonly name: Identifier;
  readonly specification: WindowSpecification;
}

export interface SortItem extends NodeBase<'SortItem'> {
  readonly expression: Expression;
  readonly direction: 'ASC' | 'DESC' | null;
  readonly nulls: 'FIRST' | 'LAST' | null;
}

export type RowCount = NumberLiteral | Parameter | Missing;

/** `LIMIT n`, `LIMIT ALL` or `FETCH FIRST n ROWS …`. */
export interface Limit extends NodeBase<'Limit'> {
  readonly type: 'LIMIT' | 'FETCH';
  /** null is LIMIT ALL, and one row in FETCH FIRST ROW. */
  readonly count: RowCount | null;
  readonly withTies: boolean;
}
