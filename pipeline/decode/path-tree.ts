import { type Column, type ColumnSpec, createColumn, KIND, type PathNode, SCAN_TREE } from './column.ts';
import type { PathStep } from '../columns/column-rule.ts';

/** A member of the records and the column that it fills. */
export interface MemberTarget {
  readonly name: string;
  readonly column: Column;
}

/**
 * The members of records that columns are filled from. Where a member fills several columns or columns from deeper inside,
 * a column that holds nothing stands for all of them. So does one for each further name that is known and fills none.
 */
export function memberTargets(columns: readonly Column[], others: Iterable<string>): readonly MemberTarget[] {
  const paths = columns.flatMap(column => {
    const steps = pathOf(column.spec);
    return steps === undefined ? [] : [{ column, steps }];
  });
  const groups = grouped(paths);
  for (const name of others) if (!groups.has(name)) groups.set(name, []);
  return [...groups].map(([name, of]) => ({ name: String(name), column: targetOf(of) }));
}

/** The path of a column in the record's value; undefined where it comes from elsewhere. */
export function pathOf({ name, rule }: ColumnSpec): readonly PathStep[] | undefined {
  if (rule === undefined) return [name];
  return rule.from.kind === 'path' ? rule.from.steps : undefined;
}

interface Path {
  readonly column: Column;
  /** What is left of it. */
  readonly steps: readonly PathStep[];
}

/** Paths by their first step, each without it. */
function grouped(paths: readonly Path[]): Map<PathStep, Path[]> {
  const groups = new Map<PathStep, Path[]>();
  for (const { column, steps } of paths) {
    const [first = '', ...rest] = steps;
    const group = groups.get(first);
    if (group === undefined) groups.set(first, [{ column, steps: rest }]);
    else group.push({ column, steps: rest });
  }
  return groups;
}

function targetOf(paths: readonly Path[]): Column {
  const [only, ...others] = paths;
  if (only !== undefined && others.length === 0 && only.steps.length === 0) return only.column;
  const column = createColumn(NOTHING, 0);
  column.scan = SCAN_TREE;
  column.tree = nodeOf(paths);
  return column;
}

const NOTHING: ColumnSpec = {
  id: 0,
  name: '',
  required: false,
  kind: KIND.struct,
  type: { kind: 'struct', fields: [] },
  precision: 0,
  scale: 0,
  width: 0,
  children: [],
};

function nodeOf(paths: readonly Path[]): PathNode {
  const beneath = [...grouped(paths.filter(({ steps }) => steps.length > 0))];
  const members = beneath.filter(([step]) => typeof step === 'string');
  const elements = beneath.filter(([step]) => typeof step === 'number');
  return {
    wholes: paths.filter(({ steps }) => steps.length === 0).map(({ column }) => column),
    names: members.map(([name]) => Buffer.from(String(name), 'utf8')),
    indexes: elements.map(([index]) => Number(index)),
    inner: [...members, ...elements].map(([, of]) => targetOf(of)),
    seen: new Float64Array(beneath.length),
    visits: 0,
    leaves: paths.map(({ column }) => column),
  };
}
