import type { Identifier, Missing, NodeBase } from './ast-base.ts';
import type { IntervalUnit, NumberLiteral } from './ast-expressions.ts';

export type DataType = SimpleType | DateTimeType | IntervalType | RowType | ArrayType | MapType | Missing;

/** `bigint`, `decimal(10, 2)`, `array(int)`, `map(varchar, int)`, `double precision`. */
export interface SimpleType extends NodeBase<'SimpleType'> {
  /** `double precision` has the name `double precision`. */
  readonly name: Identifier;
  readonly args: readonly (DataType | NumberLiteral)[];
}

/** `TIME` and `TIMESTAMP` with a precision or a time zone clause. */
export interface DateTimeType extends NodeBase<'DateTimeType'> {
  readonly base: 'time' | 'timestamp';
  readonly precision: DataType | NumberLiteral | null;
  /** null when neither WITH nor WITHOUT TIME ZONE is written. */
  readonly withTimeZone: boolean | null;
}

/** `INTERVAL YEAR TO MONTH`. */
export interface IntervalType extends NodeBase<'IntervalType'> {
  readonly from: IntervalUnit;
  readonly to: IntervalUnit | null;
}

export interface RowType extends NodeBase<'RowType'> {
  readonly fields: readonly RowTypeField[];
}

export interface RowTypeField extends NodeBase<'RowTypeField'> {
  readonly name: Identifier | null;
  readonly type: DataType;
}

/** The forms `array<int>` and `int array`; `array(int)` is a SimpleType. */
export interface ArrayType extends NodeBase<'ArrayType'> {
  readonly element: DataType;
}

/** The form `map<varchar, int>`. */
export interface MapType extends NodeBase<'MapType'> {
  readonly key: DataType;
  readonly value: DataType;
}
