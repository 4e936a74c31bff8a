import { type ColumnSpec, KIND } from '../decode/column.ts';
import { isObject, type RecordObject, type RecordValue } from '../decode/parse-record.ts';
import { pathOf } from '../decode/path-tree.ts';
import { BadRecord } from '../rows/raw-record.ts';
import type { RowFormat } from '../rows/row-format.ts';
import { type PathStep, sourceToText } from './column-rule.ts';
import type { Filter } from './filter.ts';
import { filterSources } from './filter-sources.ts';
import { isMetadata } from './metadata.ts';

export interface RowMapping {
  readonly columns: readonly ColumnSpec[];
  readonly dropped?: readonly string[] | undefined;
  readonly filter?: Filter | undefined;
}

/**
 * A format whose rows have their members by the names of columns: renamed and taken out of what they are nested in, without
 * those that are dropped. Casts, defaults and what comes from Kafka are left to who appends the row.
 */
export function mapFormat(format: RowFormat, mapping: RowMapping): RowFormat {
  const map = createRowMapper(mapping);
  if (map === undefined) return format;
  // The fast path of a format knows where each column comes from by itself.
  return { ...format, read: record => format.read(record).map(map) };
}

/** Undefined where rows are right as they come. */
export function createRowMapper(mapping: RowMapping): ((row: RecordObject) => RecordObject) | undefined {
  const { columns, filter } = mapping;
  const moved = columns.flatMap(({ name, rule }) =>
    rule?.from.kind === 'path' && (rule.from.steps.length > 1 || rule.from.steps[0] !== name)
      ? [{ name, steps: rule.from.steps }]
      : [],
  );
  const looked = filter === undefined ? [] : filterSources(filter).filter(spec => !isMetadata(spec));
  const gone = goneNames(mapping);
  if (moved.length + looked.length + gone.size === 0) return undefined;
  return row => {
    const mapped = Object.create(null) as Record<string, RecordValue>;
    for (const name of Object.keys(row)) if (!gone.has(name)) mapped[name] = row[name] ?? null;
    for (const { name, steps } of moved) {
      const value = valueAt(row, steps);
      if (value !== undefined) mapped[name] = value;
    }
    for (const spec of looked) {
      const value = findValue(row, pathOf(spec) ?? []);
      // Whoever lists the members of the row does not see it.
      if (value !== undefined) Object.defineProperty(mapped, spec.name, { value, enumerable: false });
    }
    return mapped;
  };
}

/** The columns, and what a condition looks at, as the members of a record that fill them, for formats that have no types of their own. */
export function sourceSpecs({ columns, filter }: Pick<RowMapping, 'columns' | 'filter'>): ColumnSpec[] {
  // Where both look at a member, the column says what it is.
  return [...(filter === undefined ? [] : filterSources(filter)), ...columns].flatMap(spec => {
    const [name, ...inside] = pathOf(spec) ?? [];
    if (name === undefined) return [];
    // What is converted is wanted as it came, and what is taken apart must be something that can be.
    const kind = inside.length > 0 ? KIND.struct : spec.rule?.cast === true ? KIND.string : spec.kind;
    return [{ ...spec, name: String(name), kind }];
  });
}

/**
 * Names of members that are no column under their own name: dropped, renamed, taken apart, looked at by the condition only,
 * or hidden by a column that has the name and comes from elsewhere.
 */
export function goneNames({ columns, dropped = [], filter }: RowMapping): ReadonlySet<string> {
  const gone = new Set(dropped);
  const looked = filter === undefined ? [] : filterSources(filter);
  for (const spec of [...columns, ...looked]) {
    if (spec.rule?.isHidden !== true && spec.rule !== undefined) gone.add(spec.name);
    const [first] = spec.rule === undefined ? [] : (pathOf(spec) ?? []);
    if (first !== undefined) gone.add(String(first));
  }
  for (const spec of columns) {
    const [first, ...others] = pathOf(spec) ?? [];
    if (first === spec.name && others.length === 0) gone.delete(spec.name);
  }
  return gone;
}

/** The value at a path; undefined where something on the way is missing or null. Throws BadRecord where it is another thing. */
function valueAt(row: RecordObject, steps: readonly PathStep[]): RecordValue | undefined {
  let value: RecordValue | undefined = row;
  for (const [index, step] of steps.entries()) {
    if (value === null || value === undefined) return undefined;
    if (typeof step === 'number') {
      if (!Array.isArray(value)) throw noContainer(steps.slice(0, index), 'array');
      value = (value as readonly RecordValue[])[step];
    } else {
      if (!isObject(value)) throw noContainer(steps.slice(0, index), 'object');
      value = Object.hasOwn(value, step) ? value[step] : undefined;
    }
  }
  return value;
}

/** The same, undefined where there is another thing on the way. */
function findValue(row: RecordObject, steps: readonly PathStep[]): RecordValue | undefined {
  try {
    return valueAt(row, steps);
  } catch (error) {
    if (error instanceof BadRecord) return undefined;
    throw error;
  }
}

function noContainer(steps: readonly PathStep[], what: string): BadRecord {
  return new BadRecord(`${sourceToText({ kind: 'path', steps })} is no ${what}`);
}
