import type {
  ArrayConstructor,
  Binary,
  Case,
  Expression,
  Identifier,
  Lambda,
  SubqueryExpression,
} from '../sql/index.ts';
import { type Analyzer, childScope, declare, markScope } from './analyzer.ts';
import { analyzeCall } from './calls.ts';
import { commonType, commonTypeOf, decimal, decimalParts, isNumber } from './coercion.ts';
import { typeOfNode } from './data-types.ts';
import { analyzeJson } from './json-expressions.ts';
import type { Column, Scope } from './model.ts';
import { resolveName, stepInto } from './name-resolution.ts';
import { analyzePredicate } from './predicates.ts';
import {
  arrayOf,
  isUnknown,
  NULL_TYPE,
  rowOf,
  simpleType,
  type SqlType,
  typeArgument,
  UNKNOWN,
} from './sql-type.ts';

const BOOLEAN = simpleType('boolean');
/** What they are is written in them. */
const LITERALS: ReadonlySet<string> = new Set<Expression['kind']>([
  'NullLiteral',
  'BooleanLiteral',
  'NumberLiteral',
  'StringLiteral',
  'BinaryLiteral',
  'TypedLiteral',
  'IntervalLiteral',
]);

/** Understands an expression and everything in it; answers its type and remembers it where it is not obvious. */
export function analyzeExpression(a: Analyzer, node: Expression, scope: Scope): SqlType {
  const type = typeOf(a, node, scope);
  if (!LITERALS.has(node.kind)) a.types.set(node, type);
  return type;
}

function typeOf(a: Analyzer, node: Expression, scope: Scope): SqlType {
  switch (node.kind) {
    case 'NullLiteral':
      return NULL_TYPE;
    case 'BooleanLiteral':
      return BOOLEAN;
    case 'NumberLiteral':
      return numberType(node.type, node.text);
    case 'StringLiteral':
      return { base: 'varchar', args: [node.value.length] };
    case 'BinaryLiteral':
      return simpleType('varbinary');
    case 'TypedLiteral':
      return typedLiteralType(node.type.name, node.value.value);
    case 'IntervalLiteral':
      return simpleType(
        node.from.field === 'YEAR' || node.from.field === 'MONTH'
          ? 'interval year to month'
          : 'interval day to second',
      );
    case 'Parameter':
    case 'Missing':
      return UNKNOWN;
    case 'ColumnReference':
      return node.name.isMissing ? UNKNOWN : resolveName(a, [node.name], scope).type;
    case 'Dereference':
      return typeOfDereference(a, node, scope);
    case 'Star':
      if (node.base !== null) analyzeStarBase(a, node.base, scope);
      return UNKNOWN;
    case 'Subscript':
      return typeOfSubscript(a, node, scope);
    case 'ArrayConstructor':
      return typeOfArray(a, node, scope);
    case 'RowConstructor':
      return rowOf(
        node.fields.map(field => ({
          name: field.name?.name ?? '',
          type: analyzeExpression(a, field.value, scope),
        })),
      );
    case 'Parenthesized':
      return analyzeExpression(a, node.expression, scope);
    case 'Lambda':
      return analyzeLambda(a, node, { scope, parameterTypes: [] });
    case 'Cast':
      analyzeExpression(a, node.expression, scope);
      return typeOfNode(node.type);
    case 'Case':
      return typeOfCase(a, node, scope);
    case 'SubqueryExpression':
      return typeOfSubquery(a, node, scope);
    case 'Exists':
    case 'Unique':
      a.rules.query(a, node.query, childScope(scope));
      return BOOLEAN;
    case 'Unary':
      return analyzeExpression(a, node.operand, scope);
    case 'Binary':
      return typeOfBinary(a, node, scope);
    case 'Logical':
      for (const operand of node.operands) analyzeExpression(a, operand, scope);
      return BOOLEAN;
    case 'Not':
      analyzeExpression(a, node.operand, scope);
      return BOOLEAN;
    case 'AtTimeZone':
      return typeOfZoned(a, node, scope);
    case 'JsonExists':
    case 'JsonValue':
    case 'JsonQuery':
    case 'JsonObject':
    case 'JsonArray':
      return analyzeJson(a, node, scope);
    case 'Comparison':
    case 'QuantifiedComparison':
    case 'Between':
    case 'InList':
    case 'InSubquery':
    case 'Like':
    case 'IsPredicate':
    case 'IsDistinctFrom':
    case 'MatchPredicate':
    case 'Overlaps':
      return analyzePredicate(a, node, scope);
    default:
      return analyzeCall(a, node, scope, analyzeLambda);
  }
}

function numberType(type: 'integer' | 'decimal' | 'double', text: string): SqlType {
  if (type === 'double') return simpleType('double');
  if (type === 'integer') {
    const value = Number(text.replaceAll('_', ''));
    return simpleType(value <= 2_147_483_647 ? 'integer' : 'bigint');
  }
  const digits = text.replaceAll('_', '');
  const scale = digits.length - digits.indexOf('.') - 1;
  const precision = digits.replace('.', '').replace(/^0+/, '').length;
  return decimal(Math.max(precision, scale, 1), scale);
}

function typedLiteralType(name: string, value: string): SqlType {
  const type = simpleType(name);
  if (type.base !== 'timestamp' && type.base !== 'time') return type;
  const fraction = /\.(\d+)/.exec(value)?.[1]?.length ?? 0;
  const hasZone = /\d\s*(?:[+-]\d\d?(?::\d\d)?|[A-Za-z][A-Za-z_/]*)\s*$/.test(value) && /:/.test(value);
  return { base: hasZone ? `${type.base} with time zone` : type.base, args: [fraction] };
}

/** `a.b.c`: names as long as only names stand before the dots, the field of a value otherwise. */
function typeOfDereference(
  a: Analyzer,
  node: Expression & { readonly kind: 'Dereference' },
  scope: Scope,
): SqlType {
  const parts = nameParts(node);
  if (parts !== undefined) return resolveName(a, parts, scope).type;
  return stepInto(a, analyzeExpression(a, node.base, scope), node.field);
}

/** The identifiers of a dotted name; undefined when it begins with something else. */
export function nameParts(node: Expression): Identifier[] | undefined {
  if (node.kind === 'ColumnReference') return [node.name];
  if (node.kind !== 'Dereference') return undefined;
  const parts = nameParts(node.base);
  parts?.push(node.field);
  return parts;
}

/** In `t.*` the base is a relation, which the select list resolves; in `count(t.*)` it is not judged. */
function analyzeStarBase(a: Analyzer, base: Expression, scope: Scope): void {
  if (nameParts(base) === undefined) analyzeExpression(a, base, scope);
}

function typeOfSubscript(
  a: Analyzer,
  node: Expression & { readonly kind: 'Subscript' },
  scope: Scope,
): SqlType {
  const base = analyzeExpression(a, node.base, scope);
  analyzeExpression(a, node.index, scope);
  if (base.base === 'array') return typeArgument(base, 0);
  if (base.base === 'map') return typeArgument(base, 1);
  if (base.fields !== undefined && node.index.kind === 'NumberLiteral') {
    return base.fields[Number(node.index.text) - 1]?.type ?? UNKNOWN;
  }
  return UNKNOWN;
}

function typeOfArray(a: Analyzer, node: ArrayConstructor, scope: Scope): SqlType {
  return arrayOf(commonTypeOf(node.elements.map(element => analyzeExpression(a, element, scope))));
}

interface LambdaContext {
  readonly scope: Scope;
  readonly parameterTypes: readonly SqlType[];
}

/** The type of a lambda is `function(parameters…, result)`. */
function analyzeLambda(a: Analyzer, node: Lambda, { scope, parameterTypes }: LambdaContext): SqlType {
  const names = new Map<string, Column>();
  node.parameters.forEach((parameter, i) => {
    const type = parameterTypes[i] ?? UNKNOWN;
    const symbol = declare(a, 'lambdaParameter', parameter, { type });
    names.set(parameter.name.toLowerCase(), { name: parameter.name, type, symbol });
  });
  const inside = childScope(scope, { names });
  markScope(a, node, inside, 'lambda');
  const result = analyzeExpression(a, node.body, inside);
  return { base: 'function', args: [...node.parameters.map((_, i) => parameterTypes[i] ?? UNKNOWN), result] };
}

function typeOfCase(a: Analyzer, node: Case, scope: Scope): SqlType {
  if (node.operand !== null) analyzeExpression(a, node.operand, scope);
  const results: SqlType[] = [];
  for (const branch of node.branches) {
    analyzeExpression(a, branch.condition, scope);
    results.push(analyzeExpression(a, branch.result, scope));
  }
  if (node.otherwise !== null) results.push(analyzeExpression(a, node.otherwise, scope));
  return commonTypeOf(results);
}

function typeOfSubquery(a: Analyzer, node: SubqueryExpression, scope: Scope): SqlType {
  const { columns } = a.rules.query(a, node.query, childScope(scope));
  const visible = columns.filter(column => column.isHidden !== true);
  if (visible.length === 1) return visible[0]?.type ?? UNKNOWN;
  return UNKNOWN;
}

function typeOfBinary(a: Analyzer, node: Binary, scope: Scope): SqlType {
  const [first, ...rest] = node.operands.map(operand => analyzeExpression(a, operand, scope));
  let type = first ?? UNKNOWN;
  rest.forEach((operand, i) => {
    type = resultOf(node.operators[i] ?? '+', type, operand);
  });
  return type;
}

function resultOf(operator: Binary['operators'][number], left: SqlType, right: SqlType): SqlType {
  if (operator === '||') {
    if (left.base === 'array') return left;
    if (right.base === 'array') return right;
    if (isUnknown(left) || isUnknown(right)) return UNKNOWN;
    return simpleType(left.base === 'varbinary' ? 'varbinary' : 'varchar');
  }
  if (isUnknown(left) || isUnknown(right)) return UNKNOWN;
  if (isNumber(left) && isNumber(right)) return numberResult(operator, left, right);
  if (left.base.startsWith('interval'))
    return right.base.startsWith('interval') || isNumber(right) ? left : right;
  if (right.base.startsWith('interval')) return isNumber(left) ? right : left;
  // The difference of two moments is a span of time.
  if (operator === '-' && left.base === right.base && isMoment(left))
    return simpleType('interval day to second');
  return UNKNOWN;
}

function isMoment(type: SqlType): boolean {
  return type.base === 'date' || type.base.startsWith('time');
}

function numberResult(operator: string, left: SqlType, right: SqlType): SqlType {
  const common = commonType(left, right) ?? UNKNOWN;
  if (common.base !== 'decimal') return common;
  const [p1, s1] = decimalParts(left);
  const [p2, s2] = decimalParts(right);
  if (operator === '*') return decimal(p1 + p2, s1 + s2);
  if (operator === '/') return decimal(p1 + s2 + Math.max(0, s2 - s1), Math.max(s1, s2));
  if (operator === '%') return decimal(Math.min(p1 - s1, p2 - s2) + Math.max(s1, s2), Math.max(s1, s2));
  const scale = Math.max(s1, s2);
  return decimal(Math.max(p1 - s1, p2 - s2) + scale + 1, scale);
}

function typeOfZoned(a: Analyzer, node: Expression & { readonly kind: 'AtTimeZone' }, scope: Scope): SqlType {
  const value = analyzeExpression(a, node.value, scope);
  if (node.zone !== null) analyzeExpression(a, node.zone, scope);
  if (value.base === 'timestamp' || value.base === 'time')
    return { ...value, base: `${value.base} with time zone` };
  return value;
}
