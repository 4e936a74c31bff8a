import type { Identifier, NodeBase, QualifiedName } from './ast-base.ts';

export type SecurityStatement =
  CreateRole | GrantRoles | RevokeRoles | GrantPrivileges | RevokePrivileges | DenyPrivileges | SetRole;

export interface Principal extends NodeBase<'Principal'> {
  readonly type: 'USER' | 'ROLE' | 'CURRENT_USER' | 'CURRENT_ROLE' | null;
  /** null for CURRENT_USER and CURRENT_ROLE. */
  readonly name: Identifier | null;
}

export interface CreateRole extends NodeBase<'CreateRole'> {
  readonly name: Identifier;
  readonly admin: Principal | null;
  readonly catalog: Identifier | null;
}

export interface GrantRoles extends NodeBase<'GrantRoles'> {
  readonly roles: readonly Identifier[];
  readonly principals: readonly Principal[];
  readonly withAdminOption: boolean;
  readonly grantedBy: Principal | null;
  readonly catalog: Identifier | null;
}

export interface RevokeRoles extends NodeBase<'RevokeRoles'> {
  readonly adminOptionFor: boolean;
  readonly roles: readonly Identifier[];
  readonly principals: readonly Principal[];
  readonly grantedBy: Principal | null;
  readonly catalog: Identifier | null;
}

/** What privileges are about: `TABLE t`, `SCHEMA s`, `BRANCH b IN t`. */
export interface GrantObject extends NodeBase<'GrantObject'> {
  readonly branch: Identifier | null;
  /** TABLE, SCHEMA or any other word; null when none is written. */
  readonly type: string | null;
  readonly name: QualifiedName;
}

export interface GrantPrivileges extends NodeBase<'GrantPrivileges'> {
  readonly privileges: readonly Privilege[];
  readonly object: GrantObject;
  readonly grantee: Principal;
  readonly withGrantOption: boolean;
}

export interface RevokePrivileges extends NodeBase<'RevokePrivileges'> {
  readonly grantOptionFor: boolean;
  readonly privileges: readonly Privilege[];
  readonly object: GrantObject;
  readonly grantee: Principal;
}

export interface DenyPrivileges extends NodeBase<'DenyPrivileges'> {
  readonly privileges: readonly Privilege[];
  readonly object: GrantObject;
  readonly grantee: Principal;
}

export interface Privilege extends NodeBase<'Privilege'> {
  /** In upper case: SELECT, CREATE BRANCH, ALL PRIVILEGES or any other word. */
  readonly name: string;
}

export interface SetRole extends NodeBase<'SetRole'> {
  readonly type: 'ROLE' | 'ALL' | 'NONE';
  readonly role: Identifier | null;
  readonly catalog: Identifier | null;
}
