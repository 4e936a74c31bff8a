import { quoteIdentifier, quoteString } from '../../catalog/trino/quote.ts';
import type { ListedProperty } from '../../server/sql/server-facts.ts';
import { queryAll, type TrinoConnection } from '../../catalog/trino/client.ts';
import type {
  ColumnInfo,
  SourceFunction,
  SourceName,
  TableDetails,
  TableKey,
} from '../../server/catalog-index/source.ts';

type Row = readonly unknown[];

/** Every catalog of Trino with its connector. `system` is always there and needs no listing. */
export async function listCatalogs(
  trino: TrinoConnection,
  signal: AbortSignal,
): Promise<{ name: string; connector: string }[]> {
  const rows = await read(trino, 'SELECT catalog_name, connector_name FROM system.metadata.catalogs', signal);
  return rows
    .map(row => ({ name: text(row[0]), connector: text(row[1]) }))
    .filter(({ name }) => name !== 'system');
}

export async function listSchemas(
  trino: TrinoConnection,
  catalog: string,
  signal: AbortSignal,
): Promise<string[]> {
  const rows = await read(trino, `SHOW SCHEMAS FROM ${quoteIdentifier(catalog)}`, signal);
  return rows.map(row => text(row[0])).filter(schema => schema !== 'information_schema');
}

/** The tables of one schema. Unfiltered, such a listing takes half a minute on some connectors. */
export async function listTables(
  trino: TrinoConnection,
  { catalog, schema }: { readonly catalog: string; readonly schema: string },
  signal: AbortSignal,
): Promise<SourceName[]> {
  const sql = `SELECT table_name, table_type FROM ${quoteIdentifier(catalog)}.information_schema.tables
    WHERE table_schema = ${quoteString(schema)}`;
  const rows = await read(trino, sql, signal);
  return rows.map(row => ({ schema, name: text(row[0]), kind: text(row[1]) === 'VIEW' ? 'view' : 'table' }));
}

/** The columns of some tables, always filtered by schema and table. */
export async function readColumns(
  trino: TrinoConnection,
  { catalog, tables }: { readonly catalog: string; readonly tables: readonly TableKey[] },
  signal: AbortSignal,
): Promise<(TableDetails | undefined)[]> {
  const found = new Map<string, ColumnInfo[]>();
  for (const schema of new Set(tables.map(table => table.schema))) {
    const names = tables.filter(table => table.schema === schema).map(table => quoteString(table.name));
    const sql = `SELECT table_name, column_name, data_type, comment
      FROM ${quoteIdentifier(catalog)}.information_schema.columns
      WHERE table_schema = ${quoteString(schema)} AND table_name IN (${names.join(', ')})
      ORDER BY table_name, ordinal_position`;
    for (const row of await read(trino, sql, signal)) {
      const key = `${schema}\0${text(row[0])}`;
      const comment = row[3] === null || row[3] === undefined ? {} : { comment: text(row[3]) };
      found.set(key, [...(found.get(key) ?? []), { name: text(row[1]), type: text(row[2]), ...comment }]);
    }
  }
  return tables.map(({ schema, name }) => {
    const columns = found.get(`${schema}\0${name}`);
    return columns === undefined ? undefined : { columns };
  });
}

export async function listFunctions(trino: TrinoConnection, signal: AbortSignal): Promise<SourceFunction[]> {
  const rows = await read(trino, 'SHOW FUNCTIONS', signal);
  return rows.map(row => ({
    name: text(row[0]),
    returns: text(row[1]),
    argumentTypes: text(row[2]),
    kind: functionKind(text(row[3])),
    isDeterministic: row[4] === true,
    description: text(row[5]),
  }));
}

export async function listProperties(trino: TrinoConnection, signal: AbortSignal): Promise<ListedProperty[]> {
  const kinds = ['table', 'schema', 'column', 'analyze', 'materialized_view'] as const;
  const all: ListedProperty[] = [];
  for (const kind of kinds) {
    const sql = `SELECT catalog_name, property_name, type, default_value, description FROM system.metadata.${kind}_properties`;
    for (const row of await read(trino, sql, signal)) {
      const [catalog, name, type, defaultValue, description] = row.map(text);
      all.push({
        kind,
        catalog: catalog ?? '',
        name: name ?? '',
        type: type ?? '',
        defaultValue: defaultValue ?? '',
        description: description ?? '',
      });
    }
  }
  return [...all, ...(await listSessionProperties(trino, signal))];
}

/** Rows of SHOW SESSION are name, value, default, type and description; those of a catalog begin with its name. */
async function listSessionProperties(trino: TrinoConnection, signal: AbortSignal): Promise<ListedProperty[]> {
  const rows = await read(trino, 'SHOW SESSION', signal);
  return rows.map((row): ListedProperty => {
    const [full = '', , defaultValue = '', type = '', description = ''] = row.map(text);
    const dot = full.indexOf('.');
    const [catalog, name] = [full.slice(0, Math.max(0, dot)), full.slice(dot + 1)];
    return { kind: 'session', catalog, name, type, defaultValue, description };
  });
}

/** Versions are numbers, with something behind them in the builds of others: `476`, `476-e.1`. */
export async function readRelease(trino: TrinoConnection, signal: AbortSignal): Promise<number | undefined> {
  const [row] = await read(trino, 'SELECT version()', signal);
  const release = Number.parseInt(text(row?.[0]), 10);
  return Number.isNaN(release) ? undefined : release;
}

function functionKind(kind: string): SourceFunction['kind'] {
  return kind === 'aggregate' || kind === 'window' || kind === 'table' ? kind : 'scalar';
}

async function read(trino: TrinoConnection, sql: string, signal: AbortSignal): Promise<readonly Row[]> {
  return (await queryAll(trino, sql, { signal })).rows;
}

function text(value: unknown): string {
  return typeof value === 'string'
    ? value
    : value === null || value === undefined
      ? ''
      : `${value as number}`;
}
