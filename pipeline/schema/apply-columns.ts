import type { IcebergType, NestedField } from '../../catalog/iceberg/types.ts';
import type { ColumnRules, PathStep } from '../columns/column-rule.ts';
import { impliedType } from '../columns/rule-misfit.ts';

/**
 * Fields of records as the columns that a pipeline file makes of them: renamed, taken out of what they are nested in, dropped.
 * Columns whose rule has a type of its own are left out, because the file says already what they are.
 */
export function applyColumns(
  fields: readonly NestedField[],
  { rules, dropped }: ColumnRules,
): readonly NestedField[] {
  const gone = new Set(dropped);
  const made: NestedField[] = [];
  for (const rule of rules) {
    gone.add(rule.column);
    if (rule.from.kind !== 'path') continue;
    gone.add(String(rule.from.steps[0]));
    const type = impliedType(rule) === undefined ? typeAt(fields, rule.from.steps) : undefined;
    if (type !== undefined) made.push({ id: 0, name: rule.column, required: false, type });
  }
  return [...fields.filter(({ name }) => !gone.has(name)), ...made];
}

/** Columns with those whose rules have types of their own, as a file has them that holds both. */
export function withTypedColumns(
  fields: readonly NestedField[],
  { rules }: Pick<ColumnRules, 'rules'>,
): readonly NestedField[] {
  const typed = rules.flatMap(rule => {
    const type = impliedType(rule);
    const isKnown = fields.some(({ name }) => name === rule.column);
    return type === undefined || isKnown ? [] : [{ id: 0, name: rule.column, required: false, type }];
  });
  return [...fields, ...typed];
}

/** The type of what stands at a path; undefined where nothing is known of it. */
function typeAt(fields: readonly NestedField[], steps: readonly PathStep[]): IcebergType | undefined {
  let type: IcebergType | undefined = { kind: 'struct', fields };
  for (const step of steps) {
    if (type?.kind === 'struct') type = type.fields.find(({ name }) => name === step)?.type;
    else if (type?.kind === 'map') type = type.value;
    else type = type?.kind === 'list' && typeof step === 'number' ? type.element : undefined;
  }
  return type;
}
