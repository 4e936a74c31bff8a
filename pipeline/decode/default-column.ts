import type { Literal } from '../columns/column-rule.ts';
import { appendValue } from './append-value.ts';
import { type Column, type ColumnSpec, createColumn, KIND } from './column.ts';
import type { RecordValue } from './parse-record.ts';

/** A column of one row that holds what stands in for null; undefined where nothing does. Throws where the value does not fit. */
export function defaultColumn(spec: ColumnSpec): Column | undefined {
  const { rule, ...plain } = spec;
  if (rule?.default === undefined) return undefined;
  const column = createColumn(plain, 1);
  const reason =
    spec.children.length > 0
      ? `${JSON.stringify(spec.name)} is nested and has no default`
      : appendValue(column, 0, literalFor(spec, rule.default));
  if (reason !== undefined) throw new TypeError(`The default does not fit: ${reason}.`);
  return column;
}

/** A value of a pipeline file as a record would have it. */
function literalFor({ kind }: ColumnSpec, { value, text }: Literal): RecordValue {
  if (kind === KIND.string) return text;
  if (typeof value !== 'number') return value;
  // The text of a number has every digit.
  return kind === KIND.double || kind === KIND.float ? value : text;
}
