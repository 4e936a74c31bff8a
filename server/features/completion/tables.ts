import type { TablePath } from '../../catalog-index/catalog-view.ts';
import { METADATA_TABLES } from '../../sql/metadata-tables.ts';
import { quoteName, spellName } from '../sql-names.ts';
import { type Proposal, RANK } from './proposal.ts';
import { scopesOutwards, type Site } from './site.ts';

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
  const common = scopesOutwards(site).flatMap(scope => [...scope.commonTables.values()]);
  const found = environment.catalog.search(caret.typed, {
    limit: TABLE_LIMIT,
    ...(catalog === undefined || schema === undefined ? {} : { preferSchema: { catalog, schema } }),
  });
  const rank = tableRanker(site);
  const proposals: Proposal[] = [
    ...common.map(({ symbol }): Proposal => ({
      label: symbol.name,
      kind: 'commonTable',
      insertText: spellName(symbol.name),
      detail: 'common table',
      rank: RANK.commonTable + ((site.words.get(symbol.name.toLowerCase()) ?? 0) > 1 ? -10 : 10),
    })),
    ...documentTables(site),
    ...found.tables.map(path => tableProposal(site, path, rank)),
    ...(catalog === undefined ? [] : schemasOf(site, catalog)),
    ...environment.catalog.catalogs().map(({ name, reference }): Proposal => ({
      label: name,
      kind: 'catalog',
      insertText: spellName(name),
      detail: reference === undefined ? 'catalog' : `catalog @ ${reference}`,
      rank: RANK.catalog + Math.min(300, 100 * (site.words.get(name.toLowerCase()) ?? 0)),
    })),
  ];
  return { proposals, isCut: found.isCut };
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

type TableRanker = (path: TablePath) => number;

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
    detail: unreachable ?? `${path.isView ? 'view' : 'table'} of ${path.catalog}.${path.schema}`,
    rank:
      RANK.table +
      rank(path) +
      (isSameSchema ? 20 : 0) +
      (path.score ?? 0) / 1000 -
      (unreachable === undefined ? 0 : 300),
  };
}

/** Prefers tables whose columns the statement names already while no relation has them. */
function tableRanker(site: Site): TableRanker {
  const present = new Set<string>();
  const used = new Set<string>();
  for (const { path, details } of site.analysis.tables) {
    if (path !== undefined) used.add(path.table.toLowerCase());
    for (const column of details?.columns ?? []) present.add(column.name.toLowerCase());
  }
  const open = new Set([...site.words.keys()].filter(word => !present.has(word)));
  const qualified = new Set(
    [...site.caret.text.matchAll(/\.\s*"?(\w+)/g)].map(match => (match[1] ?? '').toLowerCase()),
  );
  return path => {
    let score = used.has(path.table.toLowerCase()) ? -15 : 0;
    const found = site.environment.catalog.peek(path)?.columns;
    let own = 0;
    for (const { name } of found ?? []) {
      const lower = name.toLowerCase();
      if (open.has(lower)) own += 12;
      else if (qualified.has(lower)) own += 1;
    }
    score += Math.min(120, own);
    return score;
  };
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
