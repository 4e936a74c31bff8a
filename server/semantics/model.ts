import type { CatalogView, TablePath } from '../catalog-index/catalog-view.ts';
import type { ColumnInfo, TableDetails } from '../catalog-index/source.ts';
import type { SqlFunction } from '../sql/functions.ts';
import type { ServerFacts } from '../sql/server-facts.ts';
import type { CommonTable, Identifier, NodeBase, Query, QualifiedName, Span } from '../sql/index.ts';
import type { SqlType } from './sql-type.ts';

export type SymbolKind =
  | 'table'
  | 'commonTable'
  | 'relationAlias'
  | 'column'
  | 'columnAlias'
  | 'field'
  | 'window'
  | 'patternVariable'
  | 'lambdaParameter'
  | 'variable'
  | 'parameter'
  | 'function'
  | 'label';

/** Something that has a name. Two references to the same thing have the same symbol object. */
export interface SqlSymbol {
  readonly kind: SymbolKind;
  readonly name: string;
  /** Where the statement itself declares it; null for what comes from the catalog or has no name of its own. */
  readonly declaration: Identifier | null;
  readonly type?: SqlType;
  /** The table it is, or that it is a column of. */
  readonly table?: TablePath;
  readonly comment?: string;
  /** Of a relation: what it has. */
  readonly columns?: readonly Column[];
  /** Whether its name is written only here: not the name of a column that it merely passes on. */
  readonly isRenamable?: boolean;
}

/** One place where a symbol is named. */
export interface Reference {
  readonly span: Span;
  readonly symbol: SqlSymbol;
  readonly isDeclaration: boolean;
}

export interface Column {
  /** '' for a column without a name. */
  readonly name: string;
  readonly type: SqlType;
  readonly symbol: SqlSymbol;
  /** Only there when it is named: not part of `*`. */
  readonly isHidden?: boolean;
}

/** Something in FROM. */
export interface ScopeRelation {
  /** Its alias or the last part of its name; null for a derived table without alias. */
  readonly name: string | null;
  /** The whole name in lower case, for `schema.table.column`; only the alias where there is one. */
  readonly path: readonly string[];
  readonly columns: readonly Column[];
  /** False when there may be more columns than are known. */
  readonly isResolved: boolean;
  readonly symbol: SqlSymbol;
}

/** What names can mean at some place. Inner scopes go before outer ones. */
export interface Scope {
  readonly parent: Scope | null;
  readonly relations: readonly ScopeRelation[];
  /** Columns that JOIN … USING made one of, in lower case. */
  readonly merged: ReadonlyMap<string, Column>;
  /** Common tables by lower-case name. */
  readonly commonTables: ReadonlyMap<string, CommonTableInfo>;
  /** Output columns that ORDER BY may name; lambda parameters, variables, pattern variables. In lower case. */
  readonly names: ReadonlyMap<string, Column>;
  readonly windows: ReadonlyMap<string, SqlSymbol>;
  /** False when a relation could not be read at all, so that any name may be right. */
  readonly isComplete: boolean;
}

export interface CommonTableInfo {
  readonly symbol: SqlSymbol;
  readonly columns: readonly Column[];
  readonly isResolved: boolean;
  readonly node: CommonTable;
}

export interface ScopedSpan {
  readonly span: Span;
  readonly scope: Scope;
  /** What part of a query it is. */
  readonly clause: 'query' | 'select' | 'from' | 'on' | 'orderBy' | 'lambda' | 'statement' | 'pattern';
}

export type SemanticCode =
  | 'unknown-table'
  | 'unknown-schema'
  | 'unknown-column'
  | 'ambiguous-column'
  | 'unknown-function'
  | 'wrong-arity'
  | 'wrong-type'
  | 'not-grouped'
  | 'column-count'
  | 'duplicate-alias'
  | 'unknown-window'
  | 'unknown-property'
  | 'newer-server'
  | 'unknown-procedure'
  | 'unknown-argument';

export interface SemanticProblem extends Span {
  readonly code: SemanticCode;
  readonly message: string;
  /** The nearest name that would be right. */
  readonly suggestion?: string;
}

/** A table that the statement names, and what the catalog says of it. */
export interface NamedTable {
  readonly name: QualifiedName;
  readonly path: TablePath | undefined;
  readonly state: 'unknown' | 'absent' | 'present';
  readonly details?: TableDetails;
}

export interface QueryInfo {
  readonly node: Query;
  readonly columns: readonly Column[];
  readonly isResolved: boolean;
}

/** What is known about one statement. Offsets count from the statement's beginning. */
export interface Analysis {
  readonly references: readonly Reference[];
  readonly scopes: readonly ScopedSpan[];
  readonly problems: readonly SemanticProblem[];
  readonly tables: readonly NamedTable[];
  readonly types: ReadonlyMap<NodeBase, SqlType>;
  readonly queries: ReadonlyMap<Query, QueryInfo>;
}

/** What a statement is understood against. */
export interface Environment {
  readonly catalog: CatalogView;
  /** Where unqualified names are looked up. */
  readonly session: { readonly catalog?: string; readonly schema?: string };
  readonly findFunction: (name: string) => SqlFunction | undefined;
  /** What the connected server says about itself, where there is one. */
  readonly server?: ServerFacts | undefined;
  /** False where only the meaning of names is wanted: what is wrong is then not looked for beyond them. */
  readonly isJudged?: boolean;
  /** The only offset of the statement whose surroundings matter: what cannot be seen from there is not looked at. */
  readonly focus?: number;
  /** Tables that the same document makes, by lower-case `catalog.schema.table`; null where the columns are unknown. */
  readonly documentTables: ReadonlyMap<string, readonly ColumnInfo[] | null>;
  /** Queries that can be named like tables, by lower-case name: the named cells of a notebook in front of this one. */
  readonly namedQueries?: ReadonlyMap<string, Output>;
}

/** What a relation or query is made of, while it is being put together. */
export interface Output {
  readonly columns: readonly Column[];
  readonly isResolved: boolean;
}
