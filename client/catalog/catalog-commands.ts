import { window } from 'vscode';
import type { CommandTable } from '../command-table.ts';
import { COMMAND_IDS } from '../ids.ts';
import type { CatalogBrowser } from './catalog-browser.ts';
import { isCatalogNode } from './catalog-nodes.ts';
import { TREE_ORDERS } from './tree-order.ts';

/** What can be done in the catalog view as such. */
export function catalogCommands(browser: CatalogBrowser): CommandTable {
  return {
    [COMMAND_IDS.refreshCatalog]: node => browser.refresh(isCatalogNode(node) ? node : undefined),
    [COMMAND_IDS.showMore]: node => {
      if (isCatalogNode(node) && node.kind === 'more') browser.showMore(node.ref, node.key);
    },
    [COMMAND_IDS.sortCatalog]: async () => {
      const picked = await window.showQuickPick(TREE_ORDERS, { title: 'Order of namespaces and tables' });
      if (picked !== undefined) browser.sort(picked.order);
    },
    [COMMAND_IDS.filterCatalog]: async () => {
      const text = await window.showInputBox({
        title: 'Filter the catalog',
        prompt: 'Only namespaces and tables whose names hold this text are shown; nothing shows all of them.',
        value: browser.filterText,
      });
      if (text !== undefined) browser.filter(text);
    },
  };
}
