import {
  type Event,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeDataProvider,
} from 'vscode';
import { ITEM_KINDS } from '../ids.ts';
import type { CatalogModel } from './catalog-model.ts';
import type { CatalogNode } from './namespace-tree.ts';

/** A line of the catalog tree, or the reason why there is none. */
export type CatalogItem = CatalogNode | { readonly kind: 'failed'; readonly reason: string };

const ICONS = {
  namespace: 'symbol-namespace',
  table: 'table',
  view: 'eye',
  unknown: 'question',
} as const;

/** Namespaces, tables and views of the default branch. An error is a node with a retry, never an empty tree. */
export function createCatalogView(model: CatalogModel): TreeDataProvider<CatalogItem> {
  return {
    onDidChangeTreeData: model.onDidChange as Event<undefined>,
    getChildren: async item => {
      if (item !== undefined) return item.kind === 'failed' ? [] : [...item.children];
      const state = await model.load();
      if (state.kind === 'loaded') return [...state.roots];
      return state.kind === 'failed' ? [state] : [];
    },
    getTreeItem: item => (item.kind === 'failed' ? failedItem(item.reason) : nodeItem(item)),
  };
}

function nodeItem(node: CatalogNode): TreeItem {
  const name = node.key.at(-1) ?? '';
  const item = new TreeItem(name);
  const tables = node.children.filter(child => child.kind !== 'namespace').length;
  item.id = JSON.stringify([node.kind, ...node.key]);
  item.iconPath = new ThemeIcon(ICONS[node.kind]);
  if (node.kind === 'namespace') {
    item.collapsibleState = TreeItemCollapsibleState.Collapsed;
    item.description = tables === 1 ? '1 table' : `${tables} tables`;
  }
  item.contextValue = node.kind === 'table' ? ITEM_KINDS.table : node.kind;
  item.accessibilityInformation = { label: `${node.kind} ${name}` };
  return item;
}

function failedItem(reason: string): TreeItem {
  const item = new TreeItem('The catalog could not be read');
  item.description = reason;
  item.tooltip = reason;
  item.iconPath = new ThemeIcon('error', new ThemeColor('testing.iconFailed'));
  item.contextValue = ITEM_KINDS.failedNode;
  return item;
}
