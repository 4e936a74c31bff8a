import type { Identifier, Missing, NodeBase, QualifiedName } from './ast-base.ts';
import type { Expression } from './ast-expressions.ts';
import type { JsonTable } from './ast-json.ts';
import type { RowPatternClauses } from './ast-patterns.ts';
import type { GroupBy, Query, SelectExpression, SortItem } from './ast-queries.ts';
import type { DataType } from './ast-types.ts';

export type Relation =
  Join | SampledRelation | AliasedRelation | PatternRecognition | Pivot | RelationPrimary;

export type RelationPrimary =
  | TableReference
  | SubqueryRelation
  | ParenthesizedRelation
  | Unnest
  | Lateral
  | TableFunction
  | JsonTable
  | Nearest
  | Missing;

export interface TableReference extends NodeBase<'TableReference'> {
  readonly name: QualifiedName;
  readonly version: TableVersion | null;
}

/** `FOR VERSION AS OF 42`. */
export interface TableVersion extends NodeBase<'TableVersion'> {
  readonly type: 'TIMESTAMP' | 'VERSION';
  readonly value: Expression;
}

/** `relation AS alias (columns)`. */
export interface AliasedRelation extends NodeBase<'AliasedRelation'> {
  readonly relation: Relation;
  readonly alias: Identifier;
  readonly columns: readonly Identifier[];
}

export interface SampledRelation extends NodeBase<'SampledRelation'> {
  readonly relation: Relation;
  readonly method: 'BERNOULLI' | 'SYSTEM';
  readonly percentage: Expression;
}

export interface Join extends NodeBase<'Join'> {
  readonly type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS';
  readonly isNatural: boolean;
  readonly left: Relation;
  readonly right: Relation;
  readonly on: Expression | null;
  readonly using: readonly Identifier[];
}

export interface SubqueryRelation extends NodeBase<'SubqueryRelation'> {
  readonly query: Query;
}

export interface ParenthesizedRelation extends NodeBase<'ParenthesizedRelation'> {
  readonly relation: Relation;
}

export interface Unnest extends NodeBase<'Unnest'> {
  readonly expressions: readonly Expression[];
  readonly withOrdinality: boolean;
}

export interface Lateral extends NodeBase<'Lateral'> {
  readonly query: Query;
}

/** `NEAREST (FROM r WHERE … MATCH …)`. */
export interface Nearest extends NodeBase<'Nearest'> {
  readonly relation: Relation;
  readonly where: Expression | null;
  readonly match: Expression;
}

/** `TABLE(f(…))`. */
export interface TableFunction extends NodeBase<'TableFunction'> {
  readonly name: QualifiedName;
  readonly args: readonly TableArgument[];
  readonly copartitions: readonly Copartition[];
}

export interface TableArgument extends NodeBase<'TableArgument'> {
  readonly name: Identifier | null;
  readonly value: TableInput | Descriptor | Expression;
}

/** `TABLE(t) AS x PARTITION BY … PRUNE WHEN EMPTY ORDER BY …`. */
export interface TableInput extends NodeBase<'TableInput'> {
  readonly source: TableReference | SubqueryRelation | AliasedRelation;
  readonly partitionBy: readonly Expression[];
  readonly whenEmpty: 'PRUNE' | 'KEEP' | null;
  readonly orderBy: readonly SortItem[];
}

/** `DESCRIPTOR(a bigint, b)` and `CAST(NULL AS DESCRIPTOR)`, which has no fields. */
export interface Descriptor extends NodeBase<'Descriptor'> {
  readonly fields: readonly DescriptorField[];
}

export interface DescriptorField extends NodeBase<'DescriptorField'> {
  readonly name: Identifier;
  readonly type: DataType | null;
}

export interface Copartition extends NodeBase<'Copartition'> {
  readonly tables: readonly QualifiedName[];
}

/** `relation MATCH_RECOGNIZE (…)`. */
export interface PatternRecognition extends NodeBase<'PatternRecognition'> {
  readonly relation: Relation;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortItem[];
  readonly rowsPerMatch: 'ONE ROW' | 'ALL ROWS' | null;
  readonly pattern: RowPatternClauses;
}

/** `relation PIVOT (sum(x) FOR c IN (1, 2) GROUP BY g)`. */
export interface Pivot extends NodeBase<'Pivot'> {
  readonly relation: Relation;
  readonly aggregates: readonly SelectExpression[];
  readonly columns: readonly QualifiedName[];
  readonly values: readonly PivotValue[];
  readonly groupBy: GroupBy | null;
}

export interface PivotValue extends NodeBase<'PivotValue'> {
  readonly value: Expression;
  readonly alias: Identifier | null;
}
