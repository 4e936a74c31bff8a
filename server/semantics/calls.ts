import type { Argument, CallExpression, FunctionCall, Lambda, WindowReference } from '../sql/index.ts';
import { type Analyzer, childScope, findCommonTable, note, report } from './analyzer.ts';
import { commonTypeOf } from './coercion.ts';
import { lambdaParameterTypes, resolveCall, takesArguments } from './function-types.ts';
import type { Scope } from './model.ts';
import { resolveName } from './name-resolution.ts';
import { nearestName } from './nearest-name.ts';
import { analyzePatternClauses } from './pattern-recognition.ts';
import { isUnknown, simpleType, type SqlType, typeText, UNKNOWN } from './sql-type.ts';
import { builtInFunctions, type SqlFunction } from '../sql/functions.ts';

type AnalyzeLambda = (
  a: Analyzer,
  node: Lambda,
  context: { readonly scope: Scope; readonly parameterTypes: readonly SqlType[] },
) => SqlType;

const VARCHAR = simpleType('varchar');

/** A call or one of the forms that look like one. Lambdas come in as a parameter: their types depend on the call. */
export function analyzeCall(
  a: Analyzer,
  node: CallExpression,
  scope: Scope,
  analyzeLambda: AnalyzeLambda,
): SqlType {
  const visit = (part: Parameters<Analyzer['rules']['expression']>[1] | null): SqlType =>
    part === null ? UNKNOWN : a.rules.expression(a, part, scope);
  switch (node.kind) {
    case 'FunctionCall':
      return analyzeFunction(a, node, scope, analyzeLambda);
    case 'MethodCall':
    case 'StaticMethodCall':
      for (const argument of node.args) visit(argument.value);
      if (node.kind === 'MethodCall') visit(node.target);
      return UNKNOWN;
    case 'WindowMeasure':
      analyzeWindow(a, node.over, scope);
      return UNKNOWN;
    case 'Extract':
      visit(node.source);
      return simpleType('bigint');
    case 'Trim':
    case 'Normalize':
      if (node.kind === 'Trim') visit(node.characters);
      visit(node.source);
      return VARCHAR;
    case 'Substring':
      for (const part of [node.source, node.from, node.length]) visit(part);
      return VARCHAR;
    case 'Overlay':
      for (const part of [node.source, node.replacement, node.from, node.length]) visit(part);
      return VARCHAR;
    case 'Position':
      visit(node.needle);
      visit(node.source);
      return simpleType('bigint');
    case 'Grouping':
      for (const column of node.columns) resolveName(a, column.parts, scope);
      return simpleType('integer');
    case 'CurrentValue':
      return currentValueType(node.name, node.precision === null ? 3 : Number(node.precision.text));
  }
}

function currentValueType(name: string, precision: number): SqlType {
  switch (name) {
    case 'CURRENT_DATE':
      return simpleType('date');
    case 'CURRENT_TIME':
      return { base: 'time with time zone', args: [precision] };
    case 'CURRENT_TIMESTAMP':
      return { base: 'timestamp with time zone', args: [precision] };
    case 'LOCALTIME':
      return { base: 'time', args: [precision] };
    case 'LOCALTIMESTAMP':
      return { base: 'timestamp', args: [precision] };
    default:
      return VARCHAR;
  }
}

function analyzeFunction(
  a: Analyzer,
  node: FunctionCall,
  scope: Scope,
  analyzeLambda: AnalyzeLambda,
): SqlType {
  const name = node.name.parts.map(part => part.name).join('.');
  const own = a.functions.get(name.toLowerCase());
  // CLASSIFIER's argument is a pattern variable, not a value.
  if (name.toLowerCase() === 'classifier') return VARCHAR;
  const found = a.environment.findFunction(name);
  const types = argumentTypes(a, node.args, { scope, found, analyzeLambda });
  for (const item of [...node.orderBy, ...node.withinGroup]) a.rules.expression(a, item.expression, scope);
  if (node.filter !== null) a.rules.expression(a, node.filter, scope);
  if (node.over !== null) analyzeWindow(a, node.over, scope);
  const last = node.name.parts.at(-1);
  if (last === undefined || last.isMissing) return UNKNOWN;
  if (own !== undefined) {
    note(a, last, own);
    return own.type ?? UNKNOWN;
  }
  note(a, last, { kind: 'function', name: last.name, declaration: null });
  return found === undefined ? unknownFunction(a, node) : typeOfCall(a, node, { found, types });
}

interface ArgumentContext {
  readonly scope: Scope;
  readonly found: SqlFunction | undefined;
  readonly analyzeLambda: AnalyzeLambda;
}

/** Lambdas come last: what their parameters are depends on the other arguments. */
function argumentTypes(a: Analyzer, args: readonly Argument[], context: ArgumentContext): SqlType[] {
  const { scope, found, analyzeLambda } = context;
  const known = args.map(({ value }) =>
    value.kind === 'Lambda' ? undefined : a.rules.expression(a, value, scope),
  );
  return args.map(({ value }, i) => {
    if (value.kind !== 'Lambda') return known[i] ?? UNKNOWN;
    const parameterTypes = lambdaParameterTypes(found?.signatures ?? [], known, i);
    return analyzeLambda(a, value, { scope, parameterTypes });
  });
}

/** What only MEASURES and DEFINE know. */
const PATTERN_FUNCTIONS = new Set(['first', 'last', 'prev', 'next', 'match_number', 'classifier']);

/** Functions of schemas and of plugins are known only to the server: only plain names are judged. */
function unknownFunction(a: Analyzer, node: FunctionCall): SqlType {
  const [name, ...rest] = node.name.parts;
  if (name === undefined || rest.length > 0 || PATTERN_FUNCTIONS.has(name.name.toLowerCase())) return UNKNOWN;
  const suggestion = nearestName(name.name, builtInFunctions().keys(), name.name.length < 8 ? 1 : 2);
  // Only a near miss is certainly a mistake; anything else may be a function of the session's path.
  if (suggestion === undefined) return UNKNOWN;
  report(a, name, { code: 'unknown-function', message: `There is no function ${name.name}.`, suggestion });
  return UNKNOWN;
}

function typeOfCall(
  a: Analyzer,
  node: FunctionCall,
  { found, types }: { readonly found: SqlFunction; readonly types: readonly SqlType[] },
): SqlType {
  const lower = found.name.toLowerCase();
  if (lower === 'coalesce') return commonTypeOf(types);
  if (lower === 'if') return commonTypeOf(types.slice(1));
  if (lower === 'nullif' || lower === 'try') return types[0] ?? UNKNOWN;
  if (lower === 'try_cast') {
    const message = `${found.name} is written ${found.syntax ?? ''}.`;
    report(a, node.name, { code: 'wrong-arity', message });
  }
  if (found.signatures.length === 0) return UNKNOWN;
  const isStar = node.args.some(argument => argument.value.kind === 'Star');
  if (isStar) return lower === 'count' ? simpleType('bigint') : UNKNOWN;
  const resolved = resolveCall(found.signatures, types);
  if (resolved !== undefined) return resolved.type;
  reportMisuse(a, node, { found, types });
  return UNKNOWN;
}

function reportMisuse(
  a: Analyzer,
  node: FunctionCall,
  { found, types }: { readonly found: SqlFunction; readonly types: readonly SqlType[] },
): void {
  const isUnclear = node.args.some(argument => argument.name !== null || argument.value.kind === 'Missing');
  if (isUnclear || found.syntax !== undefined) return;
  const span = node.name;
  if (!found.signatures.some(signature => takesArguments(signature, types.length))) {
    const counts = [...new Set(found.signatures.map(signature => signature.parameters.length))].sort();
    const message = `${found.name} takes ${counts.join(' or ')} arguments, not ${types.length}.`;
    report(a, span, { code: 'wrong-arity', message });
    return;
  }
  // Lambdas, rows and decimals have rules of their own, which are left to the server.
  if (types.some(type => isUnknown(type) || !PLAIN.has(type.base))) return;
  const message = `${found.name} does not take (${types.map(typeText).join(', ')}).`;
  report(a, span, { code: 'wrong-type', message });
}

const PLAIN = new Set(['boolean', 'integer', 'bigint', 'double', 'real', 'varchar', 'date', 'timestamp']);

/** A window: its name, or its parts. Windows see the scope of their select. */
export function analyzeWindow(a: Analyzer, over: WindowReference, scope: Scope): void {
  if (over.kind === 'Identifier') {
    noteWindow(a, over, scope);
    return;
  }
  if (over.base !== null) noteWindow(a, over.base, scope);
  for (const expression of over.partitionBy) a.rules.expression(a, expression, scope);
  for (const item of over.orderBy) a.rules.expression(a, item.expression, scope);
  if (over.frame === null) return;
  for (const bound of [over.frame.from, over.frame.to]) {
    if (bound?.value != null) a.rules.expression(a, bound.value, scope);
  }
  analyzePatternClauses(a, over.frame.pattern, childScope(scope, { relations: scope.relations }));
}

function noteWindow(a: Analyzer, name: Parameters<typeof note>[1], scope: Scope): void {
  if (name.isMissing) return;
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const symbol = at.windows.get(name.name.toLowerCase());
    if (symbol !== undefined) {
      note(a, name, symbol);
      return;
    }
  }
  if (findCommonTable(scope, name.name) !== undefined) return;
  report(a, name, { code: 'unknown-window', message: `There is no window ${name.name} in this query.` });
}
