import { DataTransferItem, type Disposable, type TreeView, window } from 'vscode';
import type { KafkaSecurity } from '../../pipeline/kafka/security.ts';
import { VIEW_IDS } from '../ids.ts';
import type { LakehouseSession } from '../lakehouse/session.ts';
import type { PipelineRun, PipelineRuns, PipelineTarget } from '../pipelines/pipeline-runs.ts';
import { describeRun } from '../pipelines/pipeline-text.ts';
import type { CatalogBrowser } from './catalog-browser.ts';
import { catalogItem, type LiveText } from './catalog-items.ts';
import { catalogTooltip } from './catalog-tooltips.ts';
import type { CatalogNode } from './catalog-nodes.ts';
import type { CatalogSource } from './catalog-source.ts';
import { createCommitWatch } from './commit-watch.ts';
import { runOf } from './live-lines.ts';
import { sqlNameOf } from './sql-name.ts';

/** A commit by anybody is to be seen within five seconds. */
const POLL_MS = 3_000;
/** Topics grow without commits: so often their ends are asked for, of the tables whose lines are drawn. */
const LAG_MS = 6_000;

export interface CatalogViewInput {
  readonly browser: CatalogBrowser;
  readonly session: LakehouseSession;
  readonly runs: PipelineRuns;
  readonly source: () => CatalogSource;
  /** TLS and login of the brokers, for the ends of topics. */
  readonly kafkaSecurity: () => Promise<KafkaSecurity>;
}

/** The catalog view. While it can be seen, it asks Nessie what moved; names can be dragged into an editor. */
export function createCatalogView(input: CatalogViewInput): Disposable {
  const { browser, session, runs, source, kafkaSecurity } = input;
  const commits = createCommitWatch({
    browser,
    describe: async progress =>
      source().reader.call('progress', { progress, security: await kafkaSecurity() }),
  });
  const live: LiveText = node => {
    const run = runOf(runs, node.ref, node.key);
    return run === undefined ? commits.text(node) : describeRun(run);
  };
  const view: TreeView<CatalogNode> = window.createTreeView(VIEW_IDS.catalog, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: browser.onDidChange,
      getChildren: node => browser.children(node),
      getParent: node => browser.parent(node),
      getTreeItem: node => catalogItem(browser, node, live),
      resolveTreeItem: (item, node) => {
        const tooltip = catalogTooltip(browser, node, live);
        if (tooltip !== undefined) item.tooltip = tooltip;
        return item;
      },
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
  const following = setInterval(() => {
    if (view.visible) void commits.refresh();
  }, LAG_MS);
  return {
    dispose: () => {
      clearInterval(timer);
      clearInterval(following);
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
