import type { Expression, Identifier, NodeBase, Query, Relation, Span } from '../sql/index.ts';
import type {
  Column,
  CommonTableInfo,
  Environment,
  NamedTable,
  Output,
  QueryInfo,
  Reference,
  Scope,
  ScopedSpan,
  ScopeRelation,
  SemanticProblem,
  SqlSymbol,
  SymbolKind,
} from './model.ts';
import type { SqlType } from './sql-type.ts';

/** What the functions that walk a statement share. */
export interface Analyzer {
  readonly environment: Environment;
  /** The statement's text. */
  readonly text: string;
  readonly references: Reference[];
  /** The same by where they stand; of two at one place the later one. */
  readonly referenceAt: Map<number, Reference>;
  readonly scopes: ScopedSpan[];
  readonly problems: SemanticProblem[];
  readonly tables: NamedTable[];
  readonly types: Map<NodeBase, SqlType>;
  readonly queries: Map<Query, QueryInfo>;
  /** Functions that the statement itself defines, in lower case. */
  readonly functions: Map<string, SqlSymbol>;
  /** Rules that lower rules call upwards; a table because their modules would import each other. */
  readonly rules: AnalyzerRules;
}

export interface AnalyzerRules {
  readonly expression: (a: Analyzer, node: Expression, scope: Scope) => SqlType;
  readonly query: (a: Analyzer, node: Query, scope: Scope) => Output;
  readonly relation: (a: Analyzer, node: Relation, scope: Scope) => RelationsOutput;
}

/** What a relation of FROM brings into the scope. */
export interface RelationsOutput {
  readonly relations: readonly ScopeRelation[];
  readonly merged: ReadonlyMap<string, Column>;
  readonly isComplete: boolean;
}

const NO_NAMES: ReadonlyMap<string, never> = new Map<string, never>();

export const EMPTY_SCOPE: Scope = {
  parent: null,
  relations: [],
  merged: NO_NAMES,
  commonTables: NO_NAMES,
  names: NO_NAMES,
  windows: NO_NAMES,
  isComplete: true,
};

/** A scope inside another one; what is not given is empty. */
export function childScope(parent: Scope, parts: Partial<Omit<Scope, 'parent'>> = {}): Scope {
  return {
    parent,
    relations: parts.relations ?? EMPTY_SCOPE.relations,
    merged: parts.merged ?? NO_NAMES,
    commonTables: parts.commonTables ?? NO_NAMES,
    names: parts.names ?? NO_NAMES,
    windows: parts.windows ?? NO_NAMES,
    isComplete: parts.isComplete ?? true,
  };
}

export function createAnalyzer(text: string, environment: Environment, rules: AnalyzerRules): Analyzer {
  return {
    environment,
    text,
    references: [],
    referenceAt: new Map(),
    scopes: [],
    problems: [],
    tables: [],
    types: new Map(),
    queries: new Map(),
    functions: new Map(),
    rules,
  };
}

export interface SymbolParts {
  readonly type?: SqlType;
  readonly columns?: readonly Column[];
  readonly comment?: string;
}

/** A symbol that this identifier declares; the place counts as a reference to it. */
export function declare(
  a: Analyzer,
  kind: SymbolKind,
  identifier: Identifier,
  parts: SymbolParts = {},
): SqlSymbol {
  const symbol = { kind, name: identifier.name, declaration: identifier, isRenamable: true, ...parts };
  note(a, identifier, symbol, true);
  return symbol;
}

/** Notes that an identifier names a symbol. */
export function note(a: Analyzer, identifier: Identifier, symbol: SqlSymbol, isDeclaration = false): void {
  if (identifier.isMissing) return;
  const reference = { span: identifier, symbol, isDeclaration };
  a.references.push(reference);
  a.referenceAt.set(identifier.start, reference);
}

export function report(
  a: Analyzer,
  span: Span,
  problem: Pick<SemanticProblem, 'code' | 'message'> & { readonly suggestion?: string | undefined },
): void {
  const { suggestion, ...rest } = problem;
  a.problems.push({
    ...rest,
    start: span.start,
    end: span.end,
    ...(suggestion === undefined ? {} : { suggestion }),
  });
}

/** Notes which names hold inside a span. */
export function markScope(a: Analyzer, span: Span, scope: Scope, clause: ScopedSpan['clause']): void {
  a.scopes.push({ span, scope, clause });
}

/** The common table that a one-part name means, if any. */
export function findCommonTable(scope: Scope | null, name: string): CommonTableInfo | undefined {
  const wanted = name.toLowerCase();
  for (let at = scope; at !== null; at = at.parent) {
    const found = at.commonTables.get(wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}
