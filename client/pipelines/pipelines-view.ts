import {
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeDataProvider,
  type Uri,
  workspace,
} from 'vscode';
import { createEmitter } from '../emitter.ts';
import { ITEM_KINDS } from '../ids.ts';
import type { PipelineFiles } from './pipeline-files.ts';
import { pipelineName } from './pipeline-files.ts';
import type { PipelineRun, PipelineRuns } from './pipeline-runs.ts';
import { describeRun, metricLines } from './pipeline-text.ts';

/** A pipeline file, or one line about its run. */
export type PipelineNode =
  { readonly kind: 'pipeline'; readonly file: Uri } | { readonly kind: 'line'; readonly text: string };

/** The workspace's pipelines with their live figures. */
export function createPipelinesView(
  files: PipelineFiles,
  runs: PipelineRuns,
): TreeDataProvider<PipelineNode> {
  const changed = createEmitter<PipelineNode | undefined>();
  // The same object for the same file, so that a change of one pipeline redraws that pipeline only.
  const nodes = new Map<string, PipelineNode>();
  const nodeOf = (file: Uri): PipelineNode => {
    const node = nodes.get(file.fsPath) ?? { kind: 'pipeline', file };
    nodes.set(file.fsPath, node);
    return node;
  };
  files.onDidChange(() => changed.fire(undefined));
  runs.onDidChange(file => changed.fire(nodes.get(file)));
  return {
    onDidChangeTreeData: changed.event,
    getChildren: async node => {
      if (node === undefined) return (await files.list()).map(nodeOf);
      return node.kind === 'pipeline' ? runLines(runs.get(node.file.fsPath)) : [];
    },
    getTreeItem: node =>
      node.kind === 'line' ? lineItem(node.text) : pipelineItem(node.file, runs.get(node.file.fsPath)),
  };
}

function runLines(run: PipelineRun): PipelineNode[] {
  if (run.kind === 'idle') return [];
  const reason = run.kind === 'failed' ? run.reason.split(/\r?\n/) : [];
  const figures = run.metrics === undefined ? [] : metricLines(run.metrics);
  return [...reason, ...figures].map(text => ({ kind: 'line', text }));
}

function pipelineItem(file: Uri, run: PipelineRun): TreeItem {
  const name = pipelineName(file);
  const description = describeRun(run);
  const item = new TreeItem(name);
  item.resourceUri = file;
  item.iconPath = runIcon(run);
  item.description = description;
  item.tooltip = `${workspace.asRelativePath(file)}${description === '' ? '' : `\n${description}`}`;
  item.contextValue = itemKind(run);
  item.collapsibleState =
    run.kind === 'idle' ? TreeItemCollapsibleState.None : TreeItemCollapsibleState.Expanded;
  item.id = `${file.fsPath}:${run.kind === 'idle' ? 'idle' : 'run'}`;
  item.command = { command: 'vscode.open', title: 'Open', arguments: [file] };
  item.accessibilityInformation = { label: `pipeline ${name}, ${description || 'not started'}` };
  return item;
}

function itemKind(run: PipelineRun): string {
  if (run.kind !== 'running') return ITEM_KINDS.idlePipeline;
  return run.metrics?.state === 'paused' ? ITEM_KINDS.pausedPipeline : ITEM_KINDS.runningPipeline;
}

function lineItem(text: string): TreeItem {
  const item = new TreeItem(text);
  item.tooltip = text;
  return item;
}

function runIcon(run: PipelineRun): ThemeIcon {
  switch (run.kind) {
    case 'running':
      if (run.metrics?.state === 'paused') return new ThemeIcon('debug-pause');
      return new ThemeIcon('sync~spin', new ThemeColor('testing.iconPassed'));
    case 'failed':
      return new ThemeIcon('error', new ThemeColor('testing.iconFailed'));
    case 'ended':
      return new ThemeIcon('pass');
    case 'idle':
      return new ThemeIcon('git-merge');
  }
}
