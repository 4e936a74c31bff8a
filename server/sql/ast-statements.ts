import type { Missing, NodeBase, Property } from './ast-base.ts';
import type { DdlStatement } from './ast-ddl.ts';
import type { DmlStatement } from './ast-dml.ts';
import type { Query } from './ast-queries.ts';
import type { CreateFunction, FunctionDefinition } from './ast-routines.ts';
import type { SecurityStatement } from './ast-security.ts';
import type { SessionStatement } from './ast-session.ts';

export type Statement =
  | QueryStatement
  | DdlStatement
  | DmlStatement
  | SecurityStatement
  | SessionStatement
  | CreateFunction
  | Missing;

/** A query with the session properties and functions that are defined for it alone. */
export interface QueryStatement extends NodeBase<'QueryStatement'> {
  readonly session: readonly Property[];
  readonly functions: readonly FunctionDefinition[];
  readonly query: Query;
}
