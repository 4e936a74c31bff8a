import type { CatalogView } from '../catalog-index/catalog-view.ts';
import type { ColumnInfo } from '../catalog-index/source.ts';
import { analyze } from '../semantics/analyze.ts';
import { typeOfNode } from '../semantics/data-types.ts';
import type { Analysis, Environment, Output } from '../semantics/model.ts';
import { typeText } from '../semantics/sql-type.ts';
import { pathKey, tablePath } from '../semantics/tables.ts';
import type { SqlFunction } from '../sql/functions.ts';
import type { ParsedStatement, Query, QueryStatement, Statement } from '../sql/index.ts';
import type { Script } from './script.ts';

/** Where the statements of a document run when they do not say it themselves. */
export interface Connection {
  readonly catalog?: string;
  readonly schema?: string;
}

export interface ScriptContext {
  readonly catalog: CatalogView;
  readonly connection: Connection;
  readonly findFunction: (name: string) => SqlFunction | undefined;
  /** Other documents that run in the same session: the cells of a notebook, in order. */
  readonly siblings?: readonly Script[];
}

/** The environment of each statement of a script, and what is known of it. Analyses are kept while nothing changed. */
export interface AnalyzedScript {
  readonly script: Script;
  readonly environmentOf: (index: number) => Environment;
  readonly analysisOf: (index: number) => Analysis;
}

interface Kept {
  readonly key: string;
  readonly analysis: Analysis;
}

const kept = new WeakMap<ParsedStatement, Kept>();

/** Nothing is analyzed until it is asked for. */
export function analyzeScript(script: Script, context: ScriptContext): AnalyzedScript {
  let documentTables: Environment['documentTables'] | undefined;
  let tablesKey = '';
  const tables = (): Environment['documentTables'] => {
    if (documentTables === undefined) {
      documentTables = collectTables(script, context);
      tablesKey = JSON.stringify([...documentTables]);
    }
    return documentTables;
  };
  const environmentOf = (index: number): Environment => ({
    catalog: context.catalog,
    session: sessionBefore(script, index, context),
    findFunction: context.findFunction,
    documentTables: tables(),
  });
  const analysisOf = (index: number): Analysis => {
    const parsed = script.statements[index]?.parsed;
    if (parsed === undefined) return NO_ANALYSIS;
    const environment = environmentOf(index);
    const { session } = environment;
    const key = `${context.catalog.version}\0${session.catalog ?? ''}\0${session.schema ?? ''}\0${tablesKey}`;
    const before = kept.get(parsed);
    if (before?.key === key) return before.analysis;
    const analysis = analyze(parsed.statement, parsed.text, environment);
    kept.set(parsed, { key, analysis });
    return analysis;
  };
  return { script, environmentOf, analysisOf };
}

const NO_ANALYSIS: Analysis = {
  references: [],
  scopes: [],
  problems: [],
  tables: [],
  types: new Map(),
  queries: new Map(),
};

/** USE changes the session for everything behind it. */
function sessionBefore(script: Script, index: number, { connection, siblings }: ScriptContext): Connection {
  const earlier = (siblings ?? []).flatMap(sibling => sibling.statements);
  const before = [...earlier, ...script.statements.slice(0, Math.max(0, index))];
  return before.reduce((session, { parsed }) => afterStatement(session, parsed), connection);
}

function afterStatement(session: Connection, { statement, problems }: ParsedStatement): Connection {
  if (statement.kind !== 'Use' || problems.length > 0) return session;
  const { catalog, schema } = statement;
  return { ...session, schema: schema.name, ...(catalog === null ? {} : { catalog: catalog.name }) };
}

/** The tables that the document makes itself. Their columns are known from the statement, or not at all. */
function collectTables(script: Script, context: ScriptContext): Map<string, readonly ColumnInfo[] | null> {
  const tables = new Map<string, readonly ColumnInfo[] | null>();
  let session = context.connection;
  for (const { statements } of [...(context.siblings ?? []), script]) {
    for (const { parsed } of statements) {
      session = afterStatement(session, parsed);
      const { statement } = parsed;
      if (!isCreation(statement)) continue;
      const environment: Environment = { ...context, session, documentTables: tables };
      const path = tablePath(statement.name, environment);
      if (path !== undefined) tables.set(pathKey(path), columnsOf(parsed, statement, environment));
    }
  }
  return tables;
}

type Creation = Statement & {
  readonly kind: 'CreateTable' | 'CreateTableAs' | 'CreateView' | 'CreateMaterializedView';
};

function isCreation(statement: Statement): statement is Creation {
  return /^Create(Table|TableAs|View|MaterializedView)$/.test(statement.kind);
}

function columnsOf(
  parsed: ParsedStatement,
  statement: Creation,
  environment: Environment,
): ColumnInfo[] | null {
  if (statement.kind === 'CreateTable') {
    if (statement.elements.some(element => element.kind === 'LikeClause')) return null;
    return statement.elements.flatMap(element =>
      element.kind === 'LikeClause'
        ? []
        : [{ name: element.name.parts[0]?.name ?? '', type: typeText(typeOfNode(element.type)) }],
    );
  }
  const output = outputOf(parsed, statement.query, environment);
  if (output?.isResolved !== true) return null;
  const names = statement.kind === 'CreateTableAs' ? statement.columns : [];
  return output.columns
    .filter(column => column.isHidden !== true)
    .map((column, i) => ({ name: names[i]?.name ?? column.name, type: typeText(column.type) }));
}

function outputOf(
  parsed: ParsedStatement,
  query: QueryStatement,
  environment: Environment,
): Output | undefined {
  const analysis = analyze(parsed.statement, parsed.text, environment);
  const body: Query = query.query;
  return analysis.queries.get(body);
}
