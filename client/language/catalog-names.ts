import { quoteIdentifier } from '../../catalog/trino/quote.ts';
import type { CatalogNames, SchemaNames, SqlName } from '../../server/protocol.ts';
import { isReservedWord } from '../../server/sql/index.ts';
import type { CatalogNode } from '../catalog/namespace-tree.ts';

/** A name that needs no quotes when it is no reserved word: Trino reads it in any case. */
const PLAIN_NAME = /^[a-z_][a-z0-9_]*$/;

/** The tree as the language server wants it: one flat list of Trino schemas, nested namespaces joined by dots. */
export function toCatalogNames(
  catalog: string,
  reference: string,
  roots: readonly CatalogNode[],
): CatalogNames {
  return { catalog: sqlName(catalog), reference, schemas: roots.flatMap(schemasOf) };
}

/** A name as a person would write it: in quotes only where SQL asks for them. */
export function spellName(name: string): string {
  return PLAIN_NAME.test(name) && !isReservedWord(name) ? name : quoteIdentifier(name);
}

function schemasOf(node: CatalogNode): SchemaNames[] {
  if (node.kind !== 'namespace') return [];
  const tables = node.children.filter(child => child.kind === 'table' || child.kind === 'view');
  const schema = {
    ...sqlName(node.key.join('.')),
    tables: tables.map(table => sqlName(table.key.at(-1) ?? '')),
  };
  return [schema, ...node.children.flatMap(schemasOf)];
}

function sqlName(name: string): SqlName {
  const sql = spellName(name);
  return sql === name ? { name } : { name, sql };
}
