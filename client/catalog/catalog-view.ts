import { DataTransferItem, type Disposable, type TreeView, window } from 'vscode';
import { VIEW_IDS } from '../ids.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import type { PipelineRun, PipelineRuns, PipelineTarget } from '../pipelines/pipeline-runs.ts';
import { describeRun } from '../pipelines/pipeline-text.ts';
import type { CatalogBrowser } from './catalog-browser.ts';
import { catalogItem, type LiveText } from './catalog-items.ts';
import type { CatalogNode } from './catalog-nodes.ts';
import { runOf } from './live-lines.ts';
import { sqlNameOf } from './sql-name.ts';

/** A commit by anybody is to be seen within five seconds. */
const POLL_MS = 3_000;

export interface CatalogViewInput {
  readonly browser: CatalogBrowser;
  readonly session: LakehouseSession;
  readonly runs: PipelineRuns;
}

/** The catalog view. While it can be seen, it asks Nessie what moved; names can be dragged into an editor. */
export function createCatalogView({ browser, session, runs }: CatalogViewInput): Disposable {
  const live: LiveText = ({ ref, key }) => {
    const run = runOf(runs, ref, key);
    return run === undefined ? undefined : describeRun(run);
  };
  const view: TreeView<CatalogNode> = window.createTreeView(VIEW_IDS.catalog, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: browser.onDidChange,
      getChildren: node => browser.children(node),
      getParent: node => browser.parent(node),
      getTreeItem: node => catalogItem(browser, node, live),
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
  const showRuns = runs.onDidChange(file => {
    const target = targetOf(runs.get(file));
    if (target !== undefined)
      browser.redraw({ kind: 'leaf', leaf: 'table', ref: target.branch, key: target.table });
  });
  const timer = setInterval(() => {
    if (view.visible) void browser.poll();
  }, POLL_MS);
  return {
    dispose: () => {
      clearInterval(timer);
      showFilter.dispose();
      showRuns.dispose();
      view.dispose();
    },
  };
}

/** The table of a run that goes on or has just ended: its line changes in both cases. */
function targetOf(run: PipelineRun): PipelineTarget | undefined {
  return run.kind === 'idle' ? undefined : run.target;
}
