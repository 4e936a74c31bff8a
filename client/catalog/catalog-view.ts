import { DataTransferItem, type Disposable, type TreeView, window } from 'vscode';
import { VIEW_IDS } from '../ids.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import type { CatalogBrowser } from './catalog-browser.ts';
import { catalogItem } from './catalog-items.ts';
import type { CatalogNode } from './catalog-nodes.ts';
import { sqlNameOf } from './sql-name.ts';

/** A commit by anybody is to be seen within five seconds. */
const POLL_MS = 3_000;

/** The catalog view. While it can be seen, it asks Nessie what moved; names can be dragged into an editor. */
export function createCatalogView(browser: CatalogBrowser, session: LakehouseSession): Disposable {
  const view: TreeView<CatalogNode> = window.createTreeView(VIEW_IDS.catalog, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: browser.onDidChange,
      getChildren: node => browser.children(node),
      getParent: node => browser.parent(node),
      getTreeItem: node => catalogItem(browser, node),
    },
    dragAndDropController: {
      dragMimeTypes: ['text/plain'],
      dropMimeTypes: [],
      handleDrag: (nodes, data) => {
        const names = nodes
          .map(node => sqlNameOf(node, session.endpoints?.trino.catalog))
          .filter(name => name !== undefined);
        if (names.length > 0) data.set('text/plain', new DataTransferItem(names.join(', ')));
      },
    },
  });
  const showFilter = browser.onDidChange(() => {
    view.description = browser.filterText === '' ? '' : `filtered by ${browser.filterText}`;
  });
  const timer = setInterval(() => {
    if (view.visible) void browser.poll();
  }, POLL_MS);
  return {
    dispose: () => {
      clearInterval(timer);
      showFilter.dispose();
      view.dispose();
    },
  };
}
