import type { TableLookup, TablePath } from '../catalog-index/catalog-view.ts';
import type { ColumnInfo, TableDetails } from '../catalog-index/source.ts';
import type { QualifiedName } from '../sql/index.ts';
import { HIDDEN_COLUMNS, METADATA_TABLES } from '../sql/metadata-tables.ts';
import { type Analyzer, note, report } from './analyzer.ts';
import type { Column, Environment, ScopeRelation, SqlSymbol } from './model.ts';
import { nearestName } from './nearest-name.ts';
import { parseType } from './sql-type.ts';

/** The whole name of a table; undefined where the session does not say the catalog or schema. */
export function tablePath(name: QualifiedName, environment: Environment): TablePath | undefined {
  const parts = name.parts.map(part => part.name);
  const table = parts.at(-1);
  const schema = parts.at(-2) ?? environment.session.schema;
  const catalog = parts.at(-3) ?? environment.session.catalog;
  if (table === undefined || table === '' || schema === undefined || catalog === undefined) return undefined;
  return parts.length > 3 ? undefined : { catalog, schema, table };
}

export function pathKey({ catalog, schema, table }: TablePath): string {
  return `${catalog}.${schema}.${table}`.toLowerCase();
}

/** What is known of a table: from the document itself, from the catalog, or by its kind. */
export function lookupTable(environment: Environment, path: TablePath): TableLookup {
  const own = environment.documentTables.get(pathKey(path));
  if (own === null) return { state: 'present', isView: false };
  if (own !== undefined) return { state: 'present', isView: false, details: { columns: own } };
  if (isSystemSchema(path)) return { state: 'unknown' };
  const dollar = path.table.lastIndexOf('$');
  if (dollar <= 0) return environment.catalog.lookup(path);
  const base = environment.catalog.lookup({ ...path, table: path.table.slice(0, dollar) });
  const metadata = METADATA_TABLES.find(({ name }) => name === path.table.slice(dollar + 1).toLowerCase());
  if (base.state !== 'present' || metadata === undefined) return { state: 'unknown' };
  return { state: 'present', isView: false, details: { columns: metadata.columns } };
}

/** Schemas and catalogs that Trino or a connector makes up and that no listing has. */
function isSystemSchema({ catalog, schema }: TablePath): boolean {
  const lower = schema.toLowerCase();
  return catalog.toLowerCase() === 'system' || lower === 'information_schema' || lower === 'system';
}

/** The relation that a table's name in FROM is. A name that cannot be right is reported. */
export function resolveTable(a: Analyzer, name: QualifiedName): ScopeRelation {
  const path = tablePath(name, a.environment);
  const found: TableLookup = path === undefined ? { state: 'unknown' } : lookupTable(a.environment, path);
  const details = found.state === 'present' ? found.details : undefined;
  a.tables.push({ name, path, state: found.state, ...(details === undefined ? {} : { details }) });
  if (path !== undefined && found.state === 'absent') reportAbsent(a, name, path);
  const symbol: SqlSymbol = {
    kind: 'table',
    name: name.parts.at(-1)?.name ?? '',
    declaration: null,
    ...(path === undefined ? {} : { table: path }),
    ...(details?.comment === undefined ? {} : { comment: details.comment }),
  };
  const columns = details === undefined ? [] : columnsFor(a, details, path);
  const last = name.parts.at(-1);
  if (last !== undefined) note(a, last, { ...symbol, columns });
  return {
    name: last?.name ?? null,
    path: relationPath(name, path),
    columns,
    isResolved: details !== undefined,
    symbol: { ...symbol, columns },
  };
}

function relationPath(name: QualifiedName, path: TablePath | undefined): string[] {
  if (path === undefined) return name.parts.map(part => part.name.toLowerCase());
  return [path.catalog, path.schema, path.table].map(part => part.toLowerCase());
}

/**
 * Columns are the same for every statement, and made once. A table that a statement names several times has them each time
 * anew, because a column of one of its relations is not that of another.
 */
const madeColumns = new Map<TableDetails, { readonly key: string; readonly sets: Column[][] }>();
/** A column takes a quarter of a kilobyte; those of the tables made first are made again when they are needed. */
const TABLES_KEPT = 200;

function columnsFor(a: Analyzer, details: TableDetails, path: TablePath | undefined): Column[] {
  const connector = a.environment.catalog
    .catalogs()
    .find(({ name }) => name.toLowerCase() === path?.catalog.toLowerCase())?.connector;
  const key = `${path === undefined ? '' : pathKey(path)} ${connector ?? ''}`;
  let made = madeColumns.get(details);
  if (made?.key !== key) {
    madeColumns.set(details, (made = { key, sets: [] }));
    const [oldest] = madeColumns.keys();
    if (madeColumns.size > TABLES_KEPT && oldest !== undefined) madeColumns.delete(oldest);
  }
  const named = a.tables.filter(table => table.details === details).length;
  return (made.sets[named - 1] ??= columnsOf(a.environment, details, path));
}

function columnsOf(environment: Environment, details: TableDetails, path: TablePath | undefined): Column[] {
  const columns = details.columns.map(column => tableColumn(column, path));
  const hidden = hiddenColumns(environment, path);
  return [...columns, ...hidden.map(column => ({ ...tableColumn(column, path), isHidden: true }))];
}

/** Columns that a connector adds to every table and that no listing shows. */
function hiddenColumns({ catalog }: Environment, path: TablePath | undefined): readonly ColumnInfo[] {
  const entry = catalog.catalogs().find(({ name }) => name.toLowerCase() === path?.catalog.toLowerCase());
  if (path?.table.includes('$') === true) return [];
  if (entry?.connector === 'tpch') return [{ name: 'row_number', type: 'bigint' }];
  return entry?.connector === 'iceberg' ? HIDDEN_COLUMNS : [];
}

export function tableColumn({ name, type, comment }: ColumnInfo, path: TablePath | undefined): Column {
  const parsed = parseType(type);
  const symbol: SqlSymbol = {
    kind: 'column',
    name,
    declaration: null,
    type: parsed,
    ...(path === undefined ? {} : { table: path }),
    ...(comment === undefined ? {} : { comment }),
  };
  return { name, type: parsed, symbol };
}

function reportAbsent(a: Analyzer, name: QualifiedName, path: TablePath): void {
  const { catalog } = a.environment;
  const schemas = catalog.schemas(path.catalog);
  const hasSchema = schemas.some(schema => schema.toLowerCase() === path.schema.toLowerCase());
  const part = hasSchema ? name.parts.at(-1) : (name.parts.at(-2) ?? name.parts.at(-1));
  if (part === undefined || part.isMissing) return;
  if (hasSchema) {
    const tables = catalog.tables(path.catalog, path.schema) ?? [];
    const suggestion = nearestName(
      path.table,
      tables.map(table => table.name),
    );
    const message = `There is no table ${path.table} in ${path.catalog}.${path.schema}.`;
    report(a, part, { code: 'unknown-table', message, suggestion });
  } else {
    const suggestion = name.parts.length > 1 ? nearestName(path.schema, schemas) : undefined;
    const message = `There is no schema ${path.schema} in catalog ${path.catalog}.`;
    report(a, part, { code: 'unknown-schema', message, suggestion });
  }
}
