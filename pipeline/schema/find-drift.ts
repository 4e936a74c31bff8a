import { type IcebergType, isPrimitive, type PrimitiveType } from '../../catalog/iceberg/types.ts';
import { appendValue, memberOf } from '../decode/append-value.ts';
import { type Column, type ColumnSpec, createColumn, KIND } from '../decode/column.ts';
import { isObject, type RecordObject, type RecordValue } from '../decode/parse-record.ts';
import { toColumnSpecs } from '../decode/spec.ts';
import { type DriftChange, pathId, pathToText } from './drift.ts';
import { createShape, observe, type Shape } from './shape.ts';
import { nameMisfit, typeOfShape } from './shape-type.ts';
import { entriesOf, keyValue } from '../decode/map-entries.ts';
import { isFilled, itemsOf } from '../decode/unknown-members.ts';

/** What is known to be of no use. */
export interface Refusals {
  /** Why the table takes no new column any more; undefined while it does. */
  readonly full: string | undefined;
  /** Changes that were asked for and refused, by {@link refusalId}, with the reason. */
  readonly refused: ReadonlyMap<string, string>;
}

/** Collects what records ask a table's columns to become. */
export interface DriftCollector {
  /**
   * Looks at a record that is no row as the columns are, or loses members, with the reason if there is one. Answers why no
   * legal change would help; undefined when one would, which is then among {@link changes}.
   */
  note(record: RecordObject, misfit?: string): string | undefined;
  /** What all records together ask for that were noted. */
  changes(): readonly DriftChange[];
}

/** A collector for the columns as they are. */
export function createDriftCollector(specs: readonly ColumnSpec[], plan: Refusals): DriftCollector {
  const additions = new Map<string, Addition>();
  const others = new Map<string, Exclude<DriftChange, { readonly kind: 'add' }>>();
  const refusal = (kind: DriftChange['kind'], path: readonly string[]): string | undefined =>
    plan.refused.get(refusalId(kind, path)) ?? (kind === 'add' ? plan.full : undefined);
  return {
    note: (record, misfit) => {
      const found: Finding[] = [];
      const reason = lookInto({ specs, path: [], found }, record);
      if (reason !== undefined || found.length === 0) return reason ?? misfit;
      for (const { kind, path, name } of found.map(describe)) {
        const refused = refusal(kind, path);
        if (refused !== undefined) return `${name}: ${refused}`;
      }
      for (const finding of found) {
        const id = refusalId(finding.kind, finding.path);
        if (finding.kind !== 'add') others.set(id, wider(others.get(id), finding));
        else {
          const { path, value } = finding;
          const known = additions.get(id) ?? { path, shape: createShape() };
          observe(known.shape, value);
          if (additionOf(known) === undefined) return `${describe(finding).name}: its type cannot be told`;
          additions.set(id, known);
        }
      }
      return undefined;
    },
    changes: () => [
      ...[...additions.values()].map(additionOf).filter(change => change !== undefined),
      ...others.values(),
    ],
  };
}

interface Addition {
  readonly path: readonly string[];
  readonly shape: Shape;
}

function additionOf({ path, shape }: Addition): DriftChange | undefined {
  const type = typeOfShape(shape, { path: pathToText(path), guess: false, remark: () => {} });
  return type && { kind: 'add', path, type };
}

/** How a refused change is named among {@link Refusals}. */
export function refusalId(kind: DriftChange['kind'], path: readonly string[]): string {
  return `${kind} ${pathId(path)}`;
}

type Finding =
  | { readonly kind: 'add'; readonly path: readonly string[]; readonly value: RecordValue }
  | Exclude<DriftChange, { readonly kind: 'add' }>;

function describe({ kind, path }: Finding): {
  readonly kind: DriftChange['kind'];
  readonly path: readonly string[];
  readonly name: string;
} {
  const what = kind === 'add' ? 'has a field that no column takes' : 'needs another type of column';
  return { kind, path, name: `${what} (${pathToText(path)})` };
}

interface Level {
  readonly specs: readonly ColumnSpec[];
  readonly path: readonly string[];
  readonly found: Finding[];
}

/** Finds what a struct, or a whole record, asks for; answers why nothing would help. */
function lookInto({ specs, path, found }: Level, value: RecordObject): string | undefined {
  for (const spec of specs) {
    const reason = lookAt(spec, [...path, spec.name], { value: memberOf(value, spec.name), found });
    if (reason !== undefined) return reason;
  }
  const taken = new Map(specs.map(spec => [spec.name.toLowerCase(), spec.name]));
  for (const [name, member] of Object.entries(value)) {
    const same = taken.get(name.toLowerCase());
    if (same === name || !isFilled(member)) continue;
    const misfit = nameMisfit(name, same) ?? insideMisfit(member, path.length);
    if (misfit !== undefined)
      return `has a field that no column takes (${pathToText([...path, name]).slice(0, 300)}): ${misfit}`;
    found.push({ kind: 'add', path: [...path, name], value: member });
    taken.set(name.toLowerCase(), name);
  }
  return undefined;
}

/** Types may nest so deep; nobody could query more, and reading it takes a stack. */
const MAX_DEPTH = 30;

/** Why the members inside a new one cannot have columns; undefined where they can. */
function insideMisfit(value: RecordValue | undefined, depth: number): string | undefined {
  if (value === undefined || value === null || typeof value !== 'object') return undefined;
  if (depth >= MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels`;
  if (Array.isArray(value)) return firstMisfit(value as readonly RecordValue[], depth);
  if (!isObject(value)) return undefined;
  const taken = new Map<string, string>();
  for (const name of Object.keys(value)) {
    const misfit = nameMisfit(name, taken.get(name.toLowerCase()));
    if (misfit !== undefined) return `inside it, ${JSON.stringify(name.slice(0, 100))}: ${misfit}`;
    taken.set(name.toLowerCase(), name);
  }
  return firstMisfit(Object.values(value), depth);
}

function firstMisfit(values: readonly RecordValue[], depth: number): string | undefined {
  for (const value of values) {
    const misfit = insideMisfit(value, depth + 1);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

function lookAt(
  spec: ColumnSpec,
  path: readonly string[],
  { value, found }: { readonly value: RecordValue | undefined; readonly found: Finding[] },
): string | undefined {
  if (value === undefined || value === null) {
    if (spec.required) found.push({ kind: 'optional', path });
    return undefined;
  }
  if (spec.kind === KIND.struct && isObject(value))
    return lookInto({ specs: spec.children, path, found }, value);
  const inner = spec.children.at(-1);
  const entries = spec.kind === KIND.map ? entriesOf(value) : undefined;
  const isContainer = spec.kind === KIND.list ? Array.isArray(value) : entries !== undefined;
  if (inner === undefined || !isContainer) return lookAtPrimitive(spec, path, { value, found });
  const [first] = spec.children;
  for (const [key] of entries ?? []) {
    const misfit = first === undefined ? undefined : whyNot(first, keyValue(first, key));
    if (misfit !== undefined) return `in ${pathToText(path)}: ${misfit}`;
  }
  for (const item of itemsOf(spec, value)) {
    const reason = lookAt(inner, [...path, inner.name], { value: item, found });
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function lookAtPrimitive(
  spec: ColumnSpec,
  path: readonly string[],
  { value, found }: { readonly value: RecordValue; readonly found: Finding[] },
): string | undefined {
  const misfit = whyNot(spec, value);
  if (misfit === undefined) return undefined;
  const type = promotionFor(spec, value);
  if (type === undefined)
    return path.length === 1 ? misfit : `in ${pathToText(path.slice(0, -1))}: ${misfit}`;
  found.push({ kind: 'widen', path, type });
  return undefined;
}

/** Why a column does not take a value; the column itself is asked. */
function whyNot(spec: ColumnSpec, value: RecordValue): string | undefined {
  let column = trials.get(spec);
  if (column === undefined) trials.set(spec, (column = createColumn(spec, 1)));
  return appendValue(column, 0, value);
}

const trials = new WeakMap<ColumnSpec, Column>();

/** The next wider type that takes a value; undefined where none does. */
function promotionFor(spec: ColumnSpec, value: RecordValue): PrimitiveType | undefined {
  let wide = widened.get(spec);
  if (wide === undefined) {
    const { id, name, required } = spec;
    wide = toColumnSpecs(widerTypes(spec.type).map(type => ({ id, name, required, type })));
    widened.set(spec, wide);
  }
  // Only primitive types are among the wider ones.
  return wide.find(candidate => whyNot(candidate, value) === undefined)?.type as PrimitiveType | undefined;
}

const widened = new WeakMap<ColumnSpec, readonly ColumnSpec[]>();

/** What a type may become, the nearest first. Decimals grow in the steps in which their storage does. */
function widerTypes(type: IcebergType): readonly PrimitiveType[] {
  if (!isPrimitive(type)) return [];
  if (type.kind === 'int') return [{ kind: 'long' }];
  if (type.kind === 'float') return [{ kind: 'double' }];
  if (type.kind !== 'decimal') return [];
  const { scale } = type;
  return [9, 18, 38]
    .filter(precision => precision > type.precision)
    .map(precision => ({ kind: 'decimal', precision, scale }));
}

function wider(
  known: DriftChange | undefined,
  found: Exclude<DriftChange, { readonly kind: 'add' }>,
): Exclude<DriftChange, { readonly kind: 'add' }> {
  if (known?.kind !== 'widen' || found.kind !== 'widen') return found;
  const isWider =
    known.type.kind === 'decimal' &&
    found.type.kind === 'decimal' &&
    known.type.precision > found.type.precision;
  return isWider ? known : found;
}
