import type {
  CommonTable,
  Expression,
  Query,
  QueryBody,
  SetOperation,
  SortItem,
  Values,
} from '../sql/index.ts';
import { type Analyzer, childScope, declare, EMPTY_SCOPE, markScope, report } from './analyzer.ts';
import { commonType } from './coercion.ts';
import type { Column, CommonTableInfo, Output, Scope } from './model.ts';
import { renameColumns } from './relations.ts';
import { analyzeSelect, sortScope } from './selects.ts';
import { type SqlType, typeText, UNKNOWN } from './sql-type.ts';
import { resolveTable } from './tables.ts';

const NOTHING_KNOWN: Output = { columns: [], isResolved: false };

/** Understands a query; answers what it puts out. `scope` is what the query sees of the queries around it. */
export function analyzeQuery(a: Analyzer, node: Query, scope: Scope): Output {
  const inside = node.with === null ? scope : analyzeWith(a, node, scope);
  markScope(a, node, inside, 'query');
  const body = analyzeBody(a, node.body, { scope: inside, orderBy: node.orderBy });
  a.queries.set(node, { node, columns: body.columns, isResolved: body.isResolved });
  return body;
}

function analyzeWith(a: Analyzer, node: Query, scope: Scope): Scope {
  const commonTables = new Map<string, CommonTableInfo>();
  const inside = childScope(scope, { commonTables });
  for (const table of node.with?.tables ?? []) {
    // Later tables see earlier ones: the map grows while the scope stays the same.
    const seen = childScope(scope, { commonTables: new Map(commonTables) });
    const info = analyzeCommonTable(a, table, { scope: seen, isRecursive: node.with?.isRecursive === true });
    if (!table.name.isMissing) commonTables.set(table.name.name.toLowerCase(), info);
  }
  return inside;
}

interface BesideRecursion {
  readonly scope: Scope;
  readonly isRecursive: boolean;
}

function analyzeCommonTable(
  a: Analyzer,
  node: CommonTable,
  { scope, isRecursive }: BesideRecursion,
): CommonTableInfo {
  const columns: Column[] = [];
  const symbol = declare(a, 'commonTable', node.name, { columns });
  const info = { symbol, columns, isResolved: true, node };
  if (isRecursive && node.columns.length > 0) return analyzeRecursive(a, info, scope);
  const output = a.rules.query(a, node.query, scope);
  const named = renameColumns(a, node.columns, output, node.name.name);
  columns.push(...named.columns);
  return { ...info, isResolved: named.isResolved };
}

/** A recursive table sees itself; its columns' types are those of its first term, which is read before the others. */
function analyzeRecursive(
  a: Analyzer,
  info: CommonTableInfo & { columns: Column[] },
  scope: Scope,
): CommonTableInfo {
  const { node, columns, symbol } = info;
  columns.push(
    ...node.columns.map(name => ({
      name: name.name,
      type: UNKNOWN,
      symbol: declare(a, 'columnAlias', name),
    })),
  );
  const own = new Map(scope.commonTables).set(node.name.name.toLowerCase(), info);
  const output = a.rules.query(a, node.query, { ...scope, commonTables: own });
  const visible = output.columns.filter(column => column.isHidden !== true);
  if (output.isResolved && visible.length !== columns.length) {
    const message = `${symbol.name} has ${visible.length} columns, but ${columns.length} names are given.`;
    report(a, node.name, { code: 'column-count', message });
  }
  columns.forEach((column, i) => {
    columns[i] = { ...column, type: visible[i]?.type ?? UNKNOWN };
  });
  return info;
}

interface BodyContext {
  readonly scope: Scope;
  readonly orderBy: readonly SortItem[];
}

function analyzeBody(a: Analyzer, node: QueryBody, context: BodyContext): Output {
  switch (node.kind) {
    case 'Select':
      return analyzeSelect(a, node, context);
    case 'SetOperation':
      return sorted(a, analyzeSetOperation(a, node, context.scope), context);
    case 'TableQuery': {
      const { columns, isResolved } =
        a.rules.relation(
          a,
          {
            kind: 'TableReference',
            start: node.name.start,
            end: node.name.end,
            name: node.name,
            version: null,
          },
          context.scope,
        ).relations[0] ?? resolveTable(a, node.name);
      return sorted(a, { columns, isResolved }, context);
    }
    case 'Values':
      return sorted(a, analyzeValues(a, node, context.scope), context);
    case 'ParenthesizedQuery':
      return sorted(a, a.rules.query(a, node.query, childScope(context.scope)), context);
    case 'Missing':
      return NOTHING_KNOWN;
  }
}

/** ORDER BY of anything but a plain SELECT sees only the output columns. */
function sorted(a: Analyzer, output: Output, { scope, orderBy }: BodyContext): Output {
  const inside = sortScope(output, scope, null);
  for (const item of orderBy) {
    markScope(a, item, inside, 'orderBy');
    a.rules.expression(a, item.expression, inside);
  }
  return output;
}

function analyzeSetOperation(a: Analyzer, node: SetOperation, scope: Scope): Output {
  const { focus } = a.environment;
  // The first query names the columns; of the others only the one around the focus matters.
  const terms = node.terms.filter(
    (term, i) => i === 0 || focus === undefined || (term.start <= focus && focus <= term.end),
  );
  const outputs = terms.map(term => analyzeBody(a, term, { scope, orderBy: [] }));
  const [first] = outputs;
  if (first === undefined) return NOTHING_KNOWN;
  const isCorresponding = node.operators.some(operator => operator.isCorresponding);
  if (isCorresponding) return { columns: first.columns, isResolved: false };
  outputs.forEach((output, i) => {
    const term = terms[i];
    if (i === 0 || term === undefined || !first.isResolved || !output.isResolved) return;
    checkTerm(a, { first, output, span: term, operator: node.operators[i - 1]?.type ?? 'UNION' });
  });
  return {
    columns: first.columns.map((column, i) => widened(column, i, outputs)),
    isResolved: first.isResolved,
  };
}

interface TermCheck {
  readonly first: Output;
  readonly output: Output;
  readonly span: QueryBody;
  readonly operator: string;
}

function checkTerm(a: Analyzer, { first, output, span, operator }: TermCheck): void {
  const [left, right] = [visibleColumns(first), visibleColumns(output)];
  const here = { start: span.start, end: Math.min(span.end, span.start + 'SELECT'.length) };
  if (left.length !== right.length) {
    const message = `${operator} needs equally many columns: the first query has ${left.length}, this one ${right.length}.`;
    report(a, here, { code: 'column-count', message });
    return;
  }
  left.forEach((column, i) => {
    const other = right[i];
    if (other === undefined || commonType(column.type, other.type) !== undefined) return;
    const message = `Column ${i + 1} of ${operator} is ${typeText(column.type)} in the first query and ${typeText(other.type)} here.`;
    report(a, here, { code: 'wrong-type', message });
  });
}

function widened(column: Column, index: number, outputs: readonly Output[]): Column {
  let { type } = column;
  for (const output of outputs.slice(1))
    type = commonType(type, output.columns[index]?.type ?? UNKNOWN) ?? UNKNOWN;
  return type === column.type ? column : { ...column, type };
}

function visibleColumns({ columns }: Output): readonly Column[] {
  return columns.filter(column => column.isHidden !== true);
}

function analyzeValues(a: Analyzer, node: Values, scope: Scope): Output {
  const rows = node.rows.map(row => rowTypes(a, row, scope));
  if (rows.some(row => row === undefined)) return NOTHING_KNOWN;
  const first = rows[0] ?? [];
  const columns = first.map((_, i): Column => {
    let type = first[i] ?? UNKNOWN;
    for (const row of rows) type = commonType(type, row?.[i] ?? UNKNOWN) ?? UNKNOWN;
    const symbol = { kind: 'column', name: '', declaration: null, type } as const;
    return { name: '', type, symbol };
  });
  return { columns, isResolved: true };
}

/** A row of VALUES: a row's fields, or the one value it is. Undefined when that is not known. */
function rowTypes(a: Analyzer, row: Expression, scope: Scope): SqlType[] | undefined {
  if (row.kind === 'RowConstructor')
    return row.fields.map(field => a.rules.expression(a, field.value, scope));
  const type = a.rules.expression(a, row, scope);
  if (type.base === '' && row.kind !== 'Parameter') return undefined;
  return type.fields === undefined ? [type] : type.fields.map(field => field.type);
}

/** The scope of a statement that begins with a query. */
export const OUTERMOST = EMPTY_SCOPE;
