import { isType, NULL_TYPE, type RowField, type SqlType, type TypeArgument } from './type-text.ts';

/** Numbers from narrow to wide; each is converted to those behind it without a cast. */
const NUMBERS = ['tinyint', 'smallint', 'integer', 'bigint', 'decimal', 'real', 'double'];
/** Digits that an integer type needs as a decimal. */
const INTEGER_DIGITS: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };
const MOST_DIGITS = 38;

/** Other conversions without a cast: from → to. */
const WIDER: Readonly<Record<string, readonly string[]>> = {
  char: ['varchar'],
  date: ['timestamp', 'timestamp with time zone'],
  time: ['time with time zone'],
  timestamp: ['timestamp with time zone'],
};

/** Whether a value of one type may stand where another one is wanted, without a cast. Unsure means yes. */
export function canCoerce(from: SqlType, to: SqlType): boolean {
  const common = commonType(from, to);
  return common !== undefined && common.name === to.name;
}

/** The type that both are converted to in a CASE, COALESCE, UNION or comparison; undefined when there is none. */
export function commonType(a: SqlType, b: SqlType): SqlType | undefined {
  if (a.name === NULL_TYPE.name) return b;
  if (b.name === NULL_TYPE.name) return a;
  if (a.name === b.name) return sameName(a, b);
  const rankA = NUMBERS.indexOf(a.name);
  const rankB = NUMBERS.indexOf(b.name);
  if (rankA >= 0 && rankB >= 0) return widerNumber(a, b, rankA < rankB);
  if (WIDER[a.name]?.includes(b.name) === true) return widened(b, a);
  if (WIDER[b.name]?.includes(a.name) === true) return widened(a, b);
  return undefined;
}

/** A decimal's precision and scale; those of an integer as a decimal. */
export function digitsOf(type: SqlType): { readonly precision: number; readonly scale: number } | undefined {
  const digits = INTEGER_DIGITS[type.name];
  if (digits !== undefined) return { precision: digits, scale: 0 };
  if (type.name !== 'decimal') return undefined;
  const [precision = MOST_DIGITS, scale = 0] = type.args;
  return typeof precision === 'number' && typeof scale === 'number' ? { precision, scale } : undefined;
}

/** A decimal type, its precision cut to what Trino has. */
export function decimalOf(precision: number, scale: number): SqlType {
  return { name: 'decimal', args: [Math.min(MOST_DIGITS, precision), scale] };
}

function widerNumber(a: SqlType, b: SqlType, isBWider: boolean): SqlType {
  const wider = isBWider ? b : a;
  const narrower = isBWider ? a : b;
  return wider.name === 'decimal' ? commonDecimal(narrower, wider) : wider;
}

function commonDecimal(a: SqlType, b: SqlType): SqlType {
  const left = digitsOf(a);
  const right = digitsOf(b);
  if (left === undefined || right === undefined) return { name: 'decimal', args: [] };
  const scale = Math.max(left.scale, right.scale);
  const whole = Math.max(left.precision - left.scale, right.precision - right.scale);
  return decimalOf(whole + scale, scale);
}

/** The wider name with the larger of both precisions. */
function widened(wider: SqlType, narrower: SqlType): SqlType {
  const [precision = 0] = narrower.args;
  const [wanted] = wider.args;
  if (typeof precision !== 'number' || typeof wanted !== 'number') return wider;
  return { ...wider, args: [Math.max(precision, wanted)] };
}

function sameName(a: SqlType, b: SqlType): SqlType | undefined {
  if (a.name === 'decimal') return commonDecimal(a, b);
  if (a.name === 'row') return commonRow(a, b);
  if (a.args.length !== b.args.length) return a.args.length < b.args.length ? a : b;
  const args: TypeArgument[] = [];
  for (const [i, left] of a.args.entries()) {
    const right = b.args[i];
    const both = commonArgument(left, right);
    if (both === undefined) return undefined;
    args.push(both);
  }
  return { name: a.name, args };
}

function commonArgument(left: TypeArgument, right: TypeArgument | undefined): TypeArgument | undefined {
  if (isType(left)) return isType(right) ? commonType(left, right) : undefined;
  if (typeof left === 'number' && typeof right === 'number') return Math.max(left, right);
  return left;
}

function commonRow(a: SqlType, b: SqlType): SqlType | undefined {
  if (a.fields === undefined || b.fields === undefined) return a;
  if (a.fields.length !== b.fields.length) return undefined;
  const fields: RowField[] = [];
  for (const [i, left] of a.fields.entries()) {
    const right = b.fields[i];
    const type = right === undefined ? undefined : commonType(left.type, right.type);
    if (type === undefined) return undefined;
    fields.push(left.name !== undefined && left.name === right?.name ? { name: left.name, type } : { type });
  }
  return { name: 'row', args: [], fields };
}
