import type { CatalogTree, NamespaceNode } from '../../catalog/tree.ts';
import { namespaceToSchema } from '../../catalog/trino/quote.ts';
import type { CatalogNames, SchemaNames, SqlName } from '../../server/protocol.ts';
import { spellName } from '../catalog/sql-name.ts';

/** The tree as the language server wants it: one flat list of Trino schemas, nested namespaces joined by dots. */
export function toCatalogNames(catalog: string, reference: string, tree: CatalogTree): CatalogNames {
  return {
    catalog: sqlName(catalog),
    reference,
    schemas: tree.root.namespaces.flatMap(namespace => schemasOf(namespace, [])),
  };
}

function schemasOf(node: NamespaceNode, above: readonly string[]): SchemaNames[] {
  const key = [...above, node.name];
  const tables = node.leaves.filter(leaf => leaf.kind !== 'unknown').map(leaf => sqlName(leaf.name));
  const schema = { ...sqlName(namespaceToSchema(key)), tables };
  return [schema, ...node.namespaces.flatMap(child => schemasOf(child, key))];
}

function sqlName(name: string): SqlName {
  const sql = spellName(name);
  return sql === name ? { name } : { name, sql };
}
