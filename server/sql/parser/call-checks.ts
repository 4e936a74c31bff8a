import type { FunctionCall } from '../ast.ts';
import { failValue } from './cursor.ts';
import type { Parser } from './state.ts';

interface CallRule {
  readonly least: number;
  readonly most: number;
  readonly needs: string;
}

/** Functions that are forms of the language: they have a fixed number of arguments and none of an aggregate's clauses. */
const RULES: Readonly<Record<string, CallRule>> = {
  if: { least: 2, most: 3, needs: 'two or three arguments' },
  nullif: { least: 2, most: 2, needs: 'two arguments' },
  coalesce: { least: 2, most: Infinity, needs: 'at least two arguments' },
  try: { least: 1, most: 1, needs: 'one argument' },
  format: { least: 2, most: Infinity, needs: 'at least two arguments' },
};

/** Reports what Trino refuses in a call of one of the forms that look like functions. */
export function checkCall(p: Parser, call: FunctionCall): void {
  const only = call.name.parts.length === 1 ? call.name.parts[0] : undefined;
  if (only === undefined) return;
  const { length } = only.name;
  if (length < 2 || length > 8) return;
  const form = only.name.toLowerCase();
  const rule = Object.hasOwn(RULES, form) ? RULES[form] : undefined;
  if (rule === undefined) return;
  const problem = problemOf(call, rule);
  if (problem !== undefined) failValue(p, call, `${form} ${problem}.`);
}

function problemOf(call: FunctionCall, rule: CallRule): string | undefined {
  const isStar = call.args[0]?.value.kind === 'Star' && call.args[0].value.base === null;
  const count = isStar ? 0 : call.args.length;
  if (count < rule.least || count > rule.most) return `needs ${rule.needs}`;
  if (call.args.some(arg => arg.name !== null)) return 'takes no named arguments';
  if (call.over !== null) return 'takes no OVER clause';
  if (call.quantifier === 'DISTINCT') return 'takes no DISTINCT';
  if (call.nullTreatment !== null) return `takes no ${call.nullTreatment} NULLS`;
  if (call.processing !== null) return `takes no ${call.processing}`;
  return call.filter === null ? undefined : 'takes no FILTER clause';
}
