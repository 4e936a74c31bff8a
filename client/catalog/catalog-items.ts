import { ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { COMMAND_IDS, ITEM_KINDS } from '../ids.ts';
import type { CatalogBrowser } from './catalog-browser.ts';
import {
  type CatalogNode,
  type ForeignNode,
  type LeafNode,
  nodeId,
  type TableGroup,
} from './catalog-nodes.ts';
import { countText } from '../count-text.ts';

const LEAF_ICONS = { table: 'table', view: 'eye', unknown: 'question' } as const;
const GROUP_TITLES: Readonly<Record<TableGroup, string>> = {
  columns: 'Columns',
  partitioning: 'Partitioning and Order',
  partitions: 'Partitions',
  snapshots: 'Snapshots',
  files: 'Files',
};

const GROUP_ICONS: Readonly<Record<TableGroup, string>> = {
  columns: 'list-unordered',
  partitioning: 'list-tree',
  partitions: 'layers',
  snapshots: 'history',
  files: 'files',
};

/** What a running pipeline does to a table now, in words; undefined when none writes it. */
export type LiveText = (node: LeafNode) => string | undefined;

/**
 * How a node looks now. Reads only what the browser knows already. Its tooltip comes from {@link catalogTooltip} when somebody
 * wants it: the editor parses the Markdown of every line that it is given.
 */
export function catalogItem(browser: CatalogBrowser, node: CatalogNode, live: LiveText): TreeItem {
  const item = itemOf(browser, node, live);
  item.id = nodeId(node);
  return item;
}

function itemOf(browser: CatalogBrowser, node: CatalogNode, live: LiveText): TreeItem {
  switch (node.kind) {
    case 'reference':
      return referenceItem(browser, node.ref);
    case 'namespace':
      return namespaceItem(browser, node);
    case 'leaf':
      return leafItem(browser, node, live(node));
    case 'group':
      return groupItem(node.group);
    case 'line': {
      const item = plainItem(node.label, node.description, node.icon);
      item.accessibilityInformation = { label: `${node.label} ${node.description}` };
      if (node.snapshotId !== undefined) item.contextValue = ITEM_KINDS.snapshot;
      else if (node.group === 'columns') item.contextValue = ITEM_KINDS.column;
      return item;
    }
    case 'foreign':
      return foreignItem(node);
    case 'empty': {
      const item = plainItem('No tables yet', 'a pipeline, CREATE TABLE or an upload makes some', 'info');
      item.accessibilityInformation = { label: `no tables on ${node.ref} yet` };
      return item;
    }
    case 'more': {
      const item = plainItem('Show More', '', 'ellipsis');
      item.command = { command: COMMAND_IDS.showMore, title: 'Show More', arguments: [node] };
      return item;
    }
    case 'failed':
      return failedItem(node.reason);
  }
}

function groupItem(group: TableGroup): TreeItem {
  const item = plainItem(GROUP_TITLES[group], '', GROUP_ICONS[group]);
  item.collapsibleState = TreeItemCollapsibleState.Collapsed;
  return item;
}

function referenceItem(browser: CatalogBrowser, name: string): TreeItem {
  const reference = browser.reference(name);
  const isTag = reference?.type === 'TAG';
  const isDefault = reference?.isDefault === true;
  const item = new TreeItem(
    name,
    isDefault ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed,
  );
  item.iconPath = new ThemeIcon(isTag ? 'tag' : 'git-branch');
  item.description = isDefault ? 'default' : distance(reference?.metadata);
  item.contextValue = isTag ? ITEM_KINDS.tag : isDefault ? ITEM_KINDS.defaultBranch : ITEM_KINDS.branch;
  item.accessibilityInformation = { label: `${isTag ? 'tag' : 'branch'} ${name} ${item.description}` };
  return item;
}

/** `3 ahead, 1 behind` of the default branch. */
function distance(
  metadata: { readonly commitsAhead?: number; readonly commitsBehind?: number } | undefined,
): string {
  const ahead = metadata?.commitsAhead ?? 0;
  const behind = metadata?.commitsBehind ?? 0;
  return [...(ahead === 0 ? [] : [`${ahead} ahead`]), ...(behind === 0 ? [] : [`${behind} behind`])].join(
    ', ',
  );
}

function namespaceItem(browser: CatalogBrowser, node: Extract<CatalogNode, { kind: 'namespace' }>): TreeItem {
  const name = node.key.at(-1) ?? '';
  const count = browser.leafCount(node.ref, node.key);
  const description = count === undefined ? '' : `${countText(count)} ${count === 1 ? 'table' : 'tables'}`;
  const item = plainItem(name, description, 'symbol-namespace');
  // A filter is there to see what it found.
  item.collapsibleState =
    browser.filterText === '' ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.Expanded;
  item.contextValue = ITEM_KINDS.namespace;
  item.accessibilityInformation = { label: `namespace ${node.key.join('.')}, ${description}` };
  return item;
}

function leafItem(browser: CatalogBrowser, node: LeafNode, live: string | undefined): TreeItem {
  const name = node.key.at(-1) ?? '';
  const summary = node.leaf === 'table' ? browser.tableSummary(node.ref, node.key) : undefined;
  const known = summary?.text ?? (node.leaf === 'view' ? 'view' : '');
  const description = live ?? known;
  const item = plainItem(name, description, LEAF_ICONS[node.leaf]);
  item.collapsibleState =
    node.leaf === 'table' ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None;
  const table = name.endsWith('__dead_letters') ? ITEM_KINDS.deadLetters : ITEM_KINDS.table;
  item.contextValue = { table, view: ITEM_KINDS.view, unknown: ITEM_KINDS.unknown }[node.leaf];
  item.accessibilityInformation = { label: `${node.leaf} ${name} ${description}` };
  return item;
}

const FOREIGN_ICONS = ['server-environment', 'database', 'symbol-namespace', 'table', 'symbol-field'];

function foreignItem({ path, detail }: ForeignNode): TreeItem {
  const name = path.at(-1) ?? 'Other Trino Catalogs';
  const isView = path.length === 3 && detail === 'VIEW';
  const shown = path.length === 3 ? (isView ? 'view' : '') : detail;
  const item = plainItem(name, shown, isView ? 'eye' : (FOREIGN_ICONS[path.length] ?? 'symbol-field'));
  item.collapsibleState =
    path.length === 4 ? TreeItemCollapsibleState.None : TreeItemCollapsibleState.Collapsed;
  if (path.length === 3) item.contextValue = ITEM_KINDS.foreignTable;
  item.accessibilityInformation = { label: `${foreignLevel({ path, detail })} ${name} ${shown}`.trim() };
  return item;
}

/** What a node beside the lakehouse's own catalog is; nothing for the heading of all of them. */
export function foreignLevel({ path, detail }: Pick<ForeignNode, 'path' | 'detail'>): string {
  const table = detail === 'VIEW' ? 'view' : 'table';
  return ['', 'catalog', 'schema', table, 'column'][path.length] ?? '';
}

function plainItem(label: string, description: string, icon: string): TreeItem {
  const item = new TreeItem(label);
  item.description = description;
  item.iconPath = new ThemeIcon(icon);
  return item;
}

function failedItem(reason: string): TreeItem {
  const item = plainItem('Cannot be shown', reason, 'error');
  item.iconPath = new ThemeIcon('error', new ThemeColor('testing.iconFailed'));
  item.tooltip = reason;
  item.contextValue = ITEM_KINDS.failedNode;
  item.accessibilityInformation = { label: `error: ${reason}` };
  return item;
}
