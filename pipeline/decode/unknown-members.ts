import { memberOf } from './append-value.ts';
import { type ColumnSpec, KIND } from './column.ts';
import { entriesOf } from './map-entries.ts';
import { isObject, type RecordObject, type RecordValue } from './parse-record.ts';

/**
 * The path of a member that no column takes, at any depth; undefined where there is none. With `filledOnly`, members
 * that hold nothing but nulls and empty lists and objects do not count: what they are is not known before they hold a value.
 */
export function findUnknownMember(
  specs: readonly ColumnSpec[],
  value: RecordObject,
  filledOnly: boolean,
): readonly string[] | undefined {
  let known = 0;
  for (const spec of specs) {
    const member = memberOf(value, spec.name);
    if (member === undefined) continue;
    known += 1;
    const inside = findUnknownInside(spec, member, filledOnly);
    if (inside !== undefined) return inside;
  }
  const names = Object.keys(value);
  if (names.length === known) return undefined;
  const taken = new Set(specs.map(spec => spec.name));
  const name = names.find(
    candidate => !taken.has(candidate) && (!filledOnly || isFilled(memberOf(value, candidate))),
  );
  return name === undefined ? undefined : [name];
}

/** {@link findUnknownMember} inside the value of one column. */
export function findUnknownInside(
  spec: ColumnSpec,
  value: RecordValue,
  filledOnly: boolean,
): readonly string[] | undefined {
  if (spec.kind === KIND.struct) {
    if (!isObject(value)) return undefined;
    const inside = findUnknownMember(spec.children, value, filledOnly);
    return inside && [spec.name, ...inside];
  }
  const inner = spec.children.at(-1);
  if (inner === undefined || inner.children.length === 0) return undefined;
  for (const item of itemsOf(spec, value)) {
    const inside = findUnknownInside(inner, item, filledOnly);
    if (inside !== undefined) return [spec.name, ...inside];
  }
  return undefined;
}

/** The elements of a list, or the values of a map; none where the value is neither. */
export function itemsOf({ kind }: ColumnSpec, value: RecordValue): readonly RecordValue[] {
  if (kind === KIND.list) return Array.isArray(value) ? (value as readonly RecordValue[]) : [];
  return kind === KIND.map ? (entriesOf(value) ?? []).map(([, item]) => item) : [];
}

/** Whether a value shows what type it is of. */
export function isFilled(value: RecordValue | undefined): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return (value as readonly RecordValue[]).some(isFilled);
  return !isObject(value) || Object.values(value).some(isFilled);
}
