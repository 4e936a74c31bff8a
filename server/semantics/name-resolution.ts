import type { Identifier } from '../sql/index.ts';
import { type Analyzer, note, report } from './analyzer.ts';
import { nearestName } from './nearest-name.ts';
import type { Column, Scope, ScopeRelation } from './model.ts';
import { fieldOf, isUnknown, type SqlType, UNKNOWN } from './sql-type.ts';

/** What a dotted name means: its type, and whether anything was found at all. */
export interface Resolved {
  readonly type: SqlType;
  readonly column?: Column;
}

/**
 * Finds what `a`, `a.b` or `a.b.c…` means: a column, a relation's column, then fields inside it. Inner scopes go first.
 * Reports a name that cannot be right, which is so only when everything around is known.
 */
export function resolveName(a: Analyzer, parts: readonly Identifier[], scope: Scope): Resolved {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const found = resolveIn(a, parts, at);
    if (found !== undefined) return found;
    if (!at.isComplete || at.relations.some(relation => !relation.isResolved)) {
      return resolveOutside(a, parts, at.parent) ?? { type: UNKNOWN };
    }
  }
  reportUnknown(a, parts, scope);
  return { type: UNKNOWN };
}

/** Behind a scope with unknown columns an outer name may still be meant: it is noted, and nothing is reported. */
function resolveOutside(
  a: Analyzer,
  parts: readonly Identifier[],
  scope: Scope | null,
): Resolved | undefined {
  for (let at = scope; at !== null; at = at.parent) {
    const found = resolveIn(a, parts, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function resolveIn(a: Analyzer, parts: readonly Identifier[], scope: Scope): Resolved | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  const own = scope.names.get(first.name.toLowerCase());
  if (own !== undefined) return descend(a, parts, { column: own, used: 1 });
  const qualified = parts.length > 1 ? resolveQualified(a, parts, scope) : undefined;
  if (qualified !== undefined) return qualified;
  const column = findColumn(a, first, scope);
  return column === undefined ? undefined : descend(a, parts, { column, used: 1 });
}

/** `relation.column`, `schema.table.column` and `catalog.schema.table.column`. */
function resolveQualified(a: Analyzer, parts: readonly Identifier[], scope: Scope): Resolved | undefined {
  for (let length = Math.min(3, parts.length - 1); length >= 1; length--) {
    const relation = findRelation(parts, scope, length);
    if (relation === undefined) continue;
    const last = parts[length - 1];
    if (last !== undefined) note(a, last, relation.symbol);
    const name = parts[length];
    if (name === undefined || name.isMissing) return { type: UNKNOWN };
    const column = columnOf(relation, name.name);
    if (column !== undefined) return descend(a, parts, { column, used: length + 1 });
    if (relation.isResolved) {
      const suggestion = nearestName(
        name.name,
        relation.columns.map(item => item.name),
      );
      const message = `There is no column ${name.name} in ${relation.name ?? 'the relation'}.`;
      report(a, name, { code: 'unknown-column', message, suggestion });
    }
    return { type: UNKNOWN };
  }
  return undefined;
}

/** The relation that the first `length` parts name: its alias, or the end of its whole name. */
export function findRelation(
  parts: readonly Identifier[],
  scope: Scope,
  length = parts.length,
): ScopeRelation | undefined {
  for (const relation of scope.relations) if (isNamed(relation, parts, length)) return relation;
  return undefined;
}

function isNamed({ path }: ScopeRelation, parts: readonly Identifier[], length: number): boolean {
  if (path.length < length) return false;
  for (let i = 1; i <= length; i++) {
    if (path[path.length - i] !== parts[length - i]?.name.toLowerCase()) return false;
  }
  return true;
}

export function columnOf(relation: ScopeRelation, name: string): Column | undefined {
  const wanted = name.toLowerCase();
  return relation.columns.find(column => column.name.toLowerCase() === wanted);
}

/** The one column of this name among a scope's relations; two of them are reported. */
function findColumn(a: Analyzer, name: Identifier, scope: Scope): Column | undefined {
  const merged = scope.merged.get(name.name.toLowerCase());
  if (merged !== undefined) return merged;
  const owners: ScopeRelation[] = [];
  let found: Column | undefined;
  for (const relation of scope.relations) {
    const column = columnOf(relation, name.name);
    if (column === undefined) continue;
    owners.push(relation);
    found ??= column;
  }
  if (owners.length > 1) {
    const where = owners.map(owner => owner.name ?? 'a derived table').join(' and ');
    report(a, name, {
      code: 'ambiguous-column',
      message: `${name.name} is ambiguous: ${where} have such a column.`,
    });
  }
  return found;
}

/** Goes on into the fields of a row for the parts behind the column. */
function descend(
  a: Analyzer,
  parts: readonly Identifier[],
  start: { readonly column: Column; readonly used: number },
): Resolved {
  const last = parts[start.used - 1];
  if (last !== undefined) note(a, last, start.column.symbol);
  let { type } = start.column;
  for (const part of parts.slice(start.used)) type = stepInto(a, type, part);
  return { type, column: start.column };
}

/** The type of a field of a row. A field that a known row does not have is reported. */
export function stepInto(a: Analyzer, type: SqlType, part: Identifier): SqlType {
  if (part.isMissing || isUnknown(type)) return UNKNOWN;
  if (type.fields === undefined) {
    // A pattern variable or an unknown extension may stand before the dot: only rows are judged.
    return UNKNOWN;
  }
  const field = fieldOf(type, part.name);
  if (field !== undefined) {
    note(a, part, { kind: 'field', name: field.name, declaration: null, type: field.type });
    return field.type;
  }
  const names = type.fields.map(item => item.name);
  const suggestion = nearestName(part.name, names);
  report(a, part, { code: 'unknown-column', message: `The row has no field ${part.name}.`, suggestion });
  return UNKNOWN;
}

function reportUnknown(a: Analyzer, parts: readonly Identifier[], scope: Scope): void {
  const [first, second] = parts;
  if (first === undefined || first.isMissing) return;
  const columns: string[] = [];
  const relations: string[] = [];
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    for (const relation of at.relations) {
      if (relation.name !== null) relations.push(relation.name);
      for (const column of relation.columns) columns.push(column.name);
    }
    for (const column of at.names.values()) columns.push(column.name);
  }
  const isQualified = second !== undefined;
  const suggestion = nearestName(first.name, isQualified ? [...relations, ...columns] : columns);
  const what = isQualified ? 'relation or column' : 'column';
  report(a, first, {
    code: 'unknown-column',
    message: `There is no ${what} ${first.name} here.`,
    suggestion,
  });
}
