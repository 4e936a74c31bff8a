import { readFileSync } from 'node:fs';
import type {
  CatalogView,
  TableEntry,
  TableLookup,
  TablePath,
} from '../../../server/catalog-index/catalog-view.ts';
import { searchNames } from '../../../server/catalog-index/name-search.ts';
import { buildNames, type NameTable } from '../../../server/catalog-index/name-table.ts';
import type { ColumnInfo, TableDetails } from '../../../server/catalog-index/source.ts';
import { splitTopLevel } from '../../../server/sql/functions.ts';

/** Tables by schema by catalog. */
export type FixedCatalogs = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, TableDetails>>>>>
>;

/** A view of catalogs that are all known and never change. */
export function fixedCatalogs(catalogs: FixedCatalogs): CatalogView {
  const tablesOf = (catalog: string, schema: string) => find(find(catalogs, catalog) ?? {}, schema);
  const packed = Object.entries(catalogs).map(([name, schemas]) => ({ name, names: packSchemas(schemas) }));
  return {
    version: 1,
    catalogs: () =>
      Object.keys(catalogs).map(name =>
        name.startsWith('tpc')
          ? { name, connector: 'tpch' }
          : { name, connector: 'iceberg', reference: 'main' },
      ),
    areSchemasKnown: catalog => find(catalogs, catalog) !== undefined,
    schemas: catalog => Object.keys(find(catalogs, catalog) ?? {}),
    tables: (catalog, schema) => {
      const tables = tablesOf(catalog, schema);
      if (tables === undefined) return undefined;
      return Object.keys(tables).map((name): TableEntry => ({ name, isView: false }));
    },
    lookup: path => lookup(catalogs, path),
    stamp: path => lookup(catalogs, path).state,
    peek: path => {
      const found = lookup(catalogs, path);
      return found.state === 'present' ? found.details : undefined;
    },
    search: (pattern, options) => searchNames(packed, pattern, options),
    references: () => [
      { name: 'main', type: 'branch' },
      { name: 'feature/x', type: 'branch' },
      { name: 'v1', type: 'tag' },
    ],
  };
}

/** Reads `table: column type, column type` lines of test/fixtures/catalogs. */
export function readTables(name: string, prefix = ''): Record<string, TableDetails> {
  const file = new URL(`../../fixtures/catalogs/${name}.txt`, import.meta.url);
  const tables: Record<string, TableDetails> = {};
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const colon = line.indexOf(': ');
    if (line.startsWith('#') || colon < 0) continue;
    tables[prefix + line.slice(0, colon)] = { columns: splitTopLevel(line.slice(colon + 2)).map(readColumn) };
  }
  return tables;
}

/** The catalogs that the benchmark queries of the corpus name. */
export function benchmarkCatalogs(): FixedCatalogs {
  const tpcds = { ...readTables('tpcds'), ...readTables('tpch', 'p_') };
  return { tpcds: { sf1: tpcds }, tpch: { sf1: readTables('tpch'), tiny: readTables('tpch') } };
}

function readColumn(text: string): ColumnInfo {
  const space = text.indexOf(' ');
  return { name: text.slice(0, space), type: text.slice(space + 1) };
}

function lookup(catalogs: FixedCatalogs, { catalog, schema, table }: TablePath): TableLookup {
  const schemas = find(catalogs, catalog);
  if (schemas === undefined) return { state: 'unknown' };
  const details = find(find(schemas, schema) ?? {}, table);
  return details === undefined ? { state: 'absent' } : { state: 'present', isView: false, details };
}

function packSchemas(schemas: FixedCatalogs[string]): NameTable {
  return buildNames(
    Object.entries(schemas).flatMap(([schema, tables]) =>
      Object.keys(tables).map(name => ({ schema, name, kind: 'table' as const })),
    ),
  );
}

function find<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(record).find(([key]) => key.toLowerCase() === wanted)?.[1];
}
