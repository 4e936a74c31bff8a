import type { PipelineMetrics } from '../../pipeline/metrics.ts';
import { formatBytes } from '../lakehouse/services.ts';
import type { PipelineRun } from './pipeline-runs.ts';

/** One line about a pipeline: what stands beside its name in the tree. */
export function describeRun(run: PipelineRun): string {
  switch (run.kind) {
    case 'idle':
      return '';
    case 'running':
      if (run.isStopping) return 'stopping';
      return run.metrics === undefined ? 'starting' : describeMetrics(run.metrics);
    case 'ended':
      return run.metrics === undefined ? 'ended' : `ended · ${formatCount(run.metrics.rowsCommitted)} rows`;
    case 'failed':
      return `failed: ${run.reason.split(/\r?\n/, 1)[0] ?? ''}`;
  }
}

/** The figures of a pipeline, one line each. */
export function metricLines(metrics: PipelineMetrics): string[] {
  const partitions = metrics.lagPerPartition.length;
  return [
    `${formatCount(metrics.rowsRead)} rows read`,
    `${formatCount(metrics.rowsCommitted)} rows committed`,
    `${formatRate(metrics.rowsPerSecond)} rows/s`,
    `lag: ${formatCount(totalLag(metrics))} records in ${partitions} ${partitions === 1 ? 'partition' : 'partitions'}`,
    metrics.commits === 0
      ? 'no commit yet'
      : `${metrics.commits} ${metrics.commits === 1 ? 'commit' : 'commits'}, the last in ${Math.round(metrics.lastCommitMs)} ms`,
    ...(metrics.poisonRecords === 0n
      ? []
      : [`${formatCount(metrics.poisonRecords)} records could not be decoded`]),
    `${formatBytes(metrics.rssBytes)} memory`,
  ];
}

/** Records that are in the topic and not yet in a commit, over all partitions. */
export function totalLag(metrics: PipelineMetrics): bigint {
  return metrics.lagPerPartition.reduce(
    (sum, { committed, end }) => sum + (end > committed ? end - committed : 0n),
    0n,
  );
}

function describeMetrics(metrics: PipelineMetrics): string {
  return `${metrics.state} · ${formatRate(metrics.rowsPerSecond)} rows/s · lag ${formatCount(totalLag(metrics))}`;
}

/** Groups of three digits, as in English. */
function formatCount(count: bigint): string {
  return count.toLocaleString('en-US');
}

function formatRate(rowsPerSecond: number): string {
  return Math.round(rowsPerSecond).toLocaleString('en-US');
}
