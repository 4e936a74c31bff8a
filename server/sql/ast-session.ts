import type { Identifier, NodeBase, Property, QualifiedName } from './ast-base.ts';
import type { Expression, StringLiteral } from './ast-expressions.ts';
import type { GrantObject } from './ast-security.ts';
import type { QueryStatement, Statement } from './ast-statements.ts';

export type SessionStatement =
  | Use
  | SetSession
  | ResetSession
  | SetSessionAuthorization
  | ResetSessionAuthorization
  | SetPath
  | SetTimeZone
  | StartTransaction
  | Commit
  | Rollback
  | Prepare
  | Deallocate
  | Execute
  | ExecuteImmediate
  | Explain
  | Describe
  | DescribePrepared
  | DescribeQuery
  | Show
  | ShowCreate
  | ShowStats
  | ShowGrants
  | ShowRoles;

/** `USE schema` or `USE catalog.schema`. */
export interface Use extends NodeBase<'Use'> {
  readonly catalog: Identifier | null;
  readonly schema: Identifier;
}

export interface SetSession extends NodeBase<'SetSession'> {
  readonly property: Property;
}

export interface ResetSession extends NodeBase<'ResetSession'> {
  readonly name: QualifiedName;
}

export interface SetSessionAuthorization extends NodeBase<'SetSessionAuthorization'> {
  readonly user: Identifier | StringLiteral;
}

export type ResetSessionAuthorization = NodeBase<'ResetSessionAuthorization'>;

export interface SetPath extends NodeBase<'SetPath'> {
  readonly path: readonly QualifiedName[];
}

export interface SetTimeZone extends NodeBase<'SetTimeZone'> {
  /** null is LOCAL. */
  readonly zone: Expression | null;
}

export interface StartTransaction extends NodeBase<'StartTransaction'> {
  readonly isolation: readonly string[];
  readonly access: readonly ('READ ONLY' | 'READ WRITE')[];
}

export type Commit = NodeBase<'Commit'>;

export type Rollback = NodeBase<'Rollback'>;

export interface Prepare extends NodeBase<'Prepare'> {
  readonly name: Identifier;
  readonly statement: Statement;
}

export interface Deallocate extends NodeBase<'Deallocate'> {
  readonly name: Identifier;
}

export interface Execute extends NodeBase<'Execute'> {
  readonly name: Identifier;
  readonly using: readonly Expression[];
}

export interface ExecuteImmediate extends NodeBase<'ExecuteImmediate'> {
  readonly statement: StringLiteral;
  readonly using: readonly Expression[];
}

export interface Explain extends NodeBase<'Explain'> {
  readonly isAnalyze: boolean;
  readonly isVerbose: boolean;
  readonly types: readonly string[];
  readonly formats: readonly string[];
  readonly statement: Statement;
}

/** `DESCRIBE t` and `DESC t`. */
export interface Describe extends NodeBase<'Describe'> {
  readonly table: QualifiedName;
}

/** `DESCRIBE INPUT name` and `DESCRIBE OUTPUT name`. */
export interface DescribePrepared extends NodeBase<'DescribePrepared'> {
  readonly direction: 'INPUT' | 'OUTPUT';
  readonly name: Identifier;
}

/** `DESCRIBE OUTPUT (query)`. */
export interface DescribeQuery extends NodeBase<'DescribeQuery'> {
  readonly query: QueryStatement;
}

/** The SHOW statements that list things. */
export interface Show extends NodeBase<'Show'> {
  readonly what: 'CATALOGS' | 'SCHEMAS' | 'TABLES' | 'COLUMNS' | 'FUNCTIONS' | 'SESSION' | 'BRANCHES';
  readonly from: QualifiedName | null;
  readonly like: StringLiteral | null;
  readonly escape: StringLiteral | null;
}

export interface ShowCreate extends NodeBase<'ShowCreate'> {
  readonly object: 'TABLE' | 'SCHEMA' | 'VIEW' | 'MATERIALIZED VIEW' | 'FUNCTION' | null;
  readonly name: QualifiedName;
}

export interface ShowStats extends NodeBase<'ShowStats'> {
  readonly table: QualifiedName | null;
  readonly query: QueryStatement | null;
}

export interface ShowGrants extends NodeBase<'ShowGrants'> {
  readonly object: GrantObject | null;
}

/** `SHOW ROLES`, `SHOW CURRENT ROLES` and `SHOW ROLE GRANTS`. */
export interface ShowRoles extends NodeBase<'ShowRoles'> {
  readonly what: 'ROLES' | 'CURRENT ROLES' | 'ROLE GRANTS';
  readonly catalog: Identifier | null;
}
