import type { SourceReference, TableDetails } from './source.ts';

/**
 * What the language features see of the catalogs: always at once, from memory. A question that cannot be answered yet is
 * noted and asked in the background, so that a later call has the answer.
 */
export interface CatalogView {
  /** Grows with every change, so that what was computed from an older state can be dropped. */
  readonly version: number;
  readonly catalogs: () => readonly CatalogEntry[];
  /** Whether all schemas of this catalog are known. */
  readonly areSchemasKnown: (catalog: string) => boolean;
  readonly schemas: (catalog: string) => readonly string[];
  /** Undefined while the schema's tables are not known. */
  readonly tables: (catalog: string, schema: string) => readonly TableEntry[] | undefined;
  readonly lookup: (table: TablePath) => TableLookup;
  /** A text that stays the same as long as `lookup` would give the same answer. Cheap; asks like `lookup`. */
  readonly stamp: (table: TablePath) => string;
  /** The details of a table if they were loaded; asks for nothing. */
  readonly peek: (table: TablePath) => TableDetails | undefined;
  /** The tables of every known catalog whose names fit best. */
  readonly search: (pattern: string, options: SearchOptions) => SearchResult;
  readonly references: () => readonly SourceReference[];
}

export interface CatalogEntry {
  readonly name: string;
  /** The branch, tag or commit that it shows. */
  readonly reference?: string;
  readonly connector?: string;
  /** Trino has it only after something of its reference has run; names can be looked up all the same. */
  readonly isPotential?: boolean;
}

export interface TableEntry {
  readonly name: string;
  readonly isView: boolean;
}

export interface TablePath {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
}

/**
 * - `unknown`: nothing can be said about the name, which silences errors about it.
 * - `absent`: the names around it are all known and it is not among them.
 * - `present`: it is there; `details` once they were loaded.
 */
export type TableLookup =
  | { readonly state: 'unknown' }
  | { readonly state: 'absent' }
  | { readonly state: 'present'; readonly isView: boolean; readonly details?: TableDetails };

export interface SearchOptions {
  readonly limit: number;
  /** Only this catalog's tables. */
  readonly catalog?: string;
  readonly schema?: string;
  /** Tables of this schema come first among equals. */
  readonly preferSchema?: { readonly catalog: string; readonly schema: string };
  /** The catalog of the session. Of the many that may show branches and tags only this one is searched. */
  readonly sessionCatalog?: string | undefined;
}

export interface SearchResult {
  readonly tables: readonly (TablePath & { readonly isView: boolean; readonly score: number })[];
  /** Whether there were more than the limit. */
  readonly isCut: boolean;
}

/** A view without any catalog: nothing is known and nothing is wrong. */
export const EMPTY_VIEW: CatalogView = {
  version: 0,
  catalogs: () => [],
  areSchemasKnown: () => false,
  schemas: () => [],
  tables: () => undefined,
  lookup: () => ({ state: 'unknown' }),
  stamp: () => '',
  peek: () => undefined,
  search: () => ({ tables: [], isCut: false }),
  references: () => [],
};
