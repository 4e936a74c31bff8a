import type { FunctionSignature } from '../sql/functions.ts';
import { canCoerce, commonType } from './coercion.ts';
import { isUnknown, parseType, type SqlType, typeArgument, UNKNOWN } from './sql-type.ts';

/** Values of the type variables of a signature. */
type Bindings = Map<string, SqlType>;

/** The signatures that take so many arguments. */
function signaturesFor(signatures: readonly FunctionSignature[], count: number): FunctionSignature[] {
  return signatures.filter(signature => takesArguments(signature, count));
}

export function takesArguments({ parameters, isVariadic }: FunctionSignature, count: number): boolean {
  return isVariadic ? count >= parameters.length - 1 : count === parameters.length;
}

export interface ResolvedCall {
  readonly type: SqlType;
  /** The signature that fits; undefined when none does or several might. */
  readonly signature?: FunctionSignature;
}

/** The type of a call. Where arguments are of unknown type, it is known only if every possible signature agrees on it. */
export function resolveCall(
  signatures: readonly FunctionSignature[],
  args: readonly SqlType[],
): ResolvedCall | undefined {
  const fitting: { signature: FunctionSignature; type: SqlType; cost: number }[] = [];
  for (const signature of signaturesFor(signatures, args.length)) {
    const bindings: Bindings = new Map();
    const cost = costOf(signature, args, bindings);
    if (cost >= 0)
      fitting.push({ signature, cost, type: substitute(parseType(signature.returns), bindings) });
  }
  if (fitting.length === 0) return undefined;
  const isOpen = args.some(isUnknown);
  const least = Math.min(...fitting.map(item => item.cost));
  const best = isOpen ? fitting : fitting.filter(item => item.cost === least);
  const [first] = best;
  if (first === undefined) return undefined;
  if (best.length === 1) return { type: first.type, signature: first.signature };
  const isAgreed = best.every(item => item.type.base === first.type.base);
  return { type: isAgreed ? first.type : UNKNOWN };
}

/** 0 for a perfect fit, more for each conversion, negative when it does not fit. */
function costOf(signature: FunctionSignature, args: readonly SqlType[], bindings: Bindings): number {
  let cost = 0;
  for (const [i, arg] of args.entries()) {
    const parameter = signature.parameters[Math.min(i, signature.parameters.length - 1)];
    const wanted = parseType(parameter?.type ?? '');
    const step = bind(wanted, arg, bindings);
    if (step < 0) return -1;
    cost += step;
  }
  return cost;
}

function bind(wanted: SqlType, actual: SqlType, bindings: Bindings): number {
  if (isUnknown(wanted) || isUnknown(actual)) return 0;
  if (isVariable(wanted)) return bindVariable(wanted.base, actual, bindings);
  if (actual.base === 'unknown') return 1;
  if (wanted.base === 'function')
    return actual.base === 'function' ? bindResult(wanted, actual, bindings) : -1;
  if (wanted.base === actual.base) {
    if (wanted.base !== 'array' && wanted.base !== 'map') return 0;
    let cost = 0;
    for (let i = 0; i < wanted.args.length; i++) {
      const step = bind(typeArgument(wanted, i), typeArgument(actual, i), bindings);
      if (step < 0) return -1;
      cost += step;
    }
    return cost;
  }
  return canCoerce(actual, wanted) ? coercionCost(actual, wanted) : -1;
}

/** A lambda's type has its result last. */
function bindResult(wanted: SqlType, actual: SqlType, bindings: Bindings): number {
  const last = wanted.args.length - 1;
  return bind(typeArgument(wanted, last), typeArgument(actual, actual.args.length - 1), bindings);
}

function bindVariable(name: string, actual: SqlType, bindings: Bindings): number {
  const bound = bindings.get(name);
  if (bound === undefined) {
    bindings.set(name, actual);
    return 0;
  }
  const common = commonType(bound, actual);
  if (common === undefined) return -1;
  bindings.set(name, common);
  return common.base === actual.base ? 0 : 1;
}

const ORDER = ['tinyint', 'smallint', 'integer', 'bigint', 'decimal', 'real', 'double'];

/** How far one type is from another: the nearest signature wins. */
function coercionCost(from: SqlType, to: SqlType): number {
  const [a, b] = [ORDER.indexOf(from.base), ORDER.indexOf(to.base)];
  return a >= 0 && b >= 0 ? b - a : 1;
}

/** Single letters stand for any type in recorded signatures. */
function isVariable(type: SqlType): boolean {
  return type.args.length === 0 && /^[a-z]\d?$/.test(type.base);
}

/** A type with its variables replaced; what stayed open is unknown. */
function substitute(type: SqlType, bindings: ReadonlyMap<string, SqlType>): SqlType {
  if (isVariable(type)) return bindings.get(type.base) ?? UNKNOWN;
  if (type.fields !== undefined) {
    return {
      ...type,
      fields: type.fields.map(field => ({ ...field, type: substitute(field.type, bindings) })),
    };
  }
  if (type.args.length === 0) return type;
  // `decimal(p,s)` and `varchar(x)` keep only their name: lengths are not computed.
  if (
    type.args.some(arg => typeof arg !== 'number' && isVariable(arg)) &&
    type.base !== 'array' &&
    type.base !== 'map'
  ) {
    return { base: type.base, args: [] };
  }
  return { ...type, args: type.args.map(arg => (typeof arg === 'number' ? arg : substitute(arg, bindings))) };
}

/** The types that a lambda's parameters have in a call, as far as the other arguments tell. */
export function lambdaParameterTypes(
  signatures: readonly FunctionSignature[],
  args: readonly (SqlType | undefined)[],
  position: number,
): readonly SqlType[] {
  for (const signature of signaturesFor(signatures, args.length)) {
    const wanted = parseType(
      signature.parameters[Math.min(position, signature.parameters.length - 1)]?.type ?? '',
    );
    if (wanted.base !== 'function') continue;
    const bindings: Bindings = new Map();
    const known = args.map(arg => arg ?? UNKNOWN);
    const fits = known.every((arg, i) => {
      const parameter = parseType(
        signature.parameters[Math.min(i, signature.parameters.length - 1)]?.type ?? '',
      );
      return parameter.base === 'function' || bind(parameter, arg, bindings) >= 0;
    });
    if (fits)
      return wanted.args
        .slice(0, -1)
        .map(arg => (typeof arg === 'number' ? UNKNOWN : substitute(arg, bindings)));
  }
  return [];
}
