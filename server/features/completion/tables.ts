import type { CatalogEntry, CatalogView, TablePath } from '../../catalog-index/catalog-view.ts';
import { METADATA_TABLES } from '../../sql/metadata-tables.ts';
import { quoteName, spellName } from '../sql-names.ts';
import { type Proposal, RANK } from './proposal.ts';
import { nodeAround, scopesOutwards, type Site } from './site.ts';

/** How many tables of a large catalog are offered at once; more typing brings the others. */
const TABLE_LIMIT = 200;

export interface TableProposals {
  readonly proposals: readonly Proposal[];
  readonly isCut: boolean;
}

/** What may name a table at the caret: common tables, tables, and the schemas and catalogs in front of them. */
export function proposeTables(site: Site): TableProposals {
  const { typed, path } = site.caret;
  if (typed.includes('$')) return { proposals: metadataTables(site), isCut: false };
  if (path.length === 0) return unqualified(site);
  const tables = path.length > 2 ? { proposals: [], isCut: false } : tablesBehind(site);
  const schemas = path.length === 1 ? schemasOf(site, path[0] ?? '') : [];
  const proposals = [...schemas, ...tables.proposals];
  return { proposals, isCut: tables.isCut };
}

function unqualified(site: Site): TableProposals {
  const { environment, caret } = site;
  const { catalog, schema } = environment.session;
  const rank = tableRanker(site);
  const common = scopesOutwards(site).flatMap(scope => [...scope.commonTables.values()]);
  const found = environment.catalog.search(caret.typed, {
    limit: TABLE_LIMIT,
    sessionCatalog: catalog,
    ...(catalog === undefined || schema === undefined ? {} : { preferSchema: { catalog, schema } }),
  });
  const proposals: Proposal[] = [
    ...common.map(({ symbol, columns }): Proposal => ({
      label: symbol.name,
      kind: 'commonTable',
      insertText: spellName(symbol.name),
      detail: 'common table',
      rank: RANK.commonTable + rank({ table: symbol.name, columns }),
    })),
    ...namedQueries(site),
    ...documentTables(site),
    ...found.tables.map(path => tableProposal(site, path, rank)),
    ...(catalog === undefined ? [] : schemasOf(site, catalog)),
    ...openCatalogs(environment.catalog).map(({ name, reference }): Proposal => ({
      label: name,
      kind: 'catalog',
      insertText: spellName(name),
      detail: reference === undefined ? 'catalog' : `catalog @ ${reference}`,
      rank: RANK.catalog + Math.min(300, 100 * (site.words.get(name.toLowerCase()) ?? 0)),
    })),
  ];
  return { proposals, isCut: found.isCut };
}

/** The catalogs that a statement can name: Trino has them now. */
export function openCatalogs(catalog: CatalogView): readonly CatalogEntry[] {
  return catalog.catalogs().filter(({ isPotential }) => isPotential !== true);
}

/** Cells of the notebook that can be used like tables. */
function namedQueries(site: Site): Proposal[] {
  return [...(site.environment.namedQueries?.keys() ?? [])].map(name => ({
    label: name,
    kind: 'commonTable',
    insertText: spellName(name),
    detail: 'cell of this notebook',
    rank: RANK.commonTable,
  }));
}

/** Tables that the document itself makes. */
function documentTables(site: Site): Proposal[] {
  return [...site.environment.documentTables.keys()].map(key => {
    const [catalog = '', schema = '', ...rest] = key.split('.');
    const path = { catalog, schema, table: rest.join('.') };
    return tableProposal(site, { ...path, isView: false }, () => 20);
  });
}

function schemasOf(site: Site, catalog: string): Proposal[] {
  return site.environment.catalog.schemas(catalog).map(name => ({
    label: name,
    kind: 'schema',
    insertText: spellName(name),
    detail: reachability(name) ?? `schema of ${catalog}`,
    rank: RANK.schema + Math.min(300, 100 * (site.words.get(name.toLowerCase()) ?? 0)),
  }));
}

/** Trino lower-cases every name, so that a name with upper-case letters cannot be reached. */
function reachability(name: string): string | undefined {
  return name === name.toLowerCase() ? undefined : 'upper-case name: Trino cannot reach it';
}

function tablesBehind(site: Site): TableProposals {
  const { path, typed } = site.caret;
  const { session, catalog: view } = site.environment;
  const [first = '', second] = path;
  const catalog = second === undefined ? session.catalog : first;
  const schema = second ?? first;
  if (catalog === undefined) return { proposals: [], isCut: false };
  const rank = tableRanker(site);
  // Asking for the schema's tables makes a catalog without versions load them.
  view.tables(catalog, schema);
  const found = view.search(typed, { limit: TABLE_LIMIT, catalog, schema });
  const proposals = found.tables.map(table => ({
    ...tableProposal(site, table, rank),
    label: table.table,
    insertText: spellName(table.table),
    filterText: table.table,
  }));
  return { proposals, isCut: found.isCut };
}

/** What speaks for a table, from -25 to 160. */
type TableRanker = (table: {
  readonly table: string;
  readonly columns: readonly { readonly name: string }[];
}) => number;

function tableProposal(
  site: Site,
  path: TablePath & { readonly isView: boolean; readonly score?: number },
  rank: TableRanker,
): Proposal {
  const { session } = site.environment;
  const parts = [path.table];
  const isSameCatalog = path.catalog.toLowerCase() === session.catalog?.toLowerCase();
  const isSameSchema = isSameCatalog && path.schema.toLowerCase() === session.schema?.toLowerCase();
  if (!isSameSchema) parts.unshift(path.schema);
  if (!isSameCatalog) parts.unshift(path.catalog);
  const unreachable = reachability(path.table) ?? reachability(path.schema);
  return {
    label: parts.join('.'),
    kind: path.isView ? 'view' : 'table',
    insertText: parts.map(spellName).join('.'),
    filterText: path.table,
    table: { catalog: path.catalog, schema: path.schema, table: path.table },
    detail: unreachable ?? `${path.isView ? 'view' : 'table'} of ${path.catalog}.${path.schema}`,
    rank:
      RANK.table +
      rank({ table: path.table, columns: peekColumns(site, path) }) +
      (isSameSchema ? 20 : 0) +
      (path.score ?? 0) / 1000 -
      (unreachable === undefined ? 0 : 300),
  };
}

/** Prefers tables that have the columns which the query around names and no relation of its FROM has. */
function tableRanker(site: Site): TableRanker {
  const select = nodeAround(site, 'Select');
  const own = site.analysis.scopes.find(
    ({ clause, span }) => clause === 'select' && span.start === select?.start && span.end === select.end,
  );
  const relations = own?.scope.relations ?? [];
  const present = new Set(relations.flatMap(item => item.columns.map(column => column.name.toLowerCase())));
  const here = new Set(
    relations.map(item => item.symbol.table?.table.toLowerCase() ?? item.name?.toLowerCase()),
  );
  const text = select === undefined ? site.caret.text : site.caret.text.slice(select.start, select.end);
  const words = new Set([...text.matchAll(/[\p{L}_][\p{L}\p{N}_]*/gu)].map(match => match[0].toLowerCase()));
  return ({ table, columns }) => {
    const name = table.toLowerCase();
    let score = site.likeness.get(name) ?? 0;
    if (here.has(name)) score -= 25;
    else if (site.words.has(name)) score += 10;
    let open = 0;
    for (const column of columns) {
      const lower = column.name.toLowerCase();
      if (words.has(lower)) open += present.has(lower) ? 2 : 14;
    }
    return score + Math.min(120, open);
  };
}

/** Only what is loaded is looked at, so that completion does not load a whole catalog. */
function peekColumns(site: Site, path: TablePath): readonly { readonly name: string }[] {
  return site.environment.catalog.peek(path)?.columns ?? [];
}

/** `"orders$|`: what Iceberg derives from the table's metadata. */
function metadataTables(site: Site): Proposal[] {
  const base = site.caret.typed.slice(0, site.caret.typed.lastIndexOf('$'));
  return METADATA_TABLES.map(({ name, summary }) => ({
    label: `${base}$${name}`,
    kind: 'table',
    insertText: quoteName(`${base}$${name}`),
    filterText: `${site.caret.isQuoted ? '"' : ''}${base}$${name}`,
    detail: 'metadata table',
    documentation: summary,
    rank: RANK.table,
  }));
}
