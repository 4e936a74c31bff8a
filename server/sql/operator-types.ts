import type { KnownType } from './call-types.ts';
import { commonType, decimalOf, digitsOf } from './type-coercion.ts';
import { NULL_TYPE, type SqlType, VARCHAR } from './type-text.ts';

type NumericOperator = '+' | '-' | '*' | '/' | '%';
export type ArithmeticOperator = NumericOperator | '||';

/** The type of an operation; undefined when a side is not known, or when Trino has no such operator for the types. */
export function operatorType(operator: ArithmeticOperator, left: KnownType, right: KnownType): KnownType {
  if (left === undefined || right === undefined) return undefined;
  if (operator === '||') return concatenation(left, right);
  if (left.name === NULL_TYPE.name) return right;
  if (right.name === NULL_TYPE.name) return left;
  return temporal(operator, left, right) ?? numeric(operator, left, right);
}

/** Whether Trino has the operator for two known types; unknown types are taken as fitting. */
export function hasOperator(operator: ArithmeticOperator, left: KnownType, right: KnownType): boolean {
  return left === undefined || right === undefined || operatorType(operator, left, right) !== undefined;
}

function concatenation(left: SqlType, right: SqlType): KnownType {
  if (left.name === 'array' || right.name === 'array') return concatenatedArray(left, right);
  if (left.name === 'varbinary' && right.name === 'varbinary') return left;
  const isText = (type: SqlType): boolean => ['varchar', 'char', NULL_TYPE.name].includes(type.name);
  return isText(left) && isText(right) ? VARCHAR : undefined;
}

/** Two arrays, or an array and an element. */
function concatenatedArray(left: SqlType, right: SqlType): KnownType {
  const array = left.name === 'array' ? left : right;
  const other = left.name === 'array' ? right : left;
  return other.name === 'array' ? commonType(array, other) : array;
}

const INTERVALS = ['interval day to second', 'interval year to month'];
const MOMENTS = ['date', 'time', 'time with time zone', 'timestamp', 'timestamp with time zone'];
const INTEGERS = ['tinyint', 'smallint', 'integer', 'bigint'];

function temporal(operator: NumericOperator, left: SqlType, right: SqlType): KnownType {
  const isPlusMinus = operator === '+' || operator === '-';
  if (isPlusMinus && MOMENTS.includes(left.name) && INTERVALS.includes(right.name)) return left;
  if (operator === '+' && INTERVALS.includes(left.name) && MOMENTS.includes(right.name)) return right;
  if (operator === '-' && MOMENTS.includes(left.name) && MOMENTS.includes(right.name)) {
    return commonType(left, right) === undefined ? undefined : { name: 'interval day to second', args: [] };
  }
  if (isPlusMinus && INTERVALS.includes(left.name) && left.name === right.name) return left;
  if ((operator === '*' || operator === '/') && INTERVALS.includes(left.name)) {
    return isScale(right) ? left : undefined;
  }
  return operator === '*' && INTERVALS.includes(right.name) && isScale(left) ? right : undefined;
}

function isScale(type: SqlType): boolean {
  return (
    INTEGERS.includes(type.name) || type.name === 'double' || type.name === 'real' || type.name === 'decimal'
  );
}

function numeric(operator: NumericOperator, left: SqlType, right: SqlType): KnownType {
  if (!isScale(left) || !isScale(right)) return undefined;
  const common = commonType(left, right);
  if (common?.name !== 'decimal') return common;
  const a = digitsOf(left);
  const b = digitsOf(right);
  if (a === undefined || b === undefined) return { name: 'decimal', args: [] };
  return decimalResult(operator, a, b);
}

interface Digits {
  readonly precision: number;
  readonly scale: number;
}

/** Precision and scale as the language reference gives them under "decimal operators". */
function decimalResult(operator: NumericOperator, a: Digits, b: Digits): SqlType {
  const scale = Math.max(a.scale, b.scale);
  switch (operator) {
    case '+':
    case '-':
      return decimalOf(Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1, scale);
    case '*':
      return decimalOf(a.precision + b.precision, a.scale + b.scale);
    case '/':
      return decimalOf(a.precision + b.scale + Math.max(b.scale - a.scale, 0), scale);
    case '%':
      return decimalOf(Math.min(a.precision - a.scale, b.precision - b.scale) + scale, scale);
  }
}
