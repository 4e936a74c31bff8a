/** What a name at some place would name. */
export type NameRole =
  | 'alias'
  | 'argument'
  | 'branch'
  | 'catalog'
  | 'column'
  | 'connector'
  | 'field'
  | 'function'
  | 'label'
  | 'language'
  | 'member'
  | 'object'
  | 'parameter'
  | 'privilege'
  | 'procedure'
  | 'property'
  | 'role'
  | 'schema'
  | 'session-property'
  | 'statement'
  | 'table'
  | 'table-function'
  | 'type'
  | 'user'
  | 'variable'
  | 'view'
  | 'window';

/** What the parser would accept at one place. */
export interface Expectations {
  /** Keyword ids. */
  readonly keywords: Set<number>;
  /** Token kinds of punctuation and literals. */
  readonly kinds: Set<number>;
  /** What a name there may name; empty when no name is allowed. */
  readonly names: Set<NameRole>;
}

export function noExpectations(): Expectations {
  return { keywords: new Set(), kinds: new Set(), names: new Set() };
}
