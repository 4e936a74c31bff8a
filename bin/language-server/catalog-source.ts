import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';
import {
  connectNessie,
  type DiffEntry,
  getConfig,
  getReference,
  listDiff,
  listEntries,
  listReferences,
  type RefSpec,
} from '../../catalog/nessie.ts';
import { catalogName } from '../../catalog/trino/catalogs.ts';
import { connectTrino, createSession, queryAll, TrinoError } from '../../catalog/trino/client.ts';
import type {
  CatalogSource,
  SourceCatalog,
  SourceChange,
  SourceName,
  SourceReference,
  StatementFault,
  StatementToCheck,
} from '../../server/catalog-index/source.ts';
import type { DiskCache } from './disk-cache.ts';
import { readIcebergDetails } from './iceberg-details.ts';
import * as trinoCatalogs from './trino-catalogs.ts';

const PAGE_SIZE = 1_000;
const VALIDATE = 'EXPLAIN (TYPE VALIDATE) ';

/**
 * The catalogs of a lakehouse, read from Nessie where Nessie has them and from Trino otherwise. One catalog of Trino shows
 * the default branch; those that were opened for other references are found by their names.
 */
export function openCatalogSource(endpoints: LakehouseEndpoints, cache: DiskCache): CatalogSource {
  const nessie = connectNessie(endpoints.nessie);
  const trino = connectTrino({
    uri: endpoints.trino.uri,
    user: endpoints.trino.user,
    source: 'lakehouse-language-server',
  });
  const details = readIcebergDetails(nessie, endpoints.objectStore, cache);
  return {
    id: endpoints.nessie.uri,
    catalogs: async signal => {
      const { defaultBranch } = await getConfig(nessie, signal);
      const references = await collect(listReferences(nessie, { signal }));
      const host = { staticCatalog: endpoints.trino.catalog, defaultBranch };
      const named = new Map(
        references.map(({ name }) => [catalogName(host, { kind: 'reference', name }), name] as const),
      );
      try {
        const listed = await trinoCatalogs.listCatalogs(trino, signal);
        const open = listed.map((item): SourceCatalog => {
          const reference = named.get(item.name);
          if (reference === undefined) return { ...item, isVersioned: false };
          const isLazy = item.name !== endpoints.trino.catalog;
          return { ...versioned(item.name, reference), ...(isLazy ? { isLazy } : {}) };
        });
        const names = new Set(listed.map(item => item.name));
        return [...open, ...potential(named).filter(({ name }) => !names.has(name))];
      } catch (error) {
        // Trino starts last: Nessie's names are worth having before it answers.
        if (!(error instanceof TrinoError)) throw error;
        const { catalog } = endpoints.trino;
        return [
          versioned(catalog, defaultBranch),
          ...potential(named).filter(({ name }) => name !== catalog),
        ];
      }
    },
    head: async (catalog, signal) => (await getReference(nessie, catalog.reference ?? '', { signal })).hash,
    names: (catalog, hash, signal) =>
      pages(
        mapped(listEntries(nessie, at(catalog, hash), { signal, pageSize: PAGE_SIZE }), entry =>
          nameOf(entry.key, entry.kind),
        ),
      ),
    changes: (catalog, { from, to }, signal) =>
      pages(mapped(listDiff(nessie, { from: at(catalog, from), to: at(catalog, to) }, { signal }), changeOf)),
    schemas: (catalog, signal) => trinoCatalogs.listSchemas(trino, catalog.name, signal),
    tables: (catalog, schema, signal) =>
      trinoCatalogs.listTables(trino, { catalog: catalog.name, schema }, signal),
    details: (catalog, tables, signal) =>
      catalog.isVersioned
        ? details(catalog.reference ?? '', tables, signal)
        : trinoCatalogs.readColumns(trino, { catalog: catalog.name, tables }, signal),
    references: async signal => {
      const found = await collect(listReferences(nessie, { signal }));
      return found.map(({ name, type }): SourceReference => ({
        name,
        type: type === 'TAG' ? 'tag' : 'branch',
      }));
    },
    functions: signal => trinoCatalogs.listFunctions(trino, signal),
    properties: signal => trinoCatalogs.listProperties(trino, signal),
    release: signal => trinoCatalogs.readRelease(trino, signal),
    validate: async (statement, signal) => {
      try {
        const session = createSession(sessionOf(statement));
        await queryAll(trino, VALIDATE + statement.sql, { session, signal });
        return undefined;
      } catch (error) {
        if (error instanceof TrinoError && isRefusal(error)) return faultOf(error);
        throw error;
      }
    },
  };
}

function versioned(name: string, reference: string): SourceCatalog {
  return { name, reference, isVersioned: true, connector: 'iceberg' };
}

/** The catalogs that branches and tags would have in Trino. */
function potential(named: ReadonlyMap<string, string>): SourceCatalog[] {
  return [...named].map(([name, reference]) => ({
    ...versioned(name, reference),
    isLazy: true,
    isPotential: true,
  }));
}

function at(catalog: SourceCatalog, hash: string): RefSpec {
  return { ...(catalog.reference === undefined ? {} : { name: catalog.reference }), hash };
}

/** Nested namespaces are one Trino schema, their levels joined by dots. */
function nameOf(key: readonly string[], kind: string): SourceName | undefined {
  if (kind === 'NAMESPACE') return { schema: key.join('.'), name: '', kind: 'schema' };
  const schema = key.slice(0, -1).join('.');
  const name = key.at(-1) ?? '';
  if (kind === 'ICEBERG_TABLE') return { schema, name, kind: 'table' };
  return kind === 'ICEBERG_VIEW' ? { schema, name, kind: 'view' } : undefined;
}

function changeOf({ key, from, to }: DiffEntry): SourceChange | undefined {
  if (to !== undefined) return nameOf(key, to.type);
  const gone = nameOf(key, from?.type ?? '');
  return gone === undefined ? undefined : { ...gone, kind: null };
}

/** What Trino says about the statement itself, as against what it says about its own troubles. */
function isRefusal({ errorType, line }: TrinoError): boolean {
  return errorType === 'USER_ERROR' || line !== undefined;
}

/** The text that was sent has `EXPLAIN (TYPE VALIDATE) ` in front of its first line. */
function faultOf({ message, line, column }: TrinoError): StatementFault {
  if (line === undefined || column === undefined) return { message };
  return { message, line, column: line === 1 ? Math.max(1, column - VALIDATE.length) : column };
}

async function* mapped<A, B>(items: AsyncIterable<A>, map: (item: A) => B | undefined): AsyncGenerator<B> {
  for await (const item of items) {
    const result = map(item);
    if (result !== undefined) yield result;
  }
}

async function* pages<T>(items: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let page: T[] = [];
  for await (const item of items) {
    if (page.push(item) < PAGE_SIZE) continue;
    yield page;
    page = [];
  }
  yield page;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function sessionOf({ catalog, schema }: StatementToCheck): { catalog?: string; schema?: string } {
  return { ...(catalog === undefined ? {} : { catalog }), ...(schema === undefined ? {} : { schema }) };
}
