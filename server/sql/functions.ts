import { FUNCTION_DESCRIPTIONS } from './function-descriptions.ts';
import { RECORDED_FUNCTIONS } from './functions-recorded.ts';
import { SPECIAL_FORMS } from './special-forms.ts';

export type FunctionKind = 'scalar' | 'aggregate' | 'window' | 'table';

/** One way of calling a function. Types are written as Trino writes them; single letters are type variables. */
export interface FunctionSignature {
  readonly kind: FunctionKind;
  readonly parameters: readonly FunctionParameter[];
  /** True when the last parameter may be repeated. */
  readonly isVariadic: boolean;
  readonly returns: string;
  readonly isDeterministic: boolean;
}

export interface FunctionParameter {
  readonly name: string;
  /** A type such as `array(t)`, or `function(t,boolean)` for a lambda; `''` where the syntax decides. */
  readonly type: string;
}

export interface SqlFunction {
  readonly name: string;
  readonly summary: string;
  readonly signatures: readonly FunctionSignature[];
  /** How it is written, for forms with a syntax of their own such as `CAST(value AS type)`. */
  readonly syntax?: string;
}

/** The version of the Trino whose function list was recorded; a connected server's own list goes before it. */
export const FUNCTIONS_RECORDED_FROM = 476;

let byName: ReadonlyMap<string, SqlFunction> | undefined;

/** Every built-in function and special form of Trino, by its lower-case name. Made on the first call. */
export function builtInFunctions(): ReadonlyMap<string, SqlFunction> {
  byName ??= readFunctions();
  return byName;
}

/** A built-in function or special form by its name in any case. */
export function findFunction(name: string): SqlFunction | undefined {
  return builtInFunctions().get(name.toLowerCase());
}

/**
 * Makes signatures from a row of `SHOW FUNCTIONS`, so that a connected server's functions are described like ours.
 * @param argumentTypes for example `array(T), function(T,boolean)`
 */
export function signatureOf(
  row: { readonly name: string; readonly returns: string; readonly argumentTypes: string },
  traits: { readonly kind: FunctionKind; readonly isDeterministic: boolean },
): FunctionSignature {
  const types = splitTopLevel(row.argumentTypes);
  const { lists } = descriptionOf(row.name.toLowerCase());
  const list = lists.find(names => names.length === types.length) ?? lists.find(isVariadic) ?? [];
  return {
    ...traits,
    returns: row.returns,
    isVariadic: isVariadic(list) && types.length <= list.length,
    parameters: types.map((type, i) => ({ name: parameterName(list, i), type })),
  };
}

/** Splits at the commas outside parentheses: `array(T), map(K,V)` → two types. */
export function splitTopLevel(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= list.length; i++) {
    const char = list[i];
    if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === undefined || (char === ',' && depth === 0)) {
      const part = list.slice(start, i).trim();
      if (part !== '') parts.push(part);
      start = i + 1;
    }
  }
  return parts;
}

function readFunctions(): Map<string, SqlFunction> {
  const found = new Map<string, SqlFunction>();
  for (const line of RECORDED_FUNCTIONS.trim().split('\n')) {
    const [name = '', kind = '', ...rest] = line.split(' ');
    const traits = { kind: kind.replace('~', '') as FunctionKind, isDeterministic: !kind.endsWith('~') };
    const signatures = rest
      .join(' ')
      .split(';')
      .map(text => signatureOf({ name, ...splitSignature(text) }, traits));
    const before = found.get(name)?.signatures ?? [];
    found.set(name, {
      name,
      summary: descriptionOf(name).summary,
      signatures: [...before, ...signatures],
    });
  }
  for (const form of SPECIAL_FORMS) {
    const signatures = found.get(form.name)?.signatures ?? [];
    found.set(form.name, { ...form, signatures });
  }
  return found;
}

/** `array(T)(array(T),bigint)` → the type in front of the last top-level parenthesis, and what is inside it. */
function splitSignature(text: string): { returns: string; argumentTypes: string } {
  let depth = 0;
  let open = text.length - 1;
  for (; open >= 0; open--) {
    if (text[open] === ')') depth++;
    else if (text[open] === '(' && --depth === 0) break;
  }
  return { returns: text.slice(0, open), argumentTypes: text.slice(open + 1, -1) };
}

interface Description {
  readonly summary: string;
  readonly lists: readonly (readonly string[])[];
}

const NOTHING: Description = { summary: '', lists: [] };
let descriptions: ReadonlyMap<string, Description> | undefined;

function descriptionOf(name: string): Description {
  descriptions ??= new Map(FUNCTION_DESCRIPTIONS.trim().split('\n').map(readDescription));
  return descriptions.get(name) ?? NOTHING;
}

function readDescription(line: string): [string, Description] {
  const colon = line.indexOf(': ');
  const name = line.slice(0, line.indexOf(' '));
  const lists = [...line.slice(0, colon).matchAll(/\(([^)]*)\)/g)].map(match =>
    (match[1] ?? '').split(', ').filter(parameter => parameter !== ''),
  );
  return [name, { summary: line.slice(colon + 2), lists }];
}

function isVariadic(list: readonly string[]): boolean {
  return list.at(-1) === '...';
}

function parameterName(list: readonly string[], index: number): string {
  const names = isVariadic(list) ? list.slice(0, -1) : list;
  return names[Math.min(index, names.length - 1)] ?? `argument${index + 1}`;
}
