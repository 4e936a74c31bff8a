import type { Identifier, NodeBase } from './ast-base.ts';
import type { Expression, StringLiteral } from './ast-expressions.ts';
import type { DataType } from './ast-types.ts';

export type JsonExpression = JsonExists | JsonValue | JsonQuery | JsonObject | JsonArray;

/** `expression FORMAT JSON ENCODING UTF8`. */
export interface JsonInput extends NodeBase<'JsonInput'> {
  readonly expression: Expression;
  readonly format: JsonFormat | null;
}

export interface JsonFormat extends NodeBase<'JsonFormat'> {
  readonly encoding: 'UTF8' | 'UTF16' | 'UTF32' | null;
}

/** The common beginning of the JSON functions: `input, 'path' AS name PASSING value AS name`. */
export interface JsonPathInvocation extends NodeBase<'JsonPathInvocation'> {
  readonly input: JsonInput;
  readonly path: StringLiteral;
  readonly name: Identifier | null;
  readonly passing: readonly JsonArgument[];
}

export interface JsonArgument extends NodeBase<'JsonArgument'> {
  readonly value: JsonInput;
  readonly name: Identifier;
}

/** What happens ON EMPTY or ON ERROR. */
export interface JsonBehavior extends NodeBase<'JsonBehavior'> {
  readonly type:
    'NULL' | 'ERROR' | 'DEFAULT' | 'TRUE' | 'FALSE' | 'UNKNOWN' | 'EMPTY ARRAY' | 'EMPTY OBJECT' | 'EMPTY';
  readonly value: Expression | null;
}

export interface JsonExists extends NodeBase<'JsonExists'> {
  readonly path: JsonPathInvocation;
  readonly onError: JsonBehavior | null;
}

export interface JsonValue extends NodeBase<'JsonValue'> {
  readonly path: JsonPathInvocation;
  readonly returning: DataType | null;
  readonly onEmpty: JsonBehavior | null;
  readonly onError: JsonBehavior | null;
}

export interface JsonQuery extends NodeBase<'JsonQuery'> {
  readonly path: JsonPathInvocation;
  readonly returning: DataType | null;
  readonly format: JsonFormat | null;
  readonly onEmpty: JsonBehavior | null;
  readonly onError: JsonBehavior | null;
}

export interface JsonObject extends NodeBase<'JsonObject'> {
  readonly members: readonly JsonMember[];
  readonly returning: DataType | null;
  readonly format: JsonFormat | null;
}

export interface JsonMember extends NodeBase<'JsonMember'> {
  readonly key: Expression;
  readonly value: JsonInput;
}

export interface JsonArray extends NodeBase<'JsonArray'> {
  readonly elements: readonly JsonInput[];
  readonly returning: DataType | null;
  readonly format: JsonFormat | null;
}

/** `JSON_TABLE(input, 'path' COLUMNS (…) PLAN …)`, a relation. */
export interface JsonTable extends NodeBase<'JsonTable'> {
  readonly path: JsonPathInvocation;
  readonly columns: readonly JsonTableColumn[];
  readonly onError: JsonBehavior | null;
}

export type JsonTableColumn = JsonOrdinalityColumn | JsonValueColumn | JsonNestedColumns;

export interface JsonOrdinalityColumn extends NodeBase<'JsonOrdinalityColumn'> {
  readonly name: Identifier;
}

/** A column with a type; `format` is set for a column that holds JSON text. */
export interface JsonValueColumn extends NodeBase<'JsonValueColumn'> {
  readonly name: Identifier;
  readonly type: DataType;
  readonly format: JsonFormat | null;
  readonly path: StringLiteral | null;
  readonly onEmpty: JsonBehavior | null;
  readonly onError: JsonBehavior | null;
}

export interface JsonNestedColumns extends NodeBase<'JsonNestedColumns'> {
  readonly path: StringLiteral;
  readonly name: Identifier | null;
  readonly columns: readonly JsonTableColumn[];
}
