import { namespaceToSchema, quoteIdentifier } from '../../catalog/trino/quote.ts';
import { isReservedWord } from '../../server/sql/words.ts';
import type { CatalogNode } from './catalog-nodes.ts';

/** A name that needs no quotes when it is no reserved word: Trino reads it in any case. */
const PLAIN_NAME = /^[a-z_][a-z0-9_]*$/;

/** A name as a person would write it: in quotes only where SQL asks for them. */
export function spellName(name: string): string {
  return PLAIN_NAME.test(name) && !isReservedWord(name) ? name : quoteIdentifier(name);
}

/** `catalog.schema.table`, or `schema.table` without a catalog, each part as a person would write it. */
export function spellTable(catalog: string | undefined, key: readonly string[]): string {
  const schema = namespaceToSchema(key.slice(0, -1));
  return [...(catalog === undefined ? [] : [catalog]), schema, key.at(-1) ?? ''].map(spellName).join('.');
}

/** What a node is called in SQL; undefined for what has no name there. `catalog` is Trino's one of the node's reference. */
export function sqlNameOf(node: CatalogNode, catalog: string | undefined): string | undefined {
  if (catalog === undefined) return undefined;
  switch (node.kind) {
    case 'leaf':
      return spellTable(catalog, node.key);
    case 'namespace':
      return `${spellName(catalog)}.${spellName(namespaceToSchema(node.key))}`;
    case 'line':
      return node.group === 'columns' ? spellName(node.label) : undefined;
    case 'foreign':
      return node.path.length === 0
        ? undefined
        : node.path.length === 4
          ? spellName(node.path[3] ?? '')
          : node.path.map(spellName).join('.');
    case 'empty':
    case 'reference':
    case 'group':
    case 'more':
    case 'failed':
      return undefined;
  }
}
