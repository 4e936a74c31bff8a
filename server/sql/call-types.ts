import type { FunctionSignature } from './functions.ts';
import { canCoerce, commonType } from './type-coercion.ts';
import { isType, NULL_TYPE, parseType, type SqlType, type TypeArgument } from './type-text.ts';
import { TYPES } from './types.ts';

/** The type of an argument; undefined when it is not known, or a lambda. */
export type KnownType = SqlType | undefined;

/** What a signature makes of some arguments. */
export interface BoundCall {
  readonly signature: FunctionSignature;
  /** undefined when it depends on what is not known. */
  readonly returns: KnownType;
  /** Type variables and what they stand for. */
  readonly variables: ReadonlyMap<string, SqlType | number>;
}

/**
 * The signatures that take these arguments, the closest first. Arguments of unknown type fit everywhere.
 */
export function bindCall(signatures: readonly FunctionSignature[], args: readonly KnownType[]): BoundCall[] {
  return signatures
    .map(signature => ({ signature, bound: bindSignature(signature, args) }))
    .filter(item => item.bound !== undefined)
    .sort((a, b) => (a.bound?.distance ?? 0) - (b.bound?.distance ?? 0))
    .map(({ signature, bound }) => {
      const variables = bound?.variables ?? new Map<string, SqlType | number>();
      return { signature, variables, returns: substitute(typeOf(signature.returns), variables) };
    });
}

/** The type of a call; undefined when no signature fits, or when those that fit do not agree because too little is known. */
export function returnType(signatures: readonly FunctionSignature[], args: readonly KnownType[]): KnownType {
  const calls = bindCall(signatures, args);
  const first = calls[0]?.returns;
  if (args.every(arg => arg !== undefined)) return first;
  const isAgreed = calls.every(call => call.returns !== undefined && call.returns.name === first?.name);
  return isAgreed ? first : undefined;
}

/** The types of a lambda's parameters, as far as the other arguments say; the last part of `function(…)` is its result. */
export function lambdaParameters(
  signature: FunctionSignature,
  index: number,
  args: readonly KnownType[],
): readonly KnownType[] {
  const wanted = typeOf(signature.parameters[index]?.type ?? '');
  if (wanted?.name !== 'function') return [];
  const bound = bindSignature(signature, args);
  const variables = bound?.variables ?? new Map<string, SqlType | number>();
  return wanted.args.slice(0, -1).map(arg => (isType(arg) ? substitute(arg, variables) : undefined));
}

const TYPE_NAMES = new Set(TYPES.map(type => type.name));
const parsed = new Map<string, KnownType>();

/** Signatures repeat the same few types: each is read once. */
function typeOf(text: string): KnownType {
  if (!parsed.has(text)) parsed.set(text, parseType(text));
  return parsed.get(text);
}

type Variables = Map<string, SqlType | number>;

function bindSignature(
  signature: FunctionSignature,
  args: readonly KnownType[],
): { variables: Variables; distance: number } | undefined {
  const { parameters, isVariadic } = signature;
  const isRightCount = isVariadic ? args.length >= parameters.length - 1 : args.length === parameters.length;
  if (!isRightCount) return undefined;
  const variables: Variables = new Map();
  let distance = 0;
  for (const [i, arg] of args.entries()) {
    const wanted = typeOf(parameters[Math.min(i, parameters.length - 1)]?.type ?? '');
    if (arg === undefined || wanted === undefined || wanted.name === 'function') continue;
    const step = unify(wanted, arg, variables);
    if (step === undefined) return undefined;
    distance += step;
  }
  return { variables, distance };
}

function isVariable(type: SqlType): boolean {
  return (
    type.args.length === 0 && type.fields === undefined && !TYPE_NAMES.has(type.name) && type.name.length <= 2
  );
}

/** Types that only signatures have, for what is compiled from a text. */
const PATTERNS = new Set(['jsonpath', 'joniregexp', 'codepoints']);

/** How far an argument is from what is wanted, binding variables on the way; undefined when it does not fit. */
function unify(wanted: SqlType, arg: SqlType, variables: Variables): number | undefined {
  if (isVariable(wanted)) return bindVariable(wanted.name, arg, variables);
  if (arg.name === NULL_TYPE.name) return 1;
  if (PATTERNS.has(wanted.name)) return arg.name === 'varchar' || arg.name === 'char' ? 5 : undefined;
  if (wanted.name !== arg.name) return unifyOther(wanted, arg, variables);
  let distance = 0;
  for (const [i, want] of wanted.args.entries()) {
    const step = unifyArgument(want, arg.args[i], variables);
    if (step === undefined) return undefined;
    distance += step;
  }
  return distance;
}

/** A conversion without a cast: further away than any fit without one. */
function unifyOther(wanted: SqlType, arg: SqlType, variables: Variables): number | undefined {
  const plain: SqlType = { name: wanted.name, args: [] };
  if (!canCoerce(arg, plain)) return undefined;
  const common = commonType(arg, plain);
  for (const [i, want] of wanted.args.entries()) {
    const given = common?.args[i];
    if (isType(want) && isVariable(want) && given !== undefined && typeof given !== 'string') {
      variables.set(want.name, given);
    }
  }
  return COERCION_COST[wanted.name] ?? 20;
}

const COERCION_COST: Readonly<Record<string, number>> = {
  smallint: 10,
  integer: 11,
  bigint: 12,
  decimal: 14,
  real: 15,
  double: 16,
};

function unifyArgument(
  want: TypeArgument,
  given: TypeArgument | undefined,
  variables: Variables,
): number | undefined {
  if (!isType(want) || given === undefined) return 0;
  if (typeof given === 'number') {
    if (isVariable(want)) variables.set(want.name, given);
    return 0;
  }
  return isType(given) ? unify(want, given, variables) : 0;
}

function bindVariable(name: string, arg: SqlType, variables: Variables): number | undefined {
  const before = variables.get(name);
  if (before === undefined || typeof before === 'number') {
    if (arg.name !== NULL_TYPE.name) variables.set(name, arg);
    return 0;
  }
  const both = commonType(before, arg);
  if (both === undefined) return undefined;
  variables.set(name, both);
  return both.name === arg.name ? 0 : 1;
}

/** A type with its variables replaced; undefined when one of them is not bound. */
function substitute(type: KnownType, variables: ReadonlyMap<string, SqlType | number>): KnownType {
  if (type === undefined) return undefined;
  if (isVariable(type)) {
    const bound = variables.get(type.name);
    return typeof bound === 'number' ? undefined : bound;
  }
  const args: TypeArgument[] = [];
  for (const arg of type.args) {
    const bound = isType(arg) ? substituteArgument(arg, variables) : arg;
    if (bound === undefined) return isType(arg) && isSize(type) ? { name: type.name, args: [] } : undefined;
    args.push(bound);
  }
  if (type.fields === undefined) return { name: type.name, args };
  const fields = type.fields.map(field => ({ ...field, type: substitute(field.type, variables) }));
  return fields.every((field): field is typeof field & { type: SqlType } => field.type !== undefined)
    ? { name: type.name, args, fields }
    : undefined;
}

function substituteArgument(
  arg: SqlType,
  variables: ReadonlyMap<string, SqlType | number>,
): TypeArgument | undefined {
  return isVariable(arg) ? variables.get(arg.name) : substitute(arg, variables);
}

/** Types whose arguments are sizes: the type is known without them. */
function isSize(type: SqlType): boolean {
  return !['array', 'map', 'row', 'function', 'qdigest'].includes(type.name);
}
