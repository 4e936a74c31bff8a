import type { CatalogView, TablePath } from '../catalog-index/catalog-view.ts';
import type { ColumnInfo } from '../catalog-index/source.ts';
import { analyze } from '../semantics/analyze.ts';
import { typeOfNode } from '../semantics/data-types.ts';
import type { Analysis, Environment, Output } from '../semantics/model.ts';
import { typeText } from '../semantics/sql-type.ts';
import { pathKey, tablePath } from '../semantics/tables.ts';
import type { SqlFunction } from '../sql/functions.ts';
import type { ServerFacts } from '../sql/server-facts.ts';
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
  readonly server?: ServerFacts | undefined;
  /** Grows when other functions or other facts of the server are known. */
  readonly factsVersion?: number;
  /** Cells in front of this one that can be used like tables, in order. */
  readonly namedCells?: readonly { readonly name: string; readonly script: Script }[];
  /** Other documents that run in the same session: the cells of a notebook, in order. */
  readonly siblings?: readonly Script[];
}

/** The environment of each statement of a script, and what is known of it. Analyses are kept while nothing changed. */
export interface AnalyzedScript {
  readonly script: Script;
  readonly environmentOf: (index: number) => Environment;
  readonly analysisOf: (index: number) => Analysis;
  /** The same text as long as a statement would be understood in the same way. */
  readonly keyOf: (index: number) => string;
}

/** What was computed from a statement, kept for as long as it stays the same. Offsets count from the statement. */
export class StatementCache<T> {
  private readonly kept = new WeakMap<ParsedStatement, { readonly key: string; readonly value: T }>();

  get(analyzed: AnalyzedScript, index: number, compute: () => T): T {
    const parsed = analyzed.script.statements[index]?.parsed;
    if (parsed === undefined) return compute();
    const known = this.kept.get(parsed);
    if (known?.key === analyzed.keyOf(index)) return known.value;
    const value = compute();
    // Which tables the statement names is known now, so the key is asked for again.
    this.kept.set(parsed, { key: analyzed.keyOf(index), value });
    return value;
  }
}

/** Analyses are large; only those that were used last are kept, whatever the length of the documents. */
const ANALYSES_KEPT = 64;
/** The tables that each statement names: only what is known of them can change what the statement means. */
const namedTables = new WeakMap<ParsedStatement, readonly TablePath[]>();
const analyses = new Map<ParsedStatement, { readonly key: string; readonly analysis: Analysis }>();

/** Nothing is analyzed until it is asked for. */
export function analyzeScript(script: Script, context: ScriptContext): AnalyzedScript {
  let known: (Made & { readonly key: string }) | undefined;
  const tables = (): NonNullable<typeof known> => {
    if (known === undefined) {
      const made = { tables: collectTables(script, context), queries: new Map<string, Output>() };
      addNamedCells(made, context);
      known = { ...made, key: keyOfMade(made) };
    }
    return known;
  };
  const sessions = sessionsOf(script, context);
  const sessionOf = (index: number): Connection =>
    sessions[Math.min(index, sessions.length - 1)] ?? context.connection;
  const catalogs = JSON.stringify(context.catalog.catalogs());
  const stampOf = stampsOf(context.catalog);
  const bases = new Map<Connection, number>();
  const baseOf = (session: Connection): number => {
    let base = bases.get(session);
    if (base === undefined) {
      const { catalog, schema } = session;
      base = numberOf([catalogs, context.factsVersion ?? 0, catalog, schema, tables().key].join('\0'));
      bases.set(session, base);
    }
    return base;
  };
  const keyOf = (index: number): string => {
    const parsed = script.statements[index]?.parsed;
    const paths = parsed === undefined ? [] : (namedTables.get(parsed) ?? []);
    let key = `${baseOf(sessionOf(index))}`;
    for (const path of paths) key += ` ${stampOf(path)}`;
    return key;
  };
  const environmentOf = (index: number): Environment => ({
    catalog: context.catalog,
    session: sessionOf(index),
    findFunction: context.findFunction,
    server: context.server,
    documentTables: tables().tables,
    namedQueries: tables().queries,
  });
  const analysisOf = (index: number): Analysis => {
    const parsed = script.statements[index]?.parsed;
    if (parsed === undefined) return NO_ANALYSIS;
    const before = analyses.get(parsed);
    if (before?.key === keyOf(index)) return before.analysis;
    const analysis = analyze(parsed.statement, parsed.text, environmentOf(index));
    namedTables.set(
      parsed,
      analysis.tables.flatMap(table => baseTable(table.path)),
    );
    keep(parsed, keyOf(index), analysis);
    return analysis;
  };
  return { script, environmentOf, analysisOf, keyOf };
}

/** What the document and the cells in front of it make themselves. */
interface Made {
  readonly tables: Environment['documentTables'];
  readonly queries: Map<string, Output>;
}

function keyOfMade({ tables, queries }: Made): string {
  if (tables.size === 0 && queries.size === 0) return '';
  const named = [...queries].map(([name, { columns, isResolved }]) => {
    return [name, isResolved, columns.map(column => `${column.name} ${typeText(column.type)}`)];
  });
  return JSON.stringify([[...tables], named]);
}

/** Each named cell sees the ones in front of it. A cell that is no single query has nothing that is known. */
function addNamedCells({ tables, queries }: Made, context: ScriptContext): void {
  const environment: Environment = {
    ...context,
    session: context.connection,
    documentTables: tables,
    namedQueries: queries,
  };
  for (const { name, script } of context.namedCells ?? []) {
    const [only] = script.statements;
    const statement = only?.parsed.statement;
    const output =
      only !== undefined && statement?.kind === 'QueryStatement'
        ? outputOf(only.parsed, statement, environment)
        : undefined;
    queries.set(name.toLowerCase(), output ?? { columns: [], isResolved: false });
  }
}

/** Many statements name the same tables: each is asked for once. */
function stampsOf(catalog: CatalogView): (path: TablePath) => string {
  const known = new Map<string, string>();
  return path => {
    const key = `${path.catalog}\0${path.schema}\0${path.table}`;
    let stamp = known.get(key);
    if (stamp === undefined) known.set(key, (stamp = catalog.stamp(path)));
    return stamp;
  };
}

const NUMBERS_KEPT = 1_000;
const numbers = new Map<string, number>();
let lastNumber = 0;

/** A number for a long text, the same for the same text, so that keys are short. */
function numberOf(text: string): number {
  let number = numbers.get(text);
  if (number === undefined) {
    if (numbers.size >= NUMBERS_KEPT) numbers.clear();
    numbers.set(text, (number = ++lastNumber));
  }
  return number;
}

/** A metadata table such as `orders$files` depends on the table it belongs to. */
function baseTable(path: TablePath | undefined): TablePath[] {
  if (path === undefined) return [];
  const dollar = path.table.lastIndexOf('$');
  return dollar > 0 ? [{ ...path, table: path.table.slice(0, dollar) }] : [path];
}

function keep(parsed: ParsedStatement, key: string, analysis: Analysis): void {
  analyses.delete(parsed);
  analyses.set(parsed, { key, analysis });
  for (const oldest of analyses.keys()) {
    if (analyses.size <= ANALYSES_KEPT) return;
    analyses.delete(oldest);
  }
}

const NO_ANALYSIS: Analysis = {
  references: [],
  scopes: [],
  problems: [],
  tables: [],
  types: new Map(),
  queries: new Map(),
};

/** The session of each statement and, last, of one more behind them: USE changes it for everything that follows. */
function sessionsOf(script: Script, { connection, siblings }: ScriptContext): Connection[] {
  const earlier = (siblings ?? []).flatMap(sibling => sibling.statements);
  let session = earlier.reduce((before, { parsed }) => afterStatement(before, parsed), connection);
  const sessions = [session];
  for (const { parsed } of script.statements) {
    session = afterStatement(session, parsed);
    sessions.push(session);
  }
  return sessions;
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

const CREATIONS = new Set(['CreateTable', 'CreateTableAs', 'CreateView', 'CreateMaterializedView']);

function isCreation(statement: Statement): statement is Creation {
  return CREATIONS.has(statement.kind);
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
