import type { CatalogNames, SchemaNames, SqlName } from '../protocol.ts';

/** One proposal: what the list shows, what is inserted, and what it is. */
export interface TableProposal {
  readonly label: string;
  readonly insertText: string;
  readonly kind: 'catalog' | 'schema' | 'table';
  readonly detail: string;
}

/**
 * The catalogs, schemas and tables that fit the dotted name in front of `offset`. Pure and synchronous: it answers from
 * the names it is given and waits for nothing.
 */
export function completeTableNames(
  names: CatalogNames | undefined,
  text: string,
  offset: number,
): TableProposal[] {
  if (names === undefined) return [];
  const path = qualifierBefore(text, offset);
  if (path.length === 0)
    return [catalogProposal(names.catalog), ...names.schemas.flatMap(schema => unqualified(names, schema))];
  const rest = isName(names.catalog, path[0]) ? path.slice(1) : path;
  if (rest.length === 0) return names.schemas.map(schema => schemaProposal(names, schema));
  // A namespace of several parts is one Trino schema whose name has dots, so the whole rest names the schema.
  const schema = names.schemas.find(candidate => isName(candidate, rest.join('.')));
  return schema === undefined ? [] : schema.tables.map(table => tableProposal(names, schema, table));
}

function unqualified(names: CatalogNames, schema: SchemaNames): TableProposal[] {
  const tables = schema.tables.map(table => {
    const insertText = `${sqlOf(schema)}.${sqlOf(table)}`;
    return { ...tableProposal(names, schema, table), label: `${schema.name}.${table.name}`, insertText };
  });
  return [schemaProposal(names, schema), ...tables];
}

function catalogProposal(catalog: SqlName): TableProposal {
  return { label: catalog.name, insertText: sqlOf(catalog), kind: 'catalog', detail: 'catalog' };
}

function schemaProposal(names: CatalogNames, schema: SchemaNames): TableProposal {
  const detail = `schema of ${names.catalog.name} @ ${names.reference}`;
  return { label: schema.name, insertText: sqlOf(schema), kind: 'schema', detail };
}

function tableProposal(names: CatalogNames, schema: SchemaNames, table: SqlName): TableProposal {
  const detail = `table of ${schema.name} @ ${names.reference}`;
  return { label: table.name, insertText: sqlOf(table), kind: 'table', detail };
}

/** The parts in front of the last dot of the dotted name that ends at `offset`; none when nothing is qualified. */
function qualifierBefore(text: string, offset: number): string[] {
  const part = String.raw`(?:"(?:[^"]|"")*"|[\p{L}_@$][\p{L}\p{N}_@$]*)`;
  const before = text.slice(Math.max(0, offset - 1000), offset);
  const found = new RegExp(String.raw`((?:${part}\s*\.\s*)+)(?:"(?:[^"]|"")*|[\p{L}\p{N}_@$]*)$`, 'u').exec(
    before,
  );
  const parts = found?.[1]?.match(new RegExp(part, 'gu')) ?? [];
  return parts.map(unquote);
}

function unquote(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part;
}

/** Trino compares names without regard to case. */
function isName(name: SqlName, typed: string | undefined): boolean {
  return typed !== undefined && name.name.toLowerCase() === typed.toLowerCase();
}

function sqlOf(name: SqlName): string {
  return name.sql ?? name.name;
}
