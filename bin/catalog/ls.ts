import { type CatalogTree, findNode, type NamespaceNode, type TreeNode } from '../../catalog/tree.ts';
import { loadTree } from '../../catalog/tree-loader.ts';
import { parseRef } from './access.ts';
import {
  type CatalogSubcommand,
  keyToText,
  parseKeyText,
  printColumns,
  printJson,
  readLimit,
} from './subcommand.ts';

interface Listed {
  readonly key: readonly string[];
  readonly kind: TreeNode['kind'];
  /** For a namespace: tables and views in it and below. */
  readonly tables?: number;
  readonly contentId?: string;
}

/** Lists everything on a reference, or below one namespace. */
export const lsCommand: CatalogSubcommand = {
  usage: 'ls [namespace]',
  summary: 'Lists namespaces, tables and views on --ref.',
  options: ['ref', 'limit'],
  run: async ({ access, values, positionals, signal }) => {
    const tree = await loadTree(access.nessie, parseRef(access, values['ref']), { signal });
    const start = positionals[0] === undefined ? [] : parseKeyText(positionals[0]);
    const items = list(tree, start).slice(0, readLimit(values, Infinity));
    return {
      json: () => printJson({ hash: tree.hash, items }),
      text: () =>
        printColumns(
          items.map(item => [
            item.kind,
            keyToText(item.key),
            item.tables === undefined ? '' : countText(item.tables),
          ]),
        ),
    };
  },
};

function list(tree: CatalogTree, start: readonly string[]): Listed[] {
  const node = findNode(tree, start);
  if (node === undefined) throw new Error(`There is no ${keyToText(start)} on this reference.`);
  return node.kind === 'namespace' ? [...walk(node, start)] : [toListed(node, start)];
}

function* walk(node: NamespaceNode, key: readonly string[]): Generator<Listed> {
  for (const child of node.namespaces) {
    const childKey = [...key, child.name];
    yield toListed(child, childKey);
    yield* walk(child, childKey);
  }
  for (const leaf of node.leaves) yield toListed(leaf, [...key, leaf.name]);
}

function toListed(node: TreeNode, key: readonly string[]): Listed {
  return {
    key,
    kind: node.kind,
    ...(node.kind === 'namespace' ? { tables: node.leafCount } : {}),
    ...(node.contentId === undefined ? {} : { contentId: node.contentId }),
  };
}

function countText(tables: number): string {
  return tables === 1 ? '1 table' : `${tables} tables`;
}
