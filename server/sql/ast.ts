/** The syntax tree of a statement: types only. Everything is readonly and holds no reference to its parent. */
export type * from './ast-base.ts';
export type * from './ast-calls.ts';
export type * from './ast-ddl.ts';
export type * from './ast-dml.ts';
export type * from './ast-expressions.ts';
export type * from './ast-json.ts';
export type * from './ast-patterns.ts';
export type * from './ast-queries.ts';
export type * from './ast-relations.ts';
export type * from './ast-routines.ts';
export type * from './ast-security.ts';
export type * from './ast-session.ts';
export type * from './ast-statements.ts';
export type * from './ast-types.ts';
