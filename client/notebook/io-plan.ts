import type { PlanNode, PlanView } from './messages.ts';

/** The parts of Trino's `EXPLAIN (TYPE IO)` that are drawn; see io.trino.sql.planner.planprinter.IoPlanPrinter. */
interface IoPlan {
  readonly inputTableColumnInfos: readonly TableInput[];
  readonly outputTable?: IoTable;
  readonly estimate?: Estimate;
}

interface TableInput {
  readonly table: IoTable;
  readonly constraint?: { readonly none?: boolean; readonly columnConstraints?: readonly ColumnConstraint[] };
  readonly estimate?: Estimate;
}

interface IoTable {
  readonly catalog: string;
  readonly schemaTable: { readonly schema: string; readonly table: string };
}

interface ColumnConstraint {
  readonly columnName: string;
  readonly type: string;
  readonly domain: { readonly nullsAllowed: boolean; readonly ranges?: readonly Range[] };
}

interface Range {
  readonly low: Marker;
  readonly high: Marker;
}

/** A bound without a value lies at infinity; ABOVE and BELOW leave the value itself out. */
interface Marker {
  readonly value?: string;
  readonly bound: 'EXACTLY' | 'ABOVE' | 'BELOW';
}

/** Numbers, or the text NaN when Trino has no statistics. */
interface Estimate {
  readonly outputRowCount?: number | string;
  readonly outputSizeInBytes?: number | string;
}

/**
 * Reads the answer of `EXPLAIN (TYPE IO)`: the table that is written, and every table that is read with the rows the
 * constraints leave. Undefined for any other text.
 */
export function readIoPlan(text: string): PlanView | undefined {
  const plan = parse(text);
  if (plan === undefined) return undefined;
  const most = Math.max(0, ...plan.inputTableColumnInfos.map(sizeOf));
  const reads = plan.inputTableColumnInfos.map(input => readNode(input, most));
  const written = plan.outputTable;
  const writes: readonly PlanNode[] =
    written === undefined
      ? []
      : [{ name: nameOf(written), details: [], estimates: figuresOf(plan.estimate), children: [] }];
  const fragments = [
    { title: 'Written', nodes: writes },
    { title: 'Read', nodes: reads },
  ].flatMap(({ title, nodes }) =>
    nodes.map((root, i) => ({ title: i === 0 ? `${title} · ${tables(nodes.length)}` : '', root })),
  );
  return { kind: 'io', fragments, text };
}

function parse(text: string): IoPlan | undefined {
  try {
    const plan = JSON.parse(text) as Partial<IoPlan> | null;
    return Array.isArray(plan?.inputTableColumnInfos) ? (plan as IoPlan) : undefined;
  } catch {
    // The text of another kind of plan.
    return undefined;
  }
}

function readNode({ table, constraint, estimate }: TableInput, most: number): PlanNode {
  const size = sizeOf({ table, ...(estimate === undefined ? {} : { estimate }) });
  const columns = constraint?.columnConstraints ?? [];
  return {
    name: nameOf(table),
    details:
      constraint?.none === true
        ? ['nothing: no row can match']
        : columns.length === 0
          ? ['every row']
          : columns.map(constraintText),
    estimates: figuresOf(estimate),
    children: [],
    ...(most > 0 && size > 0 ? { weight: size / most } : {}),
  };
}

const MAX_RANGES = 20;

/** `orderdate > 1997-01-01 or is null` */
function constraintText({ columnName, type, domain }: ColumnConstraint): string {
  const ranges = domain.ranges ?? [];
  const points = ranges.filter(isPoint).map(({ low }) => low.value ?? '');
  const others = ranges.filter(range => !isPoint(range));
  const [point] = points;
  const shown = [
    ...(points.length > 1 ? [`in (${cut(points).join(', ')})`] : point === undefined ? [] : [`= ${point}`]),
    ...cut(others.map(rangeText)),
    ...(domain.nullsAllowed ? ['is null'] : []),
  ];
  return `${columnName} ${shown.length === 0 ? 'never matches' : shown.join(' or ')} · ${type}`;
}

function isPoint({ low, high }: Range): boolean {
  return (
    low.bound === 'EXACTLY' && high.bound === 'EXACTLY' && low.value !== undefined && low.value === high.value
  );
}

function rangeText({ low, high }: Range): string {
  const from = low.value === undefined ? [] : [`${low.bound === 'EXACTLY' ? '>=' : '>'} ${low.value}`];
  const to = high.value === undefined ? [] : [`${high.bound === 'EXACTLY' ? '<=' : '<'} ${high.value}`];
  const both = [...from, ...to];
  return both.length === 0 ? 'is not null' : both.join(' and ');
}

function cut(texts: readonly string[]): readonly string[] {
  return texts.length <= MAX_RANGES
    ? texts
    : [...texts.slice(0, MAX_RANGES), `… ${(texts.length - MAX_RANGES).toLocaleString('en-US')} more`];
}

function nameOf({ catalog, schemaTable }: IoTable): string {
  return `${catalog}.${schemaTable.schema}.${schemaTable.table}`;
}

function tables(count: number): string {
  return count === 1 ? '1 table' : `${count.toLocaleString('en-US')} tables`;
}

function figuresOf(estimate: Estimate = {}): Record<string, string> {
  const { outputRowCount: rows, outputSizeInBytes: bytes } = estimate;
  return {
    ...(isKnown(rows) ? { 'estimated rows': Math.round(rows).toLocaleString('en-US') } : {}),
    ...(isKnown(bytes) ? { 'estimated bytes': Math.round(bytes).toLocaleString('en-US') } : {}),
  };
}

function isKnown(figure: number | string | undefined): figure is number {
  return typeof figure === 'number' && Number.isFinite(figure);
}

function sizeOf({ estimate }: TableInput): number {
  return isKnown(estimate?.outputSizeInBytes) ? estimate.outputSizeInBytes : 0;
}
