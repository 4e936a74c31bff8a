import { type IcebergType, type PrimitiveType, typeToText } from '../../catalog/iceberg/types.ts';

/**
 * One change of a table's columns that records ask for. A path names a column, then what lies inside it: members of structs by
 * their names, `element` of a list, `key` and `value` of a map. Plain data: it comes from the worker thread.
 */
export type DriftChange =
  /** A member that no column takes becomes a column, or a member of a struct. Ids in the type are 0. */
  | { readonly kind: 'add'; readonly path: readonly string[]; readonly type: IcebergType }
  | { readonly kind: 'widen'; readonly path: readonly string[]; readonly type: PrimitiveType }
  | { readonly kind: 'optional'; readonly path: readonly string[] };

/** Changes that the records of one table ask for. */
export interface TableDrift {
  readonly table: readonly string[];
  readonly changes: readonly DriftChange[];
}

/** A map's key for a path. */
export function pathId(path: readonly string[]): string {
  return JSON.stringify(path);
}

/** A path for people. */
export function pathToText(path: readonly string[]): string {
  return path.map(part => (/^[\w$-]+$/.test(part) ? part : JSON.stringify(part))).join('.');
}

/** A change as the commit's message and the notice tell it, e.g. `add place.zip (long)`. */
export function driftToText(change: DriftChange): string {
  const path = pathToText(change.path);
  switch (change.kind) {
    case 'add':
      return `add ${path} (${typeToText(change.type)})`;
    case 'widen':
      return `widen ${path} to ${typeToText(change.type)}`;
    case 'optional':
      return `make ${path} optional`;
  }
}
