import { arrayOf, isUnknown, mapOf, NULL_TYPE, type SqlType, typeArgument, UNKNOWN } from './sql-type.ts';

/** Each number type may become any later one. */
const NUMBERS = ['tinyint', 'smallint', 'integer', 'bigint', 'decimal', 'real', 'double'];

const WIDER: ReadonlyMap<string, readonly string[]> = new Map([
  ['char', ['varchar', 'joniregexp', 're2jregexp']],
  ['varchar', ['joniregexp', 're2jregexp', 'jsonpath', 'likepattern', 'codepoints', 'char']],
  ['date', ['timestamp', 'timestamp with time zone']],
  ['timestamp', ['timestamp with time zone']],
  ['time', ['time with time zone']],
]);

/** Whether a type is one of the numbers, exact or not. */
export function isNumber(type: SqlType): boolean {
  return NUMBERS.includes(type.base);
}

/** Whether Trino would turn a value of one type into another without a cast. Unknown types may be anything. */
export function canCoerce(from: SqlType, to: SqlType): boolean {
  if (isUnknown(from) || isUnknown(to) || from.base === NULL_TYPE.base) return true;
  if (from.base === to.base) return argumentsCoerce(from, to);
  const rank = NUMBERS.indexOf(from.base);
  if (rank >= 0 && NUMBERS.indexOf(to.base) > rank) return true;
  return WIDER.get(from.base)?.includes(to.base) ?? false;
}

function argumentsCoerce(from: SqlType, to: SqlType): boolean {
  if (from.base !== 'array' && from.base !== 'map') return true;
  return from.args.every((_, i) => canCoerce(typeArgument(from, i), typeArgument(to, i)));
}

/** The type that values of both types have together; unknown when one is unknown, undefined when there is none. */
export function commonType(a: SqlType, b: SqlType): SqlType | undefined {
  if (isUnknown(a) || isUnknown(b)) return UNKNOWN;
  if (a.base === NULL_TYPE.base) return b;
  if (b.base === NULL_TYPE.base) return a;
  if (a.base === b.base) return commonOfSame(a, b);
  const isExact = DIGITS.has(a.base) || DIGITS.has(b.base);
  if (isExact && (a.base === 'decimal' || b.base === 'decimal')) return commonDecimal(a, b);
  if (canCoerce(a, b)) return b;
  return canCoerce(b, a) ? a : undefined;
}

/** Of several types; unknown when they have none in common. */
export function commonTypeOf(types: readonly SqlType[]): SqlType {
  let common: SqlType = NULL_TYPE;
  for (const type of types) common = commonType(common, type) ?? UNKNOWN;
  return common;
}

function commonOfSame(a: SqlType, b: SqlType): SqlType | undefined {
  if (a.base === 'array') {
    const element = commonType(typeArgument(a, 0), typeArgument(b, 0));
    return element === undefined ? undefined : arrayOf(element);
  }
  if (a.base === 'map') {
    const key = commonType(typeArgument(a, 0), typeArgument(b, 0));
    const value = commonType(typeArgument(a, 1), typeArgument(b, 1));
    return key === undefined || value === undefined ? undefined : mapOf(key, value);
  }
  if (a.base === 'decimal') return commonDecimal(a, b);
  if (a.args.length === 0 || b.args.length === 0) return a.args.length === 0 ? a : b;
  const [first, second] = [a.args[0], b.args[0]];
  if (typeof first === 'number' && typeof second === 'number') return first >= second ? a : b;
  return a;
}

function commonDecimal(a: SqlType, b: SqlType): SqlType {
  const [precisionA, scaleA] = decimalParts(a);
  const [precisionB, scaleB] = decimalParts(b);
  const scale = Math.max(scaleA, scaleB);
  return decimal(Math.max(precisionA - scaleA, precisionB - scaleB) + scale, scale);
}

/** Precision and scale; integers count as decimals of their digits. */
export function decimalParts(type: SqlType): readonly [precision: number, scale: number] {
  if (type.base !== 'decimal') return [DIGITS.get(type.base) ?? 38, 0];
  const [precision, scale] = type.args;
  return [typeof precision === 'number' ? precision : 38, typeof scale === 'number' ? scale : 0];
}

const DIGITS: ReadonlyMap<string, number> = new Map([
  ['tinyint', 3],
  ['smallint', 5],
  ['integer', 10],
  ['bigint', 19],
]);

export function decimal(precision: number, scale: number): SqlType {
  return { base: 'decimal', args: [Math.min(38, precision), Math.min(38, scale)] };
}
