import { type Column, isValid, KIND } from '../decode/column.ts';
import { kindName } from '../decode/spec.ts';
import { type Compare, compareColumns, compareWithLiteral } from './compare.ts';
import { type Comparison, type Filter, FilterFault, type Operand } from './filter.ts';
import { filterKey, sourceColumn, type Wanted, wantedBeside } from './filter-sources.ts';

/** What a condition is for a row, as in SQL: where something is null it is often neither true nor false. */
type Verdict = (row: number) => typeof FALSE | typeof UNKNOWN | typeof TRUE;

const FALSE = 0;
const UNKNOWN = 1;
const TRUE = 2;

/** Columns by `filterKey`. */
export type FilterColumns = ReadonlyMap<string, Column>;

/** The columns of a table and those of `filterSources`, as {@link compileFilter} looks for them. */
export function columnsByName(columns: readonly Column[]): FilterColumns {
  return new Map(columns.map(column => [filterKey(column.spec), column]));
}

/** A condition as a test of rows that stand in typed columns. */
export interface RowFilter {
  /** Whether it is true; rows for which it is not are left out. */
  accepts(row: number): boolean;
  /** Whether it is false whatever the columns would hold that could not be read, in which null stands. */
  rejects(row: number, unreadable: ReadonlySet<Column>): boolean;
}

/** Throws FilterFault where the condition does not fit the columns. */
export function compileFilter(filter: Filter, columns: FilterColumns): RowFilter {
  const scope: Scope = { columns, unreadable: new Set() };
  const verdict = compile(filter, scope);
  return {
    accepts: row => verdict(row) === TRUE,
    rejects: (row, unreadable) => {
      const { unreadable: none } = scope;
      scope.unreadable = unreadable;
      const found = verdict(row);
      scope.unreadable = none;
      return found === FALSE;
    },
  };
}

interface Scope {
  readonly columns: FilterColumns;
  unreadable: ReadonlySet<Column>;
}

function compile(filter: Filter, scope: Scope): Verdict {
  switch (filter.kind) {
    case 'and': {
      const [left, right] = [compile(filter.left, scope), compile(filter.right, scope)];
      return row => {
        const first = left(row);
        if (first === FALSE) return FALSE;
        const second = right(row);
        return first < second ? first : second;
      };
    }
    case 'or': {
      const [left, right] = [compile(filter.left, scope), compile(filter.right, scope)];
      return row => {
        const first = left(row);
        if (first === TRUE) return TRUE;
        const second = right(row);
        return first > second ? first : second;
      };
    }
    case 'not': {
      const of = compile(filter.of, scope);
      return row => NEGATED[of(row)];
    }
    case 'null': {
      const column = columnOf(filter.of, scope, 'string');
      return row => {
        if (isValid(column, row)) return FALSE;
        return scope.unreadable.size > 0 && scope.unreadable.has(column) ? UNKNOWN : TRUE;
      };
    }
    case 'test':
      return compileTest(columnOf(filter.of, scope, 'boolean'), filter.at);
    case 'like':
      return compileLike(columnOf(filter.of, scope, 'string'), filter.pattern, filter.of.at);
    case 'compare':
      return compileComparison(filter, scope);
  }
}

const NEGATED = [TRUE, UNKNOWN, FALSE] as const;

function compileTest(column: Column, at: number): Verdict {
  if (column.spec.kind !== KIND.boolean)
    throw new FilterFault(
      `${JSON.stringify(column.spec.name)} is ${kindName(column.spec)}: compare it with a value.`,
      at,
    );
  return row => {
    if (!isValid(column, row)) return UNKNOWN;
    return ((column.bytes[row >> 3] ?? 0) & (1 << (row & 7))) !== 0 ? TRUE : FALSE;
  };
}

function compileLike(column: Column, pattern: string, at: number): Verdict {
  const { spec } = column;
  if (spec.kind !== KIND.string)
    throw new FilterFault(`like is for text; ${JSON.stringify(spec.name)} is ${kindName(spec)}.`, at);
  const source = [...pattern]
    .map(char =>
      char === '%' ? '.*' : char === '_' ? '.' : char.replace(/[\\^$.*+?()[\]{}|/-]/, String.raw`\$&`),
    )
    .join('');
  const expression = new RegExp(`^${source}$`, 'su');
  return row => {
    if (!isValid(column, row)) return UNKNOWN;
    const { bytes, offsets } = column;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
      'utf8',
      offsets[row],
      offsets[row + 1],
    );
    return expression.test(text) ? TRUE : FALSE;
  };
}

function compileComparison(
  { operator, left, right, at }: Extract<Filter, { kind: 'compare' }>,
  scope: Scope,
): Verdict {
  if (isLiteral(left)) {
    if (isLiteral(right)) throw new FilterFault('One side must be a column.', left.at);
    return compileComparison(
      { kind: 'compare', operator: MIRRORED[operator], left: right, right: left, at },
      scope,
    );
  }
  const column = columnOf(left, scope, wantedBeside(right));
  if (isLiteral(right)) return judge(operator, compareWithLiteral(column, right), [column]);
  const other = columnOf(right, scope, wantedBeside(left));
  return judge(operator, compareColumns(column, other, at), [column, other]);
}

const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function judge(operator: Comparison, compare: Compare, of: readonly Column[]): Verdict {
  const test = TESTS[operator];
  const [column, other] = of;
  if (column !== undefined && other === undefined)
    return row => (isValid(column, row) ? (test(compare(row)) ? TRUE : FALSE) : UNKNOWN);
  return row => (of.every(each => isValid(each, row)) ? (test(compare(row)) ? TRUE : FALSE) : UNKNOWN);
}

/** A comparison with NaN answers NaN, for which only `<>` holds. */
const TESTS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  '=': order => order === 0,
  '<>': order => order !== 0,
  '<': order => order < 0,
  '<=': order => order <= 0,
  '>': order => order > 0,
  '>=': order => order >= 0,
};

/** A value that stands in the condition itself. */
type LiteralOperand = Extract<Operand, { kind: 'text' | 'number' | 'boolean' }>;

function isLiteral(operand: Operand): operand is LiteralOperand {
  return operand.kind !== 'column' && operand.kind !== 'source';
}

function columnOf(operand: Operand, { columns }: Scope, wanted: Wanted): Column {
  if (isLiteral(operand)) throw new FilterFault('A column is wanted here, not a value.', operand.at);
  const name = operand.kind === 'column' ? operand.name : sourceColumn(operand, wanted);
  const column = columns.get(operand.kind === 'column' ? name.toLowerCase() : name);
  if (column !== undefined) return column;
  throw new FilterFault(`There is no column ${JSON.stringify(name)}.`, operand.at);
}
