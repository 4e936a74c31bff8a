import type { Identifier, NodeBase, Property, QualifiedName } from './ast-base.ts';
import type { Argument } from './ast-calls.ts';
import type { Expression, IntervalLiteral, StringLiteral } from './ast-expressions.ts';
import type { QueryStatement } from './ast-statements.ts';
import type { Principal } from './ast-security.ts';
import type { DataType } from './ast-types.ts';

export type DdlStatement =
  | CreateCatalog
  | CreateSchema
  | CreateTable
  | CreateTableAs
  | CreateView
  | CreateMaterializedView
  | CreateBranch
  | Drop
  | Rename
  | SetAuthorization
  | SetProperties
  | AddColumn
  | RenameColumn
  | DropColumn
  | AlterColumn
  | ExecuteTableProcedure
  | RefreshView
  | RefreshMaterializedView
  | FastForwardBranch
  | Comment;

export interface CreateCatalog extends NodeBase<'CreateCatalog'> {
  readonly ifNotExists: boolean;
  readonly name: Identifier;
  readonly connector: Identifier;
  readonly comment: StringLiteral | null;
  readonly authorization: Principal | null;
  readonly properties: readonly Property[];
}

export interface CreateSchema extends NodeBase<'CreateSchema'> {
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly authorization: Principal | null;
  readonly properties: readonly Property[];
}

export interface CreateTable extends NodeBase<'CreateTable'> {
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly elements: readonly TableElement[];
  readonly comment: StringLiteral | null;
  readonly properties: readonly Property[];
}

export type TableElement = ColumnDefinition | LikeClause;

export interface ColumnDefinition extends NodeBase<'ColumnDefinition'> {
  readonly name: QualifiedName;
  readonly type: DataType;
  readonly defaultValue: Expression | null;
  readonly isNotNull: boolean;
  readonly comment: StringLiteral | null;
  readonly properties: readonly Property[];
}

export interface LikeClause extends NodeBase<'LikeClause'> {
  readonly table: QualifiedName;
  readonly properties: 'INCLUDING' | 'EXCLUDING' | null;
}

export interface CreateTableAs extends NodeBase<'CreateTableAs'> {
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly columns: readonly Identifier[];
  readonly comment: StringLiteral | null;
  readonly properties: readonly Property[];
  readonly query: QueryStatement;
  readonly withData: boolean | null;
}

export interface CreateView extends NodeBase<'CreateView'> {
  readonly orReplace: boolean;
  readonly name: QualifiedName;
  readonly comment: StringLiteral | null;
  readonly security: 'DEFINER' | 'INVOKER' | null;
  readonly properties: readonly Property[];
  readonly query: QueryStatement;
}

export interface CreateMaterializedView extends NodeBase<'CreateMaterializedView'> {
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly gracePeriod: IntervalLiteral | null;
  readonly whenStale: 'FAIL' | 'INLINE' | null;
  readonly comment: StringLiteral | null;
  readonly properties: readonly Property[];
  readonly query: QueryStatement;
}

export interface CreateBranch extends NodeBase<'CreateBranch'> {
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly name: Identifier;
  readonly properties: readonly Property[];
  readonly table: QualifiedName;
  readonly from: Identifier | null;
}

/** `ALTER BRANCH b IN TABLE t FAST FORWARD TO c`. */
export interface FastForwardBranch extends NodeBase<'FastForwardBranch'> {
  readonly name: Identifier;
  readonly table: QualifiedName;
  readonly to: Identifier;
}

export interface Drop extends NodeBase<'Drop'> {
  readonly object:
    'BRANCH' | 'CATALOG' | 'FUNCTION' | 'MATERIALIZED VIEW' | 'ROLE' | 'SCHEMA' | 'TABLE' | 'VIEW';
  readonly ifExists: boolean;
  readonly name: QualifiedName;
  readonly behavior: 'CASCADE' | 'RESTRICT' | null;
  /** The parameters of a function; null for everything else. */
  readonly parameters: readonly FunctionParameter[] | null;
  /** The table of a branch. */
  readonly table: QualifiedName | null;
  /** The catalog of a role. */
  readonly catalog: Identifier | null;
}

/** A parameter of a function: `name type` or only the type. */
export interface FunctionParameter extends NodeBase<'FunctionParameter'> {
  readonly name: Identifier | null;
  readonly type: DataType;
}

export interface Rename extends NodeBase<'Rename'> {
  readonly object: 'SCHEMA' | 'TABLE' | 'VIEW' | 'MATERIALIZED VIEW';
  readonly ifExists: boolean;
  readonly name: QualifiedName;
  readonly newName: QualifiedName;
}

export interface SetAuthorization extends NodeBase<'SetAuthorization'> {
  /** What the name names: TABLE, SCHEMA, VIEW, or any other word Trino may know. */
  readonly object: string;
  readonly name: QualifiedName;
  readonly principal: Principal;
}

export interface SetProperties extends NodeBase<'SetProperties'> {
  readonly object: 'TABLE' | 'MATERIALIZED VIEW';
  readonly name: QualifiedName;
  readonly properties: readonly Property[];
}

export interface AddColumn extends NodeBase<'AddColumn'> {
  readonly tableIfExists: boolean;
  readonly table: QualifiedName;
  readonly ifNotExists: boolean;
  readonly column: ColumnDefinition;
  readonly position: 'FIRST' | 'LAST' | 'AFTER' | null;
  readonly after: Identifier | null;
}

export interface RenameColumn extends NodeBase<'RenameColumn'> {
  readonly tableIfExists: boolean;
  readonly table: QualifiedName;
  readonly ifExists: boolean;
  readonly column: QualifiedName;
  readonly newName: Identifier;
}

export interface DropColumn extends NodeBase<'DropColumn'> {
  readonly tableIfExists: boolean;
  readonly table: QualifiedName;
  readonly ifExists: boolean;
  readonly column: QualifiedName;
}

export interface AlterColumn extends NodeBase<'AlterColumn'> {
  readonly tableIfExists: boolean;
  readonly table: QualifiedName;
  readonly column: QualifiedName;
  readonly action: 'SET DATA TYPE' | 'SET DEFAULT' | 'DROP DEFAULT' | 'DROP NOT NULL' | null;
  readonly type: DataType | null;
  readonly defaultValue: Expression | null;
}

/** `ALTER TABLE t EXECUTE procedure(args) WHERE …`. */
export interface ExecuteTableProcedure extends NodeBase<'ExecuteTableProcedure'> {
  readonly table: QualifiedName;
  readonly procedure: Identifier;
  readonly args: readonly Argument[];
  readonly where: Expression | null;
}

/** `ALTER VIEW v REFRESH`. */
export interface RefreshView extends NodeBase<'RefreshView'> {
  readonly name: QualifiedName;
}

export interface RefreshMaterializedView extends NodeBase<'RefreshMaterializedView'> {
  readonly name: QualifiedName;
}

export interface Comment extends NodeBase<'Comment'> {
  readonly object: 'TABLE' | 'VIEW' | 'COLUMN';
  readonly name: QualifiedName;
  /** null is NULL. */
  readonly comment: StringLiteral | null;
}
